//! What analysis promises, on real servers: comments are understood and placed once, and themes are built, shown and kept up.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod bad_input;
mod classify;
mod import;
mod refusals;
mod runs;
mod voice;
mod walls;
mod workplace;
