use clap::Args;
use serde::Serialize;
use ting_methods::clv::Retention;

use crate::{
    error::CliError,
    output::{Output, Table},
};

/// What the simple formulas need instead of a file.
#[derive(Debug, Clone, Args)]
pub struct Rates {
    /// Instead of a file: profit of a customer in one period
    #[arg(
        long,
        value_name = "MONEY",
        requires = "retention",
        allow_negative_numbers = true,
        conflicts_with_all = ["file", "end", "holdout", "unit", "horizon", "step", "returns", "top", "svg"]
    )]
    margin: Option<f64>,
    /// With --margin: probability that a customer stays for another period, 0 to 1
    #[arg(long, value_name = "RATE", requires = "margin")]
    retention: Option<f64>,
    /// With --margin: what it cost to win the customer
    #[arg(long, value_name = "MONEY", requires = "margin", default_value_t = 0.0)]
    acquisition: f64,
    /// With --margin: count so many periods only
    #[arg(long, value_name = "N", requires = "margin")]
    periods: Option<u32>,
}

/// The answer, as `--format json` prints it.
#[derive(Debug, Serialize)]
struct Answer {
    #[serde(flatten)]
    given: Retention,
    periods: Option<u32>,
    /// What the margin is multiplied by without an end; none where that is infinite.
    multiple: Option<f64>,
    value: f64,
}

pub fn run(output: &Output, rates: &Rates, discount: f64) -> Result<(), CliError> {
    // Clap has seen to it that both are there.
    let (margin, retention) = rates
        .margin
        .zip(rates.retention)
        .ok_or_else(|| CliError::usage("--margin and --retention belong together"))?;
    let given = Retention { margin, retention, discount, acquisition: rates.acquisition };
    let value = match rates.periods {
        Some(periods) => given.over(periods),
        None => given.infinite(),
    };
    let value = value.map_err(|error| CliError::usage(error.to_string()))?;
    let answer = Answer { given, periods: rates.periods, multiple: given.multiple().ok(), value };
    output.show(&answer, || vec![table(&answer)])
}

fn table(answer: &Answer) -> Table {
    let Answer { given, periods, multiple, value } = answer;
    let horizon = periods.map_or_else(|| "without end".to_owned(), |periods| format!("{periods} periods"));
    Table::details(vec![
        ("value of a customer", format!("{value:.2}").into()),
        ("horizon", horizon.into()),
        ("margin of a period", given.margin.to_string().into()),
        ("retention", given.retention.to_string().into()),
        ("discount", given.discount.to_string().into()),
        ("cost to win", given.acquisition.to_string().into()),
        ("margin multiple", multiple.map(|multiple| format!("{multiple:.4}")).unwrap_or_default().into()),
    ])
}
