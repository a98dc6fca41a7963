//! Looks whether the stream still has what the outbox says it took, and has the rest published again.
//!
//! `JetStream` answers before its disk does: a power cut, a restored backup or a deleted stream can take events with it. The outbox
//! keeps them as long as the stream would have. Consumers recognise what they have seen, so publishing too much does no harm.

use std::{borrow::Cow, sync::Arc, time::Duration};

use async_nats::jetstream::{
    Context,
    stream::{Config as Definition, RawMessageError, RawMessageErrorKind, State, Stream as JetStream},
};
use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;
use ting_events::{MAX_AGE, Stream};
use tokio_util::sync::CancellationToken;

use super::{
    Store, Tx,
    measure::{self, Measure},
    tidy,
};
use crate::{
    fault::{Code, Fault, RETRY_AFTER},
    metrics,
};

/// How often it looks.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuditConfig {
    pub every_ms: u64,
}

/// What an audit found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Audit {
    /// Events marked as published before it.
    pub published: i64,
    /// Those of them that the stream had lost.
    pub lost: i64,
    /// Events to be published after it.
    pub pending: i64,
}

/// The store or the stream did not answer.
#[derive(Debug, thiserror::Error)]
#[error("the stream could not be compared with the outbox")]
pub struct AuditError(#[source] Box<dyn std::error::Error + Send + Sync>);

impl Fault for AuditError {
    fn code(&self) -> Code {
        Code::Unavailable
    }

    fn reason(&self) -> Cow<'static, str> {
        "AUDIT".into()
    }

    fn retry_after(&self) -> Option<Duration> {
        Some(RETRY_AFTER)
    }
}

/// The auditor of one service: repairs the stream, tidies the tables, measures the backlog.
#[derive(Clone)]
pub struct Auditor {
    pub store: Store,
    pub jetstream: Context,
    pub stream: Stream,
    /// How the stream is made again when somebody has deleted it.
    pub definition: Definition,
    pub config: AuditConfig,
    pub measures: Vec<Arc<dyn Measure>>,
}

type AuditResult<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

impl Auditor {
    /// Audits every so often, and at once when the relay has a suspicion.
    pub async fn run(self, shutdown: CancellationToken) {
        let mut ticks = tokio::time::interval(Duration::from_millis(self.config.every_ms));
        loop {
            tokio::select! {
                () = shutdown.cancelled() => return,
                () = self.store.suspicion() => {}
                _ = ticks.tick() => {}
            }
            let measured = measure::measure(&self.store, &self.measures);
            for done in [
                self.audit().await.map(drop),
                tidy::tidy(&self.store).await,
                measured.await.map_err(Into::into),
            ] {
                if let Err(error) = done {
                    tracing::warn!(error = &*error as &dyn std::error::Error, "audit put off");
                }
            }
        }
    }

    /// Audits now, because somebody asked.
    pub async fn audit_now(&self) -> Result<Audit, AuditError> {
        self.audit().await.map_err(AuditError)
    }

    /// Compares stream and outbox, and takes back the mark of every event that the stream does not have.
    async fn audit(&self) -> AuditResult<Audit> {
        let mut tx = self.store.begin_everywhere().await?;
        // Millions of marks may have to be taken back at once.
        sqlx::query("SET LOCAL statement_timeout = 0").execute(&mut *tx).await?;
        let known: Option<(DateTime<Utc>, i64)> =
            sqlx::query_as("SELECT created_at, last_sequence FROM stream_state WHERE stream = $1 FOR UPDATE")
                .bind(self.stream.name())
                .fetch_optional(&mut *tx)
                .await?;
        // Read under the lock: another replica must not compare with what was true before.
        let mut stream = self.jetstream.get_or_create_stream(self.definition.clone()).await?;
        let info = stream.info().await?.clone();
        let (created, last) = (micros(info.created), i64::try_from(info.state.last_sequence)?);
        let keeps_up_to = match known {
            // The stream was made anew: nothing of what it took before is left.
            Some((before, _)) if before != created => 0,
            // Its tail is gone, or has been overwritten by other events with the same numbers.
            Some((_, before)) if last < before || !self.tail_is_ours(&stream, &mut tx).await? => {
                self.last_shared(&stream, &mut tx, last).await?
            }
            _ => last,
        };
        let published = count(&mut tx, "SELECT count(*) FROM outbox WHERE published_at IS NOT NULL").await?;
        let mut again = self.unmark_after(&mut tx, keeps_up_to).await?;
        again += self.unmark_lost_inside(&mut stream, &info.state, &mut tx).await?;
        self.remember(&mut tx, created, last).await?;
        let pending = count(&mut tx, "SELECT count(*) FROM outbox WHERE published_at IS NULL").await?;
        tx.commit().await?;
        metrics::stream(info.state.bytes, info.config.max_bytes, again);
        if again > 0 {
            let stream = self.stream.name();
            tracing::error!(stream, events = again, "the stream lost events; they are published again");
        }
        Ok(Audit { published, lost: i64::try_from(again)?, pending })
    }

