//! Measures what waits in the tables. Every replica reports the same numbers, because they share the tables.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};

use super::{Store, Tx};
use crate::metrics::{self, Waiting};

/// What a service measures in its own tables, each time the auditor looks.
#[async_trait]
pub trait Measure: Send + Sync + 'static {
    /// Reads in a transaction that sees every workspace in the tables whose policy allows it, and sets gauges.
    async fn measure(&self, tx: &mut Tx) -> sqlx::Result<()>;
}

/// Reports what waits as metrics.
pub(super) async fn measure(store: &Store, measures: &[Arc<dyn Measure>]) -> sqlx::Result<()> {
    let mut tx = store.begin_everywhere().await?;
    let (outbox, oldest, dead_letters, parked_aggregates): (i64, Option<DateTime<Utc>>, i64, i64) =
        sqlx::query_as(
            r"
            SELECT waiting.events, waiting.oldest, parked.facts, parked.aggregates
            FROM (SELECT count(*) AS events, min(created_at) AS oldest FROM outbox WHERE published_at IS NULL) AS waiting,
                 (SELECT count(*) AS facts,
                         -- Bytes that were no event belong to no aggregate.
                         count(DISTINCT (workspace_id, stream, aggregate_id)) FILTER (WHERE aggregate_id <> '') AS aggregates
                  FROM dead_letter WHERE state = 'parked') AS parked
            ",
        )
        .fetch_one(&mut *tx)
        .await?;
    let oldest = oldest.map_or(TimeDelta::zero(), |since| tx.now() - since);
    metrics::waiting(Waiting { outbox, oldest, dead_letters, parked_aggregates });
    for measure in measures {
        measure.measure(&mut tx).await?;
    }
    tx.rollback().await
}
