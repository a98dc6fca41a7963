//! Takes events from another service's stream and applies them here, each once and in order.
//!
//! `pull` keeps one durable consumer a partition, so that replicas take over from each other; `gather` makes batches of what comes and
//! keeps in a `room` what has to wait; `apply` runs a batch in one transaction a workspace; `isolate` finds the fact that cannot be
//! applied and parks it; `ledger` knows how far each aggregate has come.

mod apply;
mod failure;
mod gather;
mod incoming;
pub(crate) mod isolate;
pub(crate) mod ledger;
mod pull;
mod room;

use std::sync::Arc;

use async_nats::jetstream;
use async_trait::async_trait;
use serde::Deserialize;
use ting_events::Stream;

pub use failure::HandlerError;
pub use incoming::Incoming;
pub(crate) use pull::{Backlog, backlog};

use crate::{
    store::{Store, Tx},
    vital::Vital,
};

/// What a service does with the events of one stream.
#[async_trait]
pub trait Handler: Send + Sync + 'static {
    /// Applies facts of one workspace, all types of the stream, in the order of their aggregates. Types that the service does not
    /// know are to be passed over. The transaction already holds the inbox rows; whatever is written into it takes effect once.
    async fn handle(&self, tx: &mut Tx, facts: &[Incoming]) -> Result<(), HandlerError>;
}

/// A handler and the stream it follows.
#[derive(Clone)]
pub struct Subscription {
    pub stream: Stream,
    pub handler: Arc<dyn Handler>,
}

impl Subscription {
    pub fn new(stream: Stream, handler: impl Handler) -> Self {
        Self { stream, handler: Arc::new(handler) }
    }
}

/// How events are taken.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConsumerConfig {
    /// Facts in one transaction, about.
    pub batch_facts: usize,
    /// How long a batch that is not full waits for more.
    pub linger_ms: u64,
    /// Batches of different partitions applied at the same time.
    pub workers: usize,
    /// How long the stream waits before it hands an unanswered event out again.
    pub ack_wait_ms: u64,
    /// Deliveries after which a fact that keeps failing is parked.
    pub max_attempts: u32,
}

/// Everything that runs one subscription.
#[derive(Clone)]
pub(crate) struct Runner {
    pub service: &'static str,
    pub subscription: Subscription,
    pub store: Store,
    pub jetstream: jetstream::Context,
    pub definition: jetstream::stream::Config,
    pub config: ConsumerConfig,
}

impl Runner {
    /// Starts the pulling and the working tasks; they end after `shutdown`, with the batch in hand applied.
    pub fn spawn(self, vital: &Vital) {
        let shutdown = &vital.work;
        let mut senders = Vec::new();
        for _ in 0..self.config.workers.max(1) {
            let (sender, receiver) = tokio::sync::mpsc::channel(128);
            senders.push(sender);
            vital.spawn("consumer", gather::work(self.clone(), receiver));
        }
        for partition in 0..ting_events::PARTITIONS {
            let sender = senders[usize::from(partition) % senders.len()].clone();
            vital.spawn("puller", pull::pull(self.clone(), partition, sender, shutdown.clone()));
        }
        vital.spawn("backlog", pull::measure(self.clone(), shutdown.clone()));
    }
}
