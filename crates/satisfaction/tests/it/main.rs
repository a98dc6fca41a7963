//! The service over real gRPC, on real Postgres and NATS.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod bad_input;
mod bands;
mod batches;
mod floors;
mod rebuild;
mod refusals;
mod scores;
mod world;
