//! Rules of scores, bands and floors. No store, no bus, no clock.

pub mod answer;
pub mod cut;
pub mod days;
pub mod expectation;
pub mod floor;
pub mod metric;
pub mod score;
