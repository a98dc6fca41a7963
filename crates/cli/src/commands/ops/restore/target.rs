use sqlx::{AssertSqlSafe, Connection as _, PgConnection};
use ting_chassis::store::MIGRATION_LOCK;

use crate::{
    commands::ops::archive::{
        Address, Load, Place, Program, Rows, Saved, count, load, major, quoted, tables,
    },
    error::CliError,
};

/// The database of a service that gets its store back. While this is kept, a service that starts waits before it migrates.
pub(super) struct Target {
    pub address: Address,
    pub saved: Saved,
    pub connection: PgConnection,
    /// Whether there is something to be replaced.
    full: bool,
}

impl Target {
    /// Refuses a database that is in use, of an older Postgres than the saved one, or not empty unless it may be replaced.
    pub async fn open(address: Address, saved: Saved, replace: bool) -> Result<Self, CliError> {
        let unreadable = |error: sqlx::Error| address.failed("cannot be read", &error);
        let mut connection = address.connect().await?;
        unused(&mut connection, &address).await?;
        // Waits for a service that has just started, so that it is seen by the second look.
        sqlx::query("SELECT pg_advisory_lock($1)")
            .bind(MIGRATION_LOCK)
            .execute(&mut connection)
            .await
            .map_err(unreadable)?;
        unused(&mut connection, &address).await?;
        let version: String =
            sqlx::query_scalar("SHOW server_version").fetch_one(&mut connection).await.map_err(unreadable)?;
        if major(&version) < major(&saved.postgres_version) {
            return Err(CliError::failed(
                format!(
                    "the store of {} was saved from Postgres {}, and {} is Postgres {version}",
                    saved.service,
                    saved.postgres_version,
                    address.shown()
                ),
                format!("restore to Postgres {} or newer", major(&saved.postgres_version)),
            ));
        }
        let full: bool = sqlx::query_scalar(
            "SELECT EXISTS (SELECT FROM pg_class WHERE relnamespace = 'public'::regnamespace)",
        )
        .fetch_one(&mut connection)
        .await
        .map_err(unreadable)?;
        if full && !replace {
            return Err(CliError::failed(
                format!("the store of {} at {} is not empty", saved.service, address.shown()),
                "--replace puts the backup in its place; what is there now is lost",
            ));
        }
        Ok(Self { address, saved, connection, full })
    }

    /// Puts the saved store in the place of what is there, and counts.
    pub async fn fill(&mut self, place: &Place, pg_restore: &Program) -> Result<(), CliError> {
        if self.full {
            // As Postgres makes it in a new database.
            self.execute(
                "BEGIN; DROP SCHEMA public CASCADE; CREATE SCHEMA public AUTHORIZATION pg_database_owner; \
                 GRANT USAGE ON SCHEMA public TO PUBLIC; COMMIT",
            )
            .await?;
        }
        let Self { address, saved, .. } = &*self;
        load(&Load { place, saved, pg_restore, address, database: address.database() }).await?;
        let found = self.count().await.map_err(|error| self.address.failed("cannot be counted", &error))?;
        if found != self.saved.rows {
            return Err(CliError::failed(
                format!("the store of {} has other rows than were saved", self.saved.service),
                format!("{found:?} instead of {:?}", self.saved.rows),
            ));
        }
        Ok(())
    }

    /// Counts every row. The walls between workspaces bind the owner too, who may lift them for a transaction that is taken back.
    async fn count(&mut self) -> sqlx::Result<Rows> {
        let mut tx = self.connection.begin().await?;
        for table in tables(&mut tx).await? {
            let sql = format!("ALTER TABLE public.{} NO FORCE ROW LEVEL SECURITY", quoted(&table));
            // The name comes from the catalogue and is quoted.
            sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut *tx).await?;
        }
        let rows = count(&mut tx).await?;
        tx.rollback().await?;
        Ok(rows)
    }

    /// Has every event of the outbox published to a stream that will be new: events that a consumer had not taken yet are among them,
    /// however old the backup is.
    pub async fn publish_all_again(&mut self) -> Result<(), CliError> {
        self.execute(
            "BEGIN; SET LOCAL app.workspace_id = '*'; \
             UPDATE outbox SET published_at = NULL, stream_sequence = NULL WHERE published_at IS NOT NULL; \
             DELETE FROM stream_state; COMMIT",
        )
        .await
    }

    async fn execute(&mut self, sql: &'static str) -> Result<(), CliError> {
        let done = sqlx::raw_sql(sql).execute(&mut self.connection).await;
        done.map(drop).map_err(|error| self.address.failed("cannot be changed", &error))
    }
}

/// Refuses a store that somebody else is connected to.
async fn unused(connection: &mut PgConnection, address: &Address) -> Result<(), CliError> {
    let sessions: Vec<(String, i64)> = sqlx::query_as(
        r"
        SELECT usename::text, count(*) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid() AND usename IS NOT NULL
        GROUP BY usename ORDER BY usename
        ",
    )
    .fetch_all(connection)
    .await
    .map_err(|error| address.failed("cannot be read", &error))?;
    if sessions.is_empty() {
        return Ok(());
    }
    let named: Vec<String> = sessions.iter().map(|(role, count)| format!("{role} ({count})")).collect();
    let service = address.service.name();
    Err(CliError::failed(
        format!("the store of {service} at {} is in use by {}", address.shown(), named.join(", ")),
        format!("stop {service} first (docker compose stop {service}), and whoever else is connected"),
    ))
}
