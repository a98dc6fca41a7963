//! A service that writes down every comment it hears of, and the hand that sends it events of any shape.

use async_nats::jetstream::{self, message::PublishMessage};
use async_trait::async_trait;
use serde::Deserialize;
use serde_json::value::to_raw_value;
use sqlx::{Connection as _, PgConnection, migrate::Migrator};
use ting_chassis::{
    Context, Ids, Parts, Service,
    consumer::{Handler, HandlerError, Incoming, Subscription},
    store::Tx,
};
use ting_events::{Bulk as _, Envelope, Event as _, Stream, Trace, Workspace, partition, subject};
use ting_proto::events::v1::{FeedbackClassifiedItem, FeedbackReceivedItem};
use ting_testkit::{Bed, eventually};
use uuid::Uuid;

static MIGRATOR: Migrator = sqlx::migrate!("tests/migrations");

/// Stands where analysis stands: it follows intake and publishes on its own stream.
pub struct Notes;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NotesConfig {}

impl Service for Notes {
    const NAME: &'static str = "analysis";
    const DEFAULT_CONFIG: &'static str = "[service]";
    const GRPC_NAME: &'static str = "ting.analysis.v1.AnalysisService";
    type Config = NotesConfig;

    fn migrator() -> &'static Migrator {
        &MIGRATOR
    }

    async fn build(_: Context<NotesConfig>) -> anyhow::Result<Parts> {
        Ok(Parts { subscriptions: vec![Subscription::new(Stream::Intake, Writer)], ..Parts::default() })
    }
}

struct Writer;

#[async_trait]
impl Handler for Writer {
    async fn handle(&self, tx: &mut Tx, facts: &[Incoming]) -> Result<(), HandlerError> {
        let workspace = tx.workspace()?.clone();
        let mut heard = Vec::new();
        for item in Incoming::decode_all::<FeedbackReceivedItem>(facts)? {
            assert_ne!(item.text, "panic", "asked to panic");
            sqlx::query(
                "INSERT INTO note (workspace_id, aggregate_id, sequence, text) VALUES ($1, $2, $3, $4)",
            )
            .bind(workspace.as_str())
            .bind(&item.aggregate_id)
            .bind(item.sequence)
            .bind(&item.text)
            .execute(&mut **tx)
            .await?;
            heard.push((item.aggregate_id, FeedbackClassifiedItem::default()));
        }
        tx.publish_bulk(heard).await?;
        Ok(())
    }
}

pub fn workspace(name: &str) -> Workspace {
    Workspace::parse(name).unwrap()
}

/// An event of one aggregate with these sequences and texts.
pub fn event(workspace: &Workspace, aggregate: &str, facts: &[(i64, &str)]) -> Envelope {
    let clock = ting_chassis::Clock::system();
    let items: Vec<_> = facts
        .iter()
        .map(|(sequence, text)| {
            let mut item =
                FeedbackReceivedItem { text: (*text).to_owned(), ..FeedbackReceivedItem::default() };
            item.place(aggregate.to_owned(), *sequence);
            to_raw_value(&item).unwrap()
        })
        .collect();
    let id = Ids::random(clock.clone()).next();
    Envelope::bulk::<FeedbackReceivedItem>(workspace, id, clock.now(), &items, &Trace::default()).unwrap()
}

/// Puts an event on the stream of intake as intake would. `message_id` other than the event's own gets past the stream's window.
pub async fn send(jetstream: &jetstream::Context, envelope: &Envelope, aggregate: &str, message_id: Uuid) {
    let subject = subject(
        &envelope.workspace,
        FeedbackReceivedItem::SERVICE,
        FeedbackReceivedItem::NAME,
        partition(&envelope.workspace, aggregate),
    );
    send_bytes(jetstream, &subject, serde_json::to_vec(envelope).unwrap(), message_id).await;
}

pub async fn send_bytes(jetstream: &jetstream::Context, subject: &str, payload: Vec<u8>, message_id: Uuid) {
    let message = PublishMessage::build().payload(payload.into()).message_id(message_id.to_string());
    jetstream.send_publish(subject.to_owned(), message).await.unwrap().await.unwrap();
}

/// The stream of intake, which nobody else makes here.
pub async fn intake_stream(bed: &Bed) -> jetstream::Context {
    let jetstream = bed.jetstream().await;
    jetstream.get_or_create_stream(Stream::Intake.config(1, 1 << 30)).await.unwrap();
    jetstream
}

/// What was written down for an aggregate, in the order of writing.
pub async fn notes(owner_url: &str, aggregate: &str) -> Vec<(i64, String)> {
    let mut owner = PgConnection::connect(owner_url).await.unwrap();
    sqlx::query_as("SELECT sequence, text FROM note WHERE aggregate_id = $1 ORDER BY noted")
        .bind(aggregate)
        .fetch_all(&mut owner)
        .await
        .unwrap()
}

/// Waits until an aggregate has come to `sequence`.
pub async fn noted_up_to(owner_url: &str, aggregate: &str, sequence: i64) {
    eventually(async || {
        let notes = notes(owner_url, aggregate).await;
        if notes.last().is_some_and(|(last, _)| *last == sequence) { Ok(()) } else { Err(notes) }
    })
    .await;
}

/// Waits until something is parked and gives (aggregate, sequence, cause) in order.
pub async fn parked(owner_url: &str, count: usize) -> Vec<(String, i64, String)> {
    eventually(async || {
        let mut owner = PgConnection::connect(owner_url).await.unwrap();
        let rows: Vec<(String, i64, String)> = sqlx::query_as(
            "SELECT aggregate_id, sequence, cause FROM dead_letter WHERE state = 'parked' ORDER BY aggregate_id, sequence",
        )
        .fetch_all(&mut owner)
        .await
        .unwrap();
        if rows.len() == count { Ok(rows) } else { Err(rows) }
    })
    .await
}
