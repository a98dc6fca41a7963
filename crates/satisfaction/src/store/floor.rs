use sqlx::PgConnection;
use uuid::Uuid;

use super::{cut, metric};
use crate::domain::{cut::Cut, floor::Floor, metric::Metric};

/// Sets a floor, or changes the one that the score has; gives the id that stands.
pub async fn set(conn: &mut PgConnection, workspace: &str, floor: &Floor) -> sqlx::Result<Uuid> {
    sqlx::query_scalar!(
        r#"
        INSERT INTO floor (workspace_id, floor_id, metric, dimension, key, minimum, window_days, minimum_n)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        ON CONFLICT ON CONSTRAINT floor_score_key
        DO UPDATE SET minimum = excluded.minimum, window_days = excluded.window_days, minimum_n = excluded.minimum_n
        RETURNING floor_id
        "#,
        workspace,
        floor.floor_id,
        floor.metric.name(),
        floor.cut.dimension.name(),
        floor.cut.key,
        floor.minimum,
        floor.window_days,
        floor.minimum_n,
    )
    .fetch_one(conn)
    .await
}

/// Lists floors, newest first, before `before`.
pub async fn list(
    conn: &mut PgConnection,
    workspace: &str,
    before: Option<Uuid>,
    limit: i64,
) -> sqlx::Result<Vec<Floor>> {
    let rows = sqlx::query!(
        r#"
        SELECT floor_id, metric, dimension, key, minimum, window_days, minimum_n
        FROM floor
        WHERE workspace_id = $1 AND ($2::uuid IS NULL OR floor_id < $2)
        ORDER BY floor_id DESC
        LIMIT $3
        "#,
        workspace,
        before,
        limit,
    )
    .fetch_all(conn)
    .await?;
    let floors = rows.into_iter().map(|row| {
        Ok(Floor {
            floor_id: row.floor_id,
            metric: metric(&row.metric)?,
            cut: cut(&row.dimension, row.key)?,
            minimum: row.minimum,
            window_days: row.window_days,
            minimum_n: row.minimum_n,
        })
    });
    floors.collect()
}

/// A floor with what it is judged by.
#[derive(Debug)]
pub struct Watched {
    pub floor: Floor,
    /// The alert that stands.
    pub alert_id: Option<Uuid>,
    /// Answers by value in the days that count.
    pub counts: Vec<(i16, i64)>,
}

struct WatchedRow {
    floor_id: Uuid,
    metric: String,
    dimension: String,
    key: String,
    minimum: f64,
    window_days: i32,
    minimum_n: i64,
    alert_id: Option<Uuid>,
    value: Option<i16>,
    n: i64,
}

/// The floors of these scores, in the order of their ids, with their alerts and counts.
pub async fn watched(
    conn: &mut PgConnection,
    workspace: &str,
    scores: &[(Metric, &Cut)],
) -> sqlx::Result<Vec<Watched>> {
    let metrics: Vec<_> = scores.iter().map(|(metric, _)| metric.name().to_owned()).collect();
    let dimensions: Vec<_> = scores.iter().map(|(_, cut)| cut.dimension.name().to_owned()).collect();
    let keys: Vec<_> = scores.iter().map(|(_, cut)| cut.key.clone()).collect();
    let query = sqlx::query_file_as!(
        WatchedRow,
        "queries/floor/watched.sql",
        workspace,
        &metrics,
        &dimensions,
        &keys
    );
    let mut watched: Vec<Watched> = Vec::new();
    for row in query.fetch_all(conn).await? {
        let count = row.value.map(|value| (value, row.n));
        match watched.last_mut() {
            Some(last) if last.floor.floor_id == row.floor_id => last.counts.extend(count),
            _ => watched.push(row.watched(count)?),
        }
    }
    Ok(watched)
}

impl WatchedRow {
    fn watched(self, count: Option<(i16, i64)>) -> sqlx::Result<Watched> {
        let floor = Floor {
            floor_id: self.floor_id,
            metric: metric(&self.metric)?,
            cut: cut(&self.dimension, self.key)?,
            minimum: self.minimum,
            window_days: self.window_days,
            minimum_n: self.minimum_n,
        };
        Ok(Watched { floor, alert_id: self.alert_id, counts: count.into_iter().collect() })
    }
}
