//! Everything of ting on one machine, with nothing to configure: private Postgres and NATS, the services as processes of their own,
//! a webhook receiver and a mail sink, sample data, and a report.
//!
//! [`Cluster`] is the servers and the services, for the demonstration, the system tests and the benchmarks alike; [`demo`] is what
//! `make demo` shows.

mod children;
mod cluster;
mod data;
pub mod demo;
mod ports;
mod quiet;
mod report;
pub mod services;
pub mod sinks;
pub mod up;

pub use children::Child;
pub use cluster::{Cluster, ClusterOptions, database};
pub use quiet::{Until, quiet};
