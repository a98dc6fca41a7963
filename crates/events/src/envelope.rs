use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use uuid::Uuid;

use crate::{Bulk, Event, Single, Workspace};

/// Facts in one bulk event, at most.
pub const BULK_ITEMS: usize = 100;

const SPECVERSION: &str = "1.0";

/// Where an event comes from, for those who follow one comment through the system.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Trace {
    /// W3C trace context of what caused the event.
    pub traceparent: Option<String>,
    /// The event that caused this one.
    pub causation_id: Option<Uuid>,
    /// The first event of the chain.
    pub correlation_id: Option<Uuid>,
}

/// An event as it travels: `CloudEvents` 1.0, structured JSON, with ting's extensions.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Envelope {
    specversion: String,
    /// Also the `Nats-Msg-Id`.
    pub id: Uuid,
    /// `/ting/<service>`.
    pub source: String,
    #[serde(rename = "type")]
    pub event_type: String,
    /// The aggregate, unless the event is in bulk.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub subject: Option<String>,
    pub time: DateTime<Utc>,
    datacontenttype: String,
    pub workspace: Workspace,
    /// Version of the aggregate, from 1, in decimal; absent when the event is in bulk.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub sequence: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub traceparent: Option<String>,
    #[serde(rename = "causationid", skip_serializing_if = "Option::is_none", default)]
    pub causation_id: Option<Uuid>,
    #[serde(rename = "correlationid", skip_serializing_if = "Option::is_none", default)]
    pub correlation_id: Option<Uuid>,
    /// The payload in proto3 JSON.
    pub data: Box<RawValue>,
}

/// One fact of an event, taken out of its envelope but not decoded yet.
#[derive(Debug, Clone)]
pub struct Fact {
    pub aggregate_id: String,
    pub sequence: i64,
    pub data: Box<RawValue>,
}

/// Bytes that are not an event of ting.
#[derive(Debug, thiserror::Error)]
pub enum InvalidEnvelope {
    #[error("not a CloudEvent in JSON")]
    Json(#[from] serde_json::Error),
    #[error("neither subject and sequence nor data.items are there")]
    Shape,
    #[error("specversion {0:?} is not 1.0")]
    Version(String),
    #[error("sequence {0:?} is not a number from 1")]
    Sequence(String),
}

#[derive(Serialize)]
struct Items<'a> {
    items: &'a [Box<RawValue>],
}

#[derive(Deserialize)]
struct RawItems {
    items: Vec<Box<RawValue>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Place {
    aggregate_id: String,
    sequence: String,
}

impl Envelope {
    /// Wraps one fact about one aggregate.
    pub fn single<E: Single>(
        workspace: &Workspace,
        id: Uuid,
        time: DateTime<Utc>,
        aggregate_id: &str,
        sequence: i64,
        payload: &E,
        trace: &Trace,
    ) -> serde_json::Result<Self> {
        let data = serde_json::value::to_raw_value(payload)?;
        let place = Some((aggregate_id.to_owned(), sequence.to_string()));
        Ok(Self::wrap::<E>(workspace, id, time, place, data, trace))
    }

    /// Wraps up to [`BULK_ITEMS`] facts of one workspace and partition, in order, each an `E` in proto3 JSON.
    pub fn bulk<E: Bulk>(
        workspace: &Workspace,
        id: Uuid,
        time: DateTime<Utc>,
        items: &[Box<RawValue>],
        trace: &Trace,
    ) -> serde_json::Result<Self> {
        let data = serde_json::value::to_raw_value(&Items { items })?;
        Ok(Self::wrap::<E>(workspace, id, time, None, data, trace))
    }

    fn wrap<E: Event>(
        workspace: &Workspace,
        id: Uuid,
        time: DateTime<Utc>,
        place: Option<(String, String)>,
        data: Box<RawValue>,
        trace: &Trace,
    ) -> Self {
        let (subject, sequence) = place.unzip();
        Self {
            specversion: SPECVERSION.to_owned(),
            id,
            source: format!("/ting/{}", E::SERVICE),
            event_type: E::TYPE.to_owned(),
            subject,
            time,
            datacontenttype: "application/json".to_owned(),
            workspace: workspace.clone(),
            sequence,
            traceparent: trace.traceparent.clone(),
            causation_id: trace.causation_id,
            correlation_id: trace.correlation_id,
            data,
        }
    }

    /// Reads an event from the wire.
    pub fn parse(bytes: &[u8]) -> Result<Self, InvalidEnvelope> {
        let envelope: Self = serde_json::from_slice(bytes)?;
        if envelope.specversion == SPECVERSION {
            Ok(envelope)
        } else {
            Err(InvalidEnvelope::Version(envelope.specversion))
        }
    }

    /// Takes the facts out: one, or each of `data.items`.
    pub fn facts(&self) -> Result<Vec<Fact>, InvalidEnvelope> {
        match (&self.subject, &self.sequence) {
            (Some(subject), Some(sequence)) => Ok(vec![Fact {
                aggregate_id: subject.clone(),
                sequence: parse_sequence(sequence)?,
                data: self.data.clone(),
            }]),
            (None, None) => {
                let raw: RawItems = serde_json::from_str(self.data.get())?;
                raw.items.into_iter().map(fact_of_item).collect()
            }
            _ => Err(InvalidEnvelope::Shape),
        }
    }
}

fn fact_of_item(data: Box<RawValue>) -> Result<Fact, InvalidEnvelope> {
    let place: Place = serde_json::from_str(data.get())?;
    Ok(Fact { aggregate_id: place.aggregate_id, sequence: parse_sequence(&place.sequence)?, data })
}

fn parse_sequence(raw: &str) -> Result<i64, InvalidEnvelope> {
    raw.parse()
        .ok()
        .filter(|sequence| *sequence >= 1)
        .ok_or_else(|| InvalidEnvelope::Sequence(raw.to_owned()))
}
