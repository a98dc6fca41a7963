use std::fmt::Write as _;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::{
    Place, Rows,
    place::{damaged, hex},
};
use crate::{connect::Service, error::CliError};

/// What is in a backup.
pub const MANIFEST: &str = "manifest.json";
/// The SHA-256 of every other file, as `sha256sum --check` reads it; written last, so that a backup without it is none.
pub const SUMS: &str = "SHA256SUMS";
/// Raised when an older `ting` could not restore what a newer one saved.
const FORMAT: u32 = 1;

/// The table of contents of one backup.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Manifest {
    pub format: u32,
    pub ting_version: String,
    pub began_at: DateTime<Utc>,
    pub finished_at: DateTime<Utc>,
    /// In the order in which the snapshots were taken.
    pub stores: Vec<Saved>,
}

/// One store in a backup.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Saved {
    pub service: String,
    pub file: String,
    pub bytes: u64,
    pub sha256: String,
    /// The moment that the store is saved as of.
    pub snapshot_at: DateTime<Utc>,
    pub postgres_version: String,
    pub pg_dump_version: String,
    pub migrations: Migrations,
    /// Rows of each table.
    pub rows: Rows,
    /// Whether the file was restored into a scratch database and had all its rows there.
    pub tried: bool,
}

/// The migrations that had been applied.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Migrations {
    pub chassis: Vec<i64>,
    pub service: Vec<i64>,
}

impl Manifest {
    pub fn new(began_at: DateTime<Utc>, finished_at: DateTime<Utc>, stores: Vec<Saved>) -> Self {
        let ting_version = env!("CARGO_PKG_VERSION").to_owned();
        Self { format: FORMAT, ting_version, began_at, finished_at, stores }
    }

    /// Reads the manifest of a backup and refuses one that is incomplete, damaged or too new.
    pub async fn read(place: &Place) -> Result<Self, CliError> {
        let sums = place.get(SUMS).await?.ok_or_else(|| {
            CliError::failed(
                format!("{} is no whole backup: {SUMS} is missing, which is written last", place.name()),
                "--from names the folder of one backup, as `ting ops backup` has printed it",
            )
        })?;
        let sums = Sums::parse(&String::from_utf8_lossy(&sums));
        let shown = place.shown(MANIFEST);
        let bytes = place.get(MANIFEST).await?.ok_or_else(|| damaged(&shown, "it is missing"))?;
        if sums.of(MANIFEST) != Some(hex(Sha256::new_with_prefix(&bytes)).as_str()) {
            return Err(damaged(&shown, &format!("its SHA-256 is not the one in {SUMS}")));
        }
        let manifest: Self =
            serde_json::from_slice(&bytes).map_err(|error| damaged(&shown, &error.to_string()))?;
        if manifest.format > FORMAT {
            return Err(CliError::failed(
                format!("{shown} has format {}; this ting reads up to {FORMAT}", manifest.format),
                format!("restore it with ting {} or newer", manifest.ting_version),
            ));
        }
        Ok(manifest)
    }

    /// The saved store of a service.
    pub fn store(&self, service: Service) -> Result<&Saved, CliError> {
        self.stores.iter().find(|saved| saved.service == service.name()).ok_or_else(|| {
            CliError::failed(
                format!("the backup has no store of {}", service.name()),
                format!("{MANIFEST} lists what it has"),
            )
        })
    }

    pub fn bytes(&self) -> u64 {
        self.stores.iter().map(|saved| saved.bytes).sum()
    }
}

/// Hashes by file.
#[derive(Debug, Default)]
pub struct Sums(Vec<(String, String)>);

impl Sums {
    pub fn add(&mut self, file: &str, sha256: &str) {
        self.0.push((file.to_owned(), sha256.to_owned()));
    }

    /// Two spaces between hash and name, as `sha256sum` writes it.
    pub fn text(&self) -> String {
        self.0.iter().fold(String::new(), |mut text, (file, hash)| {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "{hash}  {file}");
            text
        })
    }

    fn parse(text: &str) -> Self {
        let pairs = text.lines().filter_map(|line| line.split_once("  "));
        Self(pairs.map(|(hash, file)| (file.to_owned(), hash.to_owned())).collect())
    }

    pub fn of(&self, file: &str) -> Option<&str> {
        self.0.iter().find(|(name, _)| name == file).map(|(_, hash)| hash.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::{Manifest, SUMS, Sums};
    use crate::commands::ops::archive::{MANIFEST, Place};

    async fn told(manifest: &str, sums: &str) -> String {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(MANIFEST), manifest).unwrap();
        std::fs::write(folder.path().join(SUMS), sums).unwrap();
        let place = Place::open(folder.path().to_str().unwrap()).unwrap();
        Manifest::read(&place).await.map(drop).unwrap_err().to_string()
    }

    #[tokio::test]
    async fn a_manifest_is_refused_when_it_is_not_the_one_that_was_written() {
        let told = told("{}", "0123  manifest.json\n").await;
        assert!(
            told.contains("manifest.json is damaged: its SHA-256 is not the one in SHA256SUMS"),
            "{told}"
        );
    }

    #[tokio::test]
    async fn a_newer_format_is_refused_with_the_version_that_reads_it() {
        let manifest = r#"{"format": 9, "ting_version": "7.0.0", "began_at": "2026-03-01T00:00:00Z",
            "finished_at": "2026-03-01T00:00:00Z", "stores": []}"#;
        let sum = super::hex(sha2::Digest::new_with_prefix(manifest));
        let told = told(manifest, &format!("{sum}  manifest.json\n")).await;
        assert!(told.contains("has format 9; this ting reads up to 1"), "{told}");
    }

    #[tokio::test]
    async fn a_folder_without_sums_is_no_whole_backup() {
        let folder = tempfile::tempdir().unwrap();
        let place = Place::open(folder.path().to_str().unwrap()).unwrap();
        let told = Manifest::read(&place).await.map(drop).unwrap_err().to_string();
        assert!(told.contains("is no whole backup"), "{told}");
    }

    #[test]
    fn sums_are_read_as_they_are_written() {
        let mut sums = Sums::default();
        sums.add("intake.dump", "ab");
        sums.add("a name", "cd");
        let read = Sums::parse(&sums.text());
        assert_eq!(
            (read.of("intake.dump"), read.of("a name"), read.of("none")),
            (Some("ab"), Some("cd"), None)
        );
    }
}
