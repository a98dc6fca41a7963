use std::collections::HashMap;

use async_nats::{HeaderMap, jetstream};
use ting_chassis::{Clock, Ids};
use ting_events::{Bulk, Envelope, Stream, Trace, Workspace, partition, subject};
use ting_proto::{
    events::v1::{BandChangedItem, FeedbackClassifiedItem, FeedbackReceivedItem},
    types::v1::{Band, FeedbackKind},
};
use ting_testkit::Bed;
use uuid::Uuid;

/// Publishes what intake, analysis and satisfaction would.
pub struct Feed {
    jetstream: jetstream::Context,
    workspace: Workspace,
    ids: Ids,
    sequences: HashMap<(Stream, String), i64>,
}

/// An event as it was published, to be published again.
pub struct Sent {
    subject: String,
    payload: Vec<u8>,
}

impl Feed {
    pub async fn start(bed: &Bed, workspace: &str) -> Self {
        let jetstream = bed.jetstream().await;
        // As the service makes them, which is doing so at the same time.
        for stream in [Stream::Intake, Stream::Analysis, Stream::Satisfaction] {
            jetstream.get_or_create_stream(stream.config(1, 64 << 20)).await.unwrap();
        }
        let ids = Ids::random(Clock::system());
        Self { jetstream, workspace: Workspace::parse(workspace).unwrap(), ids, sequences: HashMap::new() }
    }

    pub async fn complaint(&mut self, customer: Option<Uuid>, feedback: Uuid) -> Sent {
        self.feedback(FeedbackKind::Complaint, customer, feedback).await
    }

    pub async fn feedback(&mut self, kind: FeedbackKind, customer: Option<Uuid>, feedback: Uuid) -> Sent {
        self.all_feedback(kind, &[(customer, feedback)]).await.remove(0)
    }

    /// Feedback of several customers, in as few events as the partitions allow.
    pub async fn all_feedback(&mut self, kind: FeedbackKind, feedback: &[(Option<Uuid>, Uuid)]) -> Vec<Sent> {
        let items = feedback.iter().map(|(customer, feedback)| {
            let item = FeedbackReceivedItem {
                feedback_id: feedback.to_string(),
                customer_id: text(*customer),
                kind: kind.into(),
                text: "the words of the customer".to_owned(),
                channel: "web".to_owned(),
                ..FeedbackReceivedItem::default()
            };
            (customer.unwrap_or(*feedback), item)
        });
        self.publish(Stream::Intake, items.collect()).await
    }

    pub async fn classified(
        &mut self,
        customer: Option<Uuid>,
        feedback: Uuid,
        sentiment: f64,
        urgency: f64,
    ) -> Sent {
        let item = FeedbackClassifiedItem {
            feedback_id: feedback.to_string(),
            customer_id: text(customer),
            sentiment,
            urgency,
            ..FeedbackClassifiedItem::default()
        };
        self.publish(Stream::Analysis, vec![(customer.unwrap_or(feedback), item)]).await.remove(0)
    }

    pub async fn band(&mut self, customer: Uuid, to: Band) -> Sent {
        let item = BandChangedItem { to: to.into(), ratio: 0.5, ..BandChangedItem::default() };
        self.publish(Stream::Satisfaction, vec![(customer, item)]).await.remove(0)
    }

    /// A complaint whose feedback has no id.
    pub async fn broken(&mut self) {
        let item = FeedbackReceivedItem {
            feedback_id: "not an id".to_owned(),
            kind: FeedbackKind::Complaint.into(),
            ..FeedbackReceivedItem::default()
        };
        let about = self.ids.next();
        self.publish(Stream::Intake, vec![(about, item)]).await;
    }

    /// Publishes the same event another time; the stream takes it for a new one.
    pub async fn again(&self, sent: &Sent) {
        self.send(sent, self.ids.next()).await;
    }

    async fn publish<E: Bulk>(&mut self, stream: Stream, items: Vec<(Uuid, E)>) -> Vec<Sent> {
        let mut by_partition: HashMap<u8, Vec<_>> = HashMap::new();
        for (about, mut item) in items {
            let about = about.to_string();
            let sequence = self.sequences.entry((stream, about.clone())).or_default();
            *sequence += 1;
            let partition = partition(&self.workspace, &about);
            item.place(about, *sequence);
            by_partition.entry(partition).or_default().push(serde_json::value::to_raw_value(&item).unwrap());
        }
        let mut all = Vec::new();
        for (partition, items) in by_partition {
            for items in items.chunks(ting_events::BULK_ITEMS) {
                let (id, time) = (self.ids.next(), Clock::system().now());
                let envelope =
                    Envelope::bulk::<E>(&self.workspace, id, time, items, &Trace::default()).unwrap();
                let subject = subject(&self.workspace, E::SERVICE, E::NAME, partition);
                let sent = Sent { subject, payload: serde_json::to_vec(&envelope).unwrap() };
                self.send(&sent, id).await;
                all.push(sent);
            }
        }
        all
    }

    async fn send(&self, sent: &Sent, id: Uuid) {
        let mut headers = HeaderMap::new();
        headers.insert("Nats-Msg-Id", id.to_string());
        let publish =
            self.jetstream.publish_with_headers(sent.subject.clone(), headers, sent.payload.clone().into());
        publish.await.unwrap().await.unwrap();
    }
}

fn text(id: Option<Uuid>) -> String {
    id.map(|id| id.to_string()).unwrap_or_default()
}
