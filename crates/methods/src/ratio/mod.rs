//! Satisfaction as the ratio of what was perceived to what was expected.
//!
//! r = P / E with P ≥ 0 and E > 0 on one scale: below 1 dissatisfied, about 1 satisfied, above 1 delighted ([`Band`]). The total
//! over ratings with weights ω is the **ratio of weighted sums** Σω P / Σω E, which stays calm where single expectations are small;
//! beside it stand the weighted mean of ratios, the geometric mean, and the difference Σω (P − E) / Σω, which SERVQUAL and the
//! Swedish index use. A rating that is missing is left out with its weight.
//!
//! The zone of tolerance lies between what is adequate and what is desired (Zeithaml, Berry and Parasuraman, *The nature and
//! determinants of customer expectations of service*, 1993): MSA = P − adequate, MSS = P − desired ([`zone`]).
//!
//! Totals take ratings in one by one, in constant memory; no order changes a digit of them.

use serde::{Deserialize, Serialize};

use crate::score::Band;

mod bands;
mod totals;
mod zone;

pub use bands::{BandShare, Bands};
pub use totals::Totals;
pub use zone::{Place, Tolerance, Zone, ZoneSummary, ZoneTotals, zone};

/// The highest perception, expectation or weight.
pub const HIGHEST: f64 = 1e6;
/// The lowest expectation, and the lowest weight that is not 0.
pub const LOWEST: f64 = 1e-6;

/// What one customer said of one thing.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Rating {
    pub perceived: f64,
    pub expected: f64,
    /// How much it counts; 1 when nobody says otherwise.
    pub weight: f64,
}

/// Why a rating does not go into a ratio.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum RatioError {
    #[error("{value} is no perception: it must be a number from 0 to 1000000", value = written(*.0))]
    Perceived(f64),
    #[error("{value} is no expectation: it must be a number from 0.000001 to 1000000", value = written(*.0))]
    Expected(f64),
    #[error("{value} is no weight: it must be 0, or a number from 0.000001 to 1000000", value = written(*.0))]
    Weight(f64),
    #[error("the adequate {adequate} is above the desired {desired}", adequate = written(*adequate), desired = written(*desired))]
    Zone { adequate: f64, desired: f64 },
    #[error("the sums become too large for a number")]
    Range,
}

fn written(value: f64) -> String {
    if value.is_nan() { "NaN".to_owned() } else { value.to_string() }
}

impl Rating {
    /// A rating that counts once.
    pub fn new(perceived: f64, expected: f64) -> Self {
        Self { perceived, expected, weight: 1.0 }
    }

    /// Perceived ÷ expected; fails on what is no rating.
    pub fn ratio(&self) -> Result<f64, RatioError> {
        if !(0.0..=HIGHEST).contains(&self.perceived) {
            return Err(RatioError::Perceived(self.perceived));
        }
        if !(LOWEST..=HIGHEST).contains(&self.expected) {
            return Err(RatioError::Expected(self.expected));
        }
        if self.weight != 0.0 && !(LOWEST..=HIGHEST).contains(&self.weight) {
            return Err(RatioError::Weight(self.weight));
        }
        Ok(self.perceived / self.expected)
    }
}

/// The totals of some ratings.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Ratio {
    /// Ratings.
    pub n: u64,
    /// Σω P / Σω E: the headline.
    pub ratio: f64,
    /// Σω (P / E) / Σω.
    pub mean_ratio: f64,
    /// exp(Σω ln(P / E) / Σω); 0 when a weighted perception is 0.
    pub geometric: f64,
    /// Σω (P − E) / Σω, in steps of the scale.
    pub difference: f64,
    /// The band of `ratio`.
    pub band: Band,
    /// ΣP / ΣE, every rating alike.
    pub unweighted_ratio: f64,
    /// Σ(P − E) / n.
    pub unweighted_difference: f64,
}
