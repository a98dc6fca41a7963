use serde::Serialize;
use ting_methods::text as method;

use super::text::{Comments, shown};
use crate::{
    error::CliError,
    output::{Cell, Column as Head, Output, Table},
};

/// From here on a comment is shown in red: a reason of the strongest kinds, or several weaker ones.
const HIGH: f32 = 0.7;

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  ting method urgency examples/workspace/comments.csv --id external_id
  ting method urgency comments.csv --text comment --format json

Columns: the one that --text names (what customers wrote; text by default), and the one that --id names (a name for each).
The table has the comments that met a rule, the most urgent first; the JSON has all, in the order of the file.")]
pub struct Urgency {
    #[command(flatten)]
    comments: Comments,
}

/// The answer, as `--format json` prints it.
#[derive(Debug, Serialize)]
struct Answer {
    rows: Vec<Row>,
    /// Comments that met a rule.
    urgent: usize,
}

#[derive(Debug, Serialize)]
struct Row {
    id: String,
    #[serde(flatten)]
    urgency: method::Urgency,
    #[serde(skip)]
    text: String,
}

pub fn run(output: &Output, command: &Urgency) -> Result<(), CliError> {
    let mut rows = Vec::new();
    command.comments.each(|said| {
        let urgency = method::judge(&said.text).urgency;
        rows.push(Row { id: said.id, urgency, text: shown(&said.text) });
        Ok(())
    })?;
    let urgent = rows.iter().filter(|row| !row.urgency.hits.is_empty()).count();
    let answer = Answer { rows, urgent };
    output.show(&answer, || vec![table(&answer)])
}

fn table(answer: &Answer) -> Table {
    let heads = [Head::left("id"), Head::right("score"), Head::text("because of"), Head::text("text")];
    let mut table = Table::list(&heads, "no comment met a rule").foot(format!(
        "{} of {} comments met a rule",
        answer.urgent,
        answer.rows.len()
    ));
    let mut urgent: Vec<&Row> = answer.rows.iter().filter(|row| !row.urgency.hits.is_empty()).collect();
    urgent.sort_by(|a, b| b.urgency.score.total_cmp(&a.urgency.score).then_with(|| a.id.cmp(&b.id)));
    for row in urgent {
        let hits = row.urgency.hits.iter().map(|hit| format!("{} ({})", hit.category, hit.phrase));
        let score = format!("{:.2}", row.urgency.score);
        table.row(vec![
            row.id.as_str().into(),
            if row.urgency.score >= HIGH { Cell::bad(score) } else { score.into() },
            hits.collect::<Vec<_>>().join(", ").into(),
            Cell::faint(row.text.as_str()),
        ]);
    }
    table
}
