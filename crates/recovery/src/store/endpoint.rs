use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use ting_events::Workspace;
use uuid::Uuid;

use crate::domain::endpoint::{Endpoint, EndpointKind, PATIENCE};

/// Keeps other transactions from adding endpoints to the workspace until this one ends, and counts those that are there.
pub async fn lock_and_count(conn: &mut PgConnection, workspace: &Workspace) -> sqlx::Result<i64> {
    sqlx::query!("SELECT pg_advisory_xact_lock(hashtextextended('endpoint/' || $1, 0))", workspace.as_str())
        .execute(&mut *conn)
        .await?;
    sqlx::query_scalar!(
        r#"SELECT count(*) AS "count!" FROM endpoint WHERE workspace_id = $1 AND deleted_at IS NULL"#,
        workspace.as_str(),
    )
    .fetch_one(conn)
    .await
}

/// Adds an endpoint.
pub async fn insert(
    conn: &mut PgConnection,
    workspace: &Workspace,
    endpoint: &Endpoint,
    secret: Option<&str>,
) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        INSERT INTO endpoint (workspace_id, endpoint_id, kind, target, secret, enabled, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7)
        "#,
        workspace.as_str(),
        endpoint.id,
        endpoint.kind.as_str(),
        endpoint.target,
        secret,
        endpoint.enabled,
        endpoint.created_at,
    )
    .execute(conn)
    .await
    .map(drop)
}

/// Endpoints of a workspace, newest first, below `before` in that order.
pub async fn list(
    conn: &mut PgConnection,
    workspace: &Workspace,
    before: Option<Uuid>,
    limit: i64,
) -> sqlx::Result<Vec<Endpoint>> {
    sqlx::query_as!(
        Endpoint,
        r#"
        SELECT endpoint_id AS id, kind AS "kind: EndpointKind", target, enabled, created_at
        FROM endpoint
        WHERE workspace_id = $1 AND deleted_at IS NULL AND ($2::uuid IS NULL OR endpoint_id < $2)
        ORDER BY endpoint_id DESC
        LIMIT $3
        "#,
        workspace.as_str(),
        before,
        limit,
    )
    .fetch_all(conn)
    .await
}

/// The endpoints of a workspace that take notifications.
pub async fn enabled(conn: &mut PgConnection, workspace: &Workspace) -> sqlx::Result<Vec<Uuid>> {
    sqlx::query_scalar!(
        "SELECT endpoint_id FROM endpoint WHERE workspace_id = $1 AND enabled AND deleted_at IS NULL",
        workspace.as_str(),
    )
    .fetch_all(conn)
    .await
}

/// Takes an endpoint and its secret out of use; false when there is none.
pub async fn delete(
    conn: &mut PgConnection,
    workspace: &Workspace,
    endpoint_id: Uuid,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    sqlx::query!(
        r#"
        UPDATE endpoint
        SET deleted_at = $3, enabled = false, secret = NULL
        WHERE workspace_id = $1 AND endpoint_id = $2 AND deleted_at IS NULL
        "#,
        workspace.as_str(),
        endpoint_id,
        now,
    )
    .execute(conn)
    .await
    .map(|done| done.rows_affected() == 1)
}

/// Forgets earlier failures.
pub async fn succeeded(
    conn: &mut PgConnection,
    workspace: &Workspace,
    endpoint_id: Uuid,
) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        UPDATE endpoint SET failing_since = NULL
        WHERE workspace_id = $1 AND endpoint_id = $2 AND failing_since IS NOT NULL
        "#,
        workspace.as_str(),
        endpoint_id,
    )
    .execute(conn)
    .await
    .map(drop)
}

/// Notes a failure. The endpoint is switched off when it wants no more (`gone`) or has only failed for too long; true if so.
pub async fn failed(
    conn: &mut PgConnection,
    workspace: &Workspace,
    endpoint_id: Uuid,
    gone: bool,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let enabled = sqlx::query_scalar!(
        r#"
        UPDATE endpoint
        SET failing_since = coalesce(failing_since, $3), enabled = NOT ($4 OR coalesce(failing_since, $3) <= $5)
        WHERE workspace_id = $1 AND endpoint_id = $2 AND enabled
        RETURNING enabled
        "#,
        workspace.as_str(),
        endpoint_id,
        now,
        gone,
        now - PATIENCE,
    )
    .fetch_optional(conn)
    .await?;
    Ok(enabled == Some(false))
}

/// Counts the endpoints of all workspaces that were disabled.
pub async fn count_disabled(conn: &mut PgConnection) -> sqlx::Result<i64> {
    sqlx::query_scalar!(
        r#"SELECT count(*) AS "count!" FROM endpoint WHERE NOT enabled AND deleted_at IS NULL"#
    )
    .fetch_one(conn)
    .await
}
