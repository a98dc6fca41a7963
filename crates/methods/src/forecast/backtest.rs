//! Forecasts as they would have been made in the past, beside what came.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::accuracy::{Accuracy, accuracy};
use super::model::{Model, needed};
use super::{Method, Settings};

/// Times in the past at most.
const ORIGINS: usize = 24;
/// Fewer are no test.
const FEWEST: usize = 3;

/// Errors of forecasts made at several times in the past (rolling origin), each fitted to what was known then.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Backtest {
    /// Times at which forecasts were made.
    pub origins: usize,
    /// Values ahead at most.
    pub horizon: usize,
    /// Of the method.
    pub method: Accuracy,
    /// Of the forecast that all stays as it is, at the same times.
    pub naive: Accuracy,
    /// Of the forecast that each season is like the last one; `None` without a season.
    pub seasonal_naive: Option<Accuracy>,
    /// MAE of the method by that of the naive forecast: below 1 it helps. `None` when the naive forecast made no error.
    pub relative: Option<f64>,
}

/// The lengths of the series as it was known: at most [`ORIGINS`], evenly spread over its later half.
pub(super) fn origins(methods: &[Method], n: usize, settings: &Settings) -> Vec<usize> {
    let longest = methods.iter().filter_map(|method| needed(*method, settings).ok()).max().unwrap_or(2);
    // One value more than is needed leaves something to judge the fit by.
    let first = (longest + 1).max(n.div_ceil(2));
    let stride = n.saturating_sub(first).div_ceil(ORIGINS).max(1);
    let mut origins: Vec<usize> = (first..n).rev().step_by(stride).collect();
    origins.reverse();
    if origins.len() < FEWEST { vec![] } else { origins }
}

/// Each value that came after an origin, with what the method expected of it; `None` when it cannot be fitted at one of them.
pub(super) fn pairs(
    method: Method,
    series: &[f64],
    origins: &[usize],
    settings: &Settings,
) -> Option<Vec<(f64, f64)>> {
    let made = origins.par_iter().map(|origin| {
        let (known, later) = series.split_at(*origin);
        let model = Model::fit(method, known, settings).ok()?;
        let ahead = model.ahead(known, settings.horizon.min(later.len()));
        Some(later.iter().copied().zip(ahead).collect::<Vec<(f64, f64)>>())
    });
    let made: Option<Vec<Vec<(f64, f64)>>> = made.collect();
    made.map(|made| made.concat())
}

/// Compares a method with the naive forecasts. `None` when there are too few values for it.
pub(super) fn backtest(
    method: Method,
    series: &[f64],
    origins: &[usize],
    settings: &Settings,
) -> Option<Backtest> {
    let of = |method| accuracy(&pairs(method, series, origins, settings)?);
    let (own, naive) = (of(method)?, of(Method::Naive)?);
    let seasonal =
        settings.season.is_some_and(|season| season > 1).then(|| of(Method::SeasonalNaive)).flatten();
    let relative = Some(own.mae / naive.mae).filter(|ratio| ratio.is_finite());
    Some(Backtest {
        origins: origins.len(),
        horizon: settings.horizon,
        method: own,
        naive,
        seasonal_naive: seasonal,
        relative,
    })
}
