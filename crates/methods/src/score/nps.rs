use serde::{Deserialize, Serialize};

use super::tally::total;
use crate::interval::{Interval, Z95};
use crate::number::as_f64;

/// Net Promoter Score: percent promoters (9, 10) minus percent detractors (0 to 6).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Nps {
    pub n: u64,
    pub promoters: u64,
    pub passives: u64,
    pub detractors: u64,
    /// −100 to 100.
    pub value: f64,
    /// In points of the score: 100 √((p + d − (p − d)²) / n).
    pub standard_error: f64,
    /// `value ± 1.96 standard_error`. Has no width when all answers fall into one group.
    pub wald: Interval,
    /// Wald interval after adding three answers (¾ promoter, 3/2 passive, ¾ detractor). Holds its 95 % in small
    /// samples and keeps a width at one answer: the one to show.
    pub adjusted_wald: Interval,
}

/// Scores the counts of the answers 0, 1, … 10. `None` without answers.
pub fn nps(counts: &[u64; 11]) -> Option<Nps> {
    total(counts)?;
    Nps::from_groups(counts[9..].iter().sum(), counts[7..9].iter().sum(), counts[..7].iter().sum())
}

impl Nps {
    /// Scores the three groups counted elsewhere. `None` without answers.
    pub fn from_groups(promoters: u64, passives: u64, detractors: u64) -> Option<Self> {
        let n = total(&[promoters, passives, detractors])?;
        let (p, d) = (as_f64(promoters), as_f64(detractors));
        let (value, standard_error) = points(p, d, as_f64(n));
        let (centre, adjusted_error) = points(p + 0.75, d + 0.75, as_f64(n) + 3.0);
        Some(Self {
            n,
            promoters,
            passives,
            detractors,
            value,
            standard_error,
            wald: Interval::around(value, Z95 * standard_error, -100.0, 100.0),
            adjusted_wald: Interval::around(centre, Z95 * adjusted_error, -100.0, 100.0),
        })
    }
}

/// How far two scores of different customers lie apart.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct NpsDifference {
    pub value: f64,
    pub standard_error: f64,
    pub interval: Interval,
}

/// Compares two independent samples: `left − right`, in points.
pub fn nps_difference(left: &Nps, right: &Nps) -> NpsDifference {
    let value = left.value - right.value;
    let standard_error = left.standard_error.hypot(right.standard_error);
    let interval = Interval::around(value, Z95 * standard_error, -200.0, 200.0);
    NpsDifference { value, standard_error, interval }
}

/// Score and standard error, both in points of −100 to 100.
fn points(promoters: f64, detractors: f64, n: f64) -> (f64, f64) {
    let (p, d) = (promoters / n, detractors / n);
    let net = (promoters - detractors) / n;
    let variance = (p + d - net * net).max(0.0);
    // Multiplied first: 29 of 100 is 29, not 28.999999999999996.
    (100.0 * (promoters - detractors) / n, 100.0 * (variance / n).sqrt())
}
