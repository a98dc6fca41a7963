use serde::{Deserialize, Serialize};

use super::smooth::{Form, Season, State};
use crate::number::len_f64;

/// Where smoothing starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Start {
    /// Without a season: level y1, trend y2 − y1, and y2 is the first value expected. With one: level is the mean of the first
    /// cycle, trend the difference of the means of the first two cycles by m, seasons are the first cycle less (or by) the level;
    /// y1 is the first value expected.
    Simple,
    /// A classical decomposition of the first two cycles, as R's `HoltWinters` does it: seasons are its figure, level and trend
    /// the line through its centred moving average; the second cycle is the first expected. Without a season as `Simple`.
    Decomposition,
    /// Chosen together with the parameters, so that the squared errors of all values are smallest.
    Fitted,
}

/// The state before the first expected value, and how many values come before that one.
pub(super) fn state(start: Start, form: Form, series: &[f64]) -> (State, usize) {
    match (form.season, start) {
        (Season::None, Start::Fitted) => {
            let trend = if form.trend { series[1] - series[0] } else { 0.0 };
            (State { level: series[0] - trend, trend, season: vec![] }, 0)
        }
        (Season::None, _) => {
            let trend = if form.trend { series[1] - series[0] } else { 0.0 };
            (State { level: series[0], trend, season: vec![] }, 1)
        }
        (_, Start::Decomposition) => (decomposed(form.season, series), form.season.length()),
        (_, Start::Simple | Start::Fitted) => (two_cycles(form.season, series), 0),
    }
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / len_f64(values.len())
}

fn two_cycles(season: Season, series: &[f64]) -> State {
    let length = season.length();
    let (first, second) = (&series[..length], &series[length..2 * length]);
    let level = mean(first);
    let trend = (mean(second) - level) / len_f64(length);
    State { level, trend, season: first.iter().map(|value| less(season, *value, level)).collect() }
}

fn less(season: Season, value: f64, part: f64) -> f64 {
    if matches!(season, Season::Multiplicative(_)) { value / part } else { value - part }
}

fn decomposed(season: Season, series: &[f64]) -> State {
    let length = season.length();
    let cycles = &series[..2 * length];
    let centred = centred(cycles, length);
    let from = length / 2;
    let mut figure = vec![(0.0, 0.0); length];
    for (at, trend) in centred.iter().enumerate() {
        let phase = &mut figure[(from + at) % length];
        *phase = (phase.0 + less(season, cycles[from + at], *trend), phase.1 + 1.0);
    }
    let figure: Vec<f64> = figure.into_iter().map(|(sum, count)| sum / count).collect();
    let centre = mean(&figure);
    let (level, trend) = line(&centred);
    State { level, trend, season: figure.into_iter().map(|part| less(season, part, centre)).collect() }
}

/// The moving average over one cycle, in the middle of it: of an even cycle the two ends count half.
pub(super) fn centred(series: &[f64], length: usize) -> Vec<f64> {
    if length % 2 == 1 {
        return series.windows(length).map(mean).collect();
    }
    let middle = |window: &[f64]| {
        let ends = 0.5 * (window[0] + window[length]);
        (ends + window[1..length].iter().sum::<f64>()) / len_f64(length)
    };
    series.windows(length + 1).map(middle).collect()
}

/// Intercept and slope of the least-squares line through values at 1, 2, …
fn line(values: &[f64]) -> (f64, f64) {
    let middle = f64::midpoint(1.0, len_f64(values.len()));
    let average = mean(values);
    let (mut up, mut over) = (0.0, 0.0);
    for (at, value) in values.iter().enumerate() {
        let x = len_f64(at + 1) - middle;
        up += x * (value - average);
        over += x * x;
    }
    let slope = if over > 0.0 { up / over } else { 0.0 };
    (average - slope * middle, slope)
}
