use std::{borrow::Cow, time::Duration};

use super::{Code, Fault, RETRY_AFTER};

/// Why the store did not do what it was asked, by what can be done about it.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// No connection, a restart, no resources left: it will work later.
    #[error("the store is unavailable")]
    Unavailable(#[source] sqlx::Error),
    /// Another transaction was in the way: it will work when tried again.
    #[error("another change was made at the same time, try again")]
    Conflict(#[source] sqlx::Error),
    /// The statement took longer than it may.
    #[error("the store took too long")]
    Timeout(#[source] sqlx::Error),
    /// A statement that can never work: our fault.
    #[error("the store refused a statement")]
    Internal(#[source] sqlx::Error),
}

impl StoreError {
    /// Whether the same statement may work later. Such a failure is no reason to park an event.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Unavailable(_) | Self::Conflict(_) | Self::Timeout(_) => true,
            Self::Internal(_) => false,
        }
    }

    /// The constraint that was violated, by name.
    pub fn constraint(&self) -> Option<&str> {
        self.inner().as_database_error().and_then(|error| error.constraint())
    }

    fn inner(&self) -> &sqlx::Error {
        match self {
            Self::Unavailable(error)
            | Self::Conflict(error)
            | Self::Timeout(error)
            | Self::Internal(error) => error,
        }
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        let class = match &error {
            sqlx::Error::Io(_)
            | sqlx::Error::Tls(_)
            | sqlx::Error::Protocol(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed
            | sqlx::Error::BeginFailed => Self::Unavailable,
            sqlx::Error::Database(cause) => {
                cause.code().map_or(Self::Internal as fn(_) -> _, |code| class_of(&code))
            }
            // The rest are statements and types of ours that do not fit the schema.
            _ => Self::Internal,
        };
        class(error)
    }
}

/// Classes by SQLSTATE, appendix A of the manual of Postgres.
fn class_of(code: &str) -> fn(sqlx::Error) -> StoreError {
    match code {
        // Serialization failure, deadlock, lock_timeout.
        "40001" | "40P01" | "55P03" => StoreError::Conflict,
        "57014" => StoreError::Timeout,
        // 25006: a connection to a server that has become a standby.
        "25006" => StoreError::Unavailable,
        _ if ["08", "53", "57P0"].iter().any(|class| code.starts_with(class)) => StoreError::Unavailable,
        _ => StoreError::Internal,
    }
}

impl Fault for StoreError {
    fn code(&self) -> Code {
        match self {
            Self::Unavailable(_) => Code::Unavailable,
            Self::Conflict(_) => Code::Aborted,
            Self::Timeout(_) => Code::DeadlineExceeded,
            Self::Internal(_) => Code::Internal,
        }
    }

    fn reason(&self) -> Cow<'static, str> {
        match self {
            Self::Unavailable(_) => "STORE".into(),
            Self::Conflict(_) => "CONFLICT".into(),
            Self::Timeout(_) => "STATEMENT_TIMEOUT".into(),
            Self::Internal(_) => "INTERNAL".into(),
        }
    }

    fn retry_after(&self) -> Option<Duration> {
        self.is_transient().then_some(RETRY_AFTER)
    }
}

#[cfg(test)]
mod tests {
    use super::{Code, Fault, StoreError, class_of};

    #[test]
    fn sqlstates_fall_into_the_class_that_says_what_to_do() {
        let rows = [
            ("40001", Code::Aborted),
            ("40P01", Code::Aborted),
            ("55P03", Code::Aborted),
            ("57014", Code::DeadlineExceeded),
            ("57P01", Code::Unavailable),
            ("57P03", Code::Unavailable),
            ("53100", Code::Unavailable),
            ("53300", Code::Unavailable),
            ("08006", Code::Unavailable),
            ("25006", Code::Unavailable),
            ("23505", Code::Internal),
            ("42P01", Code::Internal),
            ("22021", Code::Internal),
        ];
        for (state, code) in rows {
            let error = class_of(state)(sqlx::Error::RowNotFound);
            assert_eq!(error.code(), code, "{state}");
            assert_eq!(error.is_transient(), code != Code::Internal, "{state}");
        }
    }

    #[test]
    fn a_store_that_cannot_be_reached_is_transient() {
        for error in
            [sqlx::Error::PoolTimedOut, sqlx::Error::PoolClosed, std::io::Error::other("gone").into()]
        {
            let error = StoreError::from(error);
            assert_eq!((error.code(), error.is_transient()), (Code::Unavailable, true));
        }
        assert!(!StoreError::from(sqlx::Error::RowNotFound).is_transient());
    }
}
