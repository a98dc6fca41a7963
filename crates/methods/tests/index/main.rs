//! Satisfaction indices against figures from elsewhere, and the laws they keep.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod bootstrap;
mod golden;
mod hostile;
mod laws;
mod model;
mod survey;
