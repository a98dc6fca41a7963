//! What is made of measurements: a middle with its range, and percentiles.

use std::time::Duration;

use serde::Serialize;

/// Several measurements of one thing.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Spread {
    pub median: f64,
    pub min: f64,
    pub max: f64,
}

impl Spread {
    /// Of at least one value; of none, all is zero.
    pub fn of(values: &[f64]) -> Self {
        let sorted = sorted(values);
        let middle = sorted.len() / 2;
        let median = match sorted.len() {
            0 => 0.0,
            length if length % 2 == 1 => sorted[middle],
            _ => f64::midpoint(sorted[middle - 1], sorted[middle]),
        };
        Self {
            median,
            min: sorted.first().copied().unwrap_or_default(),
            max: sorted.last().copied().unwrap_or_default(),
        }
    }
}

/// How long something took, in milliseconds, over many times.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Percentiles {
    pub n: usize,
    pub p50: f64,
    pub p95: f64,
    pub p99: f64,
    pub max: f64,
}

impl Percentiles {
    pub fn of(values: &[f64]) -> Self {
        let sorted = sorted(values);
        Self {
            n: sorted.len(),
            p50: at(&sorted, 50),
            p95: at(&sorted, 95),
            p99: at(&sorted, 99),
            max: at(&sorted, 100),
        }
    }
}

fn sorted(values: &[f64]) -> Vec<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    sorted
}

/// The nearest rank: the smallest value that at least `percent` of all are not above.
fn at(sorted: &[f64], percent: usize) -> f64 {
    let rank = (sorted.len() * percent).div_ceil(100);
    sorted.get(rank.saturating_sub(1)).copied().unwrap_or_default()
}

#[expect(clippy::cast_precision_loss, reason = "counts of a benchmark are far below 2^52")]
pub fn float(count: u64) -> f64 {
    count as f64
}

pub fn per_second(count: u64, took: Duration) -> f64 {
    float(count) / took.as_secs_f64()
}

pub fn milliseconds(took: Duration) -> f64 {
    took.as_secs_f64() * 1000.0
}

#[cfg(test)]
mod tests {
    use super::{Percentiles, Spread};

    #[test]
    fn percentiles_are_nearest_ranks() {
        let values: Vec<f64> = (1..=200).rev().map(f64::from).collect();
        let found = Percentiles::of(&values);
        assert_eq!((found.p50, found.p95, found.p99, found.max), (100.0, 190.0, 198.0, 200.0));
    }

    #[test]
    fn the_median_of_an_even_number_lies_between_the_middle_two() {
        let found = Spread::of(&[4.0, 1.0, 3.0, 2.0]);
        assert_eq!((found.median, found.min, found.max), (2.5, 1.0, 4.0));
    }
}
