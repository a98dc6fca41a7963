//! Fits both models by maximum likelihood, on logarithms of their parameters.

use faer::{Mat, Side, linalg::solvers::DenseSolveCore as _};
use serde::{Deserialize, Serialize};

use super::{
    behaviour::Group,
    bgnbd::BgNbd,
    gamma_gamma::{self, GammaGamma, Spending},
    likelihood,
    optimise::{Minimum, Slope, lowest},
};
use crate::interval::{Interval, Z95};

/// Beyond e^±18 a parameter stands for nothing.
const FARTHEST: f64 = 18.0;
/// A parameter whose logarithm is less certain than this is not told by the data.
const VAGUE: f64 = 4.0;
/// Starts in units in which mean age, or mean value, is 1.
const BGNBD_STARTS: [[f64; 4]; 3] = [[0.25, 0.15, 0.8, 2.4], [1.0, 1.0, 1.0, 1.0], [3.0, 0.5, 0.3, 5.0]];
const GAMMA_GAMMA_STARTS: [[f64; 3]; 3] = [[6.0, 4.0, 0.5], [1.0, 2.0, 1.0], [20.0, 15.0, 0.7]];

/// A parameter as the data tell it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Estimate {
    pub name: String,
    pub value: f64,
    /// From the curvature of the likelihood; `None` where the data do not tell the parameter.
    pub standard_error: Option<f64>,
    /// 95 %, symmetric on the scale of the logarithm.
    pub interval: Option<Interval>,
}

/// A fitted model with N parameters.
#[derive(Debug, Clone, PartialEq)]
pub struct Fit<M, const N: usize> {
    pub model: M,
    pub log_likelihood: f64,
    pub converged: bool,
    pub steps: u32,
    /// Covariances of the logarithms; `None` where the data do not tell all parameters.
    pub covariances: Option<[[f64; N]; N]>,
    pub estimates: Vec<Estimate>,
}

/// Fits the BG/NBD model to groups in order; `None` when there is no likelihood at all.
pub fn bgnbd(groups: &[Group]) -> Option<Fit<BgNbd, 4>> {
    let customers: f64 = groups.iter().map(|group| f64::from(group.customers)).sum();
    let ages: f64 = groups.iter().map(|group| f64::from(group.customers) * group.age).sum();
    let unit = ages / customers;
    if !(unit.is_finite() && unit > 0.0) {
        return None;
    }
    let scaled: Vec<Group> = groups
        .iter()
        .map(|group| Group { recency: group.recency / unit, age: group.age / unit, ..*group })
        .collect();
    let function = on_logarithms(|at| likelihood::log_likelihood(at, &scaled));
    let found = lowest(&function, &BGNBD_STARTS.map(|start| start.map(f64::ln)))?;
    let [r, alpha, a, b] = found.at.map(f64::exp);
    let model = BgNbd::new(r, alpha * unit, a, b)?;
    let repeats: f64 = groups.iter().map(|group| f64::from(group.customers) * f64::from(group.repeats)).sum();
    // A purchase at an instant has a density of one over time.
    let log_likelihood = -found.value - repeats * unit.ln();
    let values = [("r", model.r), ("alpha", model.alpha), ("a", model.a), ("b", model.b)];
    Some(fit(&function, &found, model, log_likelihood, values))
}

/// Fits the Gamma–Gamma model to spendings in order; `None` when there is no likelihood at all.
pub fn gamma_gamma(spendings: &[Spending]) -> Option<Fit<GammaGamma, 3>> {
    let n = crate::number::len_f64(spendings.len());
    let unit = spendings.iter().map(|spending| spending.mean).sum::<f64>() / n;
    if !(unit.is_finite() && unit > 0.0) {
        return None;
    }
    let scaled = gamma_gamma::scaled(spendings, unit);
    let function = on_logarithms(|at| gamma_gamma::log_likelihood(at, &scaled));
    let found = lowest(&function, &GAMMA_GAMMA_STARTS.map(|start| start.map(f64::ln)))?;
    let [p, q, v] = found.at.map(f64::exp);
    let model = GammaGamma::new(p, q, v * unit)?;
    let log_likelihood = -found.value - n * unit.ln();
    let values = [("p", model.p), ("q", model.q), ("v", model.v)];
    Some(fit(&function, &found, model, log_likelihood, values))
}

/// The negative of a log-likelihood over the logarithms of its parameters.
fn on_logarithms<const N: usize>(
    log_likelihood: impl Fn([f64; N]) -> Slope<N>,
) -> impl Fn(&[f64; N]) -> Slope<N> {
    move |logs| {
        if logs.iter().any(|log| log.abs() > FARTHEST) {
            return None;
        }
        let at = logs.map(f64::exp);
        let (value, slope) = log_likelihood(at)?;
        Some((-value, std::array::from_fn(|index| -slope[index] * at[index])))
    }
}

fn fit<M, const N: usize>(
    function: &impl Fn(&[f64; N]) -> Slope<N>,
    found: &Minimum<N>,
    model: M,
    log_likelihood: f64,
    values: [(&str, f64); N],
) -> Fit<M, N> {
    let covariances = covariances(function, &found.at).filter(|_| found.converged);
    let estimate = |(index, (name, value)): (usize, (&str, f64))| {
        let error = covariances.map(|covariances| covariances[index][index].sqrt());
        let interval = error.map(|error| Interval {
            lower: value * (-Z95 * error).exp(),
            upper: value * (Z95 * error).exp(),
        });
        Estimate { name: name.to_owned(), value, standard_error: error.map(|error| value * error), interval }
    };
    let estimates = values.into_iter().enumerate().map(estimate).collect();
    let Minimum { converged, steps, .. } = *found;
    Fit { model, log_likelihood, converged, steps, covariances, estimates }
}

/// The inverse of the curvature, which is found by differences of the exact gradient.
fn covariances<const N: usize>(
    function: &impl Fn(&[f64; N]) -> Slope<N>,
    at: &[f64; N],
) -> Option<[[f64; N]; N]> {
    const STEP: f64 = 1e-4;
    let mut rows = [[0.0; N]; N];
    for (index, row) in rows.iter_mut().enumerate() {
        let gradient = |step: f64| {
            let mut moved = *at;
            moved[index] += step;
            function(&moved).map(|(_, gradient)| gradient)
        };
        let (above, below) = (gradient(STEP)?, gradient(-STEP)?);
        *row = std::array::from_fn(|column| (above[column] - below[column]) / (2.0 * STEP));
    }
    let curvature = Mat::from_fn(N, N, |row, column| f64::midpoint(rows[row][column], rows[column][row]));
    let inverse = curvature.llt(Side::Lower).ok()?.inverse();
    let covariances: [[f64; N]; N] =
        std::array::from_fn(|row| std::array::from_fn(|column| inverse[(row, column)]));
    let told = (0..N).all(|index| (0.0..VAGUE * VAGUE).contains(&covariances[index][index]));
    (told && covariances.iter().flatten().all(|entry| entry.is_finite())).then_some(covariances)
}
