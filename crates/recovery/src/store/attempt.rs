use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use ting_events::Workspace;
use uuid::Uuid;

/// An attempt to be noted.
pub struct NewAttempt {
    pub notification_id: Uuid,
    pub number: i32,
    pub at: DateTime<Utc>,
    pub succeeded: bool,
    pub code: i32,
    pub reason: &'static str,
    pub took_ms: i64,
}

/// One try to deliver.
pub struct Attempt {
    pub notification_id: Uuid,
    pub at: DateTime<Utc>,
    pub succeeded: bool,
    pub code: i32,
    pub reason: String,
    pub took_ms: i64,
}

/// Notes an attempt.
pub async fn insert(
    conn: &mut PgConnection,
    workspace: &Workspace,
    attempt: &NewAttempt,
) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        INSERT INTO attempt (workspace_id, notification_id, number, at, succeeded, code, reason, took_ms)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        "#,
        workspace.as_str(),
        attempt.notification_id,
        attempt.number,
        attempt.at,
        attempt.succeeded,
        attempt.code,
        attempt.reason,
        attempt.took_ms,
    )
    .execute(conn)
    .await
    .map(drop)
}

/// The attempts of several notifications, oldest first.
pub async fn list(
    conn: &mut PgConnection,
    workspace: &Workspace,
    notifications: &[Uuid],
) -> sqlx::Result<Vec<Attempt>> {
    sqlx::query_as!(
        Attempt,
        r#"
        SELECT notification_id, at, succeeded, code, reason, took_ms
        FROM attempt
        WHERE workspace_id = $1 AND notification_id = ANY($2)
        ORDER BY notification_id, number
        "#,
        workspace.as_str(),
        notifications,
    )
    .fetch_all(conn)
    .await
}
