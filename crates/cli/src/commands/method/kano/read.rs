//! Reads the rows of a questionnaire into a study.

use ting_methods::kano::{Answer, KanoError, Question, Study};

use crate::{
    error::CliError,
    sheet::{Column, Row, Sheet},
};

/// Feeds every row to the study.
pub fn answers(sheet: &mut Sheet, study: &mut Study, by: Option<&str>) -> Result<(), CliError> {
    let columns = Columns::find(sheet, study, by)?;
    while let Some(row) = sheet.next_row()? {
        let answer = columns.read(&row)?;
        study.add(&answer).map_err(|error| columns.explain(&row, error))?;
    }
    sheet.require_rows()
}

struct Columns {
    respondent: Column,
    requirement: Column,
    functional: Column,
    dysfunctional: Column,
    importance: Option<Column>,
    by: Option<Column>,
    /// What an answer is.
    answer: String,
}

impl Columns {
    fn find(sheet: &Sheet, study: &Study, by: Option<&str>) -> Result<Self, CliError> {
        Ok(Self {
            respondent: sheet.column("respondent")?,
            requirement: sheet.column("requirement")?,
            functional: sheet.column("functional")?,
            dysfunctional: sheet.column("dysfunctional")?,
            importance: sheet.optional_column("importance"),
            by: by.map(|name| sheet.column(name)).transpose()?,
            answer: format!("an answer from 1 to {}", study.table().answers()),
        })
    }

    fn read<'a>(&self, row: &Row<'a>) -> Result<Answer<'a>, CliError> {
        Ok(Answer {
            respondent: row.required(self.respondent)?,
            requirement: row.required(self.requirement)?,
            segment: self.by.map(|column| row.text(column)),
            functional: number(row, self.functional, &self.answer)?,
            dysfunctional: number(row, self.dysfunctional, &self.answer)?,
            importance: self
                .importance
                .map(|column| number(row, column, "an importance from 0 to 10"))
                .transpose()?
                .flatten(),
            line: row.line(),
        })
    }

    fn explain(&self, row: &Row<'_>, error: KanoError) -> CliError {
        let column = match error {
            KanoError::Answer { question: Question::Functional, .. } => self.functional,
            KanoError::Answer { question: Question::Dysfunctional, .. } => self.dysfunctional,
            KanoError::Answer { question: Question::Importance, .. } | KanoError::Importance { .. } => {
                self.importance.unwrap_or(self.functional)
            }
            KanoError::Duplicate { .. } => self.requirement,
        };
        row.wrong(column, error)
    }
}

/// The cell as a small whole number; the study knows which of them are answers.
fn number(row: &Row<'_>, column: Column, what: &str) -> Result<Option<u8>, CliError> {
    let text = row.text(column);
    if text.is_empty() {
        return Ok(None);
    }
    text.parse().map(Some).map_err(|_| row.wrong(column, format_args!("{text} is not {what}")))
}
