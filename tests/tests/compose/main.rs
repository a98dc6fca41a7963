//! docker-compose.yml without an engine: the very commands and environments that it names, as plain processes on real servers.
//! So a setting that a program does not know, a user that may not do what its service does, or a wrong health check fails here.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod backup;
mod cluster;
mod file;
mod secrets;
mod stack;
mod users;
mod whole;
