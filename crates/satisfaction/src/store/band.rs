use std::collections::{BTreeMap, HashMap};

use sqlx::PgConnection;
use ting_methods::score::Band;
use uuid::Uuid;

use super::{band, band_name};
use crate::domain::expectation::Standing;

/// Where customers stand so far.
pub async fn of(
    conn: &mut PgConnection,
    workspace: &str,
    customers: &[Uuid],
) -> sqlx::Result<HashMap<Uuid, Standing>> {
    let rows = sqlx::query!(
        r#"
        SELECT customer_id, perceived, expected, band, answered_at
        FROM customer_band
        WHERE workspace_id = $1 AND customer_id = ANY ($2)
        "#,
        workspace,
        customers,
    )
    .fetch_all(conn)
    .await?;
    let standings = rows.into_iter().map(|row| {
        let (perceived, expected, answered_at) = (row.perceived, row.expected, row.answered_at);
        Ok((row.customer_id, Standing { perceived, expected, band: band(&row.band)?, answered_at }))
    });
    standings.collect()
}

/// Writes where customers stand now.
pub async fn set(
    conn: &mut PgConnection,
    workspace: &str,
    standings: &BTreeMap<Uuid, Standing>,
) -> sqlx::Result<()> {
    let customers: Vec<_> = standings.keys().copied().collect();
    let perceived: Vec<_> = standings.values().map(|standing| standing.perceived).collect();
    let expected: Vec<_> = standings.values().map(|standing| standing.expected).collect();
    let bands: Vec<_> = standings.values().map(|standing| band_name(standing.band).to_owned()).collect();
    let times: Vec<_> = standings.values().map(|standing| standing.answered_at).collect();
    sqlx::query!(
        r#"
        INSERT INTO customer_band (workspace_id, customer_id, perceived, expected, band, answered_at)
        SELECT $1, t.customer_id, t.perceived, t.expected, t.band, t.answered_at
        FROM UNNEST($2::uuid[], $3::bigint[], $4::bigint[], $5::text[], $6::timestamptz[]) WITH ORDINALITY
            AS t (customer_id, perceived, expected, band, answered_at, place)
        ORDER BY t.place
        ON CONFLICT (workspace_id, customer_id)
        DO UPDATE SET perceived = excluded.perceived, expected = excluded.expected, band = excluded.band,
            answered_at = excluded.answered_at
        "#,
        workspace,
        &customers,
        &perceived,
        &expected,
        &bands,
        &times,
    )
    .execute(conn)
    .await
    .map(drop)
}

/// Removes the standings of customers who have no answer, and says how many there were.
pub async fn remove_orphans(conn: &mut PgConnection, workspace: &str) -> sqlx::Result<i64> {
    let removed = sqlx::query!(
        r#"
        DELETE FROM customer_band AS b
        WHERE b.workspace_id = $1 AND NOT EXISTS (
            SELECT FROM customer_latest AS l WHERE l.workspace_id = $1 AND l.customer_id = b.customer_id
        )
        "#,
        workspace,
    )
    .execute(conn)
    .await?;
    Ok(i64::try_from(removed.rows_affected()).unwrap_or(i64::MAX))
}

/// One customer in a list.
#[derive(Debug)]
pub struct Listed {
    pub customer_id: Uuid,
    pub standing: Standing,
    /// What the list is sorted by.
    pub ratio_billionths: i64,
}

/// Lists customers, lowest ratio first, after the ratio and customer of `after`.
pub async fn list(
    conn: &mut PgConnection,
    workspace: &str,
    only: Option<Band>,
    after: Option<(i64, Uuid)>,
    limit: i64,
) -> sqlx::Result<Vec<Listed>> {
    let (after_ratio, after_customer) = after.unzip();
    let rows = sqlx::query!(
        r#"
        SELECT customer_id, perceived, expected, band, answered_at, ratio_billionths
        FROM customer_band
        WHERE workspace_id = $1 AND ($2::text IS NULL OR band = $2)
            AND ($3::bigint IS NULL OR (ratio_billionths, customer_id) > ($3, $4::uuid))
        ORDER BY ratio_billionths, customer_id
        LIMIT $5
        "#,
        workspace,
        only.map(band_name),
        after_ratio,
        after_customer,
        limit,
    )
    .fetch_all(conn)
    .await?;
    let listed = rows.into_iter().map(|row| {
        let (perceived, expected, answered_at) = (row.perceived, row.expected, row.answered_at);
        let standing = Standing { perceived, expected, band: band(&row.band)?, answered_at };
        Ok(Listed { customer_id: row.customer_id, standing, ratio_billionths: row.ratio_billionths })
    });
    listed.collect()
}
