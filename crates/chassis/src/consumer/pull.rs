//! One durable pull consumer a partition. Of several replicas one is pinned to it; another takes over when that one falls silent.

use std::time::Duration;

use async_nats::jetstream::{
    AckKind, Message,
    consumer::{AckPolicy, Consumer, DeliverPolicy, PriorityPolicy, pull},
};
use futures::StreamExt as _;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::Runner;
use crate::metrics;

const GROUP: &str = "ting";

type PullConsumer = Consumer<pull::Config>;

/// Pulls one partition until `shutdown`. The stream of messages ends when the server goes or the consumer is deleted: then it is
/// made again, and starts after what was acknowledged or, in a new stream, from the beginning.
pub(super) async fn pull(
    runner: Runner,
    partition: u8,
    sender: mpsc::Sender<Message>,
    shutdown: CancellationToken,
) {
    loop {
        tokio::select! {
            () = shutdown.cancelled() => return,
            result = pull_until_error(&runner, partition, &sender) => if let Err(error) = result {
                tracing::debug!(error, partition, stream = runner.subscription.stream.name(), "pulling starts over");
            },
        }
        tokio::select! {
            () = shutdown.cancelled() => return,
            () = tokio::time::sleep(Duration::from_millis(300)) => {}
        }
    }
}

async fn pull_until_error(
    runner: &Runner,
    partition: u8,
    sender: &mpsc::Sender<Message>,
) -> Result<(), String> {
    let consumer = consumer(runner, partition).await?;
    let mut messages = consumer
        .stream()
        .max_messages_per_batch(32)
        .max_bytes_per_batch(2 * 1024 * 1024)
        .expires(Duration::from_secs(20))
        .heartbeat(Duration::from_secs(5))
        .group(GROUP)
        .messages()
        .await
        .map_err(|error| error.to_string())?;
    while let Some(message) = messages.next().await {
        let message = message.map_err(|error| error.to_string())?;
        // Closed only when the worker is gone, which is at shutdown.
        if sender.send(message).await.is_err() {
            return Ok(());
        }
    }
    Err("the stream of messages ended".to_owned())
}

async fn consumer(runner: &Runner, partition: u8) -> Result<PullConsumer, String> {
    let stream = runner.subscription.stream;
    let definition = pull::Config {
        durable_name: Some(durable_name(runner.service, partition)),
        filter_subject: stream.partition_subjects(partition),
        ack_policy: AckPolicy::Explicit,
        deliver_policy: DeliverPolicy::All,
        ack_wait: Duration::from_millis(runner.config.ack_wait_ms),
        // Far above what the channel and the room hold: an event published again behind a gap must still be handed out.
        max_ack_pending: 65_536,
        priority_policy: PriorityPolicy::PinnedClient,
        priority_groups: vec![GROUP.to_owned()],
        priority_timeout: Duration::from_secs(3),
        ..pull::Config::default()
    };
    let stream = runner
        .jetstream
        .get_or_create_stream(runner.definition.clone())
        .await
        .map_err(|error| error.to_string())?;
    // Applies a changed configuration to a durable that is there already; getting it would keep the old one.
    stream.create_consumer(definition).await.map_err(|error| error.to_string())
}

fn durable_name(service: &str, partition: u8) -> String {
    format!("{service}-p{partition:02}")
}

/// What waits in a stream for a service.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Backlog {
    pub pending: u64,
    pub unacknowledged: u64,
}

/// Sums up what waits in all partitions.
pub(crate) async fn backlog(runner: &Runner) -> Result<Backlog, String> {
    let stream = runner
        .jetstream
        .get_stream_no_info(runner.subscription.stream.name())
        .await
        .map_err(|error| error.to_string())?;
    let mut backlog = Backlog::default();
    for partition in 0..ting_events::PARTITIONS {
        let info = stream
            .consumer_info(durable_name(runner.service, partition))
            .await
            .map_err(|error| error.to_string())?;
        backlog.pending += info.num_pending;
        backlog.unacknowledged += u64::try_from(info.num_ack_pending).unwrap_or_default();
    }
    Ok(backlog)
}

/// Reports the backlog as a metric until `shutdown`.
pub(super) async fn measure(runner: Runner, shutdown: CancellationToken) {
    // There before the first event, so that its rate is seen from the start.
    metrics::facts_applied(runner.subscription.stream, runner.store.clock.now(), []);
    loop {
        tokio::select! {
            () = shutdown.cancelled() => return,
            () = tokio::time::sleep(Duration::from_secs(5)) => {}
        }
        if let Ok(backlog) = backlog(&runner).await {
            metrics::consumer_pending(
                runner.subscription.stream.name(),
                backlog.pending + backlog.unacknowledged,
            );
        }
    }
}

/// Says that an event took effect. A lost answer is a redelivery, which the inbox drops.
pub(super) async fn done(message: &Message) {
    if let Err(error) = message.ack().await {
        tracing::debug!(error = %error, "acknowledgement lost");
    }
}

/// Asks for an event again later: an immediate redelivery would come at once and starve the other customers.
pub(super) async fn later(message: &Message) {
    let attempts = message.info().map_or(1, |info| info.delivered).clamp(1, 8);
    let delay = Duration::from_millis(100 << attempts).min(Duration::from_secs(15));
    if let Err(error) = message.ack_with(AckKind::Nak(Some(delay))).await {
        tracing::debug!(error = %error, "negative acknowledgement lost");
    }
}
