//! The same way without any promise: rows are inserted, published straight away, and inserted again by three consumers. What is lost or
//! comes twice, nobody would know.

use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use async_nats::jetstream::{
    self, Context,
    consumer::{AckPolicy, pull},
    message::PublishMessage,
    stream::Stream,
};
use futures::StreamExt as _;
use serde::{Deserialize, Serialize};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};
use ting_chassis::Ids;
use ting_servers::Postgres;
use tokio::task::JoinSet;
use uuid::Uuid;

use super::{
    floor_jetstream::fresh_stream,
    floor_postgres::{BATCH, Columns, ENVELOPE, WRITERS, prepare},
};
use crate::corpus::Corpus;

const SOURCE: &str = "naive_intake";
const SINKS: [&str; 3] = ["naive_analysis", "naive_satisfaction", "naive_recovery"];

#[derive(Serialize, Deserialize)]
struct Event {
    items: Vec<Item>,
}

#[derive(Serialize, Deserialize)]
struct Item {
    id: Uuid,
    external_id: String,
    kind: i32,
    text: String,
    channel: String,
    touchpoint: String,
}

/// Makes the databases.
pub async fn create_databases(postgres: &Postgres) -> anyhow::Result<()> {
    let mut admin = PgConnection::connect(&postgres.admin_url()).await?;
    for name in SINKS.into_iter().chain([SOURCE]) {
        sqlx::raw_sql(AssertSqlSafe(format!("CREATE DATABASE {name}"))).execute(&mut admin).await?;
    }
    Ok(())
}

/// Sends `rows` comments the whole way.
pub async fn run(
    postgres: &Postgres,
    nats: &str,
    corpus: &Corpus,
    rows: u64,
    ids: &Ids,
) -> anyhow::Result<Duration> {
    prepare(&postgres.url(SOURCE), true).await?;
    for sink in SINKS {
        prepare(&postgres.url(sink), false).await?;
    }
    let jetstream = jetstream::new(async_nats::connect(nats).await.context("connecting to NATS")?);
    let stream = fresh_stream(&jetstream, "NAIVE", "naive.>").await?;
    // Tasks of their own, so that all processors work.
    let mut tasks = JoinSet::new();
    let started = Instant::now();
    for writer in 0..WRITERS {
        let batches = writer..rows / BATCH;
        tasks.spawn(produce(postgres.url(SOURCE), jetstream.clone(), corpus.clone(), batches, ids.clone()));
    }
    for sink in SINKS {
        tasks.spawn(consume(postgres.url(sink), stream.clone(), sink, rows));
    }
    while let Some(ended) = tasks.join_next().await {
        ended??;
    }
    Ok(started.elapsed())
}

/// Inserts every [`WRITERS`]th of `batches` and publishes it.
async fn produce(
    url: String,
    jetstream: Context,
    corpus: Corpus,
    batches: std::ops::Range<u64>,
    ids: Ids,
) -> anyhow::Result<()> {
    let mut connection = PgConnection::connect(&url).await?;
    for batch in batches.step_by(usize::try_from(WRITERS)?) {
        let columns = Columns::of(&corpus, batch * BATCH..(batch + 1) * BATCH, &ids);
        columns.insert(&mut connection).await?;
        let mut under_way = Vec::new();
        for (place, payload) in payloads(columns)?.into_iter().enumerate() {
            let message = PublishMessage::build().payload(payload.into());
            under_way.push(jetstream.send_publish(format!("naive.p{place:02}"), message).await?);
        }
        for ack in under_way {
            ack.await?;
        }
    }
    Ok(())
}

fn payloads(columns: Columns) -> serde_json::Result<Vec<Vec<u8>>> {
    let Columns { ids, external_ids, kinds, texts, channels, touchpoints } = columns;
    let rows = ids.into_iter().zip(external_ids).zip(kinds.into_iter().zip(texts));
    let mut items = rows.zip(channels.into_iter().zip(touchpoints)).map(
        |(((id, external_id), (kind, text)), (channel, touchpoint))| Item {
            id,
            external_id,
            kind,
            text,
            channel,
            touchpoint,
        },
    );
    let mut payloads = Vec::new();
    loop {
        let items: Vec<Item> = items.by_ref().take(ENVELOPE).collect();
        if items.is_empty() {
            return Ok(payloads);
        }
        payloads.push(serde_json::to_vec(&Event { items })?);
    }
}

async fn consume(url: String, stream: Stream, name: &'static str, rows: u64) -> anyhow::Result<()> {
    let definition = pull::Config {
        durable_name: Some(name.to_owned()),
        ack_policy: AckPolicy::Explicit,
        ..pull::Config::default()
    };
    let consumer = stream.create_consumer(definition).await?;
    let messages = consumer.stream().max_messages_per_batch(256).messages().await?;
    // As much as is there, up to a thousand items.
    let mut batches = messages.ready_chunks(usize::try_from(BATCH)? / ENVELOPE);
    let mut connection = PgConnection::connect(&url).await?;
    let mut left = rows;
    while left > 0 {
        let batch = batches.next().await.context("the stream of messages ended")?;
        let mut columns = Columns::default();
        for message in &batch {
            let Ok(message) = message else { continue };
            for item in serde_json::from_slice::<Event>(&message.payload)?.items {
                columns.ids.push(item.id);
                columns.external_ids.push(item.external_id);
                columns.kinds.push(item.kind);
                columns.texts.push(item.text);
                columns.channels.push(item.channel);
                columns.touchpoints.push(item.touchpoint);
            }
        }
        columns.insert(&mut connection).await?;
        for message in batch {
            message?.ack().await.map_err(anyhow::Error::from_boxed)?;
        }
        left = left.saturating_sub(columns.ids.len() as u64);
    }
    let stored: i64 = sqlx::query_scalar("SELECT count(*) FROM feedback").fetch_one(&mut connection).await?;
    ensure!(u64::try_from(stored)? == rows, "{name} has {stored} of {rows} rows");
    Ok(())
}
