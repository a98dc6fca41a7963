use std::collections::BTreeMap;

use sqlx::PgConnection;
use ting_chassis::ops::Rebuilt;
use uuid::Uuid;

use super::metric;
use crate::domain::{answer::Answer, expectation::Latest, metric::Metric};

/// Puts answers in the place of earlier ones of the same customer and metric; later ones stay.
pub async fn advance(
    conn: &mut PgConnection,
    workspace: &str,
    latest: &BTreeMap<(Uuid, Metric), &Answer>,
) -> sqlx::Result<()> {
    let customers: Vec<_> = latest.keys().map(|(customer_id, _)| *customer_id).collect();
    let metrics: Vec<_> = latest.keys().map(|(_, metric)| metric.name().to_owned()).collect();
    let values: Vec<_> = latest.values().map(|answer| answer.value).collect();
    let times: Vec<_> = latest.values().map(|answer| answer.answered_at).collect();
    let responses: Vec<_> = latest.values().map(|answer| answer.response_id).collect();
    sqlx::query!(
        r#"
        INSERT INTO customer_latest AS l (workspace_id, customer_id, metric, value, answered_at, response_id)
        SELECT $1, t.customer_id, t.metric, t.value, t.answered_at, t.response_id
        FROM UNNEST($2::uuid[], $3::text[], $4::smallint[], $5::timestamptz[], $6::uuid[]) WITH ORDINALITY
            AS t (customer_id, metric, value, answered_at, response_id, place)
        ORDER BY t.place
        ON CONFLICT (workspace_id, customer_id, metric)
        DO UPDATE SET value = excluded.value, answered_at = excluded.answered_at, response_id = excluded.response_id
        WHERE (excluded.answered_at, excluded.response_id) > (l.answered_at, l.response_id)
        "#,
        workspace,
        &customers,
        &metrics,
        &values,
        &times,
        &responses,
    )
    .execute(conn)
    .await
    .map(drop)
}

/// The latest answers of customers, those of one customer together.
pub async fn of(conn: &mut PgConnection, workspace: &str, customers: &[Uuid]) -> sqlx::Result<Vec<Latest>> {
    let rows = sqlx::query!(
        r#"
        SELECT customer_id, metric, value, answered_at
        FROM customer_latest
        WHERE workspace_id = $1 AND customer_id = ANY ($2)
        ORDER BY customer_id, metric
        "#,
        workspace,
        customers,
    )
    .fetch_all(conn)
    .await?;
    let latest = rows.into_iter().map(|row| {
        let metric = metric(&row.metric)?;
        Ok(Latest { customer_id: row.customer_id, metric, value: row.value, answered_at: row.answered_at })
    });
    latest.collect()
}

/// Customers who have answered, in order, after `after`.
pub async fn customers(
    conn: &mut PgConnection,
    workspace: &str,
    after: Option<Uuid>,
    limit: i64,
) -> sqlx::Result<Vec<Uuid>> {
    sqlx::query_scalar!(
        r#"
        SELECT DISTINCT customer_id
        FROM customer_latest
        WHERE workspace_id = $1 AND ($2::uuid IS NULL OR customer_id > $2)
        ORDER BY customer_id
        LIMIT $3
        "#,
        workspace,
        after,
        limit,
    )
    .fetch_all(conn)
    .await
}

/// Finds the latest answers anew among all.
pub async fn rebuild(conn: &mut PgConnection, workspace: &str) -> sqlx::Result<Rebuilt> {
    sqlx::query_file_as!(Rebuilt, "queries/latest/rebuild.sql", workspace).fetch_one(conn).await
}
