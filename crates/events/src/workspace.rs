use std::{fmt, sync::Arc};

use serde::{Deserialize, Serialize};

/// A tenant: `[A-Za-z0-9_-]{1,64}`, which is also safe as a token of a NATS subject.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Workspace(Arc<str>);

/// A workspace name that cannot stand in a subject.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a workspace is 1 to 64 of the characters A-Z, a-z, 0-9, _ and -")]
pub struct InvalidToken;

impl Workspace {
    /// Accepts `raw` if every character may stand in a subject token.
    pub fn parse(raw: &str) -> Result<Self, InvalidToken> {
        let legal = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
        if (1..=64).contains(&raw.len()) && raw.bytes().all(legal) {
            Ok(Self(raw.into()))
        } else {
            Err(InvalidToken)
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Workspace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Workspace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for Workspace {
    type Error = InvalidToken;

    fn try_from(raw: String) -> Result<Self, InvalidToken> {
        Self::parse(&raw)
    }
}

impl From<Workspace> for String {
    fn from(workspace: Workspace) -> Self {
        workspace.0.as_ref().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::Workspace;

    #[test]
    fn what_would_break_a_subject_is_refused() {
        for raw in ["", "a.b", "*", ">", "a b", "ä", "a\n", &"x".repeat(65)] {
            assert!(Workspace::parse(raw).is_err(), "{raw:?}");
        }
    }

    #[test]
    fn names_up_to_64_characters_are_accepted() {
        for raw in ["a", "Acme_1-x", &"x".repeat(64)] {
            assert_eq!(Workspace::parse(raw).unwrap().as_str(), raw);
        }
    }
}
