//! The published methods of ting as pure functions: no runtime, no I/O, no clock, no global randomness.
//!
//! One module for each method, named as `ting method` names it; `docs/methods/` explains each to someone who never met it.
//!
//! - [`consistency`]: how consistently a service answers needs, from what is needed to what is perceived.
//! - [`score`]: scores of one question (NPS, CSAT, CES) and satisfaction bands, from counts of answers.
//! - [`text`]: language, sentiment, urgency, near-duplicates and themes of comments.
//!
//! [`interval`], [`picture`] and [`random`] serve all of them: confidence intervals, results drawn as SVG, chance from a seed.
//!
//! The same input gives the same output, whatever the number of threads or the order of rows; every random
//! choice hangs on a seed handed in. The crate refuses to read files, to keep state between calls and to log.

pub mod consistency;
pub mod interval;
pub mod picture;
pub mod random;
pub mod score;
pub mod text;

mod number;
