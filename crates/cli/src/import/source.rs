use std::{
    collections::VecDeque,
    fs::File,
    io::{self, BufRead, BufReader},
    path::Path,
};

use anyhow::{Context as _, bail};
use prost::Message as _;
use ting_proto::intake::v1::{ImportFeedbackRequest, RowError};

use super::{
    Record,
    csv::CsvReader,
    jsonl::JsonlReader,
    row::{Kind, Rows},
};
use crate::error::CliError;

const BUFFER_BYTES: usize = 256 * 1024;
const BOM: &[u8] = b"\xef\xbb\xbf";
/// How far into a JSONL file its columns are looked for.
const MAX_PEEKED: usize = 100;
/// Rows are read into memory before they are sent: this much of them, whatever their number.
const MAX_BATCH_BYTES: usize = 8 * 1024 * 1024;

/// Rows that are sent in one stream, and what was refused before sending.
#[derive(Debug, Default)]
pub struct Batch {
    /// Records of the file, good and bad.
    pub rows: u64,
    pub items: Vec<ImportFeedbackRequest>,
    pub refused: Vec<RowError>,
    /// Bytes of the file up to here.
    pub position: u64,
}

/// Reads a file in batches.
pub struct Batches {
    format: Format,
    rows: Rows,
    batch_rows: usize,
    /// Records read to find out what the file is.
    peeked: VecDeque<Record>,
}

enum Format {
    Csv(Box<CsvReader<BufReader<File>>>),
    Jsonl(JsonlReader<BufReader<File>>),
}

impl Batches {
    /// Opens a file and finds out what its rows are, unless that was said.
    pub fn open(path: &Path, said: Option<Kind>, batch_rows: usize) -> Result<(Self, Kind), CliError> {
        let extension =
            path.extension().and_then(|extension| extension.to_str()).unwrap_or_default().to_lowercase();
        let is_csv = match extension.as_str() {
            "csv" => true,
            "jsonl" | "ndjson" => false,
            _ => {
                let message = format!("{}: the name ends neither in .csv nor in .jsonl", path.display());
                let hint = Some("save it as CSV, or as JSON with one object a line".to_owned());
                return Err(CliError::Usage { message, hint });
            }
        };
        let named = || format!("cannot read {}", path.display());
        let source = open(path).with_context(named)?;
        let mut peeked = VecDeque::new();
        let (format, columns) = if is_csv {
            let reader = CsvReader::new(source).with_context(named)?;
            let columns = reader.header().to_vec();
            (Format::Csv(Box::new(reader)), columns)
        } else {
            let mut reader = JsonlReader::new(source);
            let columns = peek(&mut reader, &mut peeked).with_context(named)?;
            (Format::Jsonl(reader), columns)
        };
        let kind = said.or_else(|| Kind::detect(&columns)).ok_or_else(|| unknown(path, &columns))?;
        if is_csv {
            check_columns(path, kind, &columns)?;
        }
        Ok((Self { format, rows: Rows::new(kind), batch_rows, peeked }, kind))
    }

    /// Columns of a CSV file that nobody takes in.
    pub fn ignored(&self) -> Vec<&str> {
        let (Format::Csv(reader), Some(known)) = (&self.format, self.rows.kind().known()) else {
            return Vec::new();
        };
        reader.header().iter().map(String::as_str).filter(|name| !known.contains(name)).collect()
    }

    /// Reads over records that were taken in before. They count for the ids of those that bring none.
    pub fn skip(&mut self, records: u64) -> io::Result<()> {
        for _ in 0..records {
            let Some(record) = self.record()? else { break };
            if let Ok(fields) = record.fields {
                // Whether it was good was told when it was sent.
                let _ = self.rows.item(fields);
            }
        }
        Ok(())
    }

    /// The next batch; `None` at the end.
    pub fn next_batch(&mut self) -> io::Result<Option<Batch>> {
        let mut batch = Batch::default();
        let mut bytes = 0;
        while batch.items.len() + batch.refused.len() < self.batch_rows && bytes < MAX_BATCH_BYTES {
            let Some(Record { line, fields }) = self.record()? else { break };
            batch.rows += 1;
            match fields.and_then(|fields| self.rows.item(fields)) {
                Ok(item) => {
                    let request = ImportFeedbackRequest { row: line, item: Some(item) };
                    bytes += request.encoded_len();
                    batch.items.push(request);
                }
                Err(refusal) => batch.refused.push(RowError {
                    row: line,
                    field: refusal.field.to_owned(),
                    reason: refusal.reason.to_owned(),
                    message: refusal.message,
                }),
            }
        }
        batch.position = self.position();
        Ok((batch.rows > 0).then_some(batch))
    }

    fn record(&mut self) -> io::Result<Option<Record>> {
        if let Some(record) = self.peeked.pop_front() {
            return Ok(Some(record));
        }
        match &mut self.format {
            Format::Csv(reader) => reader.read_record(),
            Format::Jsonl(reader) => reader.read_record(),
        }
    }

    fn position(&self) -> u64 {
        match &self.format {
            Format::Csv(reader) => reader.position(),
            Format::Jsonl(reader) => reader.position(),
        }
    }
}

/// Opens text: over a byte order mark, and not what only looks like text by its name.
fn open(path: &Path) -> anyhow::Result<BufReader<File>> {
    let mut source = BufReader::with_capacity(BUFFER_BYTES, File::open(path)?);
    let head = source.fill_buf()?;
    if head.starts_with(b"\xff\xfe") || head.starts_with(b"\xfe\xff") {
        bail!("it is UTF-16; save it as UTF-8");
    }
    if head.starts_with(b"PK\x03\x04") || head.starts_with(b"\x1f\x8b") {
        bail!("it is compressed or a workbook; unpack it, or save it as CSV");
    }
    if head.starts_with(b"%PDF") || head.starts_with(b"\x7fELF") {
        bail!("it is not text");
    }
    if head.starts_with(BOM) {
        source.consume(BOM.len());
    }
    Ok(source)
}

/// The names in the first row that has any.
fn peek(reader: &mut JsonlReader<BufReader<File>>, peeked: &mut VecDeque<Record>) -> io::Result<Vec<String>> {
    while peeked.len() < MAX_PEEKED {
        let Some(record) = reader.read_record()? else { break };
        let names = record.fields.as_ref().map(|fields| fields.names.to_vec()).unwrap_or_default();
        peeked.push_back(record);
        if !names.is_empty() {
            return Ok(names);
        }
    }
    Ok(Vec::new())
}

fn unknown(path: &Path, columns: &[String]) -> CliError {
    let message =
        format!("{}: cannot tell what its rows are by the columns {}", path.display(), columns.join(", "));
    let hint = if columns.len() == 1 && columns[0].contains([';', '\t']) {
        "the cells of a CSV file are separated by commas"
    } else {
        "say it with --kind comments, --kind answers or --kind customers"
    };
    CliError::Usage { message, hint: Some(hint.to_owned()) }
}

fn check_columns(path: &Path, kind: Kind, columns: &[String]) -> Result<(), CliError> {
    let has = |name: &&str| columns.iter().any(|column| column == name);
    let missing: Vec<&str> = kind.required().iter().copied().filter(|name| !has(name)).collect();
    if !missing.is_empty() {
        return Err(CliError::failed(
            format!("{}: {} need the columns {}", path.display(), kind.name(), missing.join(", ")),
            "the first line names the columns; --kind says what the rows are",
        ));
    }
    Ok(())
}

#[cfg(test)]
#[path = "source_tests.rs"]
mod tests;
