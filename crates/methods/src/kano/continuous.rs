use serde::{Deserialize, Serialize};

use super::category::Category;
use crate::interval::{Interval, t95};
use crate::number::as_f64;

/// Means of answers as numbers, DuMouchel's analysis in Berger et al. 1993. A functional answer is worth 4 (like), 2 (must be),
/// 0, −1, −2 (dislike), a dysfunctional one the same from the other end.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Continuous {
    /// Mean of the functional answers, −2 to 4; `None` without pairs.
    pub functional: Option<f64>,
    /// Mean of the dysfunctional answers, −2 to 4.
    pub dysfunctional: Option<f64>,
    /// Mean self-stated importance, of those who stated it.
    pub importance: Option<f64>,
    /// Mean weighted by importance; `None` when nobody stated any or all stated 0.
    pub functional_weighted: Option<f64>,
    pub dysfunctional_weighted: Option<f64>,
    /// Where the two means lie; reverse where one is below 0.
    pub quadrant: Option<Category>,
    /// Where the two weighted means lie.
    pub quadrant_weighted: Option<Category>,
    /// How many stated an importance.
    pub importance_n: u64,
    /// Standard deviations with n − 1; `None` below two.
    pub functional_sd: Option<f64>,
    pub dysfunctional_sd: Option<f64>,
    pub importance_sd: Option<f64>,
    /// 95 % intervals of the means by Student's t, cut at the ends of the scale; `None` below two pairs.
    pub functional_interval: Option<Interval>,
    pub dysfunctional_interval: Option<Interval>,
}

/// Count, sum and sum of squares of whole numbers: exact, so that the order in which they came cannot show.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Moments {
    pub n: u64,
    pub sum: i64,
    pub squares: i64,
}

impl Moments {
    pub fn add(&mut self, value: i64, times: u64) {
        self.n += times;
        let times = i64::try_from(times).unwrap_or(i64::MAX);
        self.sum = self.sum.saturating_add(value.saturating_mul(times));
        self.squares = self.squares.saturating_add((value * value).saturating_mul(times));
    }

    pub fn mean(&self) -> Option<f64> {
        (self.n > 0).then(|| quotient(self.sum.into(), self.n.into()))
    }

    pub fn deviation(&self) -> Option<f64> {
        let (n, sum, squares) = (i128::from(self.n), i128::from(self.sum), i128::from(self.squares));
        (n > 1).then(|| quotient(n * squares - sum * sum, n * (n - 1)).max(0.0).sqrt())
    }
}

/// The means of functional and dysfunctional answers with what belongs to them; `t` is [`t95`] of their number less one, which
/// both share.
pub(super) fn with_spread(functional: &Moments, dysfunctional: &Moments) -> Continuous {
    let t = functional.n.checked_sub(1).and_then(t95);
    let interval = |moments: &Moments| {
        let half = t? * moments.deviation()? / as_f64(moments.n).sqrt();
        Some(Interval::around(moments.mean()?, half, -2.0, 4.0))
    };
    Continuous {
        functional: functional.mean(),
        dysfunctional: dysfunctional.mean(),
        functional_sd: functional.deviation(),
        dysfunctional_sd: dysfunctional.deviation(),
        functional_interval: interval(functional),
        dysfunctional_interval: interval(dysfunctional),
        ..Continuous::default()
    }
}

/// A quotient of whole numbers, rounded once where both are below 2^53.
#[expect(clippy::cast_precision_loss, reason = "sums of answers stay below 2^53 up to 10^14 answers")]
pub(super) fn quotient(above: i128, below: i128) -> f64 {
    above as f64 / below as f64
}
