//! Methods on files, as an analyst runs them.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod ces;
mod bundle;
mod consistency;
mod csat;
mod delight;
mod docs;
mod nps;
mod ratio;
mod drivers;
mod index;
mod queue;
mod run;
mod servqual;
mod word_of_mouth;
