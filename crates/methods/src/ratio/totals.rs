use super::{Rating, Ratio, RatioError};
use crate::number::as_f64;
use crate::score::Band;
use crate::sum::Sum;

/// Takes in ratings one by one.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Totals {
    n: u64,
    weight: Sum,
    perceived: Sum,
    expected: Sum,
    ratio: Sum,
    logarithm: Sum,
    /// Some weighted perception was 0, whose logarithm does not exist.
    nothing: bool,
    plain_perceived: Sum,
    plain_expected: Sum,
}

impl Totals {
    /// Adds a rating and gives its own ratio. After an error the rating is not in.
    pub fn add(&mut self, rating: &Rating) -> Result<f64, RatioError> {
        let ratio = rating.ratio()?;
        let mut next = *self;
        next.take(rating, ratio).ok_or(RatioError::Range)?;
        *self = next;
        Ok(ratio)
    }

    fn take(&mut self, rating: &Rating, ratio: f64) -> Option<()> {
        let Rating { perceived, expected, weight } = *rating;
        self.n = self.n.checked_add(1)?;
        self.plain_perceived.add(perceived)?;
        self.plain_expected.add(expected)?;
        if weight == 0.0 {
            return Some(());
        }
        self.weight.add(weight)?;
        self.perceived.add(weight * perceived)?;
        self.expected.add(weight * expected)?;
        self.ratio.add(weight * ratio)?;
        if ratio > 0.0 {
            self.logarithm.add(weight * ratio.ln())?;
        } else {
            self.nothing = true;
        }
        Some(())
    }

    /// Ratings taken in.
    pub fn n(&self) -> u64 {
        self.n
    }

    /// The totals; `None` without ratings that count. `tolerance_permille` is how far from 1 is still satisfied.
    pub fn result(&self, tolerance_permille: u32) -> Option<Ratio> {
        if self.n == 0 || self.weight.is_zero() {
            return None;
        }
        let weight = self.weight.value();
        let (perceived, expected) = (self.perceived.value(), self.expected.value());
        let (plain_perceived, plain_expected) = (self.plain_perceived.value(), self.plain_expected.value());
        let ratio = perceived / expected;
        let mean_log = self.logarithm.value() / weight;
        Some(Ratio {
            n: self.n,
            ratio,
            mean_ratio: self.ratio.value() / weight,
            geometric: if self.nothing { 0.0 } else { mean_log.exp() },
            difference: (perceived - expected) / weight,
            band: Band::of_ratio(ratio, tolerance_permille),
            unweighted_ratio: plain_perceived / plain_expected,
            unweighted_difference: (plain_perceived - plain_expected) / as_f64(self.n),
        })
    }
}
