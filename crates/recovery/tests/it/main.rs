//! The service over real gRPC, Postgres, NATS, HTTP and SMTP.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod bad_input;
mod cases;
mod endpoints;
mod guards;
mod lifecycle;
mod mail;
mod retries;
mod support;
mod walls;
mod webhooks;
