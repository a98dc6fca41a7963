use std::ops::RangeInclusive;
use std::path::PathBuf;

use clap::ValueEnum;
use ting_methods::forecast::{CONSENSUS, ForecastError, LARGEST, Method, Settings, Start, forecast, picture};

use super::Input;
use crate::{
    error::CliError,
    output::{Output, save_picture},
    sheet::{Column, Sheet},
};

mod delphi;
mod tables;

/// Columns that tell when, if nobody names one.
const TIMES: [&str; 8] = ["time", "date", "day", "week", "month", "quarter", "year", "period"];

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  ting method forecast examples/methods/forecast.csv --column complaints --season 12 --horizon 6
  ting method forecast sales.csv --column sales --season 12 --method multiplicative --svg sales.svg
  ting method forecast sales.csv --column sales --method simple --alpha 0.3 --format json
  ting method forecast estimates.csv --method delphi

Columns: one of numbers (--column), a row for each day, week or month in the order of time, none left out; if you like one that
tells when (--time). For --method delphi: round (1, 2, …) and the column of estimates, one row for each expert and round.")]
pub struct Forecast {
    #[command(flatten)]
    input: Input,
    /// Column of the series or the estimates; without it the only one that is left
    #[arg(long, value_name = "COLUMN")]
    column: Option<String>,
    /// Column that tells when; time, date, day, week, month, quarter, year or period without it
    #[arg(long, value_name = "COLUMN")]
    time: Option<String>,
    /// Values in a season: 12 for months, 7 for days
    #[arg(long, value_name = "M", value_parser = clap::value_parser!(u16).range(2..))]
    season: Option<u16>,
    /// Values to forecast; a season, or 6, without it
    #[arg(long, value_name = "H", value_parser = clap::value_parser!(u16).range(1..=10_000))]
    horizon: Option<u16>,
    /// How; without it the method that did best in the past
    #[arg(long, value_enum)]
    method: Option<Way>,
    /// Rate of the level, 0 to 1; chosen by least squares without it, as all of these
    #[arg(long, value_name = "RATE", value_parser = rate)]
    alpha: Option<f64>,
    /// Rate of the trend
    #[arg(long, value_name = "RATE", value_parser = rate)]
    beta: Option<f64>,
    /// Rate of the seasons
    #[arg(long, value_name = "RATE", value_parser = rate)]
    gamma: Option<f64>,
    /// What remains of a damped trend at each step
    #[arg(long, value_name = "RATE", value_parser = rate)]
    phi: Option<f64>,
    /// Values in a moving average
    #[arg(long, value_name = "VALUES", value_parser = clap::value_parser!(u16).range(1..))]
    window: Option<u16>,
    /// Where smoothing starts; simple when all rates are given or values are few, fitted otherwise
    #[arg(long, value_enum)]
    start: Option<Starting>,
    /// Chance of drawn intervals hangs on it
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Quartile range by median up to which experts agree
    #[arg(long, value_name = "RATIO", default_value_t = CONSENSUS, value_parser = rate)]
    consensus: f64,
    /// Draws the series and the forecast, or the rounds
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Way {
    /// all stays as it is
    Naive,
    /// each season is like the last one
    SeasonalNaive,
    /// the mean of the last values
    #[value(alias = "average")]
    MovingAverage,
    /// simple exponential smoothing: a level
    #[value(alias = "ses")]
    Simple,
    /// Holt: a level and a trend
    #[value(alias = "holt")]
    Double,
    /// a level and a trend that wears off
    Damped,
    /// Holt and Winters: level, trend and seasons that are added
    #[value(alias = "holt-winters-additive")]
    Additive,
    /// Holt and Winters: level, trend and seasons that are multiplied
    #[value(alias = "holt-winters-multiplicative")]
    Multiplicative,
    /// estimates of experts in rounds
    Delphi,
}

impl Way {
    /// `None` for estimates, which are no series.
    fn method(self) -> Option<Method> {
        Some(match self {
            Self::Naive => Method::Naive,
            Self::SeasonalNaive => Method::SeasonalNaive,
            Self::MovingAverage => Method::MovingAverage,
            Self::Simple => Method::Simple,
            Self::Double => Method::Double,
            Self::Damped => Method::Damped,
            Self::Additive => Method::Additive,
            Self::Multiplicative => Method::Multiplicative,
            Self::Delphi => return None,
        })
    }
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Starting {
    /// the first values, or the first two cycles
    Simple,
    /// a decomposition of the first two cycles, as R does it
    Decomposition,
    /// chosen together with the rates
    Fitted,
}

fn rate(text: &str) -> Result<f64, String> {
    const RATES: RangeInclusive<f64> = 0.0..=1.0;
    text.parse().ok().filter(|rate| RATES.contains(rate)).ok_or_else(|| "a number from 0 to 1".to_owned())
}

pub fn run(output: &Output, command: &Forecast) -> Result<(), CliError> {
    if command.method == Some(Way::Delphi) {
        return delphi::run(output, command);
    }
    let settings = settings(command);
    if settings.season.is_none() && settings.method.is_some_and(Method::seasonal) {
        return Err(CliError::usage("this method needs --season, the number of values in a season"));
    }
    let series = Series::read(command)?;
    let found = forecast(&series.values, &settings).map_err(|error| series.explain(&error))?;
    if let Some(path) = &command.svg {
        save_picture(path, &picture(&found, &series.values, &series.name, &series.times))?;
    }
    output.show(&found, || tables::tables(&found, &series.name))
}

fn settings(command: &Forecast) -> Settings {
    let season = command.season.map(usize::from);
    Settings {
        method: command.method.and_then(Way::method),
        season,
        horizon: command.horizon.map(usize::from).or(season).unwrap_or(6),
        alpha: command.alpha,
        beta: command.beta,
        gamma: command.gamma,
        phi: command.phi,
        window: command.window.map(usize::from),
        start: command.start.map(|start| match start {
            Starting::Simple => Start::Simple,
            Starting::Decomposition => Start::Decomposition,
            Starting::Fitted => Start::Fitted,
        }),
        seed: command.seed,
    }
}

/// A column of numbers in the order of time.
struct Series {
    sheet: Sheet,
    name: String,
    values: Vec<f64>,
    lines: Vec<u64>,
    times: Vec<String>,
}

impl Series {
    fn read(command: &Forecast) -> Result<Self, CliError> {
        let mut sheet = Sheet::open(&command.input.file)?;
        let time = match &command.time {
            Some(name) => Some(sheet.column(name)?),
            None => TIMES.iter().find_map(|name| sheet.optional_column(name)),
        };
        let column = values(&sheet, command.column.as_deref(), time)?;
        let time = time.filter(|time| *time != column);
        let name = sheet.name(column).to_owned();
        let (mut values, mut lines, mut times) = (Vec::new(), Vec::new(), Vec::<String>::new());
        while let Some(row) = sheet.next_row()? {
            let value = row.number(column)?;
            if value.abs() > LARGEST {
                return Err(row.wrong(column, ForecastError::Value { at: values.len(), value }));
            }
            values.push(value);
            lines.push(row.line());
            let Some(column) = time else { continue };
            let now = row.text(column);
            if let Some(before) = times.last().filter(|before| goes_back(before, now)) {
                return Err(row.wrong(
                    column,
                    format_args!("{now} does not come after {before}; rows must be in the order of time"),
                ));
            }
            times.push(now.to_owned());
        }
        sheet.require_rows()?;
        Ok(Self { sheet, name, values, lines, times })
    }

