//! The published methods of ting as pure functions: no runtime, no I/O, no clock, no global randomness.
//!
//! - [`score`]: scores of one question (NPS, CSAT, CES) and satisfaction bands, from counts of answers.
//! - [`text`]: language, sentiment, urgency, near-duplicates and themes of comments.
//!
//! The same input gives the same output, whatever the number of threads or the order of rows; every random
//! choice hangs on a seed handed in. The crate refuses to read files, to keep state between calls and to log.

pub mod score;
pub mod text;
