//! Reads who bought when for how much.

use chrono::{DateTime, Datelike as _, NaiveDate};
use clap::{Args, ValueEnum};
use ting_methods::purchases::{Amount, Ledger, PurchaseError, Purchases, Returns};

use super::Input;
use crate::{
    error::CliError,
    sheet::{Column, Row, Sheet},
};

/// What an amount below 0 means.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum ReturnsValue {
    /// A mistake: the row is refused
    #[default]
    Refuse,
    /// Left out and counted
    Ignore,
    /// Money given back for the customer's last purchase up to that day
    Subtract,
}

impl From<ReturnsValue> for Returns {
    fn from(value: ReturnsValue) -> Self {
        match value {
            ReturnsValue::Refuse => Self::Refuse,
            ReturnsValue::Ignore => Self::Ignore,
            ReturnsValue::Subtract => Self::Subtract,
        }
    }
}

/// How rows are to be read.
#[derive(Debug, Clone, Args)]
pub struct Reading {
    /// What an amount below 0 means
    #[arg(long, value_enum, default_value_t)]
    pub returns: ReturnsValue,
}

/// Reads the columns customer, date and amount; rows after `until` are counted and left out.
pub fn read(input: &Input, reading: &Reading, until: Option<NaiveDate>) -> Result<Purchases, CliError> {
    let mut sheet = Sheet::open(&input.file)?;
    let (customer, date, amount) =
        (sheet.column("customer")?, sheet.column("date")?, sheet.column("amount")?);
    let mut ledger = Ledger::new(until.map(day_number), reading.returns.into());
    while let Some(row) = sheet.next_row()? {
        let money = Amount::parse(row.required(amount)?).map_err(|error| row.wrong(amount, error))?;
        let (who, day) = (row.required(customer)?, day_number(day(&row, date)?));
        ledger.add(who, day, money).map_err(|error| refused(&row, amount, error))?;
    }
    sheet.require_rows()?;
    let purchases = ledger.close();
    if purchases.histories.is_empty() {
        let message = match until {
            Some(until) if purchases.rows_left_out > 0 => {
                format!("column date: every purchase is after {until}")
            }
            _ => "column amount: there are returns only, and no purchase".to_owned(),
        };
        return Err(sheet.wrong(2, message));
    }
    Ok(purchases)
}

fn refused(row: &Row<'_>, amount: Column, error: PurchaseError) -> CliError {
    let told = row.text(amount);
    row.wrong(amount, format_args!("{told}: {error}; say with --returns what that means: subtract or ignore"))
}

/// A day, or the day of an instant as it is written: a shop's evening belongs to the shop's day.
fn day(row: &Row<'_>, column: Column) -> Result<NaiveDate, CliError> {
    let text = row.required(column)?;
    let plain = (text.len() == "2026-03-01".len()).then(|| NaiveDate::parse_from_str(text, "%Y-%m-%d").ok());
    let instant = || DateTime::parse_from_rfc3339(text).ok().map(|instant| instant.date_naive());
    plain.flatten().or_else(instant).ok_or_else(|| {
        row.wrong(
            column,
            format_args!("{text} is no date; write it as 2026-03-01 or 2026-03-01T08:00:00+08:00"),
        )
    })
}

/// Days since 1970-01-01.
pub fn day_number(date: NaiveDate) -> i32 {
    date.num_days_from_ce() - NaiveDate::default().num_days_from_ce()
}

/// The day of that number.
pub fn date_of(day: i32) -> Option<NaiveDate> {
    NaiveDate::from_num_days_from_ce_opt(day.checked_add(NaiveDate::default().num_days_from_ce())?)
}

/// What was left out, in words for people; none when nothing was.
pub fn left_out(purchases: &Purchases, until: Option<NaiveDate>) -> Option<String> {
    let mut parts = Vec::new();
    if let (count @ 1.., Some(until)) = (purchases.rows_left_out, until) {
        parts.push(format!("{count} rows after {until}"));
    }
    if purchases.returns_left_out > 0 {
        parts.push(format!("{} returns", purchases.returns_left_out));
    }
    (!parts.is_empty()).then(|| format!("left out: {}", parts.join(", ")))
}

/// Money for people.
pub fn written(money: f64) -> String {
    format!("{money:.2}")
}

#[cfg(test)]
mod tests {
    use super::{date_of, day_number};
    use crate::values::day;

    #[test]
    fn days_are_counted_from_1970() {
        for (text, number) in [("1970-01-01", 0), ("1997-09-30", 10_134), ("1969-12-31", -1)] {
            assert_eq!(day_number(day(text).unwrap()), number);
            assert_eq!(date_of(number), day(text).ok());
        }
        assert_eq!(date_of(i32::MAX), None);
    }
}
