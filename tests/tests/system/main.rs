//! All of ting as processes of its own, on real servers: the journeys that must always work, and the faults that must not matter.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod backup;
mod bed;
mod certificates;
mod check;
mod doctor;
mod faults;
mod health;
mod import;
mod journeys;
mod load;
mod metrics;
mod operator;
mod roles;
mod rolling;
mod traces;
mod view;
mod walls;
