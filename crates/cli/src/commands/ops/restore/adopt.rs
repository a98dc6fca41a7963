//! Gives a store that went back the events that its service has published since.
//!
//! Consumers have taken them and go by their sequences. A service that gave the same sequences to other events would not be heard; so
//! the events are put into its outbox, and its aggregates go on counting after them.

use std::collections::BTreeMap;

use async_nats::jetstream::{
    Message,
    consumer::{DeliverPolicy, pull::OrderedConfig},
};
use chrono::{DateTime, TimeDelta, Utc};
use futures::StreamExt as _;
use sqlx::{Connection as _, Postgres, Transaction};
use ting_chassis::fault::chain;
use ting_events::Envelope;
use uuid::Uuid;

use super::{
    bus::{failed, find, stream_of},
    target::Target,
};
use crate::error::CliError;

/// Clocks of different machines differ by less.
const MARGIN: TimeDelta = TimeDelta::minutes(10);
/// Events that are stored together.
const BATCH: usize = 200;

/// An event as the stream has it.
struct Published {
    subject: String,
    payload: Vec<u8>,
    told_at: DateTime<Utc>,
    stored_at: DateTime<Utc>,
    sequence: i64,
    /// The last sequence of each aggregate in it.
    reached: BTreeMap<String, i64>,
}

/// By workspace and event id: an event that was published twice is adopted once.
type Batch = BTreeMap<String, BTreeMap<Uuid, Published>>;

/// Reads the service's own stream from the moment of the backup and gives the number of events that were new to the store.
pub(super) async fn adopt(
    target: &mut Target,
    streams: &async_nats::jetstream::Context,
) -> Result<u64, CliError> {
    let stream = stream_of(target.address.service);
    let lost = |cause: &str| failed(stream.name(), cause);
    let Some(found) = find(streams, stream).await? else { return Ok(0) };
    let deliver_policy = DeliverPolicy::ByStartTime { start_time: target.saved.snapshot_at - MARGIN };
    let config = OrderedConfig { deliver_policy, ..OrderedConfig::default() };
    let consumer = found.create_consumer(config).await.map_err(|error| lost(&chain(&error)))?;
    let mut left = consumer.cached_info().num_pending;
    let mut messages = consumer.messages().await.map_err(|error| lost(&chain(&error)))?;
    let address = target.address.clone();
    let unwritten = |error: sqlx::Error| address.failed("cannot take events back", &error);
    let mut tx = target.connection.begin().await.map_err(unwritten)?;
    let (mut batch, mut gathered, mut adopted) = (Batch::new(), 0, 0);
    while left > 0 {
        let message =
            messages.next().await.ok_or_else(|| lost("it ended"))?.map_err(|error| lost(&chain(&error)))?;
        left = message.info().map_err(|error| lost(&error.to_string()))?.pending;
        gather(&mut batch, &message).map_err(|cause| lost(&cause))?;
        gathered += 1;
        if gathered == BATCH || left == 0 {
            adopted += store(&mut tx, std::mem::take(&mut batch)).await.map_err(unwritten)?;
            gathered = 0;
        }
    }
    tx.commit().await.map_err(unwritten)?;
    Ok(adopted)
}

fn gather(batch: &mut Batch, message: &Message) -> Result<(), String> {
    let info = message.info().map_err(|error| error.to_string())?;
    let envelope = Envelope::parse(&message.payload).map_err(|error| chain(&error))?;
    let mut reached = BTreeMap::new();
    for fact in envelope.facts().map_err(|error| chain(&error))? {
        let last = reached.entry(fact.aggregate_id).or_insert(fact.sequence);
        *last = fact.sequence.max(*last);
    }
    let published = Published {
        subject: message.subject.to_string(),
        payload: message.payload.to_vec(),
        told_at: envelope.time,
        stored_at: info.published,
        sequence: i64::try_from(info.stream_sequence).map_err(|error| error.to_string())?,
        reached,
    };
    batch.entry(envelope.workspace.to_string()).or_default().insert(envelope.id, published);
    Ok(())
}

async fn store(tx: &mut Transaction<'_, Postgres>, batch: Batch) -> sqlx::Result<u64> {
    let mut adopted = 0;
    for (workspace, events) in batch {
        // The walls bind the owner too.
        sqlx::query("SELECT set_config('app.workspace_id', $1, true)")
            .bind(&workspace)
            .execute(&mut **tx)
            .await?;
        count_on(tx, &workspace, &events).await?;
        adopted += fill_outbox(tx, &workspace, events).await?;
    }
    Ok(adopted)
}

/// Has every aggregate count on after what consumers have seen of it.
async fn count_on(
    tx: &mut Transaction<'_, Postgres>,
    workspace: &str,
    events: &BTreeMap<Uuid, Published>,
) -> sqlx::Result<()> {
    let mut reached: BTreeMap<&str, i64> = BTreeMap::new();
    for (aggregate, sequence) in events.values().flat_map(|event| &event.reached) {
        let last = reached.entry(aggregate).or_insert(*sequence);
        *last = (*sequence).max(*last);
    }
    let (aggregates, sequences): (Vec<&str>, Vec<i64>) = reached.into_iter().unzip();
    sqlx::query(
        r"
        INSERT INTO aggregate AS a (workspace_id, aggregate_id, sequence)
        SELECT $1, t.id, t.sequence FROM UNNEST($2::text[], $3::bigint[]) AS t (id, sequence)
        ON CONFLICT (workspace_id, aggregate_id) DO UPDATE SET sequence = greatest(a.sequence, excluded.sequence)
        ",
    )
    .bind(workspace)
    .bind(aggregates)
    .bind(sequences)
    .execute(&mut **tx)
    .await
    .map(drop)
}

/// Puts events into the outbox, as published; those that are there already were published after the backup.
async fn fill_outbox(
    tx: &mut Transaction<'_, Postgres>,
    workspace: &str,
    events: BTreeMap<Uuid, Published>,
) -> sqlx::Result<u64> {
    let (mut ids, mut subjects, mut payloads) = (Vec::new(), Vec::new(), Vec::new());
    let (mut told, mut published, mut sequences) = (Vec::new(), Vec::new(), Vec::new());
    for (id, event) in events {
        ids.push(id);
        subjects.push(event.subject);
        payloads.push(event.payload);
        told.push(event.told_at);
        published.push(event.stored_at);
        sequences.push(event.sequence);
    }
    let fresh: Vec<bool> = sqlx::query_scalar(
        r"
        INSERT INTO outbox (workspace_id, event_id, subject, payload, created_at, published_at, stream_sequence)
        SELECT $1, t.* FROM UNNEST($2::uuid[], $3::text[], $4::bytea[], $5::timestamptz[], $6::timestamptz[], $7::bigint[]) AS t
        ON CONFLICT (workspace_id, event_id) DO UPDATE
            SET published_at = excluded.published_at, stream_sequence = excluded.stream_sequence
        -- Zero for a row that was inserted.
        RETURNING xmax = 0
        ",
    )
    .bind(workspace)
    .bind(ids)
    .bind(subjects)
    .bind(payloads)
    .bind(told)
    .bind(published)
    .bind(sequences)
    .fetch_all(&mut **tx)
    .await?;
    Ok(fresh.into_iter().filter(|fresh| *fresh).count() as u64)
}
