use ting_methods::score::{Answers, Scale, TallyError};

use super::Question;
use crate::commands::method::excluded::{Excluded, complaint};
use crate::commands::method::named::Named;
use crate::{
    error::CliError,
    sheet::{Column, Row, Sheet},
};

/// More different values are names of customers rather than of groups, and would fill the memory.
const MOST_GROUPS: usize = 10_000;

/// The answers of a file. Memory grows with its groups, not with its rows.
pub struct Reading {
    /// As the columns are called in the file.
    pub column: String,
    pub by: Option<String>,
    pub all: Answers,
    pub excluded: Excluded,
    pub groups: Named<Group>,
}

pub struct Group {
    pub answers: Answers,
    pub excluded: u64,
}

/// Counts the answers to a question.
pub fn read(question: &Question, scale: Scale) -> Result<Reading, CliError> {
    let mut sheet = Sheet::open(&question.input.file)?;
    let column = sheet.column(&question.column)?;
    let by = question.by.as_deref().map(|by| sheet.column(by)).transpose()?;
    let mut reading = Reading {
        column: sheet.name(column).to_owned(),
        by: by.map(|by| sheet.name(by).to_owned()),
        all: Answers::new(scale),
        excluded: Excluded::default(),
        groups: Named::new(),
    };
    while let Some(row) = sheet.next_row()? {
        reading.take(&row, column, by, question.strict)?;
    }
    sheet.require_rows()?;
    if reading.excluded.total == sheet.rows() {
        let (file, reasons) = (question.input.file.display(), reading.excluded.reasons());
        let message = format!("{file}, column {}: no answer counts: {reasons}", reading.column);
        let hint = format!("the scale is {scale}; --scale and --column change what is read");
        return Err(CliError::failed(message, hint));
    }
    Ok(reading)
}

impl Reading {
    fn take(
        &mut self,
        row: &Row<'_>,
        column: Column,
        by: Option<Column>,
        strict: bool,
    ) -> Result<(), CliError> {
        let (text, scale) = (row.text(column), self.all.scale());
        let answer = scale.whole(text);
        if let Err(why) = answer {
            if strict {
                return Err(row.wrong(column, complaint(why, text, scale)));
            }
            self.excluded.add(why, row.line());
        }
        let counted = answer.map_or(Ok(()), |answer| self.all.add(answer));
        counted.map_err(|error| row.wrong(column, error))?;
        let Some(by) = by else { return Ok(()) };
        let new = || Group { answers: Answers::new(scale), excluded: 0 };
        let counted = self.groups.of(row.text(by), new).take(answer.ok());
        counted.map_err(|error| row.wrong(column, error))?;
        if self.groups.len() > MOST_GROUPS {
            let message = format_args!("there are more than {MOST_GROUPS} different values; is it a group?");
            return Err(row.wrong(by, message));
        }
        Ok(())
    }
}

impl Group {
    fn take(&mut self, answer: Option<i64>) -> Result<(), TallyError> {
        let Some(answer) = answer else {
            self.excluded += 1;
            return Ok(());
        };
        self.answers.add(answer)
    }
}
