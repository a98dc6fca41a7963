use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::domain::overview::Overview;

/// Reads the overview without waiting for anybody; an empty one before the first comment.
pub async fn read(conn: &mut PgConnection, workspace: &str) -> sqlx::Result<Overview> {
    let found = sqlx::query_as!(
        Overview,
        r#"
        SELECT comments, parked, parked_since, active_run, active_at, read_until, last_comment_at, failed_at
        FROM overview WHERE workspace_id = $1
        "#,
        workspace,
    )
    .fetch_optional(conn)
    .await?;
    Ok(found.unwrap_or_default())
}

/// Reads the overview and keeps every other writer of the workspace waiting until the end of the transaction.
pub async fn lock(conn: &mut PgConnection, workspace: &str) -> sqlx::Result<Overview> {
    sqlx::query!(
        r#"
        INSERT INTO overview (workspace_id, comments, parked, parked_since, read_until) VALUES ($1, 0, 0, 0, 0)
        ON CONFLICT (workspace_id) DO NOTHING
        "#,
        workspace,
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query_as!(
        Overview,
        r#"
        SELECT comments, parked, parked_since, active_run, active_at, read_until, last_comment_at, failed_at
        FROM overview WHERE workspace_id = $1 FOR UPDATE
        "#,
        workspace,
    )
    .fetch_one(conn)
    .await
}

/// Replaces the overview, which [`lock`] has given.
pub async fn write(conn: &mut PgConnection, workspace: &str, overview: &Overview) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        UPDATE overview
        SET comments = $2, parked = $3, parked_since = $4, active_run = $5, active_at = $6, read_until = $7,
            last_comment_at = $8, failed_at = $9
        WHERE workspace_id = $1
        "#,
        workspace,
        overview.comments,
        overview.parked,
        overview.parked_since,
        overview.active_run,
        overview.active_at,
        overview.read_until,
        overview.last_comment_at,
        overview.failed_at,
    )
    .execute(conn)
    .await
    .map(drop)
}

/// Remembers that a run has failed.
pub async fn mark_failed(conn: &mut PgConnection, workspace: &str, now: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!("UPDATE overview SET failed_at = $2 WHERE workspace_id = $1", workspace, now)
        .execute(conn)
        .await
        .map(drop)
}

/// The workspaces in which at least `fewest` comments came since the active run and no run is going on. In a transaction for every
/// workspace.
pub async fn candidates(conn: &mut PgConnection, fewest: i64) -> sqlx::Result<Vec<String>> {
    sqlx::query_scalar!(
        r#"
        SELECT o.workspace_id FROM overview o
        WHERE o.comments - o.read_until >= $1
          AND NOT EXISTS (SELECT 1 FROM run r WHERE r.workspace_id = o.workspace_id AND r.state = 'running')
        "#,
        fewest,
    )
    .fetch_all(conn)
    .await
}

/// Counts the comments anew; true when the overview had other numbers. Expects [`lock`] to have been called.
pub async fn recount(conn: &mut PgConnection, workspace: &str) -> sqlx::Result<bool> {
    let changed = sqlx::query!(
        r#"
        UPDATE overview o SET comments = c.comments, parked = c.parked, parked_since = c.parked_since
        FROM (
            SELECT count(*) AS comments,
                   count(*) FILTER (WHERE s.active_run IS NOT NULL AND c.theme_id IS NULL) AS parked,
                   count(*) FILTER (WHERE s.active_run IS NOT NULL AND c.theme_id IS NULL AND c.number > s.read_until)
                       AS parked_since
            FROM overview s JOIN comment c ON c.workspace_id = s.workspace_id
            WHERE s.workspace_id = $1
        ) c
        WHERE o.workspace_id = $1
          AND (o.comments, o.parked, o.parked_since) IS DISTINCT FROM (c.comments, c.parked, c.parked_since)
        "#,
        workspace,
    )
    .execute(conn)
    .await?;
    Ok(changed.rows_affected() > 0)
}

/// The run whose themes are shown, without waiting for anybody.
pub async fn active_run(conn: &mut PgConnection, workspace: &str) -> sqlx::Result<Option<Uuid>> {
    let row = sqlx::query_scalar!("SELECT active_run FROM overview WHERE workspace_id = $1", workspace);
    Ok(row.fetch_optional(conn).await?.flatten())
}
