use std::borrow::Cow;

use tonic::Status;
use tonic_types::{ErrorDetails, StatusExt as _};

use crate::fault::{Code, DOMAIN, Fault, RETRY_AFTER};

/// Why the door did not let a call in, or did not let it go on.
#[derive(Debug, thiserror::Error)]
pub(super) enum Refusal {
    #[error("the deadline has passed")]
    Deadline,
    #[error("the stream was silent for too long")]
    Silence,
    #[error("the handler has panicked")]
    Panic,
}

impl Fault for Refusal {
    fn code(&self) -> Code {
        match self {
            Self::Deadline | Self::Silence => Code::DeadlineExceeded,
            Self::Panic => Code::Internal,
        }
    }

    fn reason(&self) -> Cow<'static, str> {
        match self {
            Self::Deadline => "DEADLINE".into(),
            Self::Silence => "SILENCE".into(),
            Self::Panic => "INTERNAL".into(),
        }
    }
}

/// The answer when too many calls are in hand. Not logged: a line per refused call would make the overload worse.
pub(super) fn overloaded() -> Status {
    let mut details = ErrorDetails::with_error_info("OVERLOADED", DOMAIN, []);
    details.set_retry_info(Some(RETRY_AFTER));
    Status::with_error_details(tonic::Code::ResourceExhausted, "too many calls at once, try again", details)
}

/// The answer to a path that no contract knows.
pub(super) fn unknown_method() -> Status {
    Status::with_error_details(
        tonic::Code::Unimplemented,
        "there is no such method",
        ErrorDetails::with_error_info("UNKNOWN_METHOD", DOMAIN, []),
    )
}
