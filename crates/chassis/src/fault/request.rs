use std::borrow::Cow;

use super::{Code, Fault, StoreError};
use crate::{
    input::{InvalidInput, Violation},
    store::IdempotencyError,
};

/// Why a request came to nothing: what most use cases fail with.
#[derive(Debug, thiserror::Error)]
pub enum RequestError {
    /// The request itself is not valid.
    #[error(transparent)]
    Input(#[from] InvalidInput),
    /// The request is valid, but not now or not here.
    #[error("{text}")]
    Refused { code: Code, reason: &'static str, text: String },
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl RequestError {
    /// Nothing is there under this id, in this workspace.
    pub fn not_found(reason: &'static str, text: impl Into<String>) -> Self {
        Self::Refused { code: Code::NotFound, reason, text: text.into() }
    }

    /// The state of things does not allow it.
    pub fn precondition(reason: &'static str, text: impl Into<String>) -> Self {
        Self::Refused { code: Code::FailedPrecondition, reason, text: text.into() }
    }

    /// Somebody else has changed the thing since the caller read it.
    pub fn version_conflict() -> Self {
        let text = "it was changed since it was read; read it again".to_owned();
        Self::Refused { code: Code::Aborted, reason: "VERSION_CONFLICT", text }
    }

    /// A limit on how many there may be is reached.
    pub fn quota(reason: &'static str, text: impl Into<String>) -> Self {
        Self::Refused { code: Code::ResourceExhausted, reason, text: text.into() }
    }
}

impl From<Violation> for RequestError {
    fn from(violation: Violation) -> Self {
        Self::Input(violation.into())
    }
}

impl From<sqlx::Error> for RequestError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

impl From<IdempotencyError> for RequestError {
    fn from(error: IdempotencyError) -> Self {
        match error {
            IdempotencyError::KeyReused => Self::precondition("IDEMPOTENCY_KEY_REUSED", error.to_string()),
            IdempotencyError::Answer(error) => sqlx::Error::Decode(error.into()).into(),
            IdempotencyError::Store(error) => error.into(),
        }
    }
}

impl Fault for RequestError {
    fn code(&self) -> Code {
        match self {
            Self::Input(error) => error.code(),
            Self::Refused { code, .. } => *code,
            Self::Store(error) => error.code(),
        }
    }

    fn reason(&self) -> Cow<'static, str> {
        match self {
            Self::Input(error) => error.reason(),
            Self::Refused { reason, .. } => (*reason).into(),
            Self::Store(error) => error.reason(),
        }
    }

    fn violations(&self) -> Vec<Violation> {
        match self {
            Self::Input(error) => error.violations(),
            Self::Refused { .. } | Self::Store(_) => Vec::new(),
        }
    }
}
