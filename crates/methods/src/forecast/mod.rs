//! Forecasts a series from its own past: moving averages and exponential smoothing, judged by forecasts made in the past.
//!
//! Parameters are given or chosen by least squares. Without a method, each is tried at several times in the past (rolling
//! origin), and the one with the smallest mean absolute error is taken, the simpler of equals. Expert estimates in rounds are
//! in [`Delphi`].

use serde::{Deserialize, Serialize};

mod accuracy;
mod backtest;
mod delphi;
mod error;
mod fit;
mod model;
mod picture;
mod run;
mod smooth;
mod spread;
mod start;

pub use accuracy::{Accuracy, accuracy, mase};
pub use backtest::Backtest;
pub use delphi::{CONSENSUS, Delphi, Round};
pub use error::ForecastError;
pub use picture::{delphi_picture, picture};
pub use run::forecast;
pub use smooth::State;
pub use spread::Basis;
pub use start::Start;

/// The largest value of a series: sums of squares of larger ones would leave the range of an `f64`.
pub const LARGEST: f64 = 1e150;

/// How a series is forecast; the simplest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// All stays as it is.
    Naive,
    /// Each season is like the last one.
    SeasonalNaive,
    /// The mean of the last values.
    MovingAverage,
    /// A level that follows the series.
    Simple,
    /// A level and a trend (Holt).
    Double,
    /// A level and a trend that wears off (Gardner and McKenzie).
    Damped,
    /// A level, a trend and seasons that are added (Holt and Winters).
    Additive,
    /// A level, a trend and seasons that are multiplied; only for values above 0.
    Multiplicative,
}

impl Method {
    pub const ALL: [Self; 8] = [
        Self::Naive,
        Self::SeasonalNaive,
        Self::MovingAverage,
        Self::Simple,
        Self::Double,
        Self::Damped,
        Self::Additive,
        Self::Multiplicative,
    ];

    /// Whether it needs the length of a season.
    pub fn seasonal(self) -> bool {
        matches!(self, Self::SeasonalNaive | Self::Additive | Self::Multiplicative)
    }
}

/// How to forecast.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// `None` takes the one that did best in the past.
    pub method: Option<Method>,
    /// Values in a season, 2 or more; `None` for a series without one.
    pub season: Option<usize>,
    /// Values to forecast, 1 to 10000.
    pub horizon: usize,
    /// Rate of the level, 0 to 1; `None` chooses it, here and below.
    pub alpha: Option<f64>,
    /// Rate of the trend.
    pub beta: Option<f64>,
    /// Rate of the seasons.
    pub gamma: Option<f64>,
    /// What remains of a damped trend at each step.
    pub phi: Option<f64>,
    /// Values in a moving average.
    pub window: Option<usize>,
    /// `None` takes `Simple` when all rates are given or values are few, `Fitted` otherwise.
    pub start: Option<Start>,
    pub seed: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            method: None,
            season: None,
            horizon: 6,
            alpha: None,
            beta: None,
            gamma: None,
            phi: None,
            window: None,
            start: None,
            seed: 1,
        }
    }
}

/// The parameters that were used; `None` where the method has none.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Parameters {
    pub alpha: Option<f64>,
    pub beta: Option<f64>,
    pub gamma: Option<f64>,
    pub phi: Option<f64>,
    pub window: Option<usize>,
}

/// One value ahead.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// 1 is the value after the last one known.
    pub step: usize,
    pub value: f64,
    /// Lower end of the 95 % interval; `None` without errors enough to tell.
    pub low: Option<f64>,
    pub high: Option<f64>,
}

/// A method that was tried on the past.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Candidate {
    pub method: Method,
    /// Its errors at the same times as those of all others; `None` when it cannot be used.
    pub accuracy: Option<Accuracy>,
}

/// What the reader of a result should know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Warning {
    /// A value is 0, so there is no error in percent.
    ZeroValue,
    /// All values are equal: nothing can be learnt about errors.
    Constant,
    /// There are too few values to judge by the past; without a method, simple smoothing is taken.
    TooShortToTest,
    /// The naive forecast did as well in the past, or better.
    NoBetterThanNaive,
    /// The seasonal naive forecast did as well in the past, or better.
    NoBetterThanSeasonalNaive,
    /// More is chosen from the values than they can tell, so there are no intervals.
    TooManyParameters,
    /// The method was not tried in the past, because it cannot be fitted to an earlier part of the series.
    NotTested,
}

/// A series and what comes next.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Forecast {
    /// Values known.
    pub n: usize,
    pub method: Method,
    /// Whether the method was chosen by its errors in the past.
    pub chosen: bool,
    pub season: Option<usize>,
    pub parameters: Parameters,
    /// Which of them were chosen from the series.
    pub fitted_parameters: Vec<String>,
    /// How smoothing was started; `None` for other methods, here and below.
    pub start: Option<Start>,
    /// Level, trend and seasons before the first value that was expected.
    pub first: Option<State>,
    /// The same after the last value.
    pub last: Option<State>,
    /// What was expected of each value one step before it came; `None` for those the method starts from.
    pub fitted: Vec<Option<f64>>,
    pub forecast: Vec<Step>,
    /// Where the intervals come from.
    pub basis: Basis,
    /// Expected values that the errors below are of.
    pub errors: usize,
    /// Sum of squared errors one step ahead.
    pub sse: f64,
    /// Mean absolute error one step ahead, within the series; `None` when nothing was expected.
    pub mae: Option<f64>,
    /// Root of the mean squared error one step ahead.
    pub rmse: Option<f64>,
    /// Mean absolute error one step ahead in percent of the values; `None` when one of them is 0.
    pub mape: Option<f64>,
    /// Forecasts made in the past; `None` when there are too few values.
    pub backtest: Option<Backtest>,
    /// All methods by their errors in the past, when the method was chosen by them.
    pub candidates: Vec<Candidate>,
    pub warnings: Vec<Warning>,
}
