use sqlx::{AssertSqlSafe, Connection as _, PgConnection};

use crate::{
    commands::ops::archive::{Address, Load, Place, Program, Rows, Saved, count, load},
    connect::Session,
    error::CliError,
};

/// Restores a saved store into a database of its own on the same server, counts, and drops it again, also when it failed or was
/// interrupted.
pub(super) async fn restore(
    session: &Session,
    place: &Place,
    saved: &Saved,
    pg_restore: &Program,
    address: &Address,
) -> Result<(), CliError> {
    let database = format!("ting_trial_{}_{}", saved.service, session.ids.next().simple());
    let mut admin = address.connect().await?;
    execute(&mut admin, address, format!("CREATE DATABASE {database} TEMPLATE template0")).await?;
    let trial = Load { place, saved, pg_restore, address, database: &database };
    let tried = tokio::select! {
        interrupted = tokio::signal::ctrl_c() => {
            Err(interrupted.map_or_else(CliError::from, |()| CliError::failed("interrupted", "the backup is not whole")))
        }
        tried = attempt(&trial) => tried,
    };
    let dropped = execute(&mut admin, address, format!("DROP DATABASE {database} WITH (FORCE)")).await;
    tried.and(dropped)
}

async fn attempt(trial: &Load<'_>) -> Result<(), CliError> {
    load(trial).await?;
    let mut connection = trial.address.connect_to(trial.database).await?;
    let found =
        count(&mut connection).await.map_err(|error| trial.address.failed("cannot be counted", &error))?;
    same(trial.saved, &found)?;
    // Fails only if the server is gone, and then so is the connection.
    let _ = connection.close().await;
    Ok(())
}

fn same(saved: &Saved, found: &Rows) -> Result<(), CliError> {
    if *found == saved.rows {
        return Ok(());
    }
    Err(CliError::failed(
        format!(
            "{} restores to other rows than were saved: {found:?} instead of {:?}",
            saved.file, saved.rows
        ),
        "do not count on this backup; look into the log of Postgres",
    ))
}

/// Runs a statement made of names in this file.
async fn execute(admin: &mut PgConnection, address: &Address, sql: String) -> Result<(), CliError> {
    let done = sqlx::raw_sql(AssertSqlSafe(sql)).execute(admin).await;
    done.map(drop).map_err(|error| address.failed("has no scratch database for the trial", &error))
}
