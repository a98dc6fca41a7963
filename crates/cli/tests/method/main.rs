//! Methods on files, as an analyst runs them.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod consistency;
mod docs;
mod run;
