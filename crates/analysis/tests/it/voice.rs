//! Speaks as intake does: publishes feedback to its stream.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Utc};
use pbjson_types::Timestamp;
use serde_json::value::{RawValue, to_raw_value};
use ting_chassis::{Clock, Ids};
use ting_events::{
    BULK_ITEMS, Bulk as _, Envelope, Event as _, Stream, Trace, Workspace, partition, subject,
};
use ting_proto::{events::v1::FeedbackReceivedItem, types::v1::FeedbackKind};
use ting_testkit::{Bed, eventually};
use uuid::Uuid;

/// Something a customer says.
#[derive(Debug, Clone)]
pub struct Said {
    pub feedback_id: Uuid,
    pub customer_id: Option<Uuid>,
    pub kind: FeedbackKind,
    pub text: String,
    pub occurred_at: DateTime<Utc>,
}

impl Said {
    pub fn new(number: u128, text: &str) -> Self {
        Self {
            feedback_id: Uuid::from_u128(number),
            customer_id: None,
            kind: FeedbackKind::Comment,
            text: text.to_owned(),
            occurred_at: "2026-03-02T08:00:00Z".parse().unwrap(),
        }
    }
}

/// The comments of the sample workspace.
pub fn sample() -> Vec<Said> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/workspace/comments.csv");
    let mut rows = csv::Reader::from_path(path).unwrap();
    let said = |(place, row): (usize, Result<csv::StringRecord, csv::Error>)| {
        let row = row.unwrap();
        let kind = match &row[2] {
            "complaint" => FeedbackKind::Complaint,
            "praise" => FeedbackKind::Praise,
            "suggestion" => FeedbackKind::Suggestion,
            _ => FeedbackKind::Comment,
        };
        let customer: u128 = row[1].trim_start_matches('C').parse().unwrap_or_default();
        Said {
            customer_id: (customer > 0).then(|| Uuid::from_u128(1_000_000 + customer)),
            kind,
            occurred_at: row[7].parse().unwrap(),
            ..Said::new(1 + place as u128, &row[3])
        }
    };
    rows.records().enumerate().map(said).collect()
}

/// The intake of one workspace.
pub struct Voice {
    workspace: Workspace,
    jetstream: async_nats::jetstream::Context,
    ids: Ids,
    sequences: HashMap<String, i64>,
}

impl Voice {
    pub async fn new(bed: &Bed, workspace: &str) -> Self {
        let jetstream = bed.jetstream().await;
        // The service makes the stream it follows; a second maker would need the very same settings.
        eventually(async || jetstream.get_stream(Stream::Intake.name()).await).await;
        Self {
            workspace: Workspace::parse(workspace).unwrap(),
            jetstream,
            ids: Ids::seeded(Clock::system(), 7),
            sequences: HashMap::new(),
        }
    }

    /// Publishes, in bulk as intake does, and gives what was sent.
    pub async fn say(&mut self, said: &[Said]) -> Vec<(String, Vec<u8>)> {
        let mut partitions: BTreeMap<u8, Vec<Box<RawValue>>> = BTreeMap::new();
        for said in said {
            let aggregate = said.customer_id.unwrap_or(said.feedback_id).to_string();
            let sequence = self.sequences.entry(aggregate.clone()).or_default();
            *sequence += 1;
            let mut item = item(said);
            item.place(aggregate.clone(), *sequence);
            partitions
                .entry(partition(&self.workspace, &aggregate))
                .or_default()
                .push(to_raw_value(&item).unwrap());
        }
        let mut sent = Vec::new();
        for (partition, items) in partitions {
            for items in items.chunks(BULK_ITEMS) {
                let (id, now) = (self.ids.next(), Clock::system().now());
                let envelope = Envelope::bulk::<FeedbackReceivedItem>(
                    &self.workspace,
                    id,
                    now,
                    items,
                    &Trace::default(),
                );
                let subject = subject(
                    &self.workspace,
                    FeedbackReceivedItem::SERVICE,
                    FeedbackReceivedItem::NAME,
                    partition,
                );
                sent.push((subject, serde_json::to_vec(&envelope.unwrap()).unwrap()));
            }
        }
        self.send(&sent).await;
        sent
    }

    /// Publishes bytes as they are.
    pub async fn send(&self, messages: &[(String, Vec<u8>)]) {
        for (subject, payload) in messages {
            self.jetstream.publish(subject.clone(), payload.clone().into()).await.unwrap().await.unwrap();
        }
    }
}

fn item(said: &Said) -> FeedbackReceivedItem {
    FeedbackReceivedItem {
        feedback_id: said.feedback_id.to_string(),
        customer_id: said.customer_id.map(|id| id.to_string()).unwrap_or_default(),
        kind: said.kind.into(),
        text: said.text.clone(),
        channel: "app".to_owned(),
        touchpoint: "delivery".to_owned(),
        occurred_at: Some(Timestamp::from(said.occurred_at)),
        ..FeedbackReceivedItem::default()
    }
}
