//! Real services on real servers for tests: a [`Bed`] has its own NATS and its own databases; [`Bed::service`] runs a service in the
//! test's process. Nothing here stands in for code of ting.

#![expect(clippy::missing_panics_doc, reason = "a test fails by panicking, and this crate is for tests only")]

mod bed;
mod client;
mod wait;

pub use bed::{Bed, Running};
pub use client::{Bearer, Client};
pub use wait::{eventually, eventually_within};
