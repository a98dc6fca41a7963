//! Removes what is older than anything that could still ask for it.

use chrono::TimeDelta;
use ting_events::MAX_AGE;

use super::{MAX_AGE_HOURS, Store};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// Rows that one statement removes at most: a backlog is worked off in many short transactions.
const SLICE: i64 = 10_000;

/// Removes old rows of the chassis' tables.
pub(super) async fn tidy(store: &Store) -> Result<()> {
    let now = store.clock.now();
    let kept = TimeDelta::from_std(MAX_AGE)?;
    // The inbox a day longer than the stream, so that no event outlives its row.
    for (statement, before) in [
        (
            "DELETE FROM outbox WHERE ctid = ANY (ARRAY(SELECT ctid FROM outbox WHERE published_at < $1 LIMIT $2))",
            now - kept,
        ),
        (
            "DELETE FROM inbox WHERE ctid = ANY (ARRAY(SELECT ctid FROM inbox WHERE taken_at < $1 LIMIT $2))",
            now - kept - TimeDelta::days(1),
        ),
        (
            "DELETE FROM idempotency WHERE ctid = ANY (ARRAY(SELECT ctid FROM idempotency WHERE created_at < $1 LIMIT $2))",
            now - TimeDelta::hours(MAX_AGE_HOURS),
        ),
    ] {
        let mut tx = store.begin_everywhere().await?;
        sqlx::query(statement).bind(before).bind(SLICE).execute(&mut *tx).await?;
        tx.commit().await?;
    }
    Ok(())
}
