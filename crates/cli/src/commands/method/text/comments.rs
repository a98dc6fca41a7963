use std::collections::HashSet;

use clap::Args;

use super::super::Input;
use crate::{error::CliError, sheet::Sheet};

/// A file of comments.
#[derive(Debug, Clone, Args)]
pub struct Comments {
    #[command(flatten)]
    input: Input,
    /// Column that holds what customers wrote
    #[arg(long, value_name = "COLUMN", default_value = "text")]
    text: String,
    /// Column that names each comment [default: the number of its row]
    #[arg(long, value_name = "COLUMN")]
    id: Option<String>,
}

/// A comment as it stands in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    pub id: String,
    pub text: String,
}

impl Comments {
    /// Reads the comments one by one.
    pub fn each(&self, mut take: impl FnMut(Said) -> Result<(), CliError>) -> Result<(), CliError> {
        let mut sheet = Sheet::open(&self.input.file)?;
        let text = sheet.column(&self.text)?;
        let id = self.id.as_deref().map(|id| sheet.column(id)).transpose()?;
        let mut ids: HashSet<Box<str>> = HashSet::new();
        let mut rows = 0_u64;
        while let Some(row) = sheet.next_row()? {
            rows += 1;
            let id = match id {
                Some(column) => {
                    unique(&mut ids, row.required(column)?).map_err(|error| row.wrong(column, error))?
                }
                None => rows.to_string(),
            };
            take(Said { id, text: row.text(text).to_owned() })?;
        }
        sheet.require_rows()
    }

    /// All of them, in the order of the file.
    pub fn all(&self) -> Result<Vec<Said>, CliError> {
        let mut all = Vec::new();
        self.each(|said| {
            all.push(said);
            Ok(())
        })?;
        Ok(all)
    }

    /// Whether the file can be read a second time.
    pub fn is_file(&self) -> bool {
        self.input.file.as_os_str() != "-"
    }
}

fn unique(ids: &mut HashSet<Box<str>>, id: &str) -> Result<String, String> {
    if ids.insert(id.into()) { Ok(id.to_owned()) } else { Err(format!("{id} is there twice")) }
}
