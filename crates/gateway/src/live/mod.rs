//! How a change reaches an open page: an event in a stream ([`bus`]) marks questions of one workspace, the room of those who look
//! at that workspace ([`rooms`]) asks them again, and each page is sent the sections that look different now ([`page`]).

mod bus;
mod page;
mod rooms;

pub use bus::{Bus, BusState};
pub use page::{Visit, stream};
pub use rooms::{Full, Member, Rooms};
