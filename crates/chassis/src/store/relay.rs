//! Carries the outbox to the stream: one relay at a time, many events under way, each marked when the stream has it.

use std::time::Duration;

use async_nats::jetstream::Context;
use serde::Deserialize;
use sqlx::{FromRow, PgConnection};
use ting_events::Stream;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::{
    Store,
    publish::{PublishError, Publisher, Taken, Waiting},
};
use crate::{
    metrics,
    probe::{Conditions, of_stream},
};

/// Under which the relay reports that the stream does not take its events.
pub(crate) const RELAY: &str = "relay";

/// How the relay works.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RelayConfig {
    /// How long it waits for a hint before it looks anyway.
    pub poll_ms: u64,
    /// Events under way at once.
    pub batch: i64,
    /// How long it waits for the stream to say that it has an event.
    pub ack_timeout_ms: u64,
}

/// The relay of one service.
pub struct Relay {
    pub store: Store,
    pub jetstream: Context,
    pub stream: Stream,
    pub config: RelayConfig,
    pub(crate) conditions: Conditions,
}

#[derive(FromRow)]
struct Row {
    workspace_id: String,
    event_id: Uuid,
    subject: String,
    payload: Vec<u8>,
}

impl From<Row> for Waiting {
    fn from(row: Row) -> Self {
        let Row { workspace_id, event_id, subject, payload } = row;
        Self { workspace_id, event_id, subject, payload: payload.into() }
    }
}

#[derive(Debug, thiserror::Error)]
enum RelayError {
    #[error("the outbox cannot be read")]
    Store(#[from] sqlx::Error),
    #[error(transparent)]
    Publish(#[from] PublishError),
}

impl Relay {
    /// Publishes until `shutdown`; after that, what is in the outbox stays for the next start.
    pub async fn run(self, shutdown: CancellationToken) {
        while !shutdown.is_cancelled() {
            let result = tokio::select! {
                () = shutdown.cancelled() => return,
                result = self.hold_and_publish() => result,
            };
            if let Err(error) = result {
                if matches!(error, RelayError::Store(_)) {
                    // Another replica may publish from now on.
                    self.conditions.well(RELAY);
                }
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    stream = self.stream.name(),
                    "relay starts over"
                );
                tokio::time::sleep(Duration::from_millis(500)).await;
            }
        }
    }

    /// Becomes the one relay of this database, then publishes for ever. The lock and the reading share a connection: who loses
    /// the one loses the other.
    async fn hold_and_publish(&self) -> Result<(), RelayError> {
        // Detached, because it sees every workspace and must never go back to the pool.
        let mut connection = self.store.pool().acquire().await?.detach();
        sqlx::query("SELECT set_config('app.workspace_id', '*', false)").execute(&mut connection).await?;
        // A relay whose process is stopped or whose machine is gone must not keep the lock from the others for hours.
        sqlx::query("SET idle_session_timeout = '15s'").execute(&mut connection).await?;
        while !self.lock(&mut connection).await? {
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
        loop {
            if self.publish_batch(&mut connection).await? < self.config.batch {
                tokio::select! {
                    () = self.store.outbox_hint() => {}
                    () = tokio::time::sleep(Duration::from_millis(self.config.poll_ms)) => {}
                }
            }
        }
    }

    async fn lock(&self, connection: &mut PgConnection) -> sqlx::Result<bool> {
        sqlx::query_scalar("SELECT pg_try_advisory_lock(hashtextextended('ting.relay', 0))")
            .fetch_one(connection)
            .await
    }

    /// Publishes what has waited longest and marks what the stream took; gives the number of events read.
    async fn publish_batch(&self, connection: &mut PgConnection) -> Result<i64, RelayError> {
        let rows: Vec<Row> = sqlx::query_as(
            r"
            SELECT workspace_id, event_id, subject, payload FROM outbox
            WHERE published_at IS NULL ORDER BY position LIMIT $1
            ",
        )
        .bind(self.config.batch)
        .fetch_all(&mut *connection)
        .await?;
        let read = rows.len();
        let publisher = Publisher {
            jetstream: self.jetstream.clone(),
            stream: self.stream,
            patience: Duration::from_millis(self.config.ack_timeout_ms),
        };
        let (taken, failure) =
            publisher.publish(self.store.ids.next(), rows.into_iter().map(Waiting::from).collect()).await;
        self.mark(connection, &taken).await?;
        metrics::events_published(taken.iter().map(|taken| taken.subject.as_str()));
        if let Some(error) = failure {
            self.conditions.ill(RELAY, Some(of_stream(error.to_string())));
            return Err(error.into());
        }
        if read > 0 {
            self.conditions.well(RELAY);
        }
        Ok(i64::try_from(read).unwrap_or(i64::MAX))
    }

    async fn mark(&self, connection: &mut PgConnection, taken: &[Taken]) -> sqlx::Result<()> {
        if taken.is_empty() {
            return Ok(());
        }
        let workspaces: Vec<&str> = taken.iter().map(|taken| taken.workspace_id.as_str()).collect();
        let ids: Vec<Uuid> = taken.iter().map(|taken| taken.event_id).collect();
        let sequences: Vec<i64> = taken.iter().map(|taken| taken.sequence).collect();
        let displaced: i64 = sqlx::query_scalar(
            r"
            WITH displaced AS (
                -- One place in the stream holds one event: whoever was marked with it before is there no more.
                UPDATE outbox SET published_at = NULL, stream_sequence = NULL
                WHERE stream_sequence = ANY ($3) AND event_id <> ALL ($2)
                RETURNING 1
            ), marked AS (
                UPDATE outbox AS o SET published_at = $4, stream_sequence = t.sequence
                FROM UNNEST($1::text[], $2::uuid[], $3::bigint[]) AS t (workspace_id, event_id, sequence)
                WHERE o.workspace_id = t.workspace_id AND o.event_id = t.event_id
                RETURNING 1
            )
            SELECT count(*) FROM displaced
            ",
        )
        .bind(workspaces)
        .bind(ids)
        .bind(sequences)
        .bind(self.store.clock.now())
        .fetch_one(connection)
        .await?;
        if displaced > 0 {
            self.store.suspect();
        }
        Ok(())
    }
}
