//! Listens to the streams, new events only. An event is a hint that something changed; what changed is asked from its owner.

use std::{sync::Arc, time::Duration};

use anyhow::Context as _;
use async_nats::{
    Event,
    jetstream::{
        self,
        consumer::{DeliverPolicy, pull::OrderedConfig},
    },
};
use chrono::{DateTime, Utc};
use futures::StreamExt as _;
use ting_chassis::{Clock, NatsAddress, Readiness};
use ting_events::Stream;
use tokio::sync::watch;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    board::{Source, Sources},
    config::NatsConfig,
    session::random_id,
};

/// How long to wait before listening again.
const PAUSE: Duration = Duration::from_secs(1);

/// Whether changes are heard of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BusState {
    /// By stream, in the order of [`Stream::ALL`].
    listening: [bool; Stream::ALL.len()],
    changed_at: DateTime<Utc>,
}

impl BusState {
    /// Since when not every stream is heard; `None` while all are.
    pub fn stale_since(&self) -> Option<DateTime<Utc>> {
        (!self.listening.iter().all(|up| *up)).then_some(self.changed_at)
    }
}

/// Told what may have changed.
pub trait Listener: Send + Sync + 'static {
    /// Something of `workspace`, or of all of them when it is `None`.
    fn mark(&self, workspace: Option<&str>, sources: Sources);
}

/// The gateway's ear on NATS.
#[derive(Clone)]
pub struct Bus {
    jetstream: jetstream::Context,
    clock: Clock,
    state: Arc<watch::Sender<BusState>>,
    /// Counts connections: consumers of an earlier one are not trusted.
    connection: Arc<watch::Sender<u64>>,
}

impl Bus {
    /// Begins to connect, and goes on trying for as long as the process lives.
    pub async fn connect(config: &NatsConfig, clock: Clock, readiness: Readiness) -> anyhow::Result<Self> {
        let connection = Arc::new(watch::Sender::new(0));
        let count = connection.clone();
        let address = NatsAddress::parse(&config.url);
        let mut options = address
            .options()
            .name("ting-gateway")
            .custom_inbox_prefix("_INBOX_gateway")
            .retry_on_initial_connect()
            .connection_timeout(Duration::from_secs(5))
            .ping_interval(Duration::from_secs(5))
            .event_callback(move |event| {
                match event {
                    Event::Connected => readiness.up("nats"),
                    Event::Disconnected | Event::Closed => readiness.down("nats"),
                    _ => {}
                }
                if matches!(event, Event::Connected | Event::Disconnected) {
                    count.send_modify(|count| *count += 1);
                }
                async {}
            });
        if !config.credentials_file.is_empty() {
            options = options
                .credentials_file(&config.credentials_file)
                .await
                .context("reading nats.credentials_file")?;
        }
        let client = options
            .connect(address.servers())
            .await
            .with_context(|| format!("connecting to NATS at {address}"))?;
        let state = BusState { listening: [false; Stream::ALL.len()], changed_at: clock.now() };
        let state = Arc::new(watch::Sender::new(state));
        Ok(Self { jetstream: jetstream::new(client), clock, state, connection })
    }

    /// Tells whether changes are heard of, now and from now on.
    pub fn state(&self) -> watch::Receiver<BusState> {
        self.state.subscribe()
    }

    /// Listens to every stream until `shutdown`.
    pub fn spawn(&self, tracker: &TaskTracker, listener: &Arc<impl Listener>, shutdown: &CancellationToken) {
        for stream in Stream::ALL {
            let (bus, listener, shutdown) = (self.clone(), listener.clone(), shutdown.clone());
            tracker.spawn(async move {
                tokio::select! {
                    () = shutdown.cancelled() => {}
                    () = bus.listen(stream, &*listener) => {}
                }
            });
        }
    }

    async fn listen(&self, stream: Stream, listener: &impl Listener) {
        let mut connection = self.connection.subscribe();
        loop {
            connection.mark_unchanged();
            let ended = tokio::select! {
                ended = self.listen_once(stream, listener) => ended,
                // A lost connection may have lost events, and the streams may not be the same ones after it.
                _ = connection.changed() => Ok(()),
            };
            self.set(stream, false);
            if let Err(error) = ended {
                tracing::debug!(error, stream = stream.name(), "not listening");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }

    async fn listen_once(&self, stream: Stream, listener: &impl Listener) -> Result<(), String> {
        let definition = OrderedConfig {
            // What it may create is known by the name: deploy/nats keeps readers off the durables of the services.
            name: Some(format!("gateway-{}", random_id())),
            deliver_policy: DeliverPolicy::New,
            // The subject says all that is needed.
            headers_only: true,
            ..OrderedConfig::default()
        };
        let consumer = self
            .jetstream
            .create_consumer_on_stream(definition, stream.name())
            .await
            .map_err(|error| error.to_string())?;
        let mut messages = consumer.messages().await.map_err(|error| error.to_string())?;
        self.set(stream, true);
        // What happened while nobody listened is found by asking everything again.
        listener.mark(None, sources_of_stream(stream));
        while let Some(message) = messages.next().await {
            let message = message.map_err(|error| error.to_string())?;
            if let Some((workspace, sources)) = sources_of(&message.subject) {
                listener.mark(Some(workspace), sources);
            }
        }
        Err("the stream of messages ended".to_owned())
    }

    fn set(&self, stream: Stream, up: bool) {
        let now = self.clock.now();
        self.state.send_if_modified(|state| {
            let was_stale = state.stale_since().is_some();
            let before = std::mem::replace(&mut state.listening[stream as usize], up);
            if was_stale != state.stale_since().is_some() {
                state.changed_at = now;
            }
            before != up
        });
    }
}

/// What an event of a stream can change at all.
fn sources_of_stream(stream: Stream) -> Sources {
    match stream {
        Stream::Intake => Sources::of(&[Source::Feedback, Source::Responses]),
        Stream::Analysis => Sources::of(&[Source::Themes, Source::Comments]),
        Stream::Satisfaction => Sources::of(&[Source::Scores, Source::Alerts]),
        Stream::Recovery => Sources::of(&[Source::Cases, Source::Notifications]),
    }
}

/// The workspace and what may have changed in it: `ting.<workspace>.<service>.<event>.v1.p<NN>`.
fn sources_of(subject: &str) -> Option<(&str, Sources)> {
    let mut tokens = subject.split('.').skip(1);
    let (workspace, service, event) = (tokens.next()?, tokens.next()?, tokens.next()?);
    let sources = match event {
        "feedback_received" => Sources::of(&[Source::Feedback]),
        "response_submitted" => Sources::of(&[Source::Responses]),
        "customer_registered" | "customer_updated" | "band_changed" => return None,
        "score_updated" => Sources::of(&[Source::Scores]),
        "alert_raised" | "alert_cleared" => Sources::of(&[Source::Alerts]),
        "notification_delivered" | "notification_failed" => Sources::of(&[Source::Notifications]),
        event if event.starts_with("case_") => Sources::of(&[Source::Cases]),
        // An event made after this code: its whole stream is asked.
        _ => sources_of_stream(Stream::of(service)?),
    };
    Some((workspace, sources))
}

#[cfg(test)]
#[path = "bus_tests.rs"]
mod tests;
