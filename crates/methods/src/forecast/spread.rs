//! How far what comes may be from what is expected.

use serde::{Deserialize, Serialize};

use super::model::{Kind, Model};
use super::smooth::{Form, Rates, Season, State};
use crate::interval::Z95;
use crate::number::len_f64;
use crate::random::{Random, mix};
use crate::stats::quantile;

/// Futures drawn where no formula is known.
const FUTURES: usize = 4000;

/// Where the 95 % intervals come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// The variance of the linear state-space model with additive errors, σ² (1 + Σ cⱼ²) with
    /// cⱼ = α + αβ (φ + … + φʲ) + γ(1 − α) in whole seasons: Hyndman, Koehler, Ord and Snyder, *Forecasting with Exponential
    /// Smoothing*, 2008, chapter 6.
    StateSpace,
    /// Futures drawn from the relative errors of the past, with the seed.
    Simulation,
    /// A walk of independent steps: σ² times the steps (or seasons) ahead.
    RandomWalk,
    /// Independent values around a steady level: σ² at every step.
    SteadyLevel,
}

/// Lower and upper ends for each step, and where they come from; `None` without errors enough to tell.
pub(super) fn spread(
    model: &Model,
    series: &[f64],
    ahead: &[f64],
    seed: u64,
) -> (Basis, Option<Vec<(f64, f64)>>) {
    let pairs = model.pairs(series);
    let degrees = pairs.len().checked_sub(model.chosen).filter(|degrees| *degrees > 0);
    let sigma = degrees.map(|degrees| {
        let squares: f64 = pairs.iter().map(|(value, expected)| (value - expected).powi(2)).sum();
        (squares / len_f64(degrees)).sqrt()
    });
    let factors = |basis, factor: &dyn Fn(usize) -> f64| {
        let end = |sigma: f64| {
            let half = |step: usize| Z95 * sigma * factor(step + 1).sqrt();
            ahead.iter().enumerate().map(|(step, value)| (value - half(step), value + half(step))).collect()
        };
        (basis, sigma.map(end))
    };
    match &model.kind {
        Kind::Last(lag) => factors(Basis::RandomWalk, &|step| len_f64((step - 1) / lag + 1)),
        Kind::Average(_) => factors(Basis::SteadyLevel, &|_| 1.0),
        Kind::Smooth { form, rates, end, .. } => {
            if matches!(form.season, Season::Multiplicative(_)) {
                let widen = degrees.map(|degrees| (len_f64(pairs.len()) / len_f64(degrees)).sqrt());
                let drawn = widen.and_then(|widen| {
                    futures((*form, *rates, end), series.len(), &relative(&pairs, widen), ahead.len(), seed)
                });
                (Basis::Simulation, drawn)
            } else {
                let sums = squares(*form, *rates, ahead.len());
                factors(Basis::StateSpace, &|step| sums[step - 1])
            }
        }
    }
}

/// 1 + Σ cⱼ² for each step ahead.
fn squares(form: Form, rates: Rates, horizon: usize) -> Vec<f64> {
    let Rates { alpha, beta, gamma, phi } = rates;
    let (mut sum, mut slope, mut power) = (1.0, 0.0, 1.0);
    let length = form.season.length();
    (1..=horizon)
        .map(|step| {
            let before = sum;
            power *= phi;
            slope += power;
            let trend = if form.trend { alpha * beta * slope } else { 0.0 };
            let season = if length > 0 && step % length == 0 { gamma * (1.0 - alpha) } else { 0.0 };
            sum += (alpha + trend + season).powi(2);
            before
        })
        .collect()
}

/// Errors as parts of what was expected, widened for what was chosen from the same values.
fn relative(pairs: &[(f64, f64)], widen: f64) -> Vec<f64> {
    let parts = pairs.iter().map(|(value, expected)| widen * (value - expected) / expected);
    parts.filter(|part| part.is_finite()).collect()
}

/// The 2.5 and 97.5 % points of futures drawn from relative errors.
fn futures(
    (form, rates, end): (Form, Rates, &State),
    n: usize,
    errors: &[f64],
    horizon: usize,
    seed: u64,
) -> Option<Vec<(f64, f64)>> {
    let mut random = Random::new(mix(seed));
    let mut steps = vec![Vec::with_capacity(FUTURES); horizon];
    for _ in 0..FUTURES {
        let mut state = end.clone();
        for (step, values) in steps.iter_mut().enumerate() {
            let expected = state.ahead(form, rates, n + step, 1)[0];
            let error = if errors.is_empty() { 0.0 } else { errors[random.below(errors.len())] };
            let value = expected * (1.0 + error);
            state.follow(form, rates, n + step, value);
            values.push(value);
        }
    }
    steps
        .into_iter()
        .map(|mut values| {
            values.sort_by(f64::total_cmp);
            Some((quantile(&values, 0.025)?, quantile(&values, 0.975)?))
        })
        .collect()
}
