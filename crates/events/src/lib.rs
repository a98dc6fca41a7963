//! What travels between services: event types, their `CloudEvents` envelope, subjects, partitions and streams.
//!
//! Nothing here opens a connection. Start with [`Event`] (what an event is), then [`Envelope`] (how it looks on the wire) and
//! [`subject`] (where it goes). Payload messages are in `proto/ting/events/v1`.

mod envelope;
mod event;
mod stream;
mod subject;
mod workspace;

pub use envelope::{BULK_ITEMS, Envelope, Fact, InvalidEnvelope, Trace};
pub use event::{Bulk, Event, Single, TYPES};
pub use stream::{MAX_AGE, Stream};
pub use subject::{PARTITIONS, partition, subject};
pub use workspace::{InvalidToken, Workspace};
