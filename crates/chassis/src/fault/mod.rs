//! Turns the errors of use cases into gRPC answers: [`Fault`] says what an error means, [`status`] answers and logs it.

use std::{borrow::Cow, error::Error, fmt::Write as _, time::Duration};

use tonic::{Response, Status};
use tonic_types::{ErrorDetails, FieldViolation, PreconditionViolation, StatusExt as _};

use crate::input::Violation;

mod request;
mod store;

pub use request::RequestError;
pub use store::StoreError;

/// The `domain` of every `ErrorInfo`.
pub const DOMAIN: &str = "ting";

/// How long a caller should wait before trying again when nothing better is known.
pub const RETRY_AFTER: Duration = Duration::from_secs(1);

/// The gRPC codes that ting's own code answers with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Code {
    InvalidArgument,
    NotFound,
    AlreadyExists,
    FailedPrecondition,
    Aborted,
    PermissionDenied,
    Unauthenticated,
    ResourceExhausted,
    Unavailable,
    DeadlineExceeded,
    Internal,
}

impl From<Code> for tonic::Code {
    fn from(code: Code) -> Self {
        match code {
            Code::InvalidArgument => Self::InvalidArgument,
            Code::NotFound => Self::NotFound,
            Code::AlreadyExists => Self::AlreadyExists,
            Code::FailedPrecondition => Self::FailedPrecondition,
            Code::Aborted => Self::Aborted,
            Code::PermissionDenied => Self::PermissionDenied,
            Code::Unauthenticated => Self::Unauthenticated,
            Code::ResourceExhausted => Self::ResourceExhausted,
            Code::Unavailable => Self::Unavailable,
            Code::DeadlineExceeded => Self::DeadlineExceeded,
            Code::Internal => Self::Internal,
        }
    }
}

/// What an error means to the caller. Its `Display` is what the caller reads, unless it is `Internal` or `Unavailable`.
pub trait Fault: Error {
    fn code(&self) -> Code;

    /// Why, for programs: upper snake case, part of the contract.
    fn reason(&self) -> Cow<'static, str>;

    /// The fields at fault, for `InvalidArgument`.
    fn violations(&self) -> Vec<Violation> {
        Vec::new()
    }

    /// When to try again; `None` where trying again cannot help.
    fn retry_after(&self) -> Option<Duration> {
        match self.code() {
            Code::Unavailable | Code::ResourceExhausted => Some(RETRY_AFTER),
            Code::InvalidArgument
            | Code::NotFound
            | Code::AlreadyExists
            | Code::FailedPrecondition
            | Code::Aborted
            | Code::PermissionDenied
            | Code::Unauthenticated
            | Code::DeadlineExceeded
            | Code::Internal => None,
        }
    }
}

/// Answers with `result`.
pub fn reply<T, E: Fault>(result: Result<T, E>) -> Result<Response<T>, Status> {
    result.map(Response::new).map_err(|fault| status(&fault))
}

/// Makes the answer to `fault` and logs it: at this boundary, once, and nowhere else.
pub fn status<E: Fault + ?Sized>(fault: &E) -> Status {
    log(fault);
    Status::with_error_details(fault.code().into(), public_text(fault), details(fault))
}

/// The error and all its sources on one line.
pub fn chain<E: Error + ?Sized>(error: &E) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(source) = next {
        let line = source.to_string();
        // `#[error(transparent)]` and errors that print their source would say the same thing twice.
        if !text.ends_with(&line) {
            // Writing to a String cannot fail.
            let _ = write!(text, ": {line}");
        }
        next = source.source();
    }
    text
}

fn public_text<E: Fault + ?Sized>(fault: &E) -> String {
    match fault.code() {
        Code::Internal => "internal error".to_owned(),
        Code::Unavailable => "temporarily unavailable, try again".to_owned(),
        Code::InvalidArgument
        | Code::NotFound
        | Code::AlreadyExists
        | Code::FailedPrecondition
        | Code::Aborted
        | Code::PermissionDenied
        | Code::Unauthenticated
        | Code::ResourceExhausted
        | Code::DeadlineExceeded => fault.to_string(),
    }
}

