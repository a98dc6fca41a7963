//! Methods on files, as an analyst runs them.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod affinity;
mod assign;
mod bundle;
mod ces;
mod clv;
mod consistency;
mod csat;
mod delight;
mod docs;
mod drivers;
mod duplicates;
mod forecast;
mod house;
mod index;
mod kano;
mod lint;
mod nps;
mod priority;
mod quality_plan;
mod queue;
mod ratio;
mod rfm;
mod run;
mod segments;
mod sentiment;
mod servqual;
mod themes;
mod urgency;
mod word_of_mouth;
