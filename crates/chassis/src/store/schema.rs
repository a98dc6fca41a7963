//! How far the tables are.

use sqlx::{AssertSqlSafe, PgConnection, migrate::Migrator};
use ting_proto::ops::v1::Trouble;

use crate::probe::{Failure, Login, store_failure};

pub(crate) use super::migrate::CHASSIS as COMMON;

/// Where the migrator of sqlx writes down what it applied.
pub(crate) const SERVICE: &str = "_sqlx_migrations";
pub(crate) const CHASSIS: &str = super::migrate::CHASSIS_TABLE;

/// The newest migration that this program knows.
pub(crate) fn newest(migrator: &Migrator) -> i64 {
    migrator.iter().map(|migration| migration.version).max().unwrap_or(0)
}

/// The newest migration that was applied.
pub(crate) async fn applied(connection: &mut PgConnection, table: &'static str) -> sqlx::Result<i64> {
    let sql = format!("SELECT coalesce(max(version), 0) FROM {table} WHERE success");
    // One of the two names above.
    sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(connection).await
}

/// Tells when the tables are not those that this program wants.
pub(crate) async fn behind(login: &mut Login, migrator: &Migrator) -> Result<(), Failure> {
    for (table, wanted) in [(SERVICE, newest(migrator)), (CHASSIS, newest(&COMMON))] {
        let applied = applied(login.connection(), table).await.map_err(|error| store_failure(&error))?;
        if applied != wanted {
            let cause = format!("the tables are at {applied}, this program wants {wanted} ({table})");
            return Err(Failure::new(Trouble::Version, cause));
        }
    }
    Ok(())
}
