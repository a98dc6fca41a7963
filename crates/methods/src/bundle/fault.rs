use std::ops::Range;

use super::words::Slip;

/// What is wrong with the file of a model, and where.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("line {line}, column {column}: {path}: {message}")]
pub struct Fault {
    /// Counted from 1.
    pub line: usize,
    /// Counted from 1, in characters.
    pub column: usize,
    /// The path within the TOML, such as `constraint C1.if`.
    pub path: String,
    pub message: String,
}

/// The text of a file, to find lines and columns in.
#[derive(Debug, Clone, Copy)]
pub(super) struct Source<'a>(pub &'a str);

impl Source<'_> {
    pub fn fault(&self, at: usize, path: impl Into<String>, message: impl Into<String>) -> Fault {
        let at = (0..=at.min(self.0.len())).rev().find(|at| self.0.is_char_boundary(*at)).unwrap_or_default();
        let before = &self.0[..at];
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().map_or(0, |line| line.chars().count()) + 1;
        Fault { line, column, path: path.into(), message: message.into() }
    }

    /// A slip within an expression, whose quotes the span includes.
    pub fn slip(&self, span: &Range<usize>, path: impl Into<String>, slip: &Slip) -> Fault {
        let quotes = if self
            .0
            .get(span.start..)
            .is_some_and(|rest| rest.starts_with("\"\"\"") || rest.starts_with("'''"))
        {
            3
        } else {
            1
        };
        self.fault((span.start + quotes + slip.at).min(span.end), path, slip.message.clone())
    }

    pub fn unreadable(&self, error: &toml::de::Error) -> Fault {
        let at = error.span().map_or(0, |span| span.start);
        self.fault(at, "TOML", error.message().replace('\n', ", "))
    }
}