    /// Tells whether the newest event that we marked is what the stream keeps at that place.
    async fn tail_is_ours(&self, stream: &JetStream, tx: &mut Tx) -> AuditResult<bool> {
        match marked_at_or_below(tx, i64::MAX).await? {
            None => Ok(true),
            Some((event_id, sequence)) => Ok(keeps(stream, &event_id, sequence).await?),
        }
    }

    /// Finds the last sequence up to which stream and outbox agree, by halving.
    async fn last_shared(&self, stream: &JetStream, tx: &mut Tx, last: i64) -> AuditResult<i64> {
        let (mut agree, mut unknown) = (0, last);
        while agree < unknown {
            let middle = agree + (unknown - agree + 1) / 2;
            agree = match marked_at_or_below(tx, middle).await? {
                Some((event_id, sequence))
                    if sequence > agree && !keeps(stream, &event_id, sequence).await? =>
                {
                    unknown = sequence - 1;
                    continue;
                }
                _ => middle,
            };
        }
        Ok(agree)
    }

    async fn unmark_after(&self, tx: &mut Tx, sequence: i64) -> sqlx::Result<u64> {
        let unmarked = sqlx::query(
            "UPDATE outbox SET published_at = NULL, stream_sequence = NULL WHERE stream_sequence > $1",
        )
        .bind(sequence)
        .execute(&mut **tx)
        .await?;
        Ok(unmarked.rows_affected())
    }

    /// ting deletes nothing from its streams: events that are missing at the head before their time, or in the middle, were lost.
    async fn unmark_lost_inside(
        &self,
        stream: &mut JetStream,
        state: &State,
        tx: &mut Tx,
    ) -> AuditResult<u64> {
        let mut missing: Vec<i64> = Vec::new();
        if state.deleted_count.unwrap_or_default() > 0 {
            let info = stream.info_builder().with_deleted(true).fetch().await?.info;
            missing.extend(
                info.state
                    .deleted
                    .unwrap_or_default()
                    .into_iter()
                    .filter_map(|lost| i64::try_from(lost).ok()),
            );
        }
        // An hour before its time is up, an event may have aged out by the server's clock.
        let young = self.store.clock.now() - TimeDelta::from_std(MAX_AGE)? + TimeDelta::hours(1);
        let unmarked = sqlx::query(
            r"
            UPDATE outbox SET published_at = NULL, stream_sequence = NULL
            WHERE stream_sequence = ANY ($1) OR (stream_sequence < $2 AND published_at > $3)
            ",
        )
        .bind(missing)
        .bind(i64::try_from(state.first_sequence)?)
        .bind(young)
        .execute(&mut **tx)
        .await?;
        Ok(unmarked.rows_affected())
    }

    async fn remember(&self, tx: &mut Tx, created: DateTime<Utc>, last: i64) -> sqlx::Result<()> {
        sqlx::query(
            r"
            INSERT INTO stream_state (stream, created_at, last_sequence) VALUES ($1, $2, $3)
            ON CONFLICT (stream) DO UPDATE SET created_at = excluded.created_at, last_sequence = excluded.last_sequence
            ",
        )
        .bind(self.stream.name())
        .bind(created)
        .bind(last)
        .execute(&mut **tx)
        .await
        .map(drop)
    }
}

async fn count(tx: &mut Tx, sql: &'static str) -> sqlx::Result<i64> {
    sqlx::query_scalar(sql).fetch_one(&mut **tx).await
}

/// The event with the highest mark that is not above `sequence`.
async fn marked_at_or_below(tx: &mut Tx, sequence: i64) -> sqlx::Result<Option<(String, i64)>> {
    sqlx::query_as(
        r"
        SELECT event_id::text, stream_sequence FROM outbox
        WHERE stream_sequence <= $1 ORDER BY stream_sequence DESC LIMIT 1
        ",
    )
    .bind(sequence)
    .fetch_optional(&mut **tx)
    .await
}

/// Tells whether the stream keeps this event at this place; one that has aged out there counts as kept. A question that gets no
/// answer is an error, not a loss.
async fn keeps(stream: &JetStream, event_id: &str, sequence: i64) -> Result<bool, RawMessageError> {
    let state = &stream.cached_info().state;
    let Ok(sequence) = u64::try_from(sequence) else { return Ok(false) };
    if sequence < state.first_sequence {
        return Ok(true);
    }
    match stream.get_raw_message(sequence).await {
        Ok(message) => Ok(message.headers.get("Nats-Msg-Id").is_some_and(|id| id.as_str() == event_id)),
        Err(error) if error.kind() == RawMessageErrorKind::NoMessageFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// To the microsecond, as Postgres keeps it.
fn micros(time: DateTime<Utc>) -> DateTime<Utc> {
    DateTime::from_timestamp_micros(time.timestamp_micros()).unwrap_or(time)
}
