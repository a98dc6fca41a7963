//! The recursions of exponential smoothing, in the form of Holt and Winters.
//!
//! With level l, trend b, season s and rates α, β, γ, φ (1 unless damped):
//! ŷ = (l + φb) ∘ s, then l' = α (y ∘⁻¹ s) + (1 − α)(l + φb), b' = β (l' − l) + (1 − β) φb, s' = γ (y ∘⁻¹ l') + (1 − γ) s,
//! where ∘ adds or multiplies. Winters, *Forecasting sales by exponentially weighted moving averages*, Management Science 6, 1960.

use serde::{Deserialize, Serialize};

use crate::number::len_f64;

/// What a smoothing keeps track of beside the level.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Form {
    pub trend: bool,
    pub damped: bool,
    pub season: Season,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Season {
    None,
    /// Of so many values.
    Additive(usize),
    Multiplicative(usize),
}

impl Season {
    pub fn length(self) -> usize {
        match self {
            Self::None => 0,
            Self::Additive(length) | Self::Multiplicative(length) => length,
        }
    }

    fn multiplies(self) -> bool {
        matches!(self, Self::Multiplicative(_))
    }
}

/// How fast level, trend and season follow the series, 0 to 1; φ dampens the trend.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Rates {
    pub alpha: f64,
    pub beta: f64,
    pub gamma: f64,
    pub phi: f64,
}

/// Level, trend and season at one time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct State {
    pub level: f64,
    /// Change of the level for each value; 0 where there is no trend.
    pub trend: f64,
    /// Added to the level or multiplied with it; the first belongs to the first value of the series. Empty without a season.
    pub season: Vec<f64>,
}

impl State {
    /// Follows one value and returns what was expected of it.
    pub(super) fn follow(&mut self, form: Form, rates: Rates, at: usize, value: f64) -> f64 {
        let Rates { alpha, beta, gamma, phi } = rates;
        let slope = if form.trend { phi * self.trend } else { 0.0 };
        let base = self.level + slope;
        let length = form.season.length();
        let multiplies = form.season.multiplies();
        let own = if length == 0 { 0.0 } else { self.season[at % length] };
        let expected = if multiplies { base * own } else { base + own };
        let without = |of: f64, part: f64| if multiplies { of / part } else { of - part };
        let level = alpha * without(value, own) + (1.0 - alpha) * base;
        if form.trend {
            self.trend = beta * (level - self.level) + (1.0 - beta) * slope;
        }
        if length > 0 {
            self.season[at % length] = gamma * without(value, level) + (1.0 - gamma) * own;
        }
        self.level = level;
        expected
    }

    /// The next values as expected at the place `at`.
    pub(super) fn ahead(&self, form: Form, rates: Rates, at: usize, horizon: usize) -> Vec<f64> {
        let (mut slope, mut power) = (0.0, 1.0);
        (0..horizon)
            .map(|step| {
                if form.trend {
                    power *= rates.phi;
                    slope += power;
                }
                let base = self.level + slope * self.trend;
                match form.season {
                    Season::None => base,
                    Season::Additive(length) => base + self.season[(at + step) % length],
                    Season::Multiplicative(length) => base * self.season[(at + step) % length],
                }
            })
            .collect()
    }

    /// The same expectations with seasons that add up to nothing, or average 1.
    pub(super) fn normalise(&mut self, season: Season) {
        let length = season.length();
        if length == 0 {
            return;
        }
        let mean = self.season.iter().sum::<f64>() / len_f64(length);
        if season.multiplies() {
            if mean != 0.0 {
                self.season.iter_mut().for_each(|part| *part /= mean);
                self.level *= mean;
                self.trend *= mean;
            }
        } else {
            self.season.iter_mut().for_each(|part| *part -= mean);
            self.level += mean;
        }
    }

    /// In other units.
    pub(super) fn times(mut self, factor: f64, multiplies: bool) -> Self {
        self.level *= factor;
        self.trend *= factor;
        if !multiplies {
            self.season.iter_mut().for_each(|part| *part *= factor);
        }
        self
    }
}

/// Writes value − expectation of every value after the first `skip` into `errors`.
pub(super) fn follow(
    form: Form,
    rates: Rates,
    start: &State,
    (series, skip): (&[f64], usize),
    errors: &mut Vec<f64>,
) {
    let mut state = start.clone();
    errors.clear();
    for (at, value) in series.iter().enumerate().skip(skip) {
        errors.push(value - state.follow(form, rates, at, *value));
    }
}

/// The sum of squared errors; infinite where the recursion leaves the numbers.
pub(super) fn squares(errors: &[f64]) -> f64 {
    let sum: f64 = errors.iter().map(|error| error * error).sum();
    if sum.is_finite() { sum } else { f64::INFINITY }
}
