//! Reads a whole text file for a method: JSON, or one thing a line.

use std::{fs, io, io::Read as _, path::Path};

use serde::de::DeserializeOwned;

use crate::error::CliError;

/// A text file in memory, with the name that errors tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    pub name: String,
    /// Without a byte order mark; every line ends with a line feed, whatever the file has.
    pub text: String,
}

impl Document {
    /// Reads a file; `-` is standard input.
    pub fn open(path: &Path) -> Result<Self, CliError> {
        let standard = path.as_os_str() == "-";
        let name = if standard { "standard input".to_owned() } else { path.display().to_string() };
        let mut bytes = Vec::new();
        let read = if standard {
            io::stdin().read_to_end(&mut bytes).map(drop)
        } else {
            fs::read(path).map(|read| bytes = read)
        };
        read.map_err(|error| {
            CliError::failed(format!("cannot read {name}: {error}"), "the first argument is a text file")
        })?;
        let text = String::from_utf8(bytes).map_err(|error| {
            let valid = &error.as_bytes()[..error.utf8_error().valid_up_to()];
            let line = valid.split(|byte| *byte == b'\n').count();
            CliError::failed(format!("{name}, line {line}: it is not UTF-8"), "save the file as UTF-8")
        })?;
        let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
        Ok(Self { name, text: text.replace("\r\n", "\n").replace('\r', "\n") })
    }

    /// The lines that say something, with their numbers; lines that begin with # are comments.
    pub fn lines(&self) -> impl Iterator<Item = (u64, &str)> {
        let numbered = (1..).zip(self.text.lines().map(str::trim));
        numbered.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'))
    }

    /// The whole file as JSON.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, CliError> {
        let mut reader = serde_json::Deserializer::from_str(&self.text);
        let value = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
            let path = error.path().to_string();
            let error = error.into_inner();
            let place = if path == "." { String::new() } else { format!(" {path}:") };
            self.wrong(error.line(), format!("{place} {error}").trim_start())
        })?;
        reader.end().map_err(|error| self.wrong(error.line(), &error.to_string()))?;
        Ok(value)
    }

    /// An error about a line.
    pub fn wrong(&self, line: impl TryInto<u64>, message: &str) -> CliError {
        let line = line.try_into().unwrap_or(u64::MAX).max(1);
        CliError::failed(
            format!("{}, line {line}: {message}", self.name),
            "correct the file and run it again",
        )
    }

    /// An error about a place that the message names.
    pub fn refuse(&self, message: &str) -> CliError {
        CliError::failed(format!("{}: {message}", self.name), "correct the file and run it again")
    }
}
