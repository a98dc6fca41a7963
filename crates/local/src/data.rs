//! What the demonstration takes in: the sample workspace, and two sets of real reviews that are fetched from their own packages.

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context as _, bail};

/// The `ting` command, used as a person would use it.
pub struct Ting {
    pub program: PathBuf,
    pub environment: Vec<(String, String)>,
}

/// What came of an import.
#[derive(Debug, Default, Clone, Copy)]
pub struct Taken {
    pub received: u64,
    pub created: u64,
    pub known: u64,
    pub refused: u64,
}

impl std::ops::AddAssign for Taken {
    fn add_assign(&mut self, other: Self) {
        self.received += other.received;
        self.created += other.created;
        self.known += other.known;
        self.refused += other.refused;
    }
}

impl Ting {
    /// Imports a file; its progress is on the terminal.
    pub fn import(&self, file: &Path) -> anyhow::Result<Taken> {
        let output = Command::new(&self.program)
            .args(["import", "--restart", "--format", "json"])
            .arg(file)
            .envs(self.environment.iter().map(|(key, value)| (key, value)))
            .stderr(Stdio::inherit())
            .output()
            .with_context(|| format!("starting {}", self.program.display()))?;
        // 1 means that rows were refused, which the answer counts.
        if !matches!(output.status.code(), Some(0 | 1)) {
            bail!("ting import {} ended with {}", file.display(), output.status);
        }
        let answer: serde_json::Value = serde_json::from_slice(&output.stdout)
            .with_context(|| format!("ting import {} gave no answer", file.display()))?;
        let count = |key: &str| answer["files"][0][key].as_u64().unwrap_or_default();
        Ok(Taken {
            received: count("rows"),
            created: count("created"),
            known: count("duplicates"),
            refused: count("refused"),
        })
    }
}

/// The files of the sample workspace, customers first. The last has rows that must be refused.
pub fn sample(repository: &Path) -> Vec<PathBuf> {
    let folder = repository.join("examples/workspace");
    ["customers.csv", "comments.csv", "answers.csv", "bad.csv"].iter().map(|name| folder.join(name)).collect()
}

/// Fetches the review sets into `folder`; `None` without a network, after the script has said so.
pub fn reviews(repository: &Path, folder: &Path) -> anyhow::Result<Option<Vec<PathBuf>>> {
    let script = repository.join("examples/reviews/take_reviews.py");
    let status = Command::new("python3").arg(script).arg(folder).status().context("starting python3")?;
    match status.code() {
        Some(0) => {}
        Some(3) => return Ok(None),
        _ => bail!("fetching the reviews ended with {status}"),
    }
    Ok(Some(["customers.csv", "comments.csv", "answers.csv"].iter().map(|name| folder.join(name)).collect()))
}
