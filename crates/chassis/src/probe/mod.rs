//! Tries a dependency the way a service uses it, with a new login, and names what is wrong with it.

mod conditions;
mod nats;
mod postgres;

use std::time::Duration;

use chrono::DateTime;
pub use ting_proto::ops::v1::Trouble;

pub(crate) use conditions::Conditions;
pub(crate) use nats::login as nats_login;
pub use nats::{nats, of_stream};
pub(crate) use postgres::failure as store_failure;
pub use postgres::{Login, postgres};

/// How long a dependency may take to answer.
const PATIENCE: Duration = Duration::from_secs(3);

/// What is wrong with a dependency. It holds no secrets: neither Postgres nor NATS repeat a password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    pub trouble: Trouble,
    pub cause: String,
}

impl Failure {
    /// Names a trouble; one with a certificate says until when it was good, if that is the reason.
    pub fn new(trouble: Trouble, cause: impl Into<String>) -> Self {
        let cause = cause.into();
        match lapsed(&cause) {
            Some(told) => Self { trouble: Trouble::Certificate, cause: told },
            None if speaks_of_certificates(&cause) => Self { trouble: Trouble::Certificate, cause },
            None => Self { trouble, cause },
        }
    }

    fn silence() -> Self {
        Self::new(Trouble::Unreachable, format!("no answer within {} s", PATIENCE.as_secs()))
    }
}

fn speaks_of_certificates(cause: &str) -> bool {
    ["invalid peer certificate", "invalid certificate", "certificate verify failed"]
        .iter()
        .any(|words| cause.contains(words))
}

/// What rustls says of a certificate whose time is over, with a date that people can read.
fn lapsed(cause: &str) -> Option<String> {
    if !cause.contains("certificate expired") {
        return None;
    }
    let rest = cause.split_once("not valid after ")?.1;
    let seconds: i64 = rest.split(' ').next()?.parse().ok()?;
    let time = DateTime::from_timestamp(seconds, 0)?;
    Some(format!("its certificate lapsed on {}", time.format("%Y-%m-%d %H:%M UTC")))
}

#[cfg(test)]
mod tests {
    use super::{Failure, Trouble};

    #[test]
    fn a_lapsed_certificate_is_told_with_its_date() {
        let failure = Failure::new(
            Trouble::Unreachable,
            "transport error: invalid peer certificate: certificate expired: verification time 1795747680 (UNIX), but \
             certificate is not valid after 1795661280 (86400 seconds ago)",
        );
        assert_eq!(failure.trouble, Trouble::Certificate);
        assert_eq!(failure.cause, "its certificate lapsed on 2026-11-26 02:48 UTC");
    }

    #[test]
    fn a_certificate_of_a_stranger_is_no_silence() {
        let failure = Failure::new(Trouble::Unreachable, "invalid peer certificate: UnknownIssuer");
        assert_eq!(failure.trouble, Trouble::Certificate);
    }

    #[test]
    fn what_is_no_certificate_keeps_its_name() {
        let failure = Failure::new(Trouble::Unreachable, "connection refused");
        assert_eq!((failure.trouble, failure.cause.as_str()), (Trouble::Unreachable, "connection refused"));
    }
}
