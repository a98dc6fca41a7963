//! Reads a CSV file for a method: named columns, one row at a time, and errors that say file, line and column.

use std::{
    fmt::Display,
    fs::File,
    io::{self, Read},
    ops::RangeInclusive,
    path::Path,
};

use csv::{ErrorKind, StringRecord};

use crate::{error::CliError, progress::Bar};

mod newlines;

use newlines::Newlines;

/// Rows between two looks at the progress bar.
const ROWS_A_LOOK: u64 = 1 << 14;
const ENCODING_HINT: &str = "save the file as CSV in UTF-8 (in Excel: \"CSV UTF-8\")";

/// A CSV file with a header, read in constant memory. Blanks around cells do not count.
pub struct Sheet {
    name: String,
    reader: csv::Reader<Box<dyn Read>>,
    headers: Vec<String>,
    record: StringRecord,
    /// The line on which the record starts.
    line: u64,
    rows: u64,
    bar: Bar,
}

/// The place of a column in the rows of its sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column(usize);

impl Sheet {
    /// Opens a file; `-` is standard input.
    pub fn open(path: &Path) -> Result<Self, CliError> {
        if path.as_os_str() == "-" {
            return Self::read("standard input", Box::new(io::stdin()), 0);
        }
        let name = path.display().to_string();
        let unreadable = |error: io::Error| {
            CliError::failed(
                format!("cannot read {name}: {error}"),
                "the first argument is a CSV file with a header",
            )
        };
        let file = File::open(path).map_err(unreadable)?;
        let length = file.metadata().map_err(unreadable)?;
        if length.is_dir() {
            return Err(unreadable(io::ErrorKind::IsADirectory.into()));
        }
        Self::read(&name, Box::new(file), length.len())
    }

    /// Reads from anywhere; `bytes` is how much is expected, 0 if nobody knows.
    pub fn read(name: &str, source: Box<dyn Read>, bytes: u64) -> Result<Self, CliError> {
        let source: Box<dyn Read> = Box::new(Newlines::new(source));
        let mut sheet = Self {
            name: name.to_owned(),
            reader: csv::Reader::from_reader(source),
            headers: Vec::new(),
            record: StringRecord::new(),
            line: 1,
            rows: 0,
            bar: Bar::bytes(name, bytes),
        };
        sheet.headers = match sheet.reader.headers() {
            Ok(headers) => headers.iter().map(|header| header.trim().to_owned()).collect(),
            Err(error) => return Err(sheet.unreadable(&error)),
        };
        if sheet.headers.iter().all(String::is_empty) {
            return Err(sheet.wrong(1, "the file is empty; its first line must name the columns"));
        }
        sheet.check_names()?;
        Ok(sheet)
    }

    fn check_names(&self) -> Result<(), CliError> {
        for (at, name) in self.headers.iter().enumerate() {
            if self.headers[..at].iter().any(|earlier| !name.is_empty() && earlier.eq_ignore_ascii_case(name))
            {
                return Err(self.wrong(1, format_args!("the column {name} is there twice")));
            }
        }
        Ok(())
    }

    /// The names of the columns as they stand in the file.
    pub fn headers(&self) -> &[String] {
        &self.headers
    }

    /// The column of that name, in whatever case.
    pub fn column(&self, name: &str) -> Result<Column, CliError> {
        self.optional_column(name).ok_or_else(|| {
            let there = self.headers.join(", ");
            CliError::failed(
                format!("{}, line 1: there is no column {name}", self.name),
                format!("the file has the columns {there}"),
            )
        })
    }

    /// The column of that name if the file has it.
    pub fn optional_column(&self, name: &str) -> Option<Column> {
        let exact = self.headers.iter().position(|header| header == name);
        exact.or_else(|| self.headers.iter().position(|header| header.eq_ignore_ascii_case(name))).map(Column)
    }

    /// The name of a column as it stands in the file.
    pub fn name(&self, column: Column) -> &str {
        &self.headers[column.0]
    }

