use serde::{Deserialize, Serialize};

use super::Scale;
use super::tally::{mean_and_deviation, total};
use crate::interval::{Interval, wilson};
use crate::number::as_f64;

/// Customer satisfaction on a scale of 1 to 5, or another one: the share of the two top answers.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Csat {
    pub n: u64,
    pub satisfied: u64,
    /// 0 to 100.
    pub percent: f64,
    /// Wilson interval of `percent`; wide but defined for one answer.
    pub interval: Interval,
    /// On the scale.
    pub mean: f64,
    /// With n − 1; `None` for one answer.
    pub standard_deviation: Option<f64>,
}

/// Scores the counts of the answers 1, 2, … 5. `None` without answers.
pub fn csat(counts: &[u64; 5]) -> Option<Csat> {
    csat_on(counts, Scale::CSAT, 2)
}

/// Scores the counts of the answers of a scale; the `top` highest are satisfied.
pub(super) fn csat_on(counts: &[u64], scale: Scale, top: usize) -> Option<Csat> {
    let n = total(counts)?;
    let satisfied = counts[counts.len().saturating_sub(top)..].iter().sum();
    let (mean, standard_deviation) = mean_and_deviation(counts, scale.lowest())?;
    Some(Csat {
        n,
        satisfied,
        percent: 100.0 * as_f64(satisfied) / as_f64(n),
        interval: wilson(satisfied, n)?.times(100.0),
        mean,
        standard_deviation,
    })
}