fn details<E: Fault + ?Sized>(fault: &E) -> ErrorDetails {
    let reason = fault.reason();
    let mut details = ErrorDetails::with_error_info(reason.clone(), DOMAIN, []);
    let violations = fault.violations();
    if !violations.is_empty() {
        let fields: Vec<_> = violations.iter().map(field_violation).collect();
        details.set_bad_request(fields);
    }
    if fault.code() == Code::FailedPrecondition {
        details.set_precondition_failure(vec![PreconditionViolation::new(reason, "", fault.to_string())]);
    }
    if let Some(delay) = fault.retry_after() {
        details.set_retry_info(Some(delay));
    }
    details
}

/// `google.rpc` as tonic-types has it knows no reason per field, so the description starts with it.
fn field_violation(violation: &Violation) -> FieldViolation {
    FieldViolation::new(&violation.field, format!("{}: {}", violation.reason, violation.message))
}

fn log<E: Fault + ?Sized>(fault: &E) {
    let (code, reason) = (fault.code(), fault.reason());
    match code {
        Code::Internal => tracing::error!(?code, %reason, error = chain(fault), "request failed"),
        Code::Unavailable | Code::DeadlineExceeded | Code::ResourceExhausted => {
            tracing::warn!(?code, %reason, error = chain(fault), "request failed");
        }
        // Texts of client faults may repeat what the client sent: the reason has to do.
        Code::InvalidArgument
        | Code::NotFound
        | Code::AlreadyExists
        | Code::FailedPrecondition
        | Code::Aborted
        | Code::PermissionDenied
        | Code::Unauthenticated => tracing::debug!(?code, %reason, "request refused"),
    }
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use tonic_types::StatusExt as _;

    use super::{Code, Fault, chain, status};
    use crate::input::{InvalidInput, Violation};

    #[derive(Debug, thiserror::Error)]
    #[error("outer said secret")]
    struct Failure {
        code: Code,
        source: std::io::Error,
    }

    impl Fault for Failure {
        fn code(&self) -> Code {
            self.code
        }

        fn reason(&self) -> Cow<'static, str> {
            "STORE".into()
        }
    }

    fn failure(code: Code) -> Failure {
        Failure { code, source: std::io::Error::other("inner secret") }
    }

    #[test]
    fn internal_and_unavailable_texts_never_leak() {
        for code in [Code::Internal, Code::Unavailable] {
            let status = status(&failure(code));
            assert!(!status.message().contains("secret"), "{}", status.message());
            assert_eq!(status.code(), code.into());
        }
    }

    #[test]
    fn every_answer_names_its_reason_in_the_domain_of_ting() {
        let info = status(&failure(Code::Aborted)).get_details_error_info().unwrap();
        assert_eq!((info.reason.as_str(), info.domain.as_str()), ("STORE", "ting"));
    }

    #[test]
    fn unavailable_says_when_to_try_again_and_internal_does_not() {
        assert!(status(&failure(Code::Unavailable)).get_details_retry_info().unwrap().retry_delay.is_some());
        assert!(status(&failure(Code::Internal)).get_details_retry_info().is_none());
    }

    #[test]
    fn a_failed_precondition_carries_its_reason_as_the_violated_type() {
        let details = status(&failure(Code::FailedPrecondition)).get_details_precondition_failure().unwrap();
        assert_eq!(details.violations[0].r#type, "STORE");
    }

    #[test]
    fn bad_input_names_every_field_and_the_first_reason() {
        let violations =
            vec![Violation::new("text", "EMPTY", "is empty"), Violation::new("kind", "UNKNOWN_ENUM", "no")];
        let status = status(&InvalidInput(violations));
        assert_eq!(status.get_details_error_info().unwrap().reason, "EMPTY");
        let fields = status.get_details_bad_request().unwrap().field_violations;
        assert_eq!(fields.iter().map(|field| field.field.as_str()).collect::<Vec<_>>(), ["text", "kind"]);
    }

    #[test]
    fn the_chain_prints_every_source_once() {
        assert_eq!(chain(&failure(Code::Internal)), "outer said secret: inner secret");
    }
}
