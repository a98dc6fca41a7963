use async_nats::jetstream::Message;
use chrono::{DateTime, Utc};
use serde_json::value::RawValue;
use ting_events::{Envelope, Event, Fact, InvalidEnvelope, Trace, Workspace};
use tokio::time::Instant;
use uuid::Uuid;

use super::HandlerError;

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
    pub failures: i64,
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
                message,
                workspace: envelope.workspace.clone(),
                event_id: envelope.id,
                facts: facts.into_iter().map(|fact| incoming(&envelope, fact)).collect(),
            }),
            Err(error) => Err(Box::new(Unreadable { message, workspace, cause: error.to_string() })),
        }
    }
}

fn parse(payload: &[u8]) -> Result<(Envelope, Vec<Fact>), InvalidEnvelope> {
    let envelope = Envelope::parse(payload)?;
    let facts = envelope.facts()?;
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
