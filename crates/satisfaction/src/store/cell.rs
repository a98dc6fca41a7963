use std::collections::BTreeMap;

use sqlx::PgConnection;
use ting_chassis::ops::Rebuilt;

use crate::domain::{
    answer::Cell,
    cut::{Cut, Dimension},
    days::Days,
    metric::Metric,
    score::Count,
};

/// Adds to the counts, in the order of the cells.
pub async fn add(conn: &mut PgConnection, workspace: &str, counts: &BTreeMap<Cell, i64>) -> sqlx::Result<()> {
    let metrics: Vec<_> = counts.keys().map(|cell| cell.metric.name().to_owned()).collect();
    let dimensions: Vec<_> = counts.keys().map(|cell| cell.cut.dimension.name().to_owned()).collect();
    let keys: Vec<_> = counts.keys().map(|cell| cell.cut.key.clone()).collect();
    let days: Vec<_> = counts.keys().map(|cell| cell.day).collect();
    let values: Vec<_> = counts.keys().map(|cell| cell.value).collect();
    let numbers: Vec<_> = counts.values().copied().collect();
    sqlx::query!(
        r#"
        INSERT INTO score_cell AS c (workspace_id, metric, dimension, key, day, value, n)
        SELECT $1, t.metric, t.dimension, t.key, t.day, t.value, t.n
        FROM UNNEST($2::text[], $3::text[], $4::text[], $5::date[], $6::smallint[], $7::bigint[]) WITH ORDINALITY
            AS t (metric, dimension, key, day, value, n, place)
        ORDER BY t.place
        ON CONFLICT (workspace_id, metric, dimension, key, day, value) DO UPDATE SET n = c.n + excluded.n
        "#,
        workspace,
        &metrics,
        &dimensions,
        &keys,
        &days,
        &values,
        &numbers,
    )
    .execute(conn)
    .await
    .map(drop)
}

/// The counts of one score, by value.
pub async fn counts(
    conn: &mut PgConnection,
    workspace: &str,
    metric: Metric,
    cut: &Cut,
    days: Days,
) -> sqlx::Result<Vec<Count>> {
    sqlx::query_as!(
        Count,
        r#"
        SELECT value, sum(n)::bigint AS "n!", min(day) AS "first_day!", max(day) AS "last_day!"
        FROM score_cell
        WHERE workspace_id = $1 AND metric = $2 AND dimension = $3 AND key = $4
            AND ($5::date IS NULL OR day >= $5) AND ($6::date IS NULL OR day <= $6)
        GROUP BY value
        "#,
        workspace,
        metric.name(),
        cut.dimension.name(),
        cut.key,
        days.from,
        days.to,
    )
    .fetch_all(conn)
    .await
}

/// The counts of one score, by day and value, oldest day first.
pub async fn counts_by_day(
    conn: &mut PgConnection,
    workspace: &str,
    metric: Metric,
    cut: &Cut,
    days: Days,
) -> sqlx::Result<Vec<Count>> {
    sqlx::query_as!(
        Count,
        r#"
        SELECT value, n, day AS first_day, day AS last_day
        FROM score_cell
        WHERE workspace_id = $1 AND metric = $2 AND dimension = $3 AND key = $4
            AND ($5::date IS NULL OR day >= $5) AND ($6::date IS NULL OR day <= $6)
        ORDER BY day, value
        "#,
        workspace,
        metric.name(),
        cut.dimension.name(),
        cut.key,
        days.from,
        days.to,
    )
    .fetch_all(conn)
    .await
}

/// The counts of one key in a list of scores.
#[derive(Debug)]
pub struct Listed {
    pub key: String,
    /// Answers of the key in all: what the list is sorted by.
    pub total: i64,
    pub counts: Vec<Count>,
}

/// What to list: the keys of one dimension, most answers first, after `after`.
#[derive(Debug)]
pub struct List {
    pub metric: Metric,
    pub dimension: Dimension,
    pub days: Days,
    /// Total and key of the last one already listed.
    pub after: Option<(i64, String)>,
    /// Keys to read.
    pub limit: i64,
}

struct ListedRow {
    key: String,
    total: i64,
    value: i16,
    n: i64,
    first_day: chrono::NaiveDate,
    last_day: chrono::NaiveDate,
}

/// Lists the counts of every key of a dimension.
pub async fn list(conn: &mut PgConnection, workspace: &str, asked: &List) -> sqlx::Result<Vec<Listed>> {
    let (after_total, after_key) = asked.after.clone().unzip();
    let rows = sqlx::query_file_as!(
        ListedRow,
        "queries/cell/list.sql",
        workspace,
        asked.metric.name(),
        asked.dimension.name(),
        asked.days.from,
        asked.days.to,
        after_total,
        after_key,
        asked.limit,
    )
    .fetch_all(conn)
    .await?;
    let mut listed: Vec<Listed> = Vec::new();
    for ListedRow { key, total, value, n, first_day, last_day } in rows {
        let count = Count { value, n, first_day, last_day };
        match listed.last_mut() {
            Some(last) if last.key == key => last.counts.push(count),
            _ => listed.push(Listed { key, total, counts: vec![count] }),
        }
    }
    Ok(listed)
}

/// Makes the counts equal to a count of the answers.
pub async fn rebuild(conn: &mut PgConnection, workspace: &str) -> sqlx::Result<Rebuilt> {
    sqlx::query_file_as!(Rebuilt, "queries/cell/rebuild.sql", workspace).fetch_one(conn).await
}
