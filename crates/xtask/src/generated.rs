//! Files that are made of what the code knows: written by a chore, and checked so that they cannot drift from it.

use std::fs;

use anyhow::{Context as _, ensure};

use crate::run::root;

/// A file of the repository with what must be in it.
pub struct Generated {
    pub path: &'static str,
    /// The chore that writes it.
    pub chore: &'static str,
    pub content: fn() -> anyhow::Result<String>,
}

impl Generated {
    /// Writes the file, or with `check` fails unless it is as it must be.
    pub fn run(&self, check: bool) -> anyhow::Result<()> {
        let (path, wanted) = (root().join(self.path), (self.content)()?);
        if !check {
            return fs::write(&path, wanted).with_context(|| format!("writing {}", self.path));
        }
        let found = fs::read_to_string(&path).unwrap_or_default();
        ensure!(found == wanted, "{} is not up to date: cargo xtask {}", self.path, self.chore);
        println!("{}: up to date", self.path);
        Ok(())
    }
}
