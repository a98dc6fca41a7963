//! Real Postgres and NATS servers for one machine, found or fetched, and run privately.
//!
//! This crate owns where the servers come from ([`Finder`]), their data folders, and their end: whatever
//! happens to the process that started them, even SIGKILL, they do not outlive it. It refuses to be an
//! installation for production: nobody but this user can reach its Postgres, and its NATS asks no password.
//!
//! Start reading at [`Postgres::start`] and [`Nats::start`]; both block, and neither needs a runtime.

mod account;
mod cluster;
mod error;
mod files;
mod finder;
mod nats;
mod ports;
mod postgres;
mod processes;
mod server;
mod version;
mod wheels;

pub use error::Error;
pub use finder::{Finder, Source, Wheels};
pub use nats::{Nats, NatsConfiguration, NatsOptions};
pub use ports::free_port;
pub use postgres::{Postgres, PostgresOptions};
pub use version::Version;

/// What every function here may fail with.
pub type Result<T, E = Error> = std::result::Result<T, E>;
