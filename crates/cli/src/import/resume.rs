use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, BufRead as _, BufReader, Read as _, Seek as _, SeekFrom, Write as _},
    path::{Path, PathBuf},
    time::UNIX_EPOCH,
};

use anyhow::Context as _;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use ting_proto::intake::v1::RowError;

use super::row::{Kind, hex};
use crate::error::CliError;

/// Of the head and of the tail of a file.
const SAMPLE_BYTES: u64 = 64 * 1024;

/// Which import a journal is about. Another one starts anew.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    workspace: String,
    size: u64,
    /// SHA-256 of the head and the tail.
    digest: String,
    kind: String,
    /// A file that was changed in its middle has another time.
    modified_ns: u128,
}

/// What the service has confirmed of one batch.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Confirmed {
    /// Records of the file, good and bad.
    pub rows: u64,
    pub created: u64,
    pub duplicates: u64,
    pub refused: u64,
    /// As many of the refused as are known.
    pub errors: Vec<RowError>,
}

/// The progress of an import: an identity, then a line for every confirmed batch, each written before the next is sent.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    file: File,
}

impl Identity {
    pub fn of(path: &Path, workspace: &str, kind: Kind) -> anyhow::Result<Self> {
        let read = || -> io::Result<Self> {
            let mut file = File::open(path)?;
            let metadata = file.metadata()?;
            let modified = metadata.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
            Ok(Self {
                workspace: workspace.to_owned(),
                size: metadata.len(),
                digest: digest(&mut file, metadata.len())?,
                kind: kind.name().to_owned(),
                modified_ns: modified.map(|since| since.as_nanos()).unwrap_or_default(),
            })
        };
        read().with_context(|| format!("cannot read {}", path.display()))
    }

    fn file_name(&self) -> String {
        let key = format!("{}\n{}\n{}", self.workspace, self.size, self.digest);
        format!("{}.jsonl", hex(&Sha256::digest(key)[..16]))
    }
}

fn digest(file: &mut File, size: u64) -> io::Result<String> {
    let mut sample = Vec::new();
    file.take(SAMPLE_BYTES).read_to_end(&mut sample)?;
    file.seek(SeekFrom::Start(size.saturating_sub(SAMPLE_BYTES)))?;
    file.take(SAMPLE_BYTES).read_to_end(&mut sample)?;
    Ok(hex(&Sha256::digest(&sample)))
}

impl Journal {
    /// Opens the journal of an import and reads what was confirmed; nothing of it when `restart`.
    pub fn open(
        folder: &Path,
        identity: &Identity,
        restart: bool,
    ) -> Result<(Self, Vec<Confirmed>), CliError> {
        let path = folder.join(identity.file_name());
        let opened = fs::create_dir_all(folder).and_then(|()| {
            OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path)
        });
        let mut file = opened.with_context(|| format!("cannot keep progress in {}", path.display()))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(CliError::failed(
                    "this file is being imported already",
                    "wait for the other import to end",
                ));
            }
            Err(TryLockError::Error(error)) => return Err(error.into()),
        }
        let (confirmed, end) = if restart { (Vec::new(), 0) } else { read(&file, identity)? };
        file.set_len(end)?;
        file.seek(SeekFrom::End(0))?;
        let mut journal = Self { path, file };
        if end == 0 {
            journal.append(identity)?;
        }
        Ok((journal, confirmed))
    }

    /// Remembers a batch; durable when it returns.
    pub fn confirm(&mut self, batch: &Confirmed) -> io::Result<()> {
        self.append(batch)
    }

    /// Forgets the import: all is in.
    pub fn finish(self) -> io::Result<()> {
        fs::remove_file(&self.path)
    }

    fn append<T: Serialize>(&mut self, line: &T) -> io::Result<()> {
        let mut bytes = serde_json::to_vec(line)?;
        bytes.push(b'\n');
        self.file.write_all(&bytes)?;
        self.file.sync_data()
    }
}

/// What is confirmed, and where the last whole line ends. A line cut short by a crash, and what follows it, is as if never written.
fn read(file: &File, identity: &Identity) -> io::Result<(Vec<Confirmed>, u64)> {
    let mut lines = BufReader::new(file);
    let mut line = Vec::new();
    let mut end = lines.read_until(b'\n', &mut line)? as u64;
    if !serde_json::from_slice::<Identity>(&line).is_ok_and(|known| known == *identity)
        || !line.ends_with(b"\n")
    {
        return Ok((Vec::new(), 0));
    }
    let mut confirmed = Vec::new();
    loop {
        line.clear();
        let length = lines.read_until(b'\n', &mut line)? as u64;
        let batch = serde_json::from_slice::<Confirmed>(&line);
        match batch {
            Ok(batch) if line.ends_with(b"\n") => confirmed.push(batch),
            _ => return Ok((confirmed, end)),
        }
        end += length;
    }
}

