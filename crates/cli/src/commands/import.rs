use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::json;

use crate::{
    connect::Session,
    error::CliError,
    import::{self, BATCH_ROWS, Kind, Options, RefusedRow, RefusedRows, Report, source::Batches},
    output::{Cell, Column, Table},
    profile,
};

/// Refused rows on the screen.
const SHOWN: usize = 20;

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  ting import customers.csv comments.csv answers.csv
  ting import export.jsonl --kind comments
  ting import comments.csv --errors refused.csv     a file of the rows to correct

The first line of a CSV file names its columns; each line of a JSONL file is an object with them:
  comments   external_id, customer, kind*, text*, channel, source, touchpoint, occurred_at
  answers    external_id, customer, metric*, value*, channel, touchpoint, answered_at
  customers  external_id*, name, email, phone; any other column becomes an attribute

Good rows are taken in, bad ones are listed with their line. The same file twice adds nothing, and
an import that broke off goes on where it was when it is started again. A row without external_id
is known by its content.")]
pub struct Import {
    /// CSV (.csv) or one JSON object a line (.jsonl), UTF-8
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// What the rows are [default: told from the columns]
    #[arg(long, value_enum)]
    kind: Option<Kind>,
    /// Rows in one stream; progress is kept after each
    #[arg(long, value_name = "N", default_value_t = BATCH_ROWS as u64, value_parser = clap::value_parser!(u64).range(1..=BATCH_ROWS as u64))]
    batch_rows: u64,
    /// Begin at the first row even if an earlier import broke off later
    #[arg(long)]
    restart: bool,
    /// Write every refused row to this file, as CSV
    #[arg(long, value_name = "FILE")]
    errors: Option<PathBuf>,
}

pub async fn run(session: &Session, command: Import) -> Result<(), CliError> {
    let options = Options {
        kind: command.kind,
        batch_rows: usize::try_from(command.batch_rows).unwrap_or(BATCH_ROWS),
        restart: command.restart,
        state: profile::imports_folder()?,
    };
    let mut refused = RefusedRows::new(command.errors.as_deref())?;
    let mut reports = Vec::new();
    let ended = tokio::select! {
        interrupted = tokio::signal::ctrl_c() => {
            interrupted?;
            Err(CliError::failed("interrupted", "the same command goes on from the last confirmed row"))
        }
        ended = import_all(session, &command.files, &options, &mut refused, &mut reports) => ended,
    };
    if !reports.is_empty() {
        let answer = json!({ "files": reports, "errors": refused.first() });
        session.output.show(&answer, || tables(&reports, refused.first()))?;
    }
    ended?;
    match reports.iter().map(|report| report.refused).sum() {
        0 => Ok(()),
        count => Err(refusal(count, command.errors.is_some())),
    }
}

async fn import_all(
    session: &Session,
    files: &[PathBuf],
    options: &Options,
    refused: &mut RefusedRows,
    reports: &mut Vec<Report>,
) -> Result<(), CliError> {
    // A file that cannot be taken in at all is told before anything of the others is sent.
    for file in files {
        Batches::open(file, options.kind, options.batch_rows)?;
    }
    let mut client = session.intake().await?;
    for file in files {
        let imported = import::import(session, &mut client, file, options, refused).await;
        reports.push(imported.inspect_err(|_| {
            anstream::eprintln!(
                "note: {} is not in whole; the same command goes on where it stopped",
                file.display()
            );
        })?);
    }
    Ok(())
}

fn refusal(count: u64, written: bool) -> CliError {
    let rows = if count == 1 { "1 row was" } else { &format!("{count} rows were") };
    let more = if written { "" } else { "; --errors FILE lists them all" };
    CliError::failed(
        format!("{rows} refused"),
        format!("correct them and import the file again: what is there already is not added twice{more}"),
    )
}

fn tables(reports: &[Report], refused: &[RefusedRow]) -> Vec<Table> {
    let columns = [
        Column::text("file"),
        Column::left("kind"),
        Column::right("rows"),
        Column::right("resumed"),
        Column::right("new"),
        Column::right("known"),
        Column::right("refused"),
        Column::right("seconds"),
    ];
    let mut table = Table::list(&columns, "");
    for report in reports {
        let count = report.refused.to_string();
        table.row(vec![
            report.file.as_str().into(),
            report.kind.into(),
            report.rows.to_string().into(),
            report.resumed.to_string().into(),
            report.created.to_string().into(),
            report.duplicates.to_string().into(),
            if report.refused > 0 { Cell::bad(count) } else { count.into() },
            format!("{}.{}", report.milliseconds / 1000, report.milliseconds % 1000 / 100).into(),
        ]);
    }
    if refused.is_empty() { vec![table] } else { vec![table, refused_table(reports, refused)] }
}

/// Folders are in the table above.
fn file_name(path: &str) -> String {
    Path::new(path).file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn refused_table(reports: &[Report], refused: &[RefusedRow]) -> Table {
    let columns = [
        Column::text("file"),
        Column::right("line"),
        Column::left("field"),
        Column::left("reason"),
        Column::text("why"),
    ];
    let mut table = Table::list(&columns, "");
    for row in refused.iter().take(SHOWN) {
        table.row(vec![
            file_name(&row.file).into(),
            row.row.to_string().into(),
            row.field.as_str().into(),
            row.reason.as_str().into(),
            row.message.as_str().into(),
        ]);
    }
    let total: u64 = reports.iter().map(|report| report.refused).sum();
    let shown = SHOWN.min(refused.len()) as u64;
    if total > shown { table.foot(format!("… and {} more", total - shown)) } else { table }
}
