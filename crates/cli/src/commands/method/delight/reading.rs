use std::path::Path;

use chrono::{Datelike as _, NaiveDate};
use ting_methods::delight::{Needs, Occasion};
use ting_methods::ratio::{Rating, RatioError};

use crate::{
    error::CliError,
    sheet::{Column, Row, Sheet},
};

/// The rows of a file.
pub struct Reading {
    pub occasions: Vec<Occasion>,
    pub lines: Vec<Line>,
    pub has_customers: bool,
}

/// What a row has besides.
pub struct Line {
    pub number: u64,
    pub date: Option<String>,
    pub rating: Option<Rating>,
}

struct Columns {
    safety: Option<Column>,
    justice: Option<Column>,
    promise: Option<Column>,
    esteem: Option<Column>,
    rating: Option<(Column, Column)>,
    customer: Option<Column>,
    date: Option<Column>,
    weight: Option<Column>,
}

/// Reads the rows of a file.
pub fn read(path: &Path) -> Result<Reading, CliError> {
    let mut sheet = Sheet::open(path)?;
    let columns = Columns::find(&sheet)?;
    let has_customers = columns.customer.is_some();
    let mut reading = Reading { occasions: Vec::new(), lines: Vec::new(), has_customers };
    while let Some(row) = sheet.next_row()? {
        let (occasion, line) = columns.read(&row)?;
        reading.occasions.push(occasion);
        reading.lines.push(line);
    }
    sheet.require_rows()?;
    Ok(reading)
}

impl Columns {
    fn find(sheet: &Sheet) -> Result<Self, CliError> {
        let [safety, justice, promise, esteem] =
            ["safety", "justice", "promise", "esteem"].map(|name| sheet.optional_column(name));
        let sides = ["perceived", "expected"].map(|name| sheet.optional_column(name));
        // One of them alone asks for the other by name.
        let rating = match sides {
            [None, None] => None,
            _ => Some((sheet.column("perceived")?, sheet.column("expected")?)),
        };
        if [safety, justice, promise, esteem].iter().all(Option::is_none) && rating.is_none() {
            let message = "none of the columns safety, justice, promise, esteem, perceived is there";
            return Err(sheet.wrong(1, message));
        }
        let [customer, date, weight] = ["customer", "date", "weight"].map(|name| sheet.optional_column(name));
        Ok(Self { safety, justice, promise, esteem, rating, customer, date, weight })
    }

    fn read(&self, row: &Row<'_>) -> Result<(Occasion, Line), CliError> {
        let rating = self.rating(row)?;
        let needs = Needs {
            safety_violated: one_of(row, self.safety, ["ok", "violated"])?,
            justice_violated: one_of(row, self.justice, ["ok", "violated"])?,
            promise_broken: one_of(row, self.promise, ["kept", "broken"])?,
            esteem: self.esteem(row)?,
            ratio: rating.map(|(_, ratio)| ratio),
        };
        let date = self.date(row)?;
        let customer = self.customer.map(|column| row.text(column)).filter(|name| !name.is_empty());
        let day = date.map(|date| i64::from(date.num_days_from_ce()));
        let occasion = Occasion { customer: customer.map(str::to_owned), day, needs };
        let date = date.map(|date| date.to_string());
        Ok((occasion, Line { number: row.line(), date, rating: rating.map(|(rating, _)| rating) }))
    }

    fn esteem(&self, row: &Row<'_>) -> Result<Option<f64>, CliError> {
        let Some(column) = self.esteem else { return Ok(None) };
        match row.optional_number(column)? {
            Some(esteem) if !(1.0..=5.0).contains(&esteem) => {
                Err(row.wrong(column, format_args!("{esteem} is no esteem from 1 to 5")))
            }
            esteem => Ok(esteem),
        }
    }

    fn rating(&self, row: &Row<'_>) -> Result<Option<(Rating, f64)>, CliError> {
        let Some((perceived, expected)) = self.rating else { return Ok(None) };
        let sides = row.optional_number(perceived)?.zip(row.optional_number(expected)?);
        let Some(sides) = sides else { return Ok(None) };
        let weight = self.weight.map(|column| row.optional_number(column)).transpose()?.flatten();
        let rating = Rating { weight: weight.unwrap_or(1.0), ..Rating::new(sides.0, sides.1) };
        let ratio = rating.ratio().map_err(|error| {
            let column = match error {
                RatioError::Expected(_) => expected,
                RatioError::Weight(_) => self.weight.unwrap_or(perceived),
                _ => perceived,
            };
            row.wrong(column, error)
        })?;
        Ok(Some((rating, ratio)))
    }

    fn date(&self, row: &Row<'_>) -> Result<Option<NaiveDate>, CliError> {
        let Some(column) = self.date else { return Ok(None) };
        let text = row.text(column);
        if text.is_empty() {
            return Ok(None);
        }
        let wrong = |_| row.wrong(column, format_args!("{text} is no date such as 2026-03-01"));
        text.parse::<NaiveDate>().map(Some).map_err(wrong)
    }
}

/// Whether a cell says the second of two words; empty says neither.
fn one_of(row: &Row<'_>, column: Option<Column>, [well, badly]: [&str; 2]) -> Result<bool, CliError> {
    let Some(column) = column else { return Ok(false) };
    let text = row.text(column);
    if text.eq_ignore_ascii_case(badly) {
        Ok(true)
    } else if text.is_empty() || text.eq_ignore_ascii_case(well) {
        Ok(false)
    } else {
        Err(row.wrong(column, format_args!("{text} is neither {well} nor {badly}")))
    }
}
