//! How results leave the command: as tables for people, as JSON or CSV for programs.

use std::io::Write as _;

use clap::ValueEnum;
use console::Term;
use serde::Serialize;

use crate::error::CliError;

mod cell;
mod export;
mod picture;
mod spark;
mod table;
mod words;

pub use cell::{Cell, clean, fit, width};
pub use export::harmless;
pub use picture::save_picture;
pub use spark::spark;
pub use table::{Column, Table};
pub use words::{Word, decimal, interval, percent, rounded, time, yes};

/// Columns of a page on which a table must fit when nobody says how wide it is.
const PAGE_WIDTH: usize = 100;
/// Narrower ones make tables unreadable; better that lines wrap.
const MIN_WIDTH: usize = 60;

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    // For people: aligned, cut to the width of the page.
    #[default]
    Table,
    // For programs: the service's answer in proto3 JSON, nothing left out.
    Json,
    // For spreadsheets: the rows of the table, uncut.
    Csv,
}

/// Where results go: standard output, in the format asked for.
#[derive(Debug, Clone, Copy)]
pub struct Output {
    pub format: Format,
    width: usize,
    terminal: bool,
}

impl Output {
    pub fn new(format: Format) -> Self {
        let terminal = Term::stdout().size_checked().map(|(_, columns)| usize::from(columns).max(MIN_WIDTH));
        Self { format, width: terminal.unwrap_or(PAGE_WIDTH), terminal: terminal.is_some() }
    }

    /// Prints an answer: itself as JSON, or the tables that are made of it. CSV has the first table only.
    pub fn show<T: Serialize>(
        &self,
        answer: &T,
        tables: impl FnOnce() -> Vec<Table>,
    ) -> Result<(), CliError> {
        match self.format {
            Format::Json => {
                let json = serde_json::to_string_pretty(answer).map_err(anyhow::Error::from)?;
                self.line(&json)
            }
            Format::Csv => match tables().first() {
                Some(table) => self.raw(&export::csv(table)?),
                None => Ok(()),
            },
            Format::Table => {
                let rendered: Vec<String> = tables().iter().map(|table| table.render(self.width)).collect();
                self.raw(rendered.join("\n").as_bytes())
            }
        }
    }

    /// Prints an answer of which only one thing matters.
    pub fn say<T: Serialize>(&self, answer: &T, text: &str) -> Result<(), CliError> {
        if self.format == Format::Json { self.show(answer, Vec::new) } else { self.line(text) }
    }

    /// Prints one line at once: for what others follow.
    pub fn line(&self, text: &str) -> Result<(), CliError> {
        self.raw(format!("{text}\n").as_bytes())
    }

    /// Prints one line at once, on a terminal as much of it as fits.
    pub fn fitting_line(&self, text: &str) -> Result<(), CliError> {
        if self.terminal { self.line(&fit(text, self.width)) } else { self.line(text) }
    }

    #[expect(clippy::unused_self, reason = "an output is what one prints to")]
    fn raw(&self, bytes: &[u8]) -> Result<(), CliError> {
        let mut stdout = anstream::stdout().lock();
        stdout.write_all(bytes)?;
        Ok(stdout.flush()?)
    }
}
