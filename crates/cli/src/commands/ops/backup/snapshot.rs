use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::{
    commands::ops::archive::{Address, Migrations, tables},
    connect::{Service, Session},
    error::CliError,
};

/// A store as it was at one moment, for as long as this is kept.
pub(super) struct Snapshot {
    pub address: Address,
    /// By which `pg_dump` sees the same.
    pub id: String,
    pub taken_at: DateTime<Utc>,
    pub postgres_version: String,
    pub migrations: Migrations,
    /// Its transaction is the snapshot.
    pub connection: PgConnection,
}

impl Snapshot {
    /// Takes the moment; refuses a role that would not see everything, or could not make a database for the `trial`.
    pub async fn take(session: &Session, address: &Address, trial: bool) -> Result<Self, CliError> {
        let mut connection = address.connect().await?;
        may(&mut connection, address, trial).await?;
        let unreadable = |error: sqlx::Error| address.failed("cannot be read", &error);
        // It lasts as long as the dumps before it, with nothing to do.
        sqlx::raw_sql("SET idle_in_transaction_session_timeout = 0; SET statement_timeout = 0")
            .execute(&mut connection)
            .await
            .map_err(unreadable)?;
        sqlx::raw_sql("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            .execute(&mut connection)
            .await
            .map_err(unreadable)?;
        let id: String = sqlx::query_scalar("SELECT pg_export_snapshot()")
            .fetch_one(&mut connection)
            .await
            .map_err(unreadable)?;
        let taken_at = session.clock.now();
        let tables = tables(&mut connection).await.map_err(unreadable)?;
        for needed in ["outbox", "_sqlx_migrations", "_chassis_migrations", fact(address.service)] {
            if !tables.iter().any(|table| table == needed) {
                let name = address.service.name();
                return Err(CliError::failed(
                    format!("{} is no store of {name}: it has no table {needed}", address.shown()),
                    format!("start {name} once, which makes its tables, or see whether the address is right"),
                ));
            }
        }
        let postgres_version =
            sqlx::query_scalar("SHOW server_version").fetch_one(&mut connection).await.map_err(unreadable)?;
        let migrations = migrations(&mut connection).await.map_err(unreadable)?;
        Ok(Self { address: address.clone(), id, taken_at, postgres_version, migrations, connection })
    }
}

/// A table that only the store of this service has.
fn fact(service: Service) -> &'static str {
    match service {
        Service::Intake => "feedback",
        Service::Analysis => "comment",
        Service::Satisfaction => "answer",
        Service::Recovery => "recovery_case",
    }
}

async fn may(connection: &mut PgConnection, address: &Address, trial: bool) -> Result<(), CliError> {
    let (walls, databases): (bool, bool) = sqlx::query_as(
        "SELECT rolbypassrls OR rolsuper, rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user",
    )
    .fetch_one(connection)
    .await
    .map_err(|error| address.failed("cannot be read", &error))?;
    let (role, store) = (address.role(), address.service.name());
    if !walls {
        return Err(CliError::failed(
            format!("the role {role} does not see past the walls between workspaces in the store of {store}"),
            format!("as superuser: ALTER ROLE {role} BYPASSRLS, and GRANT pg_read_all_data TO {role}"),
        ));
    }
    if trial && !databases {
        return Err(CliError::failed(
            format!(
                "the role {role} may not make a scratch database for the trial beside the store of {store}"
            ),
            format!("as superuser: ALTER ROLE {role} CREATEDB; or go without the trial: --no-trial"),
        ));
    }
    Ok(())
}

async fn migrations(connection: &mut PgConnection) -> sqlx::Result<Migrations> {
    let chassis = sqlx::query_scalar("SELECT version FROM _chassis_migrations ORDER BY version")
        .fetch_all(&mut *connection)
        .await?;
    let service = sqlx::query_scalar("SELECT version FROM _sqlx_migrations ORDER BY version")
        .fetch_all(connection)
        .await?;
    Ok(Migrations { chassis, service })
}
