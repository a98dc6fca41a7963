//! Finds the evaluation table that was asked for.

use std::path::Path;

use ting_methods::kano::{Cell, Table};

use crate::{
    error::CliError,
    sheet::{Row, Sheet},
};

/// A table by its name, or from the file of that name.
pub fn table(name: &str) -> Result<Table, CliError> {
    match name {
        "standard" => Ok(Table::standard()),
        "pouliot" => Ok(Table::pouliot()),
        "short3" => Ok(Table::short3()),
        path => read(&mut Sheet::open(Path::new(path))?),
    }
}

fn read(sheet: &mut Sheet) -> Result<Table, CliError> {
    let functional = sheet.column("functional")?;
    let answers: i64 = if sheet.optional_column("4").is_some() { 5 } else { 3 };
    let columns =
        (1..=answers).map(|answer| sheet.column(&answer.to_string())).collect::<Result<Vec<_>, _>>()?;
    let mut rows: Vec<Option<Vec<Cell>>> = (0..answers).map(|_| None).collect();
    while let Some(row) = sheet.next_row()? {
        let answer = row.whole(functional, &(1..=answers), "an answer")?;
        let at = usize::try_from(answer - 1).unwrap_or_default();
        if rows[at].is_some() {
            return Err(row.wrong(functional, format_args!("the answer {answer} is there twice")));
        }
        rows[at] = Some(columns.iter().map(|column| cell(&row, *column)).collect::<Result<_, _>>()?);
    }
    let missing = rows.iter().position(Option::is_none);
    if let Some(at) = missing {
        return Err(sheet.wrong(sheet.rows() + 2, format_args!("there is no row for the answer {}", at + 1)));
    }
    Table::custom(rows.into_iter().flatten().collect()).map_err(|error| sheet.wrong(1, error))
}

fn cell(row: &Row<'_>, column: crate::sheet::Column) -> Result<Cell, CliError> {
    let text = row.required(column)?;
    Cell::of_letter(text).ok_or_else(|| row.wrong(column, format_args!("{text} is none of M O A I R Q")))
}
