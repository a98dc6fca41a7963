//! Reach by word of mouth and what retention is worth, from counts of customers and quoted figures.

use std::path::PathBuf;

use serde::Serialize;
use ting_methods::word_of_mouth::{self as method, Customers, Known, Parameters, word_of_mouth};

use crate::{error::CliError, output::Output};

mod figures;
mod tables;

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  ting method word-of-mouth --dissatisfied 10 --satisfied 70 --highly-satisfied 20
  ting method word-of-mouth --dissatisfied 10 --satisfied 90 --retention-cost 30 --complaints 4
  ting method word-of-mouth --dissatisfied 10 --satisfied 90 --dissatisfied-tells 9-15 --figures own.toml

Every figure has a default that is quoted somewhere; the answer names where. Better ones of your own go into options (9 or 9-15) or, with
their source, into a TOML file:
  [satisfied_tells]
  low = 4
  high = 6
  source = \"own survey, March 2026, n = 412\"
An option counts more than the file, and the file more than the default.")]
pub struct WordOfMouth {
    /// Dissatisfied customers
    #[arg(long, value_name = "COUNT", required_unless_present_any = ["satisfied", "highly_satisfied"])]
    dissatisfied: Option<u64>,

    /// Satisfied customers
    #[arg(long, value_name = "COUNT")]
    satisfied: Option<u64>,

    /// Highly satisfied customers
    #[arg(long, value_name = "COUNT")]
    highly_satisfied: Option<u64>,

    /// Complaints received; tells how many dissatisfied customers stand behind them
    #[arg(long, value_name = "COUNT")]
    complaints: Option<u64>,

    /// What keeping one customer costs; tells what replacing the dissatisfied costs
    #[arg(long, value_name = "MONEY")]
    retention_cost: Option<f64>,

    /// What a first contact costs; tells what mending bad first impressions costs in addition
    #[arg(long, value_name = "MONEY")]
    first_contact_cost: Option<f64>,

    /// Profit of a year; tells what 5 points more of loyal customers may add
    #[arg(long, value_name = "MONEY")]
    profit: Option<f64>,

    #[command(flatten)]
    options: figures::Options,

    /// Figures of your own, with their source
    #[arg(long, value_name = "TOML")]
    figures: Option<PathBuf>,
}

/// The answer, as `--format json` prints it.
#[derive(Debug, Serialize)]
struct Answer {
    #[serde(flatten)]
    found: method::WordOfMouth,
    /// What the estimates rest on.
    figures: Parameters,
}

pub fn run(output: &Output, command: &WordOfMouth) -> Result<(), CliError> {
    let figures = figures::read(command.figures.as_deref(), &command.options)?;
    let customers = Customers {
        dissatisfied: command.dissatisfied.unwrap_or_default(),
        satisfied: command.satisfied.unwrap_or_default(),
        highly_satisfied: command.highly_satisfied.unwrap_or_default(),
    };
    let known = Known {
        complaints: command.complaints,
        retention_cost: command.retention_cost,
        first_contact_cost: command.first_contact_cost,
        profit: command.profit,
    };
    let found =
        word_of_mouth(customers, &known, &figures).map_err(|error| CliError::usage(error.to_string()))?;
    let answer = Answer { found, figures };
    output.show(&answer, || tables::tables(&answer))
}
