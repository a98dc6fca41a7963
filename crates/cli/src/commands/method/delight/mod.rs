//! Delighted to outraged, by the needs that outrank expectations.

use serde::Serialize;
use ting_methods::delight::{Settings, StateShare, Verdict};

use super::Input;
use super::ratio::permille;
use crate::{error::CliError, output::Output};

mod customers;
mod reading;
mod tables;

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  ting method delight examples/methods/delight.csv
  ting method delight visits.csv --esteem 4.5 --annoyances 2 --days 30
  ting method delight visits.csv --format json

Columns, at least one of the first five; an empty cell is not known: safety and justice (ok or violated), promise (kept or broken),
esteem (1 to 5), perceived and expected (on one scale, expected above 0); if you like customer (a name), date (such as 2026-03-01;
with it a repeated annoyance outrages) and weight (of perceived and expected in the customer's total; 1 where it is missing).")]
pub struct Delight {
    #[command(flatten)]
    input: Input,

    /// From which esteem a customer is delighted, 1 to 5
    #[arg(long, value_name = "SCORE", default_value_t = 4.0)]
    esteem: f64,

    /// How far from 1 perceived / expected is still "as expected": 0 up to 0.999, in thousandths
    #[arg(long, value_name = "PART", default_value = "0.05", value_parser = permille)]
    tolerance: u32,

    /// How many broken promises outrage
    #[arg(long, value_name = "TIMES", default_value_t = 3)]
    annoyances: u32,

    /// Within how many days, the last one among them
    #[arg(long, value_name = "DAYS", default_value_t = 90)]
    days: u32,
}

/// The answer, as `--format json` prints it.
#[derive(Debug, Serialize)]
struct Answer {
    n: u64,
    /// Occasions of which too little is known for a state.
    unknown: u64,
    /// What the shares count: `customers`, or `occasions` where nobody says who a customer is.
    of: &'static str,
    states: Vec<StateShare>,
    #[serde(skip_serializing_if = "Option::is_none")]
    customers: Option<Vec<customers::Customer>>,
    rows: Vec<Occasion>,
}

/// One row.
#[derive(Debug, Serialize)]
struct Occasion {
    line: u64,
    customer: Option<String>,
    date: Option<String>,
    ratio: Option<f64>,
    esteem: Option<f64>,
    /// `state` and `rule`; neither when too little is known.
    #[serde(flatten)]
    verdict: Judged,
}

/// A verdict that may be missing, with keys that never are.
#[derive(Debug, Clone, Copy, Serialize)]
struct Judged {
    state: Option<ting_methods::delight::State>,
    rule: Option<ting_methods::delight::Rule>,
}

impl From<Option<Verdict>> for Judged {
    fn from(verdict: Option<Verdict>) -> Self {
        Self { state: verdict.map(|found| found.state), rule: verdict.map(|found| found.rule) }
    }
}

pub fn run(output: &Output, command: &Delight) -> Result<(), CliError> {
    let Delight { esteem, tolerance: tolerance_permille, annoyances, days, .. } = *command;
    let settings = Settings { esteem, tolerance_permille, annoyances, days };
    settings.check().map_err(|error| CliError::usage(error.to_string()))?;
    let reading = reading::read(&command.input.file)?;
    let answer = judge(reading, &settings)?;
    output.show(&answer, || tables::tables(&answer))
}

fn judge(reading: reading::Reading, settings: &Settings) -> Result<Answer, CliError> {
    let verdicts =
        ting_methods::delight::judge_all(&reading.occasions, settings).map_err(anyhow::Error::from)?;
    let customers = customers::total(&reading, &verdicts, settings)?;
    let states = match &customers {
        Some(customers) => {
            ting_methods::delight::shares(customers.iter().filter_map(|own| own.verdict.state))
        }
        None => ting_methods::delight::shares(verdicts.iter().flatten().map(|found| found.state)),
    };
    let rows = reading.occasions.into_iter().zip(reading.lines).zip(&verdicts);
    let rows: Vec<Occasion> = rows
        .map(|((occasion, line), verdict)| Occasion {
            line: line.number,
            customer: occasion.customer,
            date: line.date,
            ratio: occasion.needs.ratio,
            esteem: occasion.needs.esteem,
            verdict: (*verdict).into(),
        })
        .collect();
    Ok(Answer {
        n: rows.len() as u64,
        unknown: verdicts.iter().filter(|verdict| verdict.is_none()).count() as u64,
        of: if customers.is_some() { "customers" } else { "occasions" },
        states,
        customers,
        rows,
    })
}
