//! SQL of `feedback`.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use ting_events::Workspace;
use uuid::Uuid;

use super::{Row, column};
use crate::domain::{NewFeedback, kind_name, source_name};

/// Feedback as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    pub feedback_id: Uuid,
    pub external_id: String,
    pub customer_id: Option<Uuid>,
    pub kind: String,
    pub text: String,
    pub channel: String,
    pub source: String,
    pub touchpoint: String,
    pub occurred_at: DateTime<Utc>,
    pub received_at: DateTime<Utc>,
}

/// Inserts the rows whose external ids are not taken, and gives the ids of those.
pub async fn insert(
    connection: &mut PgConnection,
    workspace: &Workspace,
    rows: &[Row<'_, NewFeedback>],
    now: DateTime<Utc>,
) -> sqlx::Result<Vec<Uuid>> {
    // In the order of the external ids, so that two writers cannot wait for each other.
    sqlx::query_scalar!(
        r#"
        INSERT INTO feedback (
            workspace_id, feedback_id, external_id, customer_id, kind, text, channel, source, touchpoint, occurred_at, received_at
        )
        SELECT $1, t.id, t.external_id, t.customer_id, t.kind, t.text, t.channel, t.source, t.touchpoint, t.occurred_at, $11
        FROM UNNEST(
            $2::uuid[], $3::text[], $4::uuid[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::timestamptz[]
        ) AS t (id, external_id, customer_id, kind, text, channel, source, touchpoint, occurred_at)
        ORDER BY t.external_id COLLATE "C"
        ON CONFLICT ON CONSTRAINT feedback_external_id_key DO NOTHING
        RETURNING feedback_id
        "#,
        workspace.as_str(),
        &column(rows, |row| row.id),
        &column(rows, |row| &*row.external_id) as &[&str],
        &column(rows, |row| row.customer_id) as &[Option<Uuid>],
        &column(rows, |row| kind_name(row.voice.kind)) as &[&str],
        &column(rows, |row| row.voice.text.as_str()) as &[&str],
        &column(rows, |row| row.voice.channel.as_str()) as &[&str],
        &column(rows, |row| source_name(row.voice.source)) as &[&str],
        &column(rows, |row| row.voice.touchpoint.as_str()) as &[&str],
        &column(rows, |row| row.voice.occurred_at),
        now,
    )
    .fetch_all(connection)
    .await
}

/// The ids of the feedback with these external ids.
pub async fn known(
    connection: &mut PgConnection,
    workspace: &Workspace,
    external_ids: &[&str],
) -> sqlx::Result<HashMap<String, Uuid>> {
    let rows = sqlx::query!(
        "SELECT external_id, feedback_id FROM feedback WHERE workspace_id = $1 AND external_id = ANY($2)",
        workspace.as_str(),
        external_ids as &[&str],
    )
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(|row| (row.external_id, row.feedback_id)).collect())
}

/// The feedback with this id.
pub async fn by_id(
    connection: &mut PgConnection,
    workspace: &Workspace,
    feedback_id: Uuid,
) -> sqlx::Result<Option<Stored>> {
    sqlx::query_as!(
        Stored,
        r#"
        SELECT
            feedback_id, external_id, customer_id, kind, text, channel, source, touchpoint, occurred_at, received_at
        FROM feedback
        WHERE workspace_id = $1 AND feedback_id = $2
        "#,
        workspace.as_str(),
        feedback_id,
    )
    .fetch_optional(connection)
    .await
}

/// Which feedback to list; `None` means any.
#[derive(Debug, Clone, Copy)]
pub struct Filter {
    pub before: Uuid,
    pub customer_id: Option<Uuid>,
    pub kind: Option<&'static str>,
}

/// Feedback, last received first: ids are UUIDv7.
pub async fn list(
    connection: &mut PgConnection,
    workspace: &Workspace,
    filter: Filter,
    limit: i64,
) -> sqlx::Result<Vec<Stored>> {
    sqlx::query_as!(
        Stored,
        r#"
        SELECT
            feedback_id, external_id, customer_id, kind, text, channel, source, touchpoint, occurred_at, received_at
        FROM feedback
        WHERE workspace_id = $1
            AND feedback_id < $2
            AND ($3::uuid IS NULL OR customer_id = $3)
            AND ($4::text IS NULL OR kind = $4)
        ORDER BY feedback_id DESC
        LIMIT $5
        "#,
        workspace.as_str(),
        filter.before,
        filter.customer_id,
        filter.kind,
        limit,
    )
    .fetch_all(connection)
    .await
}
