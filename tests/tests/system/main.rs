//! All of ting as processes of its own, on real servers: the journeys that must always work, and the faults that must not matter.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod backup;
mod bed;
mod check;
mod faults;
mod health;
mod import;
mod journeys;
mod load;
mod operator;
mod roles;
mod traces;
mod view;
mod walls;
