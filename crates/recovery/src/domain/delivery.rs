//! What became of an attempt, and what follows from it.

use chrono::{DateTime, TimeDelta, Utc};

use super::{retry, words};

words! {
    /// Where a notification stands.
    NotificationState {
        Pending = "pending",
        Delivered = "delivered",
        /// Given up.
        Failed = "failed",
    }
}

/// Why an attempt failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    Timeout,
    /// All addresses of the host are in private networks.
    BlockedIp,
    /// The receiver wants to send us elsewhere; we do not go.
    Redirect,
    /// Another status than 2xx.
    Status,
    /// No connection, no TLS, or no HTTP.
    Connect,
    /// The mail server refused.
    Smtp,
}

impl Reason {
    pub const ALL: [Self; 6] =
        [Self::Timeout, Self::BlockedIp, Self::Redirect, Self::Status, Self::Connect, Self::Smtp];

    /// The word of the contract.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Timeout => "TIMEOUT",
            Self::BlockedIp => "BLOCKED_IP",
            Self::Redirect => "REDIRECT",
            Self::Status => "STATUS",
            Self::Connect => "CONNECT",
            Self::Smtp => "SMTP",
        }
    }
}

/// What the failure of an attempt means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// It may work later; `after` is what the receiver asked for.
    Passing { after: Option<TimeDelta> },
    /// This notification will never be taken.
    Lasting,
    /// The receiver wants no more of any kind (410 Gone).
    Gone,
}

/// The result of one attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outcome {
    /// HTTP status or SMTP reply code; 0 when none came.
    pub code: i32,
    pub result: Result<(), (Reason, Failure)>,
}

/// What becomes of a notification after an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Settlement {
    Delivered,
    Again { at: DateTime<Utc> },
    Failed { reason: Reason },
}

impl Outcome {
    pub fn delivered(code: i32) -> Self {
        Self { code, result: Ok(()) }
    }

    pub fn failed(code: i32, reason: Reason, failure: Failure) -> Self {
        Self { code, result: Err((reason, failure)) }
    }

    /// A failure before any answer came.
    pub fn unanswered(reason: Reason) -> Self {
        Self::failed(0, reason, Failure::Passing { after: None })
    }

    /// The result of an HTTP status.
    pub fn of_status(status: u16, retry_after: Option<TimeDelta>) -> Self {
        let code = i32::from(status);
        let passing = Failure::Passing { after: retry_after };
        match status {
            200..=299 => Self::delivered(code),
            300..=399 => Self::failed(code, Reason::Redirect, passing),
            410 => Self::failed(code, Reason::Status, Failure::Gone),
            _ => Self::failed(code, Reason::Status, passing),
        }
    }

    /// What follows when it was attempt number `attempts`. See [`retry::delay`] for `dice`.
    pub fn settle(&self, attempts: i32, now: DateTime<Utc>, dice: u32) -> Settlement {
        match self.result {
            Ok(()) => Settlement::Delivered,
            Err((reason, Failure::Passing { after })) => match retry::delay(attempts, after, dice) {
                Some(delay) => Settlement::Again { at: now + delay },
                None => Settlement::Failed { reason },
            },
            Err((reason, Failure::Lasting | Failure::Gone)) => Settlement::Failed { reason },
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, TimeDelta, Utc};

    use super::{Failure, Outcome, Reason, Settlement};

    fn now() -> DateTime<Utc> {
        "2026-03-01T12:00:00Z".parse().unwrap()
    }

    #[test]
    fn statuses_mean_what_the_specification_says() {
        let passing = Failure::Passing { after: None };
        let rows = [
            (200, Ok(())),
            (204, Ok(())),
            (299, Ok(())),
            (301, Err((Reason::Redirect, passing))),
            (307, Err((Reason::Redirect, passing))),
            (400, Err((Reason::Status, passing))),
            (410, Err((Reason::Status, Failure::Gone))),
            (429, Err((Reason::Status, passing))),
            (500, Err((Reason::Status, passing))),
            (503, Err((Reason::Status, passing))),
        ];
        for (status, result) in rows {
            assert_eq!(
                Outcome::of_status(status, None),
                Outcome { code: i32::from(status), result },
                "{status}"
            );
        }
    }

    #[test]
    fn a_passing_failure_is_tried_again_until_the_tenth_attempt() {
        let outcome = Outcome::unanswered(Reason::Timeout);
        assert_eq!(outcome.settle(1, now(), 200), Settlement::Again { at: now() + TimeDelta::seconds(5) });
        assert_eq!(outcome.settle(9, now(), 200), Settlement::Again { at: now() + TimeDelta::hours(24) });
        assert_eq!(outcome.settle(10, now(), 200), Settlement::Failed { reason: Reason::Timeout });
        let asked = Outcome::of_status(429, Some(TimeDelta::seconds(8)));
        assert_eq!(asked.settle(1, now(), 0), Settlement::Again { at: now() + TimeDelta::seconds(8) });
    }

    #[test]
    fn success_and_lasting_failure_settle_at_once() {
        assert_eq!(Outcome::delivered(250).settle(1, now(), 0), Settlement::Delivered);
        let refused = Outcome::failed(550, Reason::Smtp, Failure::Lasting);
        assert_eq!(refused.settle(1, now(), 0), Settlement::Failed { reason: Reason::Smtp });
        let gone = Outcome::of_status(410, None);
        assert_eq!(gone.settle(1, now(), 0), Settlement::Failed { reason: Reason::Status });
    }
}
