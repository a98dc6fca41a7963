use std::borrow::Cow;

use crate::fault::{Code, Fault};

/// Why a caller was not let in. All texts of a missing token are equal, so that a guesser learns nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AuthFault {
    #[error("a valid bearer token is required")]
    Missing,
    #[error("a valid bearer token is required")]
    Invalid,
    #[error("a valid bearer token is required")]
    Expired,
    #[error("a valid bearer token is required")]
    Revoked,
    #[error("the role {role} may not call {method}")]
    Role { role: &'static str, method: String },
}

impl Fault for AuthFault {
    fn code(&self) -> Code {
        match self {
            Self::Missing | Self::Invalid | Self::Expired | Self::Revoked => Code::Unauthenticated,
            Self::Role { .. } => Code::PermissionDenied,
        }
    }

    fn reason(&self) -> Cow<'static, str> {
        match self {
            Self::Missing => "TOKEN_MISSING".into(),
            Self::Invalid => "TOKEN_INVALID".into(),
            Self::Expired => "TOKEN_EXPIRED".into(),
            Self::Revoked => "TOKEN_REVOKED".into(),
            Self::Role { .. } => "ROLE".into(),
        }
    }
}

/// Why a file with keys cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum InvalidKey {
    /// A key that is no Ed25519 key in PEM, or a token that it would not sign.
    #[error("not an Ed25519 key in PEM")]
    Key(#[from] jsonwebtoken::errors::Error),
    #[error("no Ed25519 key in PEM in it")]
    None,
    #[error("line {0} is no revocation, but starts like one")]
    Line(usize),
}
