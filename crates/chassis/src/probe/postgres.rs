use std::str::FromStr as _;

use sqlx::{Connection as _, PgConnection, postgres::PgConnectOptions};
use tokio::time::timeout;

use super::{Failure, PATIENCE, Trouble};
use crate::fault::chain;

/// A login that worked.
#[derive(Debug)]
pub struct Login(PgConnection);

/// Logs in anew at `url`: connections of before a password changed go on working, and tell nothing.
pub async fn postgres(url: &str) -> Result<Login, Failure> {
    let options = PgConnectOptions::from_str(url).map_err(|error| {
        Failure::new(Trouble::Other, format!("not an address of Postgres: {}", chain(&error)))
    })?;
    Login::as_in(&options).await
}

impl Login {
    pub(crate) async fn as_in(options: &PgConnectOptions) -> Result<Self, Failure> {
        match timeout(PATIENCE, PgConnection::connect_with(options)).await {
            Ok(Ok(connection)) => Ok(Self(connection)),
            Ok(Err(error)) => Err(failure(&error)),
            Err(_elapsed) => Err(Failure::silence()),
        }
    }

    /// Tells whether Postgres has room on its disk, by having it write some megabytes of a sort, which leave nothing behind.
    pub async fn disk(&mut self) -> Result<(), Failure> {
        let sort = "SET work_mem = '64kB'; SELECT count(*) FROM generate_series(1, 200000)";
        self.told(sqlx::raw_sql(sort)).await
    }

    async fn told(&mut self, statement: sqlx::RawSql) -> Result<(), Failure> {
        match timeout(PATIENCE, statement.execute(&mut self.0)).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(failure(&error)),
            Err(_elapsed) => Err(Failure::silence()),
        }
    }

    pub(crate) fn connection(&mut self) -> &mut PgConnection {
        &mut self.0
    }

    pub async fn end(self) {
        // It is gone either way.
        let _ = self.0.close().await;
    }
}

/// Names an error by its SQLSTATE, appendix A of the manual of Postgres.
pub(crate) fn failure(error: &sqlx::Error) -> Failure {
    // Without the place in the source of Postgres, which tells an operator nothing.
    let cause = error.as_database_error().map_or_else(|| chain(error), |said| said.message().to_owned());
    let trouble = match error {
        sqlx::Error::Database(said) => said.code().map_or(Trouble::Other, |code| trouble_of(&code)),
        sqlx::Error::Tls(_) => Trouble::Certificate,
        sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut | sqlx::Error::Protocol(_) => Trouble::Unreachable,
        // The rest cannot come from a server.
        _ => Trouble::Other,
    };
    Failure::new(trouble, cause)
}

fn trouble_of(code: &str) -> Trouble {
    match code {
        // 42501: logged in, but not allowed.
        "28000" | "28P01" | "42501" => Trouble::Login,
        "53300" => Trouble::Busy,
        // Disk full, out of memory, a limit that the administrator has set.
        "53100" | "53200" | "53400" => Trouble::Full,
        // No such database.
        "3D000" => Trouble::Missing,
        // Starting, stopping, or standing by for another.
        "57P01" | "57P02" | "57P03" | "25006" => Trouble::Unreachable,
        _ => Trouble::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::{Trouble, trouble_of};

    #[test]
    fn sqlstates_are_named_by_what_is_to_be_done() {
        for (code, trouble) in [
            ("28P01", Trouble::Login),
            ("28000", Trouble::Login),
            ("53100", Trouble::Full),
            ("53300", Trouble::Busy),
            ("3D000", Trouble::Missing),
            ("57P03", Trouble::Unreachable),
            ("42P01", Trouble::Other),
        ] {
            assert_eq!(trouble_of(code), trouble, "{code}");
        }
    }
}
