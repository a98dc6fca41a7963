//! Takes files in: reads them row by row, sends them in streams, and remembers what the service has confirmed.
//!
//! [`source`] reads a file in batches ([`csv`] or [`jsonl`], then [`row`]), `send` sends a batch, `resume` remembers it.

use std::path::{Path, PathBuf};

use serde::Serialize;
use ting_proto::intake::v1::{ImportFeedbackResponse, RowError, intake_service_client::IntakeServiceClient};
use tokio::sync::mpsc;

use crate::{
    connect::{Authorised, Session},
    error::CliError,
};

pub mod csv;
pub mod jsonl;
mod progress;
mod refused;
mod resume;
pub mod row;
mod send;
pub mod source;

pub use refused::{RefusedRow, RefusedRows};
pub use row::Kind;

use progress::Progress;
use resume::{Confirmed, Identity, Journal};
use row::{Fields, Refusal};
use source::{Batch, Batches};

/// Rows in one stream.
pub const BATCH_ROWS: usize = 10_000;
/// A service names so many refused rows of a stream; streams no longer than that leave none unnamed.
const NAMED_ROWS: usize = 1_000;

/// A record of a file and the line it starts on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    pub line: u64,
    pub fields: Result<Fields, Refusal>,
}

/// How to import.
#[derive(Debug, Clone)]
pub struct Options {
    pub kind: Option<Kind>,
    pub batch_rows: usize,
    pub restart: bool,
    /// Where progress is kept.
    pub state: PathBuf,
}

/// What became of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    pub file: String,
    pub kind: &'static str,
    /// Records read, those of an earlier run included.
    pub rows: u64,
    /// Of them, those of an earlier run.
    pub resumed: u64,
    pub created: u64,
    pub duplicates: u64,
    pub refused: u64,
    pub milliseconds: u64,
}

/// Takes one file in. An error leaves what was confirmed in the journal, from where the next run goes on.
pub async fn import(
    session: &Session,
    client: &mut IntakeServiceClient<Authorised>,
    path: &Path,
    options: &Options,
    refused: &mut RefusedRows,
) -> Result<Report, CliError> {
    let batch_rows =
        if refused.wants_all() { options.batch_rows.min(NAMED_ROWS) } else { options.batch_rows };
    let (mut batches, kind) = Batches::open(path, options.kind, batch_rows)?;
    let file = path.display().to_string();
    if !batches.ignored().is_empty() {
        anstream::eprintln!("note: {file}: not taken in: {}", batches.ignored().join(", "));
    }
    let identity = Identity::of(path, &session.workspace().unwrap_or_default(), kind)?;
    let (mut journal, before) = Journal::open(&options.state, &identity, options.restart)?;
    let mut progress = Progress::start(&file, path.metadata()?.len());
    let mut report = Report::new(file, kind);
    for confirmed in before {
        report.count(&confirmed);
        refused.add(&report.file, &confirmed.errors)?;
    }
    report.resumed = report.rows;
    let (sender, mut receiver) = mpsc::channel::<std::io::Result<Batch>>(1);
    let skip = report.rows;
    let reader = tokio::task::spawn_blocking(move || read(&mut batches, skip, &sender));
    while let Some(batch) = receiver.recv().await {
        let batch = batch?;
        let confirmed = confirm(client, &batch).await?;
        journal.confirm(&confirmed)?;
        report.count(&confirmed);
        refused.add(&report.file, &confirmed.errors)?;
        progress.advance(confirmed.rows, batch.position);
    }
    reader.await.map_err(anyhow::Error::from)?;
    journal.finish()?;
    report.milliseconds = u64::try_from(progress.elapsed().as_millis()).unwrap_or(u64::MAX);
    Ok(report)
}

/// Reads ahead of what is being sent, one batch, and stops when nobody wants more.
fn read(batches: &mut Batches, skip: u64, sender: &mpsc::Sender<std::io::Result<Batch>>) {
    let mut next = batches.skip(skip).and_then(|()| batches.next_batch());
    while let Some(batch) = next.transpose() {
        let failed = batch.is_err();
        if sender.blocking_send(batch).is_err() || failed {
            return;
        }
        next = batches.next_batch();
    }
}

async fn confirm(client: &mut IntakeServiceClient<Authorised>, batch: &Batch) -> Result<Confirmed, CliError> {
    let answer = if batch.items.is_empty() {
        ImportFeedbackResponse::default()
    } else {
        send::send(client, &batch.items).await?
    };
    let mut errors: Vec<RowError> = batch.refused.iter().cloned().chain(answer.errors).collect();
    errors.sort_by_key(|error| error.row);
    Ok(Confirmed {
        rows: batch.rows,
        created: answer.created,
        duplicates: answer.duplicates,
        refused: answer.refused + batch.refused.len() as u64,
        errors,
    })
}

impl Report {
    fn new(file: String, kind: Kind) -> Self {
        Self {
            file,
            kind: kind.name(),
            rows: 0,
            resumed: 0,
            created: 0,
            duplicates: 0,
            refused: 0,
            milliseconds: 0,
        }
    }

    fn count(&mut self, confirmed: &Confirmed) {
        self.rows += confirmed.rows;
        self.created += confirmed.created;
        self.duplicates += confirmed.duplicates;
        self.refused += confirmed.refused;
    }
}

#[cfg(test)]
mod bad_file_tests;
