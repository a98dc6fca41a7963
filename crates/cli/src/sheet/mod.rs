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
mod tests {
    use super::Sheet;

    fn sheet(text: &'static [u8]) -> Result<Sheet, String> {
        Sheet::read("answers.csv", Box::new(text), 0).map_err(|error| error.to_string())
    }

    #[test]
    fn cells_are_found_by_the_name_of_their_column() {
        let mut sheet =
            sheet("\u{feff}Respondent, score\r\n a , 4.5\r\n\r\n\"b,\nc\",7\r\n".as_bytes()).unwrap();
        let (who, score) = (sheet.column("respondent").unwrap(), sheet.column("score").unwrap());
        let row = sheet.next_row().unwrap().unwrap();
        assert_eq!((row.line(), row.text(who), row.number(score).unwrap()), (2, "a", 4.5));
        let row = sheet.next_row().unwrap().unwrap();
        assert_eq!(
            (row.line(), row.text(who), row.whole(score, &(1..=7), "an answer").unwrap()),
            (4, "b,\nc", 7)
        );
        assert!(sheet.next_row().unwrap().is_none());
        assert_eq!(sheet.rows(), 2);
    }

    #[test]
    fn what_is_wrong_is_told_with_file_line_and_column() {
        let mut bad = sheet(b"who,score\na,6\nb,NaN\nc,\nd,2.5\n").unwrap();
        let score = bad.column("score").unwrap();
        assert_eq!(
            bad.column("segment").unwrap_err().to_string(),
            "answers.csv, line 1: there is no column segment"
        );
        let row = bad.next_row().unwrap().unwrap();
        assert_eq!(
            row.whole(score, &(1..=5), "an answer").unwrap_err().to_string(),
            "answers.csv, line 2: column score: 6 is not an answer from 1 to 5"
        );
        let row = bad.next_row().unwrap().unwrap();
        assert_eq!(
            row.number(score).unwrap_err().to_string(),
            "answers.csv, line 3: column score: NaN is no number"
        );
        let row = bad.next_row().unwrap().unwrap();
        assert_eq!(
            row.number(score).unwrap_err().to_string(),
            "answers.csv, line 4: column score: it is empty"
        );
        assert_eq!(row.optional_number(score).unwrap(), None);
        assert!(bad.next_row().unwrap().unwrap().whole(score, &(1..=5), "an answer").is_err());
    }

    #[test]
    fn files_that_are_no_sheet_are_refused_with_the_line() {
        for (text, expected) in [
            (&b""[..], "answers.csv, line 1: the file is empty; its first line must name the columns"),
            (b"a,A\n1,2\n", "answers.csv, line 1: the column A is there twice"),
            (b"a\n\xff\n", "answers.csv, line 2: it is not UTF-8"),
            (
                b"a,b\n1\n",
                "answers.csv, line 2: it has 1 columns where the header has 2; is a quotation mark missing?",
            ),
        ] {
            let told = sheet(text).and_then(|mut sheet| match sheet.next_row() {
                Ok(_) => Ok(()),
                Err(error) => Err(error.to_string()),
            });
            assert_eq!(told, Err(expected.to_owned()));
        }
    }
}
