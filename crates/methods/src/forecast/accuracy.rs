use serde::{Deserialize, Serialize};

use crate::number::len_f64;

/// How far expectations were from what came.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Accuracy {
    /// Values compared.
    pub n: usize,
    /// Mean absolute error, in the unit of the series.
    pub mae: f64,
    /// Root of the mean squared error, in the unit of the series.
    pub rmse: f64,
    /// Mean absolute error in percent of the values; `None` when one of them is 0.
    pub mape: Option<f64>,
    /// The same with the mean of value and expectation below, 0 to 200; `None` when both are 0 somewhere.
    pub smape: Option<f64>,
}

impl Accuracy {
    /// In other units.
    pub(super) fn times(self, factor: f64) -> Self {
        Self { mae: self.mae * factor, rmse: self.rmse * factor, ..self }
    }
}

/// Compares values with what was expected of them; `None` without any.
pub fn accuracy(pairs: &[(f64, f64)]) -> Option<Accuracy> {
    let n = len_f64(pairs.len());
    if pairs.is_empty() {
        return None;
    }
    let mean = |part: &dyn Fn(f64, f64) -> f64| {
        pairs.iter().map(|(value, expected)| part(*value, *expected)).sum::<f64>() / n
    };
    let existing = |value: f64| value.is_finite().then_some(value);
    Some(Accuracy {
        n: pairs.len(),
        mae: existing(mean(&|value, expected| (value - expected).abs()))?,
        rmse: existing(mean(&|value, expected| (value - expected).powi(2)).sqrt())?,
        mape: existing(100.0 * mean(&|value, expected| ((value - expected) / value).abs())),
        smape: existing(
            100.0 * mean(&|value, expected| 2.0 * (value - expected).abs() / (value.abs() + expected.abs())),
        ),
    })
}

/// Mean absolute error as a part of that of the naive forecast `lag` values back within the series: Hyndman and Koehler,
/// *Another look at measures of forecast accuracy*, 2006. `None` for a series that never changes over that lag.
pub fn mase(mae: f64, series: &[f64], lag: usize) -> Option<f64> {
    let lag = lag.max(1);
    let steps: Vec<f64> =
        series.iter().skip(lag).zip(series).map(|(later, earlier)| (later - earlier).abs()).collect();
    let mean = steps.iter().sum::<f64>() / len_f64(steps.len());
    Some(mae / mean).filter(|ratio| ratio.is_finite())
}
