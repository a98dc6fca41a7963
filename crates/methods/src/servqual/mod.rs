//! Service quality as the gap between what is expected and what is perceived, item by item (SERVQUAL).
//!
//! A respondent answers every item twice. The gap of an item is perceived − expected; that of a dimension is the respondent's mean
//! over the items answered on both sides, averaged over respondents. The overall gap is each respondent's mean over the dimensions,
//! unweighted or weighted with the 100 points the respondent split among them. Parasuraman, Zeithaml and Berry 1985 and 1988;
//! weights after Zeithaml, Parasuraman and Berry, *Delivering Quality Service*, 1990.
//!
//! [`Survey`] takes respondents in one by one, in constant memory; no order changes a digit of its result.

use serde::{Deserialize, Serialize};

mod battery;
mod gap;
mod moments;
mod survey;

pub use battery::{Battery, BatteryError, Dimension};
pub use gap::Gap;
pub use moments::Mean;
pub use survey::{Pair, Survey, SurveyError};

/// The gaps of one item.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ItemGap {
    pub item: String,
    /// Mean expectation and perception of those who answered both; `None` when nobody did, as the rest.
    pub expected: Option<f64>,
    pub perceived: Option<f64>,
    pub n: u64,
    pub gap: Option<f64>,
    /// Student's t interval of 95 %; `None` below two respondents.
    pub low: Option<f64>,
    pub high: Option<f64>,
}

/// The gaps of one dimension.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DimensionGap {
    pub dimension: String,
    pub expected: Option<f64>,
    pub perceived: Option<f64>,
    pub n: u64,
    pub gap: Option<f64>,
    pub low: Option<f64>,
    pub high: Option<f64>,
    pub standard_deviation: Option<f64>,
    /// Paired t test against no gap.
    pub t: Option<f64>,
    pub p: Option<f64>,
    /// Mean share of the points that respondents gave it, 0 to 100; `None` without weights.
    pub mean_weight: Option<f64>,
    pub items: Vec<ItemGap>,
}

/// What a survey says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Servqual {
    /// Respondents who answered at least one item on both sides.
    pub n: u64,
    /// In the order of the battery.
    pub dimensions: Vec<DimensionGap>,
    /// Mean over respondents of the mean of their dimensions.
    pub unweighted: Option<f64>,
    pub unweighted_low: Option<f64>,
    pub unweighted_high: Option<f64>,
    /// Mean over respondents of their dimensions weighted with their own points; `None` without weights.
    pub weighted: Option<f64>,
    pub weighted_low: Option<f64>,
    pub weighted_high: Option<f64>,
    /// Respondents with weights.
    pub weighted_n: u64,
    /// Mean dimensions weighted with mean points: as published tables reckon.
    pub weighted_by_mean_weights: Option<f64>,
}
