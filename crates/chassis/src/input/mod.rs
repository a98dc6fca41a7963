//! Checks of what callers send. Each takes the name of the field and gives the clean value or the [`Violation`].
//!
//! Start with [`text`]; lists use [`page`]. Nothing here knows a store or a clock.

use std::{borrow::Cow, fmt};

use crate::fault::{Code, Fault};

mod number;
mod page;
mod text;
mod time;

pub use number::{enumeration, int_in, optional_enumeration, required};
pub use page::{Page, PageKey, next_token, page, scope};
pub use text::{
    attributes, email, external_id, optional_text, request_id, text, token, token_or_unknown, uuid,
};
pub use time::{date_range, day, time};

/// A field that cannot be taken as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// Path of the field in the request: `feedback[17].text`.
    pub field: String,
    /// Upper snake case, part of the contract.
    pub reason: &'static str,
    /// For people; never repeats the value.
    pub message: String,
}

impl Violation {
    pub fn new(field: &str, reason: &'static str, message: impl Into<String>) -> Self {
        Self { field: field.to_owned(), reason, message: message.into() }
    }

    /// The same violation inside a message: `text` within `feedback[17]` is `feedback[17].text`.
    #[must_use]
    pub fn within(mut self, parent: &str) -> Self {
        self.field = format!("{parent}.{}", self.field);
        self
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.field, self.message)
    }
}

/// A request with at least one bad field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidInput(pub Vec<Violation>);

impl fmt::Display for InvalidInput {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.as_slice() {
            [] => f.write_str("the request is not valid"),
            [only] => only.fmt(f),
            [first, others @ ..] => write!(f, "{first} (and {} more)", others.len()),
        }
    }
}

impl std::error::Error for InvalidInput {}

impl From<Violation> for InvalidInput {
    fn from(violation: Violation) -> Self {
        Self(vec![violation])
    }
}

impl Fault for InvalidInput {
    fn code(&self) -> Code {
        Code::InvalidArgument
    }

    fn reason(&self) -> Cow<'static, str> {
        self.0.first().map_or("INVALID", |violation| violation.reason).into()
    }

    fn violations(&self) -> Vec<Violation> {
        self.0.clone()
    }
}

/// Collects the violations of a request, so that a caller learns of all bad fields at once.
#[derive(Debug, Default)]
pub struct Checks(Vec<Violation>);

impl Checks {
    /// The value if it is good; a bad one is remembered and `None`.
    pub fn keep<T>(&mut self, checked: Result<T, Violation>) -> Option<T> {
        checked.map_err(|violation| self.0.push(violation)).ok()
    }

    /// Fails if anything bad was kept.
    pub fn finish(self) -> Result<(), InvalidInput> {
        if self.0.is_empty() { Ok(()) } else { Err(InvalidInput(self.0)) }
    }
}
