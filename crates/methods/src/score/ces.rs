use serde::{Deserialize, Serialize};

use super::Scale;
use super::tally::{mean_and_deviation, total};
use crate::interval::{Interval, t95};
use crate::number::as_f64;

/// Customer effort on a scale of 1 (very hard) to 7 (very easy), or another one that rises towards easy: the mean.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Ces {
    pub n: u64,
    /// On the scale.
    pub mean: f64,
    /// With n − 1; `None` for one answer.
    pub standard_deviation: Option<f64>,
    /// Student's t interval of the mean, cut at the ends of the scale; `None` for one answer, which says nothing of the spread.
    pub interval: Option<Interval>,
    /// Share of answers above the middle of the scale (5, 6 and 7 of 7), 0 to 100.
    pub easy_percent: f64,
}

/// Scores the counts of the answers 1, 2, … 7. `None` without answers.
pub fn ces(counts: &[u64; 7]) -> Option<Ces> {
    ces_on(counts, Scale::CES)
}

/// Scores the counts of the answers of a scale.
pub(super) fn ces_on(counts: &[u64], scale: Scale) -> Option<Ces> {
    let n = total(counts)?;
    let (mean, standard_deviation) = mean_and_deviation(counts, scale.lowest())?;
    #[expect(clippy::cast_precision_loss, reason = "ends of a scale are small")]
    let (lowest, highest) = (scale.lowest() as f64, scale.highest() as f64);
    let interval = standard_deviation
        .and_then(|deviation| Some(t95(n - 1)? * deviation / as_f64(n).sqrt()))
        .map(|half_width| Interval::around(mean, half_width, lowest, highest));
    let easy: u64 = counts[counts.len().div_ceil(2)..].iter().sum();
    Some(Ces { n, mean, standard_deviation, interval, easy_percent: 100.0 * as_f64(easy) / as_f64(n) })
}
