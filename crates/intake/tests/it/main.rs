//! Intake over real gRPC, on real Postgres and NATS.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod bad_bytes;
mod bad_calls;
mod bad_input;
mod customers;
mod events;
mod group_commit;
mod import;
mod lists;
mod repetition;
mod stage;
mod walls;