    /// The next row, none at the end.
    pub fn next_row(&mut self) -> Result<Option<Row<'_>>, CliError> {
        match self.reader.read_record(&mut self.record) {
            Ok(true) => {}
            Ok(false) => {
                self.bar.finish();
                return Ok(None);
            }
            Err(error) => return Err(self.unreadable(&error)),
        }
        self.rows += 1;
        // The reader stands behind the line feed that ended the record. (Where a record starts it knows less well: blank lines
        // before it count as its own.)
        let within = self.record.as_slice().bytes().filter(|byte| *byte == b'\n').count();
        self.line = self.reader.position().line() - 1 - within as u64;
        if self.rows.is_multiple_of(ROWS_A_LOOK) {
            self.bar.at(self.reader.position().byte());
        }
        Ok(Some(Row { sheet: self }))
    }

    /// Rows read so far.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// A file that has no rows at all answers nothing.
    pub fn require_rows(&self) -> Result<(), CliError> {
        if self.rows == 0 { Err(self.wrong(2, "there are no rows below the header")) } else { Ok(()) }
    }

    /// An error about a line.
    pub fn wrong(&self, line: u64, message: impl Display) -> CliError {
        CliError::failed(
            format!("{}, line {line}: {message}", self.name),
            "correct the file and run it again",
        )
    }

    fn unreadable(&self, error: &csv::Error) -> CliError {
        let line = self.reader.position().line().saturating_sub(1).max(1);
        match error.kind() {
            ErrorKind::Utf8 { .. } => {
                CliError::failed(format!("{}, line {line}: it is not UTF-8", self.name), ENCODING_HINT)
            }
            ErrorKind::UnequalLengths { expected_len, len, .. } => self.wrong(
                line,
                format_args!(
                    "it has {len} columns where the header has {expected_len}; is a quotation mark missing?"
                ),
            ),
            _ => self.wrong(line, error),
        }
    }
}

/// One row of a sheet.
pub struct Row<'a> {
    sheet: &'a Sheet,
}

impl<'a> Row<'a> {
    /// The line it starts on.
    pub fn line(&self) -> u64 {
        self.sheet.line
    }

    /// The cell as it stands, without blanks around it; empty when there is nothing in it.
    pub fn text(&self, column: Column) -> &'a str {
        self.sheet.record.get(column.0).unwrap_or_default().trim()
    }

    /// The cell, which must not be empty.
    pub fn required(&self, column: Column) -> Result<&'a str, CliError> {
        let text = self.text(column);
        if text.is_empty() { Err(self.wrong(column, "it is empty")) } else { Ok(text) }
    }

    /// The cell as a finite number.
    pub fn number(&self, column: Column) -> Result<f64, CliError> {
        let text = self.required(column)?;
        match text.parse::<f64>() {
            Ok(number) if number.is_finite() => Ok(number),
            _ => Err(self.wrong(column, format_args!("{text} is no number"))),
        }
    }

    /// The cell as a finite number, none when it is empty.
    pub fn optional_number(&self, column: Column) -> Result<Option<f64>, CliError> {
        if self.text(column).is_empty() { Ok(None) } else { self.number(column).map(Some) }
    }

    /// The cell as a whole number within a range; `what` says what it should be, such as `an answer`.
    pub fn whole(&self, column: Column, range: &RangeInclusive<i64>, what: &str) -> Result<i64, CliError> {
        let text = self.required(column)?;
        match text.parse::<i64>() {
            Ok(number) if range.contains(&number) => Ok(number),
            _ => {
                let (least, most) = (range.start(), range.end());
                Err(self.wrong(column, format_args!("{text} is not {what} from {least} to {most}")))
            }
        }
    }

    /// As [`Row::whole`], none when the cell is empty.
    pub fn optional_whole(
        &self,
        column: Column,
        range: &RangeInclusive<i64>,
        what: &str,
    ) -> Result<Option<i64>, CliError> {
        if self.text(column).is_empty() { Ok(None) } else { self.whole(column, range, what).map(Some) }
    }

    /// An error about a cell of this row.
    pub fn wrong(&self, column: Column, message: impl Display) -> CliError {
        let name = self.sheet.name(column);
        self.sheet.wrong(self.line(), format_args!("column {name}: {message}"))
    }
}

#[cfg(test)]
mod tests;
