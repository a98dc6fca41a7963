use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::cluster::best_two;
use super::normalize::normalize;
use super::rows::dot;
use super::space::Space;

/// Bytes of another version are refused: their vectors mean something else.
pub const VERSION: u16 = 3;
const MAGIC: [u8; 4] = *b"tmod";

/// Fewer comments than this since the fit say nothing about drift.
const ENOUGH: u64 = 50;

/// A cosine below this is what a comment has with any theme.
const STRANGE: f32 = 0.25;

/// This much more like no theme than at the fit means that customers speak of something new.
const TOLERATED: f64 = 0.10;

/// A fitted set of themes that new comments can be placed in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Model {
    pub(super) space: Space,
    /// The themes of the middle level, in the order of `centroids`.
    pub(super) keys: Vec<u32>,
    pub(super) centroids: Vec<f32>,
    /// Comments less like their theme, or less clearly in it, are parked.
    pub(super) least_similarity: f32,
    pub(super) least_margin: f32,
    /// The share that was like no theme when the model was fitted.
    pub(super) strange_share: f64,
}

/// Where a comment belongs.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum Placement {
    /// `margin`: how much nearer this theme is than the next, 0 to 2; `similarity`: cosine with the theme's middle.
    Theme { key: u32, margin: f32, similarity: f32 },
    /// It speaks of known things, but clearly of no single theme: parked, but nothing new. `key`: the theme it is nearest to.
    Between { key: u32 },
    /// It is like no theme: parked, and a reason to fit again when many are.
    Parked,
}

impl Placement {
    /// The theme, none when parked.
    pub fn theme(&self) -> Option<u32> {
        match self {
            Self::Theme { key, .. } => Some(*key),
            Self::Between { .. } | Self::Parked => None,
        }
    }

    /// The theme it is in, or would be in if it had to be in one; none when it is like no theme.
    pub fn nearest(&self) -> Option<u32> {
        match self {
            Self::Theme { key, .. } | Self::Between { key } => Some(*key),
            Self::Parked => None,
        }
    }
}

/// Why stored bytes are not a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ModelError {
    #[error("the bytes are not a stored theme model")]
    Malformed,
    #[error("the model has version {found}, this program reads version {VERSION}")]
    Version { found: u16 },
}

impl Model {
    /// Places one comment; well below a millisecond. With an encoder nothing is placed by its text alone.
    pub fn assign(&self, text: &str) -> Placement {
        self.assign_encoded(text, None)
    }

    /// Places one comment with the vector that the encoder of the fit made of it; without an encoder there is none.
    pub fn assign_encoded(&self, text: &str, vector: Option<&[f32]>) -> Placement {
        let direction = self.space.place(&normalize(text), vector);
        direction.map_or(Placement::Parked, |direction| self.judge(&direction, &[]))
    }

    /// Places many texts on all cores; `vectors` has one for each when there is an encoder.
    pub fn assign_all(&self, texts: &[&str], vectors: Option<&[Vec<f32>]>) -> Vec<Placement> {
        let vector = |at: usize| vectors.and_then(|vectors| vectors.get(at)).map(Vec::as_slice);
        texts.par_iter().enumerate().map(|(at, text)| self.assign_encoded(text, vector(at))).collect()
    }

    /// The name of the encoder of the fit, and how many numbers its vectors have.
    pub fn encoder(&self) -> Option<(&str, usize)> {
        self.space.encoder().map(|encoder| (encoder.name.as_str(), encoder.width()))
    }

    /// The share of comments that were like no theme when the model was fitted, 0 to 1.
    pub fn strange_share(&self) -> f64 {
        self.strange_share
    }

    /// The theme of a direction, the `barred` ones left aside.
    pub(super) fn judge(&self, direction: &[f32], barred: &[u32]) -> Placement {
        let cosines =
            self.keys.iter().zip(self.centroids.chunks_exact(direction.len())).map(|(key, centroid)| {
                if barred.contains(key) { f32::NEG_INFINITY } else { dot(centroid, direction) }
            });
        let (at, best, second) = best_two(cosines);
        let margin = best - second;
        if best.is_infinite() {
            return Placement::Parked;
        }
        if best < self.least_similarity.min(STRANGE) {
            return Placement::Parked;
        }
        if best < self.least_similarity || margin < self.least_margin {
            return Placement::Between { key: self.keys[at] };
        }
        Placement::Theme { key: self.keys[at], margin, similarity: best }
    }

    /// How much nearer one theme is than the best of the others; 0 when it is not.
    pub(super) fn margin_of(&self, direction: &[f32], theme: u32) -> f32 {
        let cosines = self.keys.iter().zip(self.centroids.chunks_exact(direction.len()));
        let (mut own, mut other) = (f32::NEG_INFINITY, f32::NEG_INFINITY);
        for (key, centroid) in cosines {
            let best = if *key == theme { &mut own } else { &mut other };
            *best = best.max(dot(centroid, direction));
        }
        let margin = own - if other.is_finite() { other } else { 0.0 };
        if margin.is_finite() { margin.max(0.0) } else { 0.0 }
    }

    /// Stores the model; one byte per number, a few megabytes for a large vocabulary.
    ///
    /// # Panics
    /// Never: a model holds nothing that cannot be stored.
    pub fn to_bytes(&self) -> Vec<u8> {
        let head = [&MAGIC[..], &VERSION.to_le_bytes()].concat();
        postcard::to_extend(self, head).expect("a model holds nothing that cannot be stored")
    }

    /// Reads a stored model; bytes from anywhere are safe to try.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, ModelError> {
        let body = bytes.strip_prefix(&MAGIC).ok_or(ModelError::Malformed)?;
        let (version, body) = body.split_first_chunk().ok_or(ModelError::Malformed)?;
        match u16::from_le_bytes(*version) {
            VERSION => {}
            found => return Err(ModelError::Version { found }),
        }
        let model: Self = postcard::from_bytes(body).map_err(|_| ModelError::Malformed)?;
        let cells = model.keys.len().checked_mul(model.space.width());
        let sound = model.space.is_sound()
            && cells == Some(model.centroids.len())
            && (model.keys.is_empty() || model.space.width() > 0);
        if sound { Ok(model) } else { Err(ModelError::Malformed) }
    }
}

/// Counts what became of comments since a model was fitted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Drift {
    pub seen: u64,
    /// Those that were like no theme; one that lies between two is nothing new.
    pub parked: u64,
}

impl Drift {
    pub fn record(&mut self, placement: &Placement) {
        self.seen += 1;
        self.parked += u64::from(*placement == Placement::Parked);
    }

    /// The share that was like no theme since the fit; 0 before the first comment.
    #[expect(clippy::cast_precision_loss, reason = "a share")]
    pub fn parked_share(&self) -> f64 {
        if self.seen == 0 { 0.0 } else { self.parked as f64 / self.seen as f64 }
    }

    /// Whether so many comments fit nowhere that a new fit would find new themes.
    pub fn needs_refit(&self, model: &Model) -> bool {
        self.seen >= ENOUGH && self.parked_share() > model.strange_share + TOLERATED
    }
}
