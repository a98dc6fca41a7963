use serde::{Deserialize, Serialize};

use crate::stats::Spread;

/// What drives an outcome; the greatest share first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Drivers {
    pub outcome: String,
    /// Rows that were used, and rows left out because a value was missing.
    pub n: usize,
    pub rows_left_out: usize,
    /// Share of the outcome's variance that all drivers explain together, from 0 to 1.
    pub r_squared: f64,
    pub r_squared_adjusted: f64,
    pub intercept: f64,
    pub drivers: Vec<Driver>,
    /// Where the map is cut: the mean contribution to R² and the mean performance.
    pub importance_mean: f64,
    pub performance_mean: f64,
    pub bootstrap: Option<Resampled>,
    /// What a reader should know, in plain words.
    pub warnings: Vec<String>,
}

/// One driver.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Driver {
    pub name: String,
    /// Share of what is explained, all adding to 1; none when nothing is explained.
    pub share: Option<f64>,
    /// How much the share varies.
    #[serde(flatten)]
    pub spread: Spread,
    /// LMG: contribution to R², all adding to it.
    pub importance: f64,
    /// Mean rating, from 0 to 100 when a scale is known.
    pub performance: f64,
    pub quadrant: Quadrant,
    pub mean: f64,
    pub sd: f64,
    pub correlation: f64,
    /// Coefficient of the regression with its standard error, t and two-sided probability.
    pub coefficient: f64,
    pub coefficient_se: f64,
    pub t: Option<f64>,
    pub p: Option<f64>,
    /// Standardised coefficient.
    pub beta: f64,
    /// Variance inflation by the other drivers; 1 is none.
    pub vif: f64,
    /// What it explains alone, and what it adds after all others.
    pub first: f64,
    pub last: f64,
    /// Pratt's measure: beta times correlation.
    pub pratt: f64,
    /// Johnson's relative weight, all adding to R²; none when correlations have no root.
    pub johnson: Option<f64>,
}

/// Importance against performance, cut at their means; the mean itself counts as high.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Quadrant {
    /// Important and done badly: mend it first.
    Weakness,
    /// Important and done well: keep it.
    Strength,
    /// Hardly important and done badly: an opportunity, or let it be.
    Opportunity,
    /// Hardly important and done well: perhaps more than is needed.
    OverServed,
}

impl Quadrant {
    pub(super) fn of(importance_high: bool, performance_high: bool) -> Self {
        match (importance_high, performance_high) {
            (true, false) => Self::Weakness,
            (true, true) => Self::Strength,
            (false, false) => Self::Opportunity,
            (false, true) => Self::OverServed,
        }
    }
}

/// What the bootstrap did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resampled {
    pub samples: usize,
    pub seed: u64,
    /// Samples that could not be fitted; the others count.
    pub failed: usize,
}
