//! What the service does with the events of others.

pub mod intake;
