use serde::{Deserialize, Serialize};
use statrs::distribution::{ContinuousCDF as _, Normal};

use super::quantile;
use crate::interval::Z95;
use crate::number::len_f64;
use crate::random::Random;

/// More groups tell the acceleration of an interval no better.
const MOST_GROUPS: usize = 2000;

/// How much an estimate varies over bootstrap samples, in its own unit; intervals are of 95 %.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Spread {
    /// Standard error: the standard deviation over the samples.
    pub se: Option<f64>,
    /// Percentile interval.
    pub low: Option<f64>,
    pub high: Option<f64>,
    /// Interval corrected for bias and skewness (BCa); none where all samples lie on one side of the estimate.
    pub bca_low: Option<f64>,
    pub bca_high: Option<f64>,
}

impl Spread {
    /// Whether the percentile interval leaves 0 out; none without an interval.
    pub fn excludes_zero(&self) -> Option<bool> {
        let (low, high) = self.low.zip(self.high)?;
        Some(low > 0.0 || high < 0.0)
    }
}

/// Counts how often each row is drawn in one bootstrap sample: as many draws as rows, with replacement.
///
/// Sample `number` takes the numbers of the seed's stream from `number` times the rows on, so that samples are the same
/// whichever thread draws them.
pub fn draw_counts(seed: u64, number: u64, counts: &mut [u32]) {
    counts.fill(0);
    let rows = counts.len();
    let mut random = Random::new(seed);
    random.skip(number.wrapping_mul(rows as u64));
    for _ in 0..rows {
        counts[random.below(rows)] += 1;
    }
}

/// In how many groups the rows are left out for the acceleration of a BCa interval: each row alone, until there are many.
pub fn jackknife_groups(rows: usize) -> usize {
    rows.min(MOST_GROUPS)
}

/// The spread of an estimate from its values over bootstrap samples, which are left in order, and over the jackknife.
/// Everything is none for fewer than two samples.
///
/// Percentile interval: Efron (1979). BCa: Efron, *JASA* 82 (1987), acceleration from the jackknife.
pub fn spread(estimate: f64, draws: &mut [f64], jackknife: &[f64]) -> Spread {
    if draws.len() < 2 {
        return Spread::default();
    }
    draws.sort_unstable_by(f64::total_cmp);
    let n = len_f64(draws.len());
    let mean = draws.iter().sum::<f64>() / n;
    let variance = draws.iter().map(|draw| (draw - mean).powi(2)).sum::<f64>() / (n - 1.0);
    let (bca_low, bca_high) = bca(estimate, draws, jackknife).unzip();
    Spread {
        se: Some(variance.sqrt()),
        low: quantile(draws, 0.025),
        high: quantile(draws, 0.975),
        bca_low,
        bca_high,
    }
}

fn bca(estimate: f64, draws: &[f64], jackknife: &[f64]) -> Option<(f64, f64)> {
    let normal = Normal::standard();
    let below = draws.partition_point(|draw| *draw < estimate);
    let upto = draws.partition_point(|draw| *draw <= estimate);
    // Ties count half, as they do when an estimate has few values.
    let share = f64::midpoint(len_f64(below), len_f64(upto)) / len_f64(draws.len());
    if !(share > 0.0 && share < 1.0) {
        return None;
    }
    let bias = normal.inverse_cdf(share);
    let acceleration = acceleration(jackknife);
    let end = |z: f64| {
        let shifted = bias + z;
        let part = normal.cdf(bias + shifted / (1.0 - acceleration * shifted));
        quantile(draws, part)
    };
    end(-Z95).zip(end(Z95))
}

fn acceleration(jackknife: &[f64]) -> f64 {
    if jackknife.len() < 2 {
        return 0.0;
    }
    let mean = jackknife.iter().sum::<f64>() / len_f64(jackknife.len());
    let (mut squares, mut cubes) = (0.0, 0.0);
    for value in jackknife {
        let distance = mean - value;
        squares += distance * distance;
        cubes += distance * distance * distance;
    }
    let scale = 6.0 * squares.powf(1.5);
    // An estimate that no row moves has no skewness.
    if scale > 0.0 { cubes / scale } else { 0.0 }
}
