use std::time::Duration;

use async_nats::jetstream::Message;
use chrono::{DateTime, Datelike as _, Utc};
use serde_json::value::RawValue;
use ting_events::{Envelope, Event, Fact, Trace, Workspace};
use tokio::time::Instant;
use uuid::Uuid;

use super::HandlerError;

/// Ours are far shorter; the ledger's index takes no key of any length.
const MAX_AGGREGATE_ID_BYTES: usize = 256;

/// One fact as it arrives.
#[derive(Debug, Clone)]
pub struct Incoming {
    pub event_id: Uuid,
    pub event_type: String,
    /// When the event was made.
    pub time: DateTime<Utc>,
    pub aggregate_id: String,
    /// Of the aggregate, from 1.
    pub sequence: i64,
    /// The payload in proto3 JSON.
    pub data: Box<RawValue>,
    /// What the fact came with; events caused by it carry it on.
    pub trace: Trace,
}

impl Incoming {
    /// Decodes the payload if the fact is an `E`.
    pub fn decode<E: Event>(&self) -> Result<Option<E>, HandlerError> {
        if self.event_type == E::TYPE { Ok(Some(serde_json::from_str(self.data.get())?)) } else { Ok(None) }
    }

    /// Decodes all facts that are an `E`, in order.
    pub fn decode_all<E: Event>(facts: &[Self]) -> Result<Vec<E>, HandlerError> {
        facts.iter().filter_map(|fact| fact.decode().transpose()).collect()
    }
}

/// A delivery: the message and the facts in it.
pub(super) struct Delivery {
    pub message: Message,
    pub workspace: Workspace,
    pub event_id: Uuid,
    pub facts: Vec<Incoming>,
    /// Its place in the stream.
    pub stream_sequence: u64,
    pub came_at: Instant,
    /// Tries that failed for a reason nobody knows.
    pub failures: u32,
    /// Not to be tried before.
    pub try_after: Option<Instant>,
}

/// A message that is no event.
pub(super) struct Unreadable {
    pub message: Message,
    /// From the subject; `None` when not even that can be read.
    pub workspace: Option<Workspace>,
    pub cause: String,
}

impl Delivery {
    pub fn read(message: Message) -> Result<Self, Box<Unreadable>> {
        let workspace = message.subject.split('.').nth(1).and_then(|token| Workspace::parse(token).ok());
        match parse(&message.payload) {
            Ok((envelope, _)) if Some(&envelope.workspace) != workspace.as_ref() => {
                Err(Box::new(Unreadable {
                    message,
                    workspace,
                    cause: "the workspace is not that of the subject".to_owned(),
                }))
            }
            Ok((envelope, facts)) => Ok(Self {
                stream_sequence: message.info().map_or(0, |info| info.stream_sequence),
                came_at: Instant::now(),
                failures: 0,
                try_after: None,
                message,
                workspace: envelope.workspace.clone(),
                event_id: envelope.id,
                facts: facts.into_iter().map(|fact| incoming(&envelope, fact)).collect(),
            }),
            Err(cause) => Err(Box::new(Unreadable { message, workspace, cause })),
        }
    }

    /// Counts a failure whose reason nobody knows, and waits longer after each.
    pub fn put_off(&mut self) {
        self.try_after = Some(Instant::now() + Duration::from_millis(250 << self.failures.min(5)));
        self.failures += 1;
    }
}

fn parse(payload: &[u8]) -> Result<(Envelope, Vec<Fact>), String> {
    let envelope = Envelope::parse(payload).map_err(|error| error.to_string())?;
    let facts = envelope.facts().map_err(|error| error.to_string())?;
    let bad_id = |fact: &Fact| {
        let id = &fact.aggregate_id;
        !(1..=MAX_AGGREGATE_ID_BYTES).contains(&id.len()) || id.chars().any(char::is_control)
    };
    // Neither the ledger nor the dead letters could keep these: such an event would be tried for ever.
    if facts.iter().any(bad_id)
        || envelope.event_type.chars().any(char::is_control)
        || !(1..=9999).contains(&envelope.time.year())
    {
        return Err("the type, the time or an aggregate id cannot be stored".to_owned());
    }
    Ok((envelope, facts))
}

fn incoming(envelope: &Envelope, fact: Fact) -> Incoming {
    Incoming {
        event_id: envelope.id,
        event_type: envelope.event_type.clone(),
        time: envelope.time,
        aggregate_id: fact.aggregate_id,
        sequence: fact.sequence,
        data: fact.data,
        trace: Trace {
            traceparent: envelope.traceparent.clone(),
            causation_id: Some(envelope.id),
            correlation_id: Some(envelope.correlation_id.unwrap_or(envelope.id)),
        },
    }
}