#[cfg(test)]
mod tests {
    use std::{
        fs::{self, OpenOptions},
        io::Write as _,
        path::Path,
    };

    use tempfile::{TempDir, tempdir};
    use ting_proto::intake::v1::RowError;

    use super::{Confirmed, Identity, Journal};
    use crate::import::row::Kind;

    struct Bed {
        folder: TempDir,
        identity: Identity,
    }

    impl Bed {
        fn new() -> Self {
            let folder = tempdir().unwrap();
            let file = folder.path().join("comments.csv");
            fs::write(&file, "kind,text\ncomment,hello\n").unwrap();
            let identity = Identity::of(&file, "acme", Kind::Comments).unwrap();
            Self { folder, identity }
        }

        fn state(&self) -> std::path::PathBuf {
            self.folder.path().join("state")
        }

        fn open(&self, restart: bool) -> (Journal, Vec<Confirmed>) {
            Journal::open(&self.state(), &self.identity, restart).unwrap()
        }
    }

    fn batch(rows: u64) -> Confirmed {
        let error =
            RowError { row: rows, field: "text".into(), reason: "EMPTY".into(), message: "is empty".into() };
        Confirmed { rows, created: rows - 1, duplicates: 0, refused: 1, errors: vec![error] }
    }

    #[test]
    fn confirmed_batches_are_found_again() {
        let bed = Bed::new();
        let (mut journal, before) = bed.open(false);
        assert_eq!(before, []);
        journal.confirm(&batch(10)).unwrap();
        journal.confirm(&batch(7)).unwrap();
        drop(journal);
        assert_eq!(bed.open(false).1, [batch(10), batch(7)]);
    }

    #[test]
    fn a_finished_or_restarted_import_begins_at_the_first_row() {
        let bed = Bed::new();
        let (mut journal, _) = bed.open(false);
        journal.confirm(&batch(10)).unwrap();
        drop(journal);
        assert_eq!(bed.open(true).1, []);
        let (mut journal, _) = bed.open(false);
        journal.confirm(&batch(10)).unwrap();
        journal.finish().unwrap();
        assert_eq!(bed.open(false).1, []);
    }

    #[test]
    fn a_line_cut_short_is_as_if_never_written() {
        let bed = Bed::new();
        let (mut journal, _) = bed.open(false);
        journal.confirm(&batch(10)).unwrap();
        let path = journal.path.clone();
        drop(journal);
        let whole = fs::read(&path).unwrap();
        let second = serde_json::to_vec(&batch(7)).unwrap();
        for length in 1..second.len() {
            fs::write(&path, &whole).unwrap();
            OpenOptions::new().append(true).open(&path).unwrap().write_all(&second[..length]).unwrap();
            assert_eq!(bed.open(false).1, [batch(10)], "{length}");
        }
        let (mut journal, _) = bed.open(false);
        journal.confirm(&batch(7)).unwrap();
        drop(journal);
        assert_eq!(bed.open(false).1, [batch(10), batch(7)]);
    }

    #[test]
    fn another_file_kind_or_workspace_has_its_own_progress() {
        let bed = Bed::new();
        let (mut journal, _) = bed.open(false);
        journal.confirm(&batch(10)).unwrap();
        drop(journal);
        let file = bed.folder.path().join("comments.csv");
        let open = |identity: &Identity| Journal::open(&bed.state(), identity, false).unwrap().1;
        let of = |file: &Path, workspace, kind| Identity::of(file, workspace, kind).unwrap();
        assert_eq!(open(&of(&file, "other", Kind::Comments)), []);
        fs::write(&file, "kind,text\ncomment,hellos\n").unwrap();
        assert_eq!(open(&of(&file, "acme", Kind::Comments)), []);
        assert_eq!(open(&bed.identity), [batch(10)]);
        let otherwise = Identity { kind: "customers".to_owned(), ..bed.identity.clone() };
        assert_eq!(open(&otherwise), []);
    }

    #[test]
    fn a_file_is_imported_once_at_a_time() {
        let bed = Bed::new();
        let (_journal, _) = bed.open(false);
        let error = Journal::open(&bed.state(), &bed.identity, false).unwrap_err();
        assert!(error.to_string().contains("being imported"), "{error}");
    }
}
