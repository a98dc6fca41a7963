use serde::{Deserialize, Serialize};

use crate::interval::Share;
use crate::score::Band;

/// How many customers or ratings fell into each band.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bands([u64; 3]);

/// One band with its share.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct BandShare {
    pub band: Band,
    #[serde(flatten)]
    pub share: Share,
}

impl Bands {
    pub fn add(&mut self, band: Band) {
        let count = &mut self.0[band as usize];
        *count = count.saturating_add(1);
    }

    /// From dissatisfied to delighted; empty without observations. An average hides who is dissatisfied, the shares do not.
    pub fn shares(&self) -> Vec<BandShare> {
        let n = self.0.iter().fold(0_u64, |sum, count| sum.saturating_add(*count));
        let bands = [Band::Dissatisfied, Band::Satisfied, Band::Delighted];
        let share = |band: Band| Some(BandShare { band, share: Share::of(self.0[band as usize], n)? });
        bands.into_iter().filter_map(share).collect()
    }
}
