use std::{error::Error, io, process::ExitCode};

use anstyle::{AnsiColor, Style};
use ting_chassis::{auth::role_name, fault::chain};
use ting_proto::roles::ROLES;
use tonic::{Code, Status};
use tonic_types::StatusExt as _;

use crate::connect::Service;

/// Why a command came to nothing, for the one who typed it.
#[derive(Debug, thiserror::Error)]
pub enum CliError {
    /// The command cannot mean anything.
    #[error("{message}")]
    Usage { message: String, hint: Option<String> },
    #[error("cannot connect to {service} at {address}: {cause}")]
    Connect { service: &'static str, address: String, cause: String },
    /// A service refused.
    #[error("{}", describe(.0))]
    Refused(Box<Status>),
    /// Something else was wrong, and this can be done.
    #[error("{message}")]
    Failed { message: String, hint: String },
    /// All has been said already.
    #[error("it is not as it should be")]
    Told,
    #[error("{0:#}")]
    Other(anyhow::Error),
}

impl CliError {
    pub fn usage(message: impl Into<String>) -> Self {
        Self::Usage { message: message.into(), hint: None }
    }

    pub fn failed(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::Failed { message: message.into(), hint: hint.into() }
    }

    /// Writing to standard output failed. A reader that has seen enough, such as `head`, is no error.
    pub fn is_closed_pipe(&self) -> bool {
        let Self::Other(error) = self else { return false };
        error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
    }

    /// Says on standard error what is wrong and what to do, and gives the exit status.
    pub fn report(&self) -> ExitCode {
        if self.is_closed_pipe() {
            return ExitCode::SUCCESS;
        }
        if !matches!(self, Self::Told) {
            self.print();
        }
        ExitCode::from(if matches!(self, Self::Usage { .. }) { 2 } else { 1 })
    }

    /// Says on standard error what is wrong and what to do.
    pub fn print(&self) {
        let error = Style::new().bold().fg_color(Some(AnsiColor::Red.into()));
        let hint = Style::new().bold().fg_color(Some(AnsiColor::Cyan.into()));
        anstream::eprintln!("{error}error:{error:#} {self}");
        // A single one is what the message is about.
        for line in Some(self.fields()).filter(|fields| fields.len() > 1).into_iter().flatten() {
            anstream::eprintln!("  {line}");
        }
        if let Some(text) = self.hint() {
            anstream::eprintln!("{hint}hint:{hint:#} {text}");
        }
    }

    /// The fields at fault, one a line.
    pub fn fields(&self) -> Vec<String> {
        let Self::Refused(status) = self else { return Vec::new() };
        let details = status.get_error_details();
        let fields = details.bad_request().into_iter().flat_map(|bad| &bad.field_violations);
        let preconditions =
            details.precondition_failure().into_iter().flat_map(|failure| &failure.violations);
        fields
            .map(|field| format!("{}: {}", field.field, field.description))
            .chain(preconditions.map(|unmet| format!("{}: {}", unmet.subject, unmet.description)))
            .collect()
    }

    /// The next step.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Usage { hint, .. } => Some(hint.clone().unwrap_or_else(|| "--help tells more".to_owned())),
            Self::Failed { hint, .. } => Some(hint.clone()),
            Self::Connect { service, .. } => Some(connect_hint(service)),
            Self::Refused(status) => status_hint(status),
            Self::Told | Self::Other(_) => None,
        }
    }
}

impl From<Status> for CliError {
    fn from(status: Status) -> Self {
        Self::Refused(Box::new(status))
    }
}

impl From<anyhow::Error> for CliError {
    fn from(error: anyhow::Error) -> Self {
        Self::Other(error)
    }
}

impl From<io::Error> for CliError {
    fn from(error: io::Error) -> Self {
        Self::Other(error.into())
    }
}

/// `INVALID_ARGUMENT EMPTY: feedback.text is empty`.
fn describe(status: &Status) -> String {
    let mut text = code_name(status.code());
    if let Some(info) = status.get_details_error_info() {
        text = format!("{text} {}", info.reason);
    }
    if !status.message().is_empty() {
        text = format!("{text}: {}", status.message());
    }
    // A transport that broke says why only in its sources.
    match status.source() {
        Some(source) => format!("{text} ({})", chain(source)),
        None => text,
    }
}

/// `INVALID_ARGUMENT`, as in the contracts.
fn code_name(code: Code) -> String {
    let mut name = String::new();
    for char in format!("{code:?}").chars() {
        if char.is_uppercase() && !name.is_empty() {
            name.push('_');
        }
        name.push(char.to_ascii_uppercase());
    }
    name
}

