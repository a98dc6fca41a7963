//! The gRPC server as its callers see it: a real server on a free port, real clients, one test per limit.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(clippy::disallowed_methods, reason = "a test ends before what it spawns")]

mod bad_input;
mod bed;
mod errors;
mod life;
mod limits;
mod pig;
mod tokens;
