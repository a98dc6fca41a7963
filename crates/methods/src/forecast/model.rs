//! A method fitted to a series: what it expected of each value, and what it expects next.

use super::fit::{Fit, Given};
use super::smooth::{Form, Rates, Season, State};
use super::start::{Start, state};
use super::{ForecastError, Method, Settings};
use crate::number::len_f64;

/// Windows that are tried when none is given.
const MOST_WINDOW: usize = 12;
/// Longest season whose start values are fitted.
const MOST_FITTED: usize = 60;

/// What computes the expectations.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Kind {
    /// The value so many places back.
    Last(usize),
    /// The mean of so many values.
    Average(usize),
    Smooth {
        form: Form,
        rates: Rates,
        kind: Start,
        start: State,
        end: State,
    },
}

/// A method fitted to a series.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Model {
    pub kind: Kind,
    /// What was expected of each value after the first `skip`, one step before it came.
    pub expected: Vec<f64>,
    pub skip: usize,
    /// Numbers chosen from the series: rates, and start values where they are fitted.
    pub chosen: usize,
}

impl Model {
    pub fn fit(method: Method, series: &[f64], settings: &Settings) -> Result<Self, ForecastError> {
        let needed = needed(method, settings)?;
        if series.len() < needed {
            return Err(ForecastError::TooShort { needed, found: series.len() });
        }
        let season = settings.season.unwrap_or(1);
        match method {
            Method::Naive => Ok(Self::last(1, series)),
            Method::SeasonalNaive => Ok(Self::last(season, series)),
            Method::MovingAverage => Ok(Self::average(settings.window, series)),
            Method::Simple | Method::Double | Method::Damped | Method::Additive | Method::Multiplicative => {
                Self::smooth(method, series, settings)
            }
        }
    }

    fn last(lag: usize, series: &[f64]) -> Self {
        Self { kind: Kind::Last(lag), expected: series[..series.len() - lag].to_vec(), skip: lag, chosen: 0 }
    }

    fn average(window: Option<usize>, series: &[f64]) -> Self {
        let most = MOST_WINDOW.min(series.len() / 2).max(1);
        // All windows are judged by the same values.
        let squares = |window: usize| -> f64 {
            let expected = averages(series, window);
            (most..series.len()).map(|at| (series[at] - expected[at - window]).powi(2)).sum()
        };
        let best = || {
            let tried = (1..=most).map(|window| (squares(window), window));
            tried
                .reduce(|best, this| if this.0 < best.0 { this } else { best })
                .map_or(1, |(_, window)| window)
        };
        let chosen = usize::from(window.is_none());
        let window = window.unwrap_or_else(best);
        let mut expected = averages(series, window);
        expected.pop();
        Self { kind: Kind::Average(window), expected, skip: window, chosen }
    }

    fn smooth(method: Method, series: &[f64], settings: &Settings) -> Result<Self, ForecastError> {
        let length = settings.season.unwrap_or_default();
        let form = match method {
            Method::Double => Form { trend: true, damped: false, season: Season::None },
            Method::Damped => Form { trend: true, damped: true, season: Season::None },
            Method::Additive => Form { trend: true, damped: false, season: Season::Additive(length) },
            Method::Multiplicative => {
                if let Some(at) = series.iter().position(|value| *value <= 0.0) {
                    return Err(ForecastError::NotPositive { at, value: series[at] });
                }
                Form { trend: true, damped: false, season: Season::Multiplicative(length) }
            }
            _ => Form { trend: false, damped: false, season: Season::None },
        };
        let given =
            Given { alpha: settings.alpha, beta: settings.beta, gamma: settings.gamma, phi: settings.phi };
        let kind = start_kind(settings, form, given, series.len());
        if kind == Start::Fitted && form.season.length() > MOST_FITTED {
            return Err(ForecastError::LongSeason(form.season.length()));
        }
        let (first, skip) = state(kind, form, series);
        let fit = Fit::new(form, series, skip, given);
        let (rates, start) =
            if kind == Start::Fitted { fit.with_start(&first) } else { (fit.rates_from(&first), first) };
        let states = if kind == Start::Fitted { 2 + form.season.length().saturating_sub(1) } else { 0 };
        let chosen = fit.chosen() + states - usize::from(states > 0 && !form.trend);
        let mut end = start.clone();
        let known = series.iter().enumerate().skip(skip);
        let expected: Vec<f64> = known.map(|(at, value)| end.follow(form, rates, at, *value)).collect();
        if !expected.iter().all(|value| value.is_finite()) {
            return Err(ForecastError::Range);
        }
        Ok(Self { kind: Kind::Smooth { form, rates, kind, start, end }, expected, skip, chosen })
    }

    /// The next values as expected after the series that was fitted.
    pub fn ahead(&self, series: &[f64], horizon: usize) -> Vec<f64> {
        let n = series.len();
        match &self.kind {
            Kind::Last(lag) => (0..horizon).map(|step| series[n - lag + step % lag]).collect(),
            Kind::Average(window) => {
                vec![series[n - window..].iter().sum::<f64>() / len_f64(*window); horizon]
            }
            Kind::Smooth { form, rates, end, .. } => end.ahead(*form, *rates, n, horizon),
        }
    }

    /// Each value that was expected, with what was expected of it.
    pub fn pairs(&self, series: &[f64]) -> Vec<(f64, f64)> {
        series[self.skip..].iter().copied().zip(self.expected.iter().copied()).collect()
    }
}

/// The means of each `window` values on end.
fn averages(series: &[f64], window: usize) -> Vec<f64> {
    series.windows(window).map(|values| values.iter().sum::<f64>() / len_f64(window)).collect()
}

/// Where smoothing starts when nobody says it: fitted with the rates when there are values enough for both, simple otherwise.
fn start_kind(settings: &Settings, form: Form, given: Given, n: usize) -> Start {
    let all_given = given.alpha.is_some()
        && (!form.trend || given.beta.is_some())
        && (form.season.length() == 0 || given.gamma.is_some());
    let season = form.season.length();
    let enough = n >= 10 && n >= 4 * season && season <= MOST_FITTED;
    settings.start.unwrap_or(if all_given || !enough { Start::Simple } else { Start::Fitted })
}

/// Values that a method needs.
pub(super) fn needed(method: Method, settings: &Settings) -> Result<usize, ForecastError> {
    let season = || settings.season.filter(|season| *season > 1).ok_or(ForecastError::NoSeason);
    Ok(match method {
        Method::Naive | Method::Simple => 2,
        Method::MovingAverage => settings.window.unwrap_or(1) + 1,
        Method::Double | Method::Damped => 3,
        Method::SeasonalNaive => season()? + 1,
        Method::Additive | Method::Multiplicative => 2 * season()? + 1,
    })
}
