//! What JetStream can do: events of a hundred items in, and out to one consumer.

use std::time::{Duration, Instant};

use anyhow::Context as _;
use async_nats::jetstream::{
    self, Context,
    consumer::{AckPolicy, pull},
    message::PublishMessage,
    stream,
};
use futures::StreamExt as _;

/// About a hundred comments as JSON.
const EVENT_BYTES: usize = 25_000;
/// Events that are under way at once.
const IN_FLIGHT: u64 = 256;

/// How long publishing took, and how long taking.
pub struct Took {
    pub publishing: Duration,
    pub taking: Duration,
}

/// Publishes `events` events and takes them again.
pub async fn there_and_back(url: &str, events: u64) -> anyhow::Result<Took> {
    let jetstream = jetstream::new(async_nats::connect(url).await.context("connecting to NATS")?);
    let stream = fresh_stream(&jetstream, "FLOOR", "floor.>").await?;
    let started = Instant::now();
    publish(&jetstream, events).await?;
    let publishing = started.elapsed();
    let definition = pull::Config {
        durable_name: Some("floor".to_owned()),
        ack_policy: AckPolicy::Explicit,
        max_ack_pending: 512,
        ..pull::Config::default()
    };
    let consumer = stream.create_consumer(definition).await?;
    let started = Instant::now();
    let mut messages = consumer.stream().max_messages_per_batch(256).messages().await?;
    for _ in 0..events {
        let message = messages.next().await.context("the stream of messages ended")??;
        message.ack().await.map_err(anyhow::Error::from_boxed)?;
    }
    Ok(Took { publishing, taking: started.elapsed() })
}

/// A stream with nothing in it.
pub async fn fresh_stream(jetstream: &Context, name: &str, subjects: &str) -> anyhow::Result<stream::Stream> {
    if jetstream.get_stream(name).await.is_ok() {
        jetstream.delete_stream(name).await?;
    }
    let definition = stream::Config {
        name: name.to_owned(),
        subjects: vec![subjects.to_owned()],
        ..stream::Config::default()
    };
    Ok(jetstream.create_stream(definition).await?)
}

async fn publish(jetstream: &Context, events: u64) -> anyhow::Result<()> {
    let payload = vec![b'x'; EVENT_BYTES];
    let mut sent = 0;
    while sent < events {
        let mut under_way = Vec::new();
        for event in sent..events.min(sent + IN_FLIGHT) {
            let message =
                PublishMessage::build().payload(payload.clone().into()).message_id(event.to_string());
            under_way.push(jetstream.send_publish(format!("floor.p{:02}", event % 16), message).await?);
        }
        sent += IN_FLIGHT;
        for ack in under_way {
            ack.await?;
        }
    }
    Ok(())
}
