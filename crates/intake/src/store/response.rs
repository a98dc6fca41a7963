//! SQL of `response`.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use ting_events::Workspace;
use uuid::Uuid;

use super::{Row, column};
use crate::domain::{NewResponse, metric_name};

/// A response as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    pub response_id: Uuid,
    pub external_id: String,
    pub customer_id: Option<Uuid>,
    pub metric: String,
    pub value: i32,
    pub channel: String,
    pub touchpoint: String,
    pub answered_at: DateTime<Utc>,
    pub received_at: DateTime<Utc>,
}

/// Inserts the rows whose external ids are not taken, and gives the ids of those.
pub async fn insert(
    connection: &mut PgConnection,
    workspace: &Workspace,
    rows: &[Row<'_, NewResponse>],
    now: DateTime<Utc>,
) -> sqlx::Result<Vec<Uuid>> {
    // In the order of the external ids, so that two writers cannot wait for each other.
    sqlx::query_scalar!(
        r#"
        INSERT INTO response (
            workspace_id, response_id, external_id, customer_id, metric, value, channel, touchpoint, answered_at, received_at
        )
        SELECT $1, t.id, t.external_id, t.customer_id, t.metric, t.value, t.channel, t.touchpoint, t.answered_at, $10
        FROM UNNEST(
            $2::uuid[], $3::text[], $4::uuid[], $5::text[], $6::integer[], $7::text[], $8::text[], $9::timestamptz[]
        ) AS t (id, external_id, customer_id, metric, value, channel, touchpoint, answered_at)
        ORDER BY t.external_id COLLATE "C"
        ON CONFLICT ON CONSTRAINT response_external_id_key DO NOTHING
        RETURNING response_id
        "#,
        workspace.as_str(),
        &column(rows, |row| row.id),
        &column(rows, |row| &*row.external_id) as &[&str],
        &column(rows, |row| row.customer_id) as &[Option<Uuid>],
        &column(rows, |row| metric_name(row.voice.metric)) as &[&str],
        &column(rows, |row| row.voice.value),
        &column(rows, |row| row.voice.channel.as_str()) as &[&str],
        &column(rows, |row| row.voice.touchpoint.as_str()) as &[&str],
        &column(rows, |row| row.voice.answered_at),
        now,
    )
    .fetch_all(connection)
    .await
}

/// The ids of the responses with these external ids.
pub async fn known(
    connection: &mut PgConnection,
    workspace: &Workspace,
    external_ids: &[&str],
) -> sqlx::Result<HashMap<String, Uuid>> {
    let rows = sqlx::query!(
        "SELECT external_id, response_id FROM response WHERE workspace_id = $1 AND external_id = ANY($2)",
        workspace.as_str(),
        external_ids as &[&str],
    )
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(|row| (row.external_id, row.response_id)).collect())
}

/// Which responses to list; `None` means any.
#[derive(Debug, Clone, Copy)]
pub struct Filter {
    pub before: Uuid,
    pub customer_id: Option<Uuid>,
    pub metric: Option<&'static str>,
}

/// Responses, last received first: ids are UUIDv7.
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
            response_id, external_id, customer_id, metric, value, channel, touchpoint, answered_at, received_at
        FROM response
        WHERE workspace_id = $1
            AND response_id < $2
            AND ($3::uuid IS NULL OR customer_id = $3)
            AND ($4::text IS NULL OR metric = $4)
        ORDER BY response_id DESC
        LIMIT $5
        "#,
        workspace.as_str(),
        filter.before,
        filter.customer_id,
        filter.metric,
        limit,
    )
    .fetch_all(connection)
    .await
}
