//! What the methods on comments share: the file, the cards, vectors from outside, corrections.

mod comments;
mod corrections;
mod encoder;
mod endpoint;
mod sample;
mod stored;

pub use comments::{Comments, Said};
pub use corrections::{Unused, read as read_corrections, unused};
pub use encoder::{Encoder, EncoderOptions};
pub use sample::Sample;
pub use stored::{previous, read_record};

use crate::output::fit;

/// Columns of a text in a table; the rest is in the JSON.
const SHOWN: usize = 60;

/// As much of a text as a table has room for.
pub fn shown(text: &str) -> String {
    fit(&text.split_whitespace().collect::<Vec<_>>().join(" "), SHOWN)
}
