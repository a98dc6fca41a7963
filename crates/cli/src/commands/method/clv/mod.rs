//! What customers will be worth: from a list of transactions, or from a margin and a retention rate.

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::ValueEnum;

use super::transactions::Reading;
use crate::{error::CliError, output::Output, values};

mod retention;
mod tables;
mod transactions;

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  ting method clv examples/methods/transactions.csv --horizon 26 --discount 0.002
  ting method clv transactions.csv --holdout 2026-03-31 --svg backtest.svg
  ting method clv --margin 100 --retention 0.8 --discount 0.1
  ting method clv --margin 100 --retention 0.8 --discount 0.1 --periods 5 --acquisition 60

Columns: customer (a name or id), date (2026-03-01, or an instant in RFC 3339, whose day is taken as written), amount (1234.50; 0 is
a purchase, less than 0 a return). All purchases of a customer on one day count as one. Values are revenue if amounts are, and
profit if amounts are.")]
pub struct Command {
    /// CSV with a header, in UTF-8; - is standard input
    #[arg(value_name = "FILE", required_unless_present = "margin")]
    file: Option<PathBuf>,
    /// The last day to look at; later rows are left out and counted [default: the last day with a purchase]
    #[arg(long, value_name = "DATE", value_parser = values::day)]
    end: Option<NaiveDate>,
    /// Fit up to this day only, and compare what followed until the end with what was to be expected
    #[arg(long, value_name = "DATE", value_parser = values::day)]
    holdout: Option<NaiveDate>,
    /// The unit of time; a month has 30.4375 days
    #[arg(long, value_enum, default_value_t)]
    unit: Unit,
    /// How far to look ahead, in units [default: a year]
    #[arg(long, value_name = "N")]
    horizon: Option<f64>,
    /// Discount rate of a step, or of a period with --margin; 0.01 is 1 %
    #[arg(long, value_name = "D", default_value_t = 0.0, allow_negative_numbers = true)]
    discount: f64,
    /// How often money is discounted, in units
    #[arg(long, value_name = "N", default_value_t = 1.0)]
    step: f64,
    #[command(flatten)]
    reading: Reading,
    /// How many customers the table shows, the most valuable first
    #[arg(long, value_name = "N", default_value_t = 20)]
    top: usize,
    /// Draw who will buy again, or with --holdout actual against expected purchases
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,
    #[command(flatten)]
    retention: retention::Rates,
}

/// A unit of time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum Unit {
    Day,
    #[default]
    Week,
    Month,
}

impl Unit {
    fn days(self) -> f64 {
        match self {
            Self::Day => 1.0,
            Self::Week => 7.0,
            Self::Month => 365.25 / 12.0,
        }
    }

    /// How many of them a year has.
    fn year(self) -> f64 {
        match self {
            Self::Day => 365.0,
            Self::Week => 52.0,
            Self::Month => 12.0,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
        }
    }
}

pub fn run(output: &Output, command: &Command) -> Result<(), CliError> {
    match &command.file {
        Some(file) => transactions::run(output, command, file),
        None => retention::run(output, &command.retention, command.discount),
    }
}