fn connect_hint(service: &str) -> String {
    match Service::named(service) {
        Some(service) => format!(
            "start it (`make demo`, or `docker compose up`), or say where it is: {} or [addresses] {} in the profile",
            service.address_variable(),
            service.name(),
        ),
        None => "start it (`make demo`, or `docker compose up`), or say where it is: TING_NATS_URL or [addresses] nats in the profile".to_owned(),
    }
}

fn status_hint(status: &Status) -> Option<String> {
    let reason = status.get_details_error_info().map(|info| info.reason).unwrap_or_default();
    let hint = match (status.code(), reason.as_str()) {
        (Code::Unauthenticated, "TOKEN_EXPIRED") => {
            "make a new token: ting token create --key FILE --workspace NAME --role ROLE"
        }
        (Code::Unauthenticated, _) => {
            "make a token with `ting token create --key FILE --workspace NAME --role ROLE` and put it into TING_TOKEN or the profile"
        }
        (Code::PermissionDenied, _) => return Some(role_hint(status.message())),
        (Code::Aborted, "VERSION_CONFLICT") => {
            "somebody else was faster: look at it again, then decide again"
        }
        (Code::ResourceExhausted, "OVERLOADED") => "the service is busy: try again in a moment",
        (Code::Unavailable | Code::Internal | Code::DeadlineExceeded | Code::Unknown, _) => {
            "see what is wrong: ting ops doctor"
        }
        (Code::Unimplemented, _) => {
            "the service is older than this command, or the address is another service's: ting ops status"
        }
        (Code::FailedPrecondition, "TOO_FEW_COMMENTS") => "take in more comments first: ting import FILE",
        (Code::FailedPrecondition, "RUN_IN_PROGRESS") => "wait for it: ting themes run --wait follows it",
        (Code::NotFound, "PROJECTION_NOT_FOUND") => "ting ops status shows which projections a service has",
        (Code::NotFound, _) => "ids are those that the lists show; they belong to one workspace, the token's",
        _ => return None,
    };
    Some(hint.to_owned())
}

/// Names the roles that may call the method which the message names.
fn role_hint(message: &str) -> String {
    let method = ROLES.iter().find(|(path, _)| message.split_whitespace().any(|word| word == *path));
    match method {
        Some((_, roles)) => {
            let names: Vec<&str> = roles.iter().map(|role| role_name(*role)).collect();
            format!(
                "it needs a token with one of the roles {}: ting token create --role {}",
                names.join(", "),
                names[0]
            )
        }
        None => "it needs a token with another role: ting token create --help".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use tonic::{Code, Status};
    use tonic_types::{ErrorDetails, StatusExt as _};

    use super::CliError;

    #[test]
    fn a_refusal_is_told_with_code_reason_and_fields() {
        let mut details = ErrorDetails::with_error_info("EMPTY", "ting", []);
        details.add_bad_request_violation("feedback.text", "is empty");
        let error = CliError::from(Status::with_error_details(
            Code::InvalidArgument,
            "feedback.text is empty",
            details,
        ));
        assert_eq!(error.to_string(), "INVALID_ARGUMENT EMPTY: feedback.text is empty");
        assert_eq!(error.fields(), ["feedback.text: is empty"]);
        assert_eq!(error.hint(), None);
    }

    #[test]
    fn a_denied_caller_learns_which_roles_may() {
        let message = "the role viewer may not call /ting.analysis.v1.AnalysisService/StartRun";
        let hint = CliError::from(Status::permission_denied(message)).hint().unwrap();
        assert!(hint.contains("owner, admin, analyst"), "{hint}");
        assert!(!hint.contains("viewer"), "{hint}");
    }

    #[test]
    fn a_caller_without_token_learns_how_to_make_one() {
        let hint =
            CliError::from(Status::unauthenticated("a valid bearer token is required")).hint().unwrap();
        assert!(hint.contains("ting token create"), "{hint}");
    }

    #[test]
    fn a_service_that_is_not_there_is_named_with_its_setting() {
        let error = CliError::Connect {
            service: "recovery",
            address: "127.0.0.1:7104".to_owned(),
            cause: "connection refused".to_owned(),
        };
        assert!(error.to_string().contains("recovery at 127.0.0.1:7104"));
        assert!(error.hint().unwrap().contains("TING_RECOVERY_ADDRESS"));
    }
}
