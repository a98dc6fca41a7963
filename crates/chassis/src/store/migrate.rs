use std::str::FromStr as _;

use sqlx::{
    AssertSqlSafe, ConnectOptions as _, PgConnection,
    migrate::{MigrateError, Migrator},
    postgres::PgConnectOptions,
};

use super::DatabaseConfig;

pub(crate) static CHASSIS: Migrator = sqlx::migrate!();

/// Where the applied migrations of the chassis are written down.
pub(crate) const CHASSIS_TABLE: &str = "_chassis_migrations";

/// Held by whoever changes the schema of a store: a service that migrates it, or an operator who restores it. Any number, as long as
/// all take the same.
pub const MIGRATION_LOCK: i64 = 0x7469_6e67;

/// Brings the database up to date as its owner, then lets the service's role read and write what is there.
///
/// Safe to run from several replicas at once: they take turns under an advisory lock.
pub async fn migrate(config: &DatabaseConfig, service: &Migrator) -> Result<(), MigrateError> {
    let role = PgConnectOptions::from_str(&config.url)?.get_username().to_owned();
    let mut owner = PgConnectOptions::from_str(&config.owner_url)?.connect().await?;
    sqlx::query("SELECT pg_advisory_lock($1)").bind(MIGRATION_LOCK).execute(&mut owner).await?;
    apply(&mut owner, service).await?;
    grant(&mut owner, &role).await?;
    // Ends the session, and with it the lock.
    sqlx::Connection::close(owner).await?;
    Ok(())
}

/// Applies the chassis' migrations, then the service's.
pub(crate) async fn apply(owner: &mut PgConnection, service: &Migrator) -> Result<(), MigrateError> {
    let mut chassis = Migrator::with_migrations(CHASSIS.iter().cloned().collect());
    chassis.dangerous_set_table_name(CHASSIS_TABLE);
    chassis.set_locking(false);
    chassis.run(&mut *owner).await?;
    let mut service = Migrator::with_migrations(service.iter().cloned().collect());
    service.set_locking(false);
    service.run(&mut *owner).await
}

async fn grant(owner: &mut PgConnection, role: &str) -> sqlx::Result<()> {
    let role = role.replace('"', "\"\"");
    let sql = format!(
        r#"
        GRANT USAGE ON SCHEMA public TO "{role}";
        GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO "{role}";
        GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO "{role}";
        "#
    );
    // The role's name comes from the operator's own configuration and is quoted.
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(owner).await.map(drop)
}
