//! What comments, themes and runs are, and the rules they follow. No store, no runtime, no clock.

pub mod board;
pub mod comment;
pub mod duplicates;
pub mod figures;
pub mod overview;
pub mod run;
pub mod theme;
