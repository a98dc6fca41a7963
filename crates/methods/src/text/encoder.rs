//! Vectors that a language model outside made of the texts.

use serde::{Deserialize, Serialize};

use super::rows::{add_scaled, scale_to_unit};

/// Vectors of texts, made by a model that the caller chose; one for each comment, all of one length, every cell finite.
#[derive(Debug, Clone, Copy)]
pub struct Encoded<'a> {
    /// The model that made them. Vectors of different models cannot be compared.
    pub name: &'a str,
    pub vectors: &'a [Vec<f32>],
}

/// Why vectors cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EncodedError {
    #[error("there are {vectors} vectors for {comments} comments")]
    Count { vectors: usize, comments: usize },
    #[error("vector {at} has {found} numbers where the first has {expected}")]
    Length { at: usize, found: usize, expected: usize },
    #[error("vector {at} holds a number that is not finite")]
    NotFinite { at: usize },
    #[error("the vectors hold no numbers")]
    Empty,
}

impl Encoded<'_> {
    pub(super) fn check(&self, comments: usize) -> Result<(), EncodedError> {
        if self.vectors.len() != comments {
            return Err(EncodedError::Count { vectors: self.vectors.len(), comments });
        }
        let expected = self.vectors.first().map_or(1, Vec::len);
        if expected == 0 {
            return Err(EncodedError::Empty);
        }
        for (at, vector) in self.vectors.iter().enumerate() {
            if vector.len() != expected {
                return Err(EncodedError::Length { at, found: vector.len(), expected });
            }
            if !vector.iter().all(|cell| cell.is_finite()) {
                return Err(EncodedError::NotFinite { at });
            }
        }
        Ok(())
    }
}

/// What a fit keeps of its encoder.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Encoder {
    pub(super) name: String,
    /// What all texts have in common.
    mean: Vec<f32>,
}

impl Encoder {
    /// Learns the mean of the vectors at some places, each of unit length first.
    pub(super) fn learn(encoded: &Encoded<'_>, places: &[usize]) -> Self {
        let mut mean = vec![0.0; encoded.vectors.first().map_or(0, Vec::len)];
        #[expect(clippy::cast_precision_loss, reason = "a weight")]
        let share = 1.0 / places.len().max(1) as f32;
        for place in places {
            add_scaled(&mut mean, &unit(&encoded.vectors[*place]), share);
        }
        Self { name: encoded.name.to_owned(), mean }
    }

    pub(super) fn width(&self) -> usize {
        self.mean.len()
    }

    /// A vector without what all have in common, of unit length; none when its length is another.
    pub(super) fn centred(&self, vector: &[f32]) -> Option<Vec<f32>> {
        (vector.len() == self.mean.len()).then(|| {
            let mut direction = unit(vector);
            add_scaled(&mut direction, &self.mean, -1.0);
            scale_to_unit(&mut direction);
            direction
        })
    }

    pub(super) fn is_sound(&self) -> bool {
        self.mean.iter().all(|cell| cell.is_finite())
    }
}

/// A copy of unit length; the largest cell goes first, so that no square overflows.
fn unit(vector: &[f32]) -> Vec<f32> {
    let largest = vector.iter().fold(0.0_f32, |largest, cell| largest.max(cell.abs()));
    let mut direction: Vec<f32> = if largest > 0.0 {
        vector.iter().map(|cell| cell / largest).collect()
    } else {
        vec![0.0; vector.len()]
    };
    scale_to_unit(&mut direction);
    direction
}
