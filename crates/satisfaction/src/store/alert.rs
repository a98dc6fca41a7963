use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{cut, metric};
use crate::domain::{cut::Cut, metric::Metric};

/// A fall below a floor.
#[derive(Debug)]
pub struct Alert {
    pub alert_id: Uuid,
    pub floor_id: Uuid,
    pub metric: Metric,
    pub cut: Cut,
    /// The floor when it was raised.
    pub minimum: f64,
    /// The score when it was raised.
    pub value: f64,
    pub n: i64,
    pub raised_at: DateTime<Utc>,
    pub cleared_at: Option<DateTime<Utc>>,
}

/// Stores alerts that stand from now on; at most one a floor can.
pub async fn raise(conn: &mut PgConnection, workspace: &str, alerts: &[Alert]) -> sqlx::Result<()> {
    let ids: Vec<_> = alerts.iter().map(|alert| alert.alert_id).collect();
    let floors: Vec<_> = alerts.iter().map(|alert| alert.floor_id).collect();
    let minima: Vec<_> = alerts.iter().map(|alert| alert.minimum).collect();
    let values: Vec<_> = alerts.iter().map(|alert| alert.value).collect();
    let numbers: Vec<_> = alerts.iter().map(|alert| alert.n).collect();
    let times: Vec<_> = alerts.iter().map(|alert| alert.raised_at).collect();
    sqlx::query!(
        r#"
        INSERT INTO alert (workspace_id, alert_id, floor_id, minimum, value, n, raised_at)
        SELECT $1, t.alert_id, t.floor_id, t.minimum, t.value, t.n, t.raised_at
        FROM UNNEST($2::uuid[], $3::uuid[], $4::float8[], $5::float8[], $6::bigint[], $7::timestamptz[])
            AS t (alert_id, floor_id, minimum, value, n, raised_at)
        "#,
        workspace,
        &ids,
        &floors,
        &minima,
        &values,
        &numbers,
        &times,
    )
    .execute(conn)
    .await
    .map(drop)
}

/// Ends alerts.
pub async fn clear(
    conn: &mut PgConnection,
    workspace: &str,
    alerts: &[Uuid],
    cleared_at: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "UPDATE alert SET cleared_at = $3 WHERE workspace_id = $1 AND alert_id = ANY ($2) AND cleared_at IS NULL",
        workspace,
        alerts,
        cleared_at,
    )
    .execute(conn)
    .await
    .map(drop)
}

/// Lists alerts, newest first, before `before`.
pub async fn list(
    conn: &mut PgConnection,
    workspace: &str,
    open_only: bool,
    before: Option<Uuid>,
    limit: i64,
) -> sqlx::Result<Vec<Alert>> {
    let rows = sqlx::query!(
        r#"
        SELECT a.alert_id, a.floor_id, f.metric, f.dimension, f.key, a.minimum, a.value, a.n, a.raised_at, a.cleared_at
        FROM alert AS a
        JOIN floor AS f ON f.workspace_id = a.workspace_id AND f.floor_id = a.floor_id
        WHERE a.workspace_id = $1 AND (NOT $2 OR a.cleared_at IS NULL) AND ($3::uuid IS NULL OR a.alert_id < $3)
        ORDER BY a.alert_id DESC
        LIMIT $4
        "#,
        workspace,
        open_only,
        before,
        limit,
    )
    .fetch_all(conn)
    .await?;
    let alerts = rows.into_iter().map(|row| {
        Ok(Alert {
            alert_id: row.alert_id,
            floor_id: row.floor_id,
            metric: metric(&row.metric)?,
            cut: cut(&row.dimension, row.key)?,
            minimum: row.minimum,
            value: row.value,
            n: row.n,
            raised_at: row.raised_at,
            cleared_at: row.cleared_at,
        })
    });
    alerts.collect()
}

/// Counts the alerts of all workspaces that stand.
pub async fn count_open(conn: &mut PgConnection) -> sqlx::Result<i64> {
    sqlx::query_scalar!(r#"SELECT count(*) AS "count!" FROM alert WHERE cleared_at IS NULL"#)
        .fetch_one(conn)
        .await
}
