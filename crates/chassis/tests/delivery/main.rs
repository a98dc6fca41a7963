//! What the chassis promises about events: none lost, none twice, in order, poison set aside. On real servers.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod bad_events;
mod bad_questions;
mod consume;
mod dead_letters;
mod notes;
mod outbox;
mod walls;
