use serde::{Deserialize, Serialize};

use super::{Missing, Mode, Scale, Scheme, Standardize, reliability::Reliability, structure::Regression};
use crate::stats::Spread;

/// A fitted model. Lists that have a value for each latent variable are in the order of `latent`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Index {
    /// Rows that were used.
    pub n: usize,
    /// Rows left out because an answer was missing, and answers that a mean was put in for.
    pub rows_left_out: usize,
    pub answers_filled: usize,
    pub scheme: Scheme,
    pub standardize: Standardize,
    pub missing: Missing,
    pub iterations: u64,
    /// Goodness of fit, from 0 to 1, over latent variables of several indicators; none when there are none.
    pub gof: Option<f64>,
    /// The same with latent variables of one indicator.
    pub gof_all_blocks: f64,
    pub latent: Vec<LatentResult>,
    pub paths: Vec<PathResult>,
    pub outer: Vec<Outer>,
    /// Direct and indirect effects of every latent variable that a way of paths joins to another.
    pub total_effects: Vec<Effect>,
    /// Heterotrait-monotrait ratios: near 1, two latent variables are hardly two.
    pub htmt: Vec<Pair>,
    pub latent_correlations: Vec<Vec<f64>>,
    /// Consistent PLS; none where it has no solution.
    pub consistent: Option<Consistent>,
    pub bootstrap: Option<Resampled>,
    /// What a reader should know, in plain words.
    pub warnings: Vec<String>,
}

/// What is known of one latent variable.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LatentResult {
    pub name: String,
    pub zh: Option<String>,
    pub mode: Mode,
    pub scale: Option<Scale>,
    /// Share explained by its causes; none without a cause.
    pub r_squared: Option<f64>,
    pub r_squared_adjusted: Option<f64>,
    pub r_squared_spread: Option<Spread>,
    #[serde(flatten)]
    pub reliability: Reliability,
    /// Mean of the squared loadings, for a single indicator too.
    pub communality: f64,
    /// Communality times R².
    pub redundancy: Option<f64>,
    /// Fornell and Larcker: the root of AVE should exceed the greatest correlation with another latent variable.
    pub sqrt_ave: Option<f64>,
    pub largest_correlation: f64,
    pub fornell_larcker: Option<bool>,
    /// Mean score from 0 to 100 by unstandardised weights; none without a scale or when weights cancel out.
    pub index: Option<f64>,
    /// Standard deviation of the customers' own indices.
    pub index_sd: Option<f64>,
    /// The same index by standardised weights, as some packages have it.
    pub index_standardized: Option<f64>,
}

/// One path.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PathResult {
    pub from: String,
    pub to: String,
    /// Standard deviations of the effect for one of the cause, the other causes unchanged.
    pub value: f64,
    #[serde(flatten)]
    pub spread: Spread,
    #[serde(flatten)]
    pub regression: Regression,
}

impl PathResult {
    /// Whether the path differs from zero: by the bootstrap interval, without a bootstrap by ordinary least squares.
    pub fn significant(&self) -> Option<bool> {
        self.spread.excludes_zero().or_else(|| self.regression.p.map(|p| p < 0.05))
    }
}

/// One indicator.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Outer {
    pub indicator: String,
    pub latent: String,
    /// Share in the score, per standard deviation of the indicator (raw: per point of 0 to 100).
    pub weight: f64,
    /// Correlation with the latent variable.
    pub loading: f64,
    pub weight_spread: Option<Spread>,
    pub loading_spread: Option<Spread>,
    /// Weight per point of the answer, all of a latent variable adding to 1; none when they cancel out.
    pub index_weight: Option<f64>,
    pub mean: f64,
    pub sd: f64,
    /// Correlations with every latent variable.
    pub cross_loadings: Vec<f64>,
}

/// What one latent variable does to another on all ways.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Effect {
    pub from: String,
    pub to: String,
    pub value: f64,
    #[serde(flatten)]
    pub spread: Spread,
    pub direct: f64,
    pub indirect: f64,
    /// Points of the index of the effect for one point of the index of the cause; none where one has no index.
    pub importance: Option<f64>,
}

/// A pair of latent variables.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Pair {
    pub first: String,
    pub second: String,
    pub value: Option<f64>,
    #[serde(flatten)]
    pub spread: Spread,
}

/// The structure when scores are corrected for the unreliability of their indicators.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Consistent {
    /// In the order of the paths of the model.
    pub paths: Vec<f64>,
    /// None for latent variables without a cause.
    pub r_squared: Vec<Option<f64>>,
    pub latent_correlations: Vec<Vec<f64>>,
}

/// What the bootstrap did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resampled {
    pub samples: usize,
    pub seed: u64,
    /// Samples that could not be fitted, such as those in which everybody gave the same answer; the others count.
    pub failed: usize,
}
