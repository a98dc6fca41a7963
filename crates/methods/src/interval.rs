//! Confidence intervals, all of 95 %.

use serde::{Deserialize, Serialize};
use statrs::distribution::{ContinuousCDF, StudentsT};

use crate::number::as_f64;

/// The 97.5 % point of the standard normal distribution, to the last bit of an `f64`.
pub(crate) const Z95: f64 = 1.959_963_984_540_054;

/// A 95 % confidence interval, in the unit of the value it belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Interval {
    pub lower: f64,
    pub upper: f64,
}

impl Interval {
    pub fn contains(&self, value: f64) -> bool {
        self.lower <= value && value <= self.upper
    }

    /// Builds `centre ± half_width`, cut at the ends of the scale: no score lies beyond them.
    pub(crate) fn around(centre: f64, half_width: f64, lowest: f64, highest: f64) -> Self {
        Self {
            lower: (centre - half_width).clamp(lowest, highest),
            upper: (centre + half_width).clamp(lowest, highest),
        }
    }

    pub(crate) fn times(self, factor: f64) -> Self {
        Self { lower: self.lower * factor, upper: self.upper * factor }
    }
}

/// The 95 % Wilson interval of a share, within 0 and 1. `None` without observations or when there are more
/// successes than observations.
///
/// Unlike the plain normal interval it keeps a width at 0 of n and n of n, so one answer never looks certain.
pub fn wilson(successes: u64, n: u64) -> Option<Interval> {
    if n == 0 || successes > n {
        return None;
    }
    let (count, share) = (as_f64(n), as_f64(successes) / as_f64(n));
    let z2 = Z95 * Z95;
    let shrink = 1.0 + z2 / count;
    let centre = (share + z2 / (2.0 * count)) / shrink;
    let half = Z95 / shrink * (share * (1.0 - share) / count + z2 / (4.0 * count * count)).sqrt();
    // The ends are exact by definition; computed, they would miss 0 and 1 by a rounding error.
    let lower = if successes == 0 { 0.0 } else { (centre - half).max(0.0) };
    let upper = if successes == n { 1.0 } else { (centre + half).min(1.0) };
    Some(Interval { lower, upper })
}

/// How many of n, as a share with its 95 % Wilson interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Share {
    pub count: u64,
    pub n: u64,
    /// 0 to 1.
    pub share: f64,
    pub low: f64,
    pub high: f64,
}

impl Share {
    /// `None` without observations or when there are more of a kind than there are at all.
    pub fn of(count: u64, n: u64) -> Option<Self> {
        let Interval { lower: low, upper: high } = wilson(count, n)?;
        Some(Self { count, n, share: as_f64(count) / as_f64(n), low, high })
    }
}

/// The 97.5 % point of Student's t with `degrees` of freedom. `None` for no freedom at all.
pub(crate) fn t95(degrees: u64) -> Option<f64> {
    let t = StudentsT::new(0.0, 1.0, as_f64(degrees)).ok()?;
    // Newton steps take the library's bisection to full precision.
    let mut quantile = t.inverse_cdf(0.975);
    for _ in 0..3 {
        let slope = statrs::distribution::Continuous::pdf(&t, quantile);
        quantile -= (t.cdf(quantile) - 0.975) / slope;
    }
    quantile.is_finite().then_some(quantile)
}

/// How likely a mean at least `t` standard errors from 0 on either side is by chance alone, by Student's t. `None` for no freedom
/// at all or a `t` that is no number.
pub(crate) fn two_sided(t: f64, degrees: u64) -> Option<f64> {
    let student = StudentsT::new(0.0, 1.0, as_f64(degrees)).ok()?;
    let p = 2.0 * student.cdf(-t.abs());
    (t.is_finite() && p.is_finite()).then_some(p.min(1.0))
}
