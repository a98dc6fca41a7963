//! Looks whether the stream still has what the outbox says it took, and has the rest published again.
//!
//! `JetStream` answers before its disk does: a power cut, a restored backup or a deleted stream can take events with it. The outbox
//! keeps them as long as the stream would have. Consumers recognise what they have seen, so publishing too much does no harm.

use std::time::Duration;

use async_nats::jetstream::{
    Context,
    stream::{Config as Definition, Stream as JetStream},
};
use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;
use ting_events::{MAX_AGE, Stream};
use tokio_util::sync::CancellationToken;

use super::{MAX_AGE_HOURS, Store, Tx};
use crate::metrics;

/// How often it looks.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuditConfig {
    pub every_ms: u64,
}

/// The auditor of one service: repairs the stream, tidies the tables, measures the backlog.
pub struct Auditor {
    pub store: Store,
    pub jetstream: Context,
    pub stream: Stream,
    /// How the stream is made again when somebody has deleted it.
    pub definition: Definition,
    pub config: AuditConfig,
}

impl Auditor {
    pub async fn run(self, shutdown: CancellationToken) {
        let mut ticks = tokio::time::interval(Duration::from_millis(self.config.every_ms));
        loop {
            tokio::select! {
                () = shutdown.cancelled() => return,
                _ = ticks.tick() => {}
            }
            if let Err(error) = self.audit().await {
                tracing::warn!(error = &*error as &dyn std::error::Error, "audit put off");
            }
        }
    }

    /// One round; gives the number of events that will be published again.
    async fn audit(&self) -> Result<u64, Box<dyn std::error::Error + Send + Sync>> {
        let mut stream = self.jetstream.get_or_create_stream(self.definition.clone()).await?;
        let info = stream.info().await?;
        let (created, last) = (micros(info.created), i64::try_from(info.state.last_sequence)?);
        let mut tx = self.store.begin_everywhere().await?;
        let known: Option<(DateTime<Utc>, i64)> =
            sqlx::query_as("SELECT created_at, last_sequence FROM stream_state WHERE stream = $1 FOR UPDATE")
                .bind(self.stream.name())
                .fetch_optional(&mut *tx)
                .await?;
        let keeps_from = match known {
            // The stream was made anew: nothing of what it took before is left.
            Some((before, _)) if before != created => 0,
            // Its tail is gone, or has been overwritten by other events with the same numbers.
            Some((_, before)) if last < before || !self.tail_is_ours(&stream, &mut tx).await? => {
                self.last_shared(&stream, &mut tx).await?
            }
            _ => last,
        };
        let again = self.publish_again_after(&mut tx, keeps_from).await?;
        sqlx::query(
            r"
            INSERT INTO stream_state (stream, created_at, last_sequence) VALUES ($1, $2, $3)
            ON CONFLICT (stream) DO UPDATE SET created_at = excluded.created_at, last_sequence = excluded.last_sequence
            ",
        )
        .bind(self.stream.name())
        .bind(created)
        .bind(last)
        .execute(&mut *tx)
        .await?;
        self.tidy(&mut tx).await?;
        self.measure(&mut tx).await?;
        tx.commit().await?;
        if again > 0 {
            tracing::error!(
                stream = self.stream.name(),
                events = again,
                "the stream lost events; they are published again"
            );
        }
        Ok(again)
    }

    /// Tells whether the newest event that we marked is what the stream keeps at that place.
    async fn tail_is_ours(&self, stream: &JetStream, tx: &mut Tx) -> sqlx::Result<bool> {
        let newest: Option<(String, i64)> = sqlx::query_as(
            r"
            SELECT event_id::text, stream_sequence FROM outbox
            WHERE stream_sequence IS NOT NULL ORDER BY stream_sequence DESC LIMIT 1
            ",
        )
        .fetch_optional(&mut **tx)
        .await?;
        Ok(match newest {
            None => true,
            Some((event_id, sequence)) => keeps(stream, &event_id, sequence).await,
        })
    }

    /// Finds the last sequence up to which stream and outbox agree, by halving.
    async fn last_shared(&self, stream: &JetStream, tx: &mut Tx) -> sqlx::Result<i64> {
        let marked: Vec<(String, i64)> = sqlx::query_as(
            "SELECT event_id::text, stream_sequence FROM outbox WHERE stream_sequence IS NOT NULL ORDER BY stream_sequence",
        )
        .fetch_all(&mut **tx)
        .await?;
        let (mut low, mut high) = (0, marked.len());
        while low < high {
            let middle = usize::midpoint(low, high);
            let (event_id, sequence) = &marked[middle];
            if keeps(stream, event_id, *sequence).await { low = middle + 1 } else { high = middle }
        }
        Ok(low.checked_sub(1).map_or(0, |index| marked[index].1))
    }

    async fn publish_again_after(&self, tx: &mut Tx, sequence: i64) -> sqlx::Result<u64> {
        let lost = sqlx::query(
            "UPDATE outbox SET published_at = NULL, stream_sequence = NULL WHERE stream_sequence > $1",
        )
        .bind(sequence)
        .execute(&mut **tx)
        .await?;
        Ok(lost.rows_affected())
    }

    /// Removes what is older than anything that could still ask for it.
    async fn tidy(&self, tx: &mut Tx) -> sqlx::Result<()> {
        let now = self.store.clock.now();
        let kept = TimeDelta::from_std(MAX_AGE).unwrap_or(TimeDelta::MAX);
        sqlx::query("DELETE FROM outbox WHERE published_at < $1").bind(now - kept).execute(&mut **tx).await?;
        // A day longer than the stream, so that no event outlives its row.
        sqlx::query("DELETE FROM inbox WHERE taken_at < $1")
            .bind(now - kept - TimeDelta::days(1))
            .execute(&mut **tx)
            .await?;
        sqlx::query("DELETE FROM idempotency WHERE created_at < $1")
            .bind(now - TimeDelta::hours(MAX_AGE_HOURS))
            .execute(&mut **tx)
            .await
            .map(drop)
    }

    async fn measure(&self, tx: &mut Tx) -> sqlx::Result<()> {
        let (pending, parked): (i64, i64) = sqlx::query_as(
            r"
            SELECT (SELECT count(*) FROM outbox WHERE published_at IS NULL),
                   (SELECT count(*) FROM dead_letter WHERE state = 'parked')
            ",
        )
        .fetch_one(&mut **tx)
        .await?;
        metrics::outbox_pending(pending);
        metrics::dead_letters(parked);
        Ok(())
    }
}

/// Tells whether the stream keeps this event at this place; one that has aged out there counts as kept.
async fn keeps(stream: &JetStream, event_id: &str, sequence: i64) -> bool {
    let first = stream.cached_info().state.first_sequence;
    let Ok(sequence) = u64::try_from(sequence) else { return false };
    if sequence < first && stream.cached_info().state.last_sequence >= sequence {
        return true;
    }
    match stream.get_raw_message(sequence).await {
        Ok(message) => message.headers.get("Nats-Msg-Id").is_some_and(|id| id.as_str() == event_id),
        Err(_) => false,
    }
}

/// To the microsecond, as Postgres keeps it.
fn micros(time: DateTime<Utc>) -> DateTime<Utc> {
    DateTime::from_timestamp_micros(time.timestamp_micros()).unwrap_or(time)
}
