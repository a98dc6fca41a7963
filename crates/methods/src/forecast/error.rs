/// Why a series has no forecast. Places count from 0.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum ForecastError {
    #[error("{value} is no number between −1e150 and 1e150")]
    Value { at: usize, value: f64 },
    #[error("{value} is not above 0, which multiplicative seasons need")]
    NotPositive { at: usize, value: f64 },
    #[error("there are {found} values, and this needs {needed}")]
    TooShort { needed: usize, found: usize },
    #[error("seasonal methods need the number of values in a season, 2 or more")]
    NoSeason,
    #[error("a horizon of {0} is not from 1 to 10000 values")]
    Horizon(usize),
    #[error("{name} must be from 0 to 1, and {value} is not")]
    Rate { name: &'static str, value: f64 },
    #[error("a window of {0} values is none: take 1 or more")]
    Window(usize),
    #[error("start values can be fitted for seasons of up to 60 values, and this one has {0}")]
    LongSeason(usize),
    #[error("with these parameters the numbers grow beyond all bounds")]
    Range,
}
