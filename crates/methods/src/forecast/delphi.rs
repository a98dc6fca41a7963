//! Estimates of experts, asked again in rounds until they agree.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::stats::quantile;

/// Quartile range by median up to which experts are said to agree.
pub const CONSENSUS: f64 = 0.15;

/// One round of estimates.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Round {
    pub round: i64,
    /// Estimates.
    pub n: usize,
    pub lowest: f64,
    pub lower_quartile: f64,
    /// The group's answer.
    pub median: f64,
    pub upper_quartile: f64,
    pub highest: f64,
    /// Upper less lower quartile (type 7): the middle half of the experts.
    pub iqr: f64,
    /// Quartile range by median; `None` when the median is 0.
    pub ratio: Option<f64>,
    /// Whether the ratio is small enough to stop; `None` when there is none, or of a single estimate.
    pub consensus: Option<bool>,
}

/// Rounds of estimates. Feed it in any order; the answer is that of the rounds in theirs.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Delphi(BTreeMap<i64, Vec<f64>>);

impl Delphi {
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes an estimate; says whether it is a number that can be one.
    pub fn push(&mut self, round: i64, estimate: f64) -> bool {
        let fits = estimate.is_finite() && estimate.abs() <= super::LARGEST;
        if fits {
            self.0.entry(round).or_default().push(estimate);
        }
        fits
    }

    /// Each round; experts agree when the quartile range is at most `limit` of the median.
    pub fn rounds(&self, limit: f64) -> Vec<Round> {
        self.0.iter().filter_map(|(round, estimates)| summarise(*round, estimates, limit)).collect()
    }
}

fn summarise(round: i64, estimates: &[f64], limit: f64) -> Option<Round> {
    let mut sorted = estimates.to_vec();
    sorted.sort_by(f64::total_cmp);
    let at = |part| quantile(&sorted, part);
    let (lower, median, upper) = (at(0.25)?, at(0.5)?, at(0.75)?);
    let iqr = upper - lower;
    let ratio = Some(iqr / median.abs()).filter(|ratio| ratio.is_finite());
    Some(Round {
        round,
        n: sorted.len(),
        lowest: *sorted.first()?,
        lower_quartile: lower,
        median,
        upper_quartile: upper,
        highest: *sorted.last()?,
        iqr,
        ratio,
        consensus: ratio.filter(|_| sorted.len() > 1).map(|ratio| ratio <= limit),
    })
}
