use serde::Serialize;
use ting_methods::consistency::{self as method, Action, Advice, Grade, Grades, Weights, consistency};
use ting_methods::score::Band;

use super::Input;
use crate::{
    error::CliError,
    output::{Cell, Column as Head, Output, Table},
    sheet::{Column, Row, Sheet},
};

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  ting method consistency examples/methods/consistency.csv
  ting method consistency services.csv --format json

Columns: lambda1, lambda2, lambda3, lambda5, lambda7 (numbers above 0; 1 is fully consistent); if you like service (a name)
and weight1, weight2, weight3, weight5, weight7 (0 or more; 1 where the column is missing or the cell empty).")]
pub struct Consistency {
    #[command(flatten)]
    input: Input,
}

/// The answer, as `--format json` prints it.
#[derive(Debug, Serialize)]
struct Answer {
    rows: Vec<Found>,
}

#[derive(Debug, Serialize)]
struct Found {
    line: u64,
    service: Option<String>,
    #[serde(flatten)]
    result: method::Consistency,
}

pub fn run(output: &Output, command: &Consistency) -> Result<(), CliError> {
    let mut sheet = Sheet::open(&command.input.file)?;
    let columns = Columns::find(&sheet)?;
    let mut rows = Vec::new();
    while let Some(row) = sheet.next_row()? {
        rows.push(columns.read(&row)?);
    }
    sheet.require_rows()?;
    let answer = Answer { rows };
    output.show(&answer, || vec![table(&answer.rows)])
}

struct Columns {
    service: Option<Column>,
    grades: [Column; 5],
    weights: [Option<Column>; 5],
}

impl Columns {
    fn find(sheet: &Sheet) -> Result<Self, CliError> {
        let [l1, l2, l3, l5, l7] = Grade::ALL.map(|grade| sheet.column(grade.name()));
        let weight = |grade: Grade| sheet.optional_column(&grade.name().replace("lambda", "weight"));
        Ok(Self {
            service: sheet.optional_column("service"),
            grades: [l1?, l2?, l3?, l5?, l7?],
            weights: Grade::ALL.map(weight),
        })
    }

    fn read(&self, row: &Row<'_>) -> Result<Found, CliError> {
        let (mut grades, mut weights) = (Grades([1.0; 5]), Weights::default());
        for (at, column) in self.grades.into_iter().enumerate() {
            grades.0[at] = row.number(column)?;
        }
        for (weight, column) in weights.0.iter_mut().zip(self.weights) {
            let given = column.map(|column| row.optional_number(column)).transpose()?.flatten();
            *weight = given.unwrap_or(*weight);
        }
        let result = consistency(&grades, &weights).map_err(|error| self.explain(row, &error))?;
        let service = self.service.map(|column| row.text(column).to_owned());
        Ok(Found { line: row.line(), service, result })
    }

    fn explain(&self, row: &Row<'_>, error: &method::ConsistencyError) -> CliError {
        let at = error.grade().unwrap_or(Grade::Lambda1) as usize;
        let weight = matches!(error, method::ConsistencyError::Weight { .. });
        let column = self.weights[at].filter(|_| weight).unwrap_or(self.grades[at]);
        row.wrong(column, error)
    }
}

fn table(services: &[Found]) -> Table {
    let columns = [
        Head::text("service"),
        Head::right("s1"),
        Head::right("s2"),
        Head::right("s3"),
        Head::left("band"),
        Head::text("raise first"),
    ];
    let mut table = Table::list(&columns, "").foot(
        "s1 perceived / expected, s2 expected / needed, s3 perceived / needed; 1 is fully consistent, higher is better",
    );
    for service in services {
        let result = &service.result;
        let name = service.service.clone().unwrap_or_else(|| format!("line {}", service.line));
        table.row(vec![
            name.into(),
            format!("{:.3}", result.s1).into(),
            format!("{:.3}", result.s2).into(),
            format!("{:.3}", result.s3).into(),
            band(result.band),
            result.advice.first().map_or_else(|| "nothing".to_owned(), advice).into(),
        ]);
    }
    table
}

fn band(band: Band) -> Cell {
    match band {
        Band::Dissatisfied => Cell::bad("dissatisfied"),
        Band::Satisfied => Cell::new("satisfied"),
        Band::Delighted => Cell::good("delighted"),
    }
}

fn advice(advice: &Advice) -> String {
    let (what, degree) = match advice.action {
        Action::ClarifyPromise => ("make the promise clear", "s1"),
        Action::CoverNeeds => ("design what is understood", "s3"),
        Action::FollowDesign => ("do what is designed", "s3"),
        Action::CompleteReception => ("let the customer receive all of it", "s3"),
        Action::UnderstandNeeds => ("understand the needs", "s3"),
    };
    format!("{}: {what} ({degree} × {:.2})", advice.grade.name(), advice.gain)
}
