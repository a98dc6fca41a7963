use chrono::{DateTime, Utc};
use serde::Serialize;
use ting_chassis::probe::{Failure, Trouble};

use crate::output::Cell;

/// How one thing is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum State {
    Well,
    /// Nothing is wrong yet.
    Soon,
    Wrong,
}

impl State {
    pub fn cell(self) -> Cell {
        match self {
            Self::Well => Cell::good("well"),
            Self::Soon => Cell::warning("wrong soon"),
            Self::Wrong => Cell::bad("wrong"),
        }
    }
}

/// One thing that was looked at, what is wrong with it, and the next step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Check {
    pub dependency: String,
    pub state: State,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wrong: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<DateTime<Utc>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub todo: Option<String>,
}

impl Check {
    pub fn well(dependency: impl Into<String>) -> Self {
        Self { dependency: dependency.into(), state: State::Well, wrong: None, since: None, todo: None }
    }

    pub fn wrong(dependency: impl Into<String>, wrong: impl Into<String>, todo: impl Into<String>) -> Self {
        Self {
            state: State::Wrong,
            wrong: Some(wrong.into()),
            todo: Some(todo.into()),
            ..Self::well(dependency)
        }
    }

    pub fn soon(dependency: impl Into<String>, wrong: impl Into<String>, todo: impl Into<String>) -> Self {
        Self { state: State::Soon, ..Self::wrong(dependency, wrong, todo) }
    }

    /// What a probe found.
    pub fn probed(dependency: &str, service: &str, found: Result<(), Failure>) -> Self {
        match found {
            Ok(()) => Self::well(dependency),
            Err(Failure { trouble, cause }) => Self {
                state: if trouble == Trouble::NearlyFull { State::Soon } else { State::Wrong },
                ..Self::wrong(
                    dependency,
                    told(trouble, &cause),
                    super::advice::todo(dependency, service, trouble),
                )
            },
        }
    }
}

/// The trouble in words, with what the dependency said itself.
fn told(trouble: Trouble, cause: &str) -> String {
    let words = match trouble {
        Trouble::Unreachable => "it cannot be reached",
        Trouble::Login => "it refused the user or the password",
        Trouble::Full => "it has no room for more",
        Trouble::NearlyFull => "it has hardly any room left",
        Trouble::Certificate => "its certificate is not good",
        Trouble::Busy => "it takes no more connections",
        Trouble::Version => "it is of another version",
        Trouble::Missing => "it is not there",
        Trouble::Unspecified | Trouble::Other => "it does not work",
    };
    if cause.is_empty() { words.to_owned() } else { format!("{words}: {cause}") }
}
