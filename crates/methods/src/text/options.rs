//! How themes are looked for.

use serde::{Deserialize, Serialize};

/// How themes are looked for. The defaults suit customer comments of one company.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FitOptions {
    pub seed: u64,
    /// Granularity of the middle level: higher gives more and smaller themes. Taken within .01 and 100, as are
    /// the other two.
    pub resolution: f64,
    pub large_resolution: f64,
    pub small_resolution: f64,
    /// Neighbours per comment in the graph, at most; fewer comments have fewer.
    pub neighbours: usize,
    /// Directions kept of topics, and as many of word vectors.
    pub dimensions: usize,
    /// Themes with fewer comments are parked.
    pub least_theme_size: usize,
    /// The share of comments with the smallest margin that is parked.
    pub parked_share: f64,
    /// More distinct comments than this are not fitted, only assigned; which, the seed decides.
    pub sample: usize,
}

impl Default for FitOptions {
    fn default() -> Self {
        Self {
            seed: 1,
            resolution: 1.0,
            large_resolution: 0.5,
            small_resolution: 4.0,
            neighbours: 30,
            dimensions: 100,
            least_theme_size: 3,
            parked_share: 0.05,
            sample: 100_000,
        }
    }
}

impl FitOptions {
    /// A resolution the graph can work with.
    pub(super) fn usable(resolution: f64, default: f64) -> f64 {
        if resolution.is_nan() { default } else { resolution.clamp(0.01, 100.0) }
    }
}
