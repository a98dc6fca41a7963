use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::domain::run::Run;

/// Inserts a run that nobody has begun yet.
pub async fn insert(conn: &mut PgConnection, workspace: &str, run: &Run) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        INSERT INTO run (workspace_id, run_id, state, cause, version, seed, progress, comments, themes, parked, started_at, error, tries)
        VALUES ($1, $2, $3, $4, $5, $6, 0, 0, 0, 0, $7, '', 0)
        "#,
        workspace,
        run.run_id,
        run.state,
        run.cause,
        run.version,
        run.seed,
        run.started_at,
    )
    .execute(conn)
    .await
    .map(drop)
}

/// Whether a run is going on.
pub async fn is_running(conn: &mut PgConnection, workspace: &str) -> sqlx::Result<bool> {
    sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT 1 FROM run WHERE workspace_id = $1 AND state = 'running') AS "running!""#,
        workspace
    )
    .fetch_one(conn)
    .await
}

pub async fn get(conn: &mut PgConnection, workspace: &str, run_id: Uuid) -> sqlx::Result<Option<Run>> {
    sqlx::query_as!(
        Run,
        r#"
        SELECT run_id, state, cause, version, seed, progress, comments, themes, parked, started_at, finished_at, error
        FROM run WHERE workspace_id = $1 AND run_id = $2
        "#,
        workspace,
        run_id,
    )
    .fetch_optional(conn)
    .await
}

/// Lists runs, newest first.
pub async fn list(
    conn: &mut PgConnection,
    workspace: &str,
    before: Option<Uuid>,
    limit: i64,
) -> sqlx::Result<Vec<Run>> {
    sqlx::query_as!(
        Run,
        r#"
        SELECT run_id, state, cause, version, seed, progress, comments, themes, parked, started_at, finished_at, error
        FROM run WHERE workspace_id = $1 AND ($2::uuid IS NULL OR run_id < $2)
        ORDER BY run_id DESC LIMIT $3
        "#,
        workspace,
        before,
        limit,
    )
    .fetch_all(conn)
    .await
}

/// The runs that nobody executes, oldest first, with their workspaces. In a transaction for every workspace.
pub async fn unattended(
    conn: &mut PgConnection,
    stale_before: DateTime<Utc>,
) -> sqlx::Result<Vec<(String, Uuid)>> {
    let rows = sqlx::query!(
        r#"
        SELECT workspace_id, run_id FROM run
        WHERE state = 'running' AND (worker IS NULL OR heartbeat_at < $1) ORDER BY started_at LIMIT 16
        "#,
        stale_before,
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (row.workspace_id, row.run_id)).collect())
}

/// A run in the hands of a worker.
#[derive(Debug, Clone, Copy)]
pub struct Claimed {
    pub seed: i64,
    /// This one included.
    pub tries: i32,
}

/// Takes a run that nobody executes; `None` when somebody else was faster.
pub async fn claim(
    conn: &mut PgConnection,
    workspace: &str,
    run_id: Uuid,
    worker: Uuid,
    now: DateTime<Utc>,
    stale_before: DateTime<Utc>,
) -> sqlx::Result<Option<Claimed>> {
    sqlx::query_as!(
        Claimed,
        r#"
        UPDATE run SET worker = $3, heartbeat_at = $4, tries = tries + 1, progress = 0
        WHERE workspace_id = $1 AND run_id = $2 AND state = 'running' AND (worker IS NULL OR heartbeat_at < $5)
        RETURNING seed, tries
        "#,
        workspace,
        run_id,
        worker,
        now,
        stale_before,
    )
    .fetch_optional(conn)
    .await
}

/// Says that a run is alive and how far it is; false when it is not the worker's any more.
pub async fn beat(
    conn: &mut PgConnection,
    workspace: &str,
    run_id: Uuid,
    worker: Uuid,
    now: DateTime<Utc>,
    progress: f64,
) -> sqlx::Result<bool> {
    let beaten = sqlx::query!(
        r#"
        UPDATE run SET heartbeat_at = $4, progress = greatest(progress, $5)
        WHERE workspace_id = $1 AND run_id = $2 AND worker = $3 AND state = 'running'
        "#,
        workspace,
        run_id,
        worker,
        now,
        progress,
    )
    .execute(conn)
    .await?;
    Ok(beaten.rows_affected() == 1)
}

/// Gives a run back, for another process to take at once.
pub async fn release(
    conn: &mut PgConnection,
    workspace: &str,
    run_id: Uuid,
    worker: Uuid,
) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        UPDATE run SET worker = NULL, heartbeat_at = NULL, tries = tries - 1
        WHERE workspace_id = $1 AND run_id = $2 AND worker = $3 AND state = 'running'
        "#,
        workspace,
        run_id,
        worker,
    )
    .execute(conn)
    .await
    .map(drop)
}

/// Ends a run as `run` says; false when it is not the worker's any more.
pub async fn end(conn: &mut PgConnection, workspace: &str, worker: Uuid, run: &Run) -> sqlx::Result<bool> {
    let ended = sqlx::query!(
        r#"
        UPDATE run SET state = $4, progress = $5, comments = $6, themes = $7, parked = $8, finished_at = $9, error = $10
        WHERE workspace_id = $1 AND run_id = $2 AND worker = $3 AND state = 'running'
        "#,
        workspace,
        run.run_id,
        worker,
        run.state,
        run.progress,
        run.comments,
        run.themes,
        run.parked,
        run.finished_at,
        run.error,
    )
    .execute(conn)
    .await?;
    Ok(ended.rows_affected() == 1)
}