    fn explain(&self, error: &ForecastError) -> CliError {
        match error {
            ForecastError::Value { at, .. } | ForecastError::NotPositive { at, .. } => {
                self.sheet.wrong(self.lines[*at], format_args!("column {}: {error}", self.name))
            }
            error => {
                let last = self.lines.last().copied().unwrap_or(1);
                self.sheet.wrong(last, format_args!("column {}: {error}", self.name))
            }
        }
    }
}

/// The column of the series: the one named, or the only one that does not tell when.
fn values(sheet: &Sheet, named: Option<&str>, time: Option<Column>) -> Result<Column, CliError> {
    if let Some(name) = named {
        return sheet.column(name);
    }
    let columns = sheet.headers().iter().map(|name| sheet.column(name));
    let columns: Vec<Column> = columns.collect::<Result<_, _>>()?;
    let mut rest = columns.into_iter().filter(|column| Some(*column) != time);
    if let (Some(only), None) = (rest.next(), rest.next()) {
        return Ok(only);
    }
    let there = sheet.headers().join(", ");
    Err(CliError::failed(
        "it is not clear which column is the series",
        format!("name one with --column: {there}"),
    ))
}

/// Whether two times in ISO 8601 (2026, 2026-03, 2026-03-31) stand in the wrong order; of other ways to write times nobody knows.
fn goes_back(before: &str, now: &str) -> bool {
    let iso = |text: &str| {
        let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        text.split('-').next().is_some_and(|year| year.len() == 4) && text.split('-').all(digits)
    };
    before.len() == now.len() && iso(before) && iso(now) && now <= before
}

#[cfg(test)]
mod tests {
    use super::goes_back;

    #[test]
    fn only_times_of_one_kind_are_compared() {
        for (before, now, back) in [
            ("2026-03", "2026-02", true),
            ("2026-03", "2026-03", true),
            ("2025-12-31", "2026-01-01", false),
            ("12/2025", "01/2026", false),
            ("2026-9", "2026-10", false),
            ("一月", "二月", false),
        ] {
            assert_eq!(goes_back(before, now), back, "{before} {now}");
        }
    }
}
