use std::path::Path;

use chrono::NaiveDate;
use serde::Serialize;
use ting_methods::{
    clv::{self as method, Behaviour, Customer, Holdout, Options, clv},
    purchases::{History, Purchases},
};

use super::{Command, tables};
use crate::{
    commands::method::{
        Input,
        transactions::{self, date_of, day_number, left_out},
    },
    error::CliError,
    output::{Format, Output, save_picture},
};

/// The answer, as `--format json` prints it.
#[derive(Debug, Serialize)]
pub struct Answer {
    /// The last day of the fit.
    pub end: String,
    /// The last day of the time kept apart.
    pub holdout_end: Option<String>,
    pub unit: &'static str,
    pub horizon: f64,
    pub step: f64,
    pub discount: f64,
    pub rows_left_out: u64,
    pub returns_left_out: u64,
    /// Customers whose first purchase was in the time kept apart.
    pub customers_left_out: u64,
    #[serde(flatten)]
    pub result: method::Clv,
}

pub fn run(output: &Output, command: &Command, file: &Path) -> Result<(), CliError> {
    let input = Input { file: file.to_owned() };
    let purchases = transactions::read(&input, &command.reading, command.end)?;
    let end = command.end.map_or(purchases.last_day.unwrap_or_default(), day_number);
    let (fitted, options) = settings(command, end)?;
    let rows = rows(&purchases, fitted, command.unit.days());
    let customers: Vec<Customer<'_>> = rows
        .iter()
        .map(|(history, behaviour)| {
            let later = history.purchases().len() - history.until(fitted).len();
            let later = u32::try_from(later).unwrap_or(u32::MAX);
            Customer { name: history.customer(), behaviour: *behaviour, later }
        })
        .collect();
    let result = clv(&customers, &options).map_err(|error| explain(&error))?;
    if let Some(path) = &command.svg {
        save_picture(path, &method::picture(&result))?;
    }
    let note = left_out(&purchases, command.end);
    let answer = Answer {
        end: written(fitted),
        holdout_end: options.holdout.map(|_| written(end)),
        unit: command.unit.name(),
        horizon: options.horizon,
        step: options.step,
        discount: options.discount,
        rows_left_out: purchases.rows_left_out,
        returns_left_out: purchases.returns_left_out,
        customers_left_out: (purchases.histories.len() - customers.len()) as u64,
        result,
    };
    output.show(&answer, || match output.format {
        Format::Csv => vec![tables::customers(&answer.result, usize::MAX)],
        _ => tables::all(&answer, command.top, note),
    })
}

/// The last day of the fit, and how far to look.
fn settings(command: &Command, end: i32) -> Result<(i32, Options), CliError> {
    let fitted = command.holdout.map_or(end, day_number);
    if command.holdout.is_some() && fitted >= end {
        let end = written(end);
        let message = format!("--holdout must be before the last day, which is {end}");
        return Err(CliError::failed(message, "name an earlier day, or a later --end"));
    }
    let days = command.unit.days();
    let holdout = command.holdout.map(|_| Holdout { time: (f64::from(end) - f64::from(fitted)) / days });
    let horizon = command.horizon.unwrap_or(command.unit.year());
    Ok((fitted, Options { horizon, step: command.step, discount: command.discount, holdout }))
}

fn rows(purchases: &Purchases, fitted: i32, unit: f64) -> Vec<(&History, Behaviour)> {
    let row = |history| Behaviour::of(history, fitted, unit).map(|behaviour| (history, behaviour));
    purchases.histories.iter().filter_map(row).collect()
}

fn explain(error: &method::ClvError) -> CliError {
    use method::ClvError::{Discount, Horizon, Step};
    match error {
        Discount | Horizon | Step => CliError::usage(error.to_string()),
        _ => CliError::failed(error.to_string(), "give transactions of more customers over a longer time"),
    }
}

fn written(day: i32) -> String {
    date_of(day).as_ref().map(NaiveDate::to_string).unwrap_or_default()
}
