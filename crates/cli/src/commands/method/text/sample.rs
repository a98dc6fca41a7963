use std::collections::{BTreeSet, BinaryHeap};

use ting_methods::{random::mix, text::Correction};

use super::{Comments, Said};
use crate::error::CliError;

/// The comments that are fitted; the same ones whatever the order of rows.
pub struct Sample {
    pub comments: Vec<Said>,
    /// How many the file has.
    pub all: usize,
}

impl Sample {
    /// Reads the file and keeps at most `most` comments, and all that corrections name.
    pub fn read(
        file: &Comments,
        most: usize,
        seed: u64,
        corrections: &[Correction],
    ) -> Result<Self, CliError> {
        let named: BTreeSet<&str> =
            corrections.iter().flat_map(|correction| correction.action.cards()).map(comment).collect();
        let mut wanted = Vec::new();
        // The greatest draw is on top: it goes when a smaller one comes.
        let mut drawn: BinaryHeap<(u64, String, usize)> = BinaryHeap::new();
        // By place: where the comment stands in the file, and its text.
        let mut texts: Vec<(usize, String)> = Vec::new();
        let mut all = 0;
        file.each(|said| {
            all += 1;
            if named.contains(said.id.as_str()) {
                wanted.push((all, said));
                return Ok(());
            }
            let draw = said.id.bytes().fold(mix(seed), |state, byte| mix(state ^ u64::from(byte)));
            if drawn.len() < most {
                drawn.push((draw, said.id, texts.len()));
                texts.push((all, said.text));
            } else if let Some(mut last) = drawn.peek_mut()
                && (draw, &said.id) < (last.0, &last.1)
            {
                texts[last.2] = (all, said.text);
                (last.0, last.1) = (draw, said.id);
            }
            Ok(())
        })?;
        for (_, id, place) in drawn {
            let (row, text) = std::mem::take(&mut texts[place]);
            wanted.push((row, Said { id, text }));
        }
        wanted.sort_by_key(|(row, _)| *row);
        if wanted.len() < all && !file.is_file() {
            return Err(CliError::failed(
                format!(
                    "standard input has {all} comments, more than the sample of {most}, and cannot be read twice"
                ),
                "name a file, or raise --sample",
            ));
        }
        Ok(Self { comments: wanted.into_iter().map(|(_, said)| said).collect(), all })
    }

    /// Whether comments are left that were not drawn.
    pub fn is_part(&self) -> bool {
        self.comments.len() < self.all
    }
}

/// The comment of a card: `T1` of `T1#2`.
fn comment(card: &str) -> &str {
    match card.rsplit_once('#') {
        Some((comment, number)) if number.parse::<usize>().is_ok() => comment,
        _ => card,
    }
}
