use std::{fs::File, io::BufWriter, path::Path};

use anyhow::Context as _;
use serde::Serialize;
use ting_proto::intake::v1::RowError;

/// Refused rows that are kept for the answer; a file of nothing else must not fill the memory.
const KEPT: usize = 1000;

/// A row that was not taken in, as the answer tells it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RefusedRow {
    pub file: String,
    /// The line in the file.
    pub row: u64,
    pub field: String,
    pub reason: String,
    pub message: String,
}

/// All refused rows: the first in memory, every one in the file that was asked for.
#[derive(Debug, Default)]
pub struct RefusedRows {
    first: Vec<RefusedRow>,
    file: Option<csv::Writer<BufWriter<File>>>,
}

impl RefusedRows {
    pub fn new(path: Option<&Path>) -> anyhow::Result<Self> {
        let Some(path) = path else { return Ok(Self::default()) };
        let file = File::create(path).with_context(|| format!("cannot write {}", path.display()))?;
        let mut writer = csv::Writer::from_writer(BufWriter::new(file));
        writer.write_record(["file", "row", "field", "reason", "message"])?;
        writer.flush()?;
        Ok(Self { first: Vec::new(), file: Some(writer) })
    }

    /// True when every refused row must be known, not only the first of a stream.
    pub fn wants_all(&self) -> bool {
        self.file.is_some()
    }

    pub fn add(&mut self, file: &str, errors: &[RowError]) -> anyhow::Result<()> {
        for RowError { row, field, reason, message } in errors {
            if let Some(writer) = &mut self.file {
                writer.write_record([file, &row.to_string(), field, reason, message])?;
            }
            if self.first.len() < KEPT {
                self.first.push(RefusedRow {
                    file: file.to_owned(),
                    row: *row,
                    field: field.clone(),
                    reason: reason.clone(),
                    message: message.clone(),
                });
            }
        }
        if let Some(writer) = &mut self.file {
            writer.flush()?;
        }
        Ok(())
    }

    /// The first thousand.
    pub fn first(&self) -> &[RefusedRow] {
        &self.first
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use ting_proto::intake::v1::RowError;

    use super::{KEPT, RefusedRows};

    fn errors(rows: std::ops::Range<usize>) -> Vec<RowError> {
        let error = |row| RowError {
            row: row as u64,
            field: "text".into(),
            reason: "EMPTY".into(),
            message: "is, empty".into(),
        };
        rows.map(error).collect()
    }

    #[test]
    fn all_are_written_and_the_first_are_kept() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("errors.csv");
        let mut refused = RefusedRows::new(Some(&path)).unwrap();
        refused.add("a.csv", &errors(2..1500)).unwrap();
        refused.add("b.csv", &errors(2..3)).unwrap();
        assert_eq!(refused.first().len(), KEPT);
        assert_eq!(refused.first()[0].row, 2);
        let text = fs::read_to_string(&path).unwrap();
        assert_eq!(text.lines().count(), 1500);
        assert!(text.starts_with("file,row,field,reason,message\na.csv,2,text,EMPTY,\"is, empty\"\n"));
        assert!(text.ends_with("b.csv,2,text,EMPTY,\"is, empty\"\n"));
    }
}
