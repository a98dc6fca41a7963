//! Methods on files, as an analyst runs them.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod bundle;
mod ces;
mod clv;
mod assign;
mod consistency;
mod csat;
mod delight;
mod docs;
mod drivers;
mod index;
mod kano;
mod nps;
mod priority;
mod queue;
mod ratio;
mod rfm;
mod run;
mod servqual;
mod word_of_mouth;
mod duplicates;
mod run;
mod sentiment;
mod themes;
mod urgency;
