use std::{
    collections::{BTreeMap, HashMap},
    sync::Mutex,
};

use async_nats::jetstream;
use chrono::{DateTime, TimeDelta, Utc};
use pbjson_types::Timestamp;
use serde_json::{Value, value::to_raw_value};
use ting_chassis::{
    Ids,
    auth::Role,
    consumer::{Handler as _, HandlerError, Incoming},
};
use ting_events::{Bulk as _, Envelope, Event as _, Stream, Trace, Workspace, partition, subject};
use ting_proto::{
    events::v1::ResponseSubmittedItem,
    ops::v1::ops_service_client::OpsServiceClient,
    satisfaction::v1::{
        GetScoreRequest, Score, SetFloorRequest, satisfaction_service_client::SatisfactionServiceClient,
    },
    types::v1::{Day, Dimension, Metric},
};
use ting_satisfaction::{Satisfaction, consumers::intake::Answers, domain::expectation::Expectations};
use ting_testkit::{Bed, Client, Running, eventually};
use uuid::Uuid;

pub const ACME: &str = "acme";

/// The service with a voice of intake: what it publishes is what intake would.
pub struct World {
    pub bed: Bed,
    pub service: Running<Satisfaction>,
    jetstream: jetstream::Context,
    ids: Ids,
    /// The last sequence of each aggregate.
    sequences: Mutex<HashMap<(String, String), i64>>,
}

impl World {
    pub async fn start() -> Self {
        Self::with("").await
    }

    pub async fn with(overrides: &str) -> Self {
        let bed = Bed::start().await;
        let service = bed.service::<Satisfaction>(overrides).await;
        let jetstream = bed.jetstream().await;
        // The service makes the stream it follows when its owner has not.
        eventually(async || jetstream.get_stream(Stream::Intake.name()).await.map(drop)).await;
        let ids = Ids::random(bed.clock.clone());
        Self { bed, service, jetstream, ids, sequences: Mutex::default() }
    }

    pub fn client(&self, workspace: &str, role: Role) -> SatisfactionServiceClient<Client> {
        SatisfactionServiceClient::new(self.service.client(&self.bed, workspace, role))
    }

    pub fn admin(&self) -> SatisfactionServiceClient<Client> {
        self.client(ACME, Role::Admin)
    }

    pub fn ops(&self, workspace: &str) -> OpsServiceClient<Client> {
        OpsServiceClient::new(self.service.client(&self.bed, workspace, Role::Admin))
    }

    /// Gives responses the places that intake would give them.
    pub fn place(&self, workspace: &str, items: Vec<ResponseSubmittedItem>) -> Vec<ResponseSubmittedItem> {
        let mut sequences = self.sequences.lock().unwrap();
        let place = |mut item: ResponseSubmittedItem| {
            let named = if item.customer_id.is_empty() { &item.response_id } else { &item.customer_id };
            let aggregate = named.clone();
            let sequence = sequences.entry((workspace.to_owned(), aggregate.clone())).or_default();
            *sequence += 1;
            item.place(aggregate, *sequence);
            item
        };
        items.into_iter().map(place).collect()
    }

    /// Publishes responses; gives the messages, so that they can be delivered again.
    pub async fn tell(&self, workspace: &str, items: Vec<ResponseSubmittedItem>) -> Vec<(String, Vec<u8>)> {
        let workspace = Workspace::parse(workspace).unwrap();
        let mut by_partition: BTreeMap<u8, Vec<_>> = BTreeMap::new();
        for item in self.place(workspace.as_str(), items) {
            let partition = partition(&workspace, &item.aggregate_id);
            by_partition.entry(partition).or_default().push(to_raw_value(&item).unwrap());
        }
        let mut messages = Vec::new();
        for (partition, items) in by_partition {
            for chunk in items.chunks(100) {
                let (id, now) = (self.ids.next(), self.bed.clock.now());
                let envelope =
                    Envelope::bulk::<ResponseSubmittedItem>(&workspace, id, now, chunk, &Trace::default())
                        .unwrap();
                let subject = subject(&workspace, "intake", ResponseSubmittedItem::NAME, partition);
                messages.push((subject, serde_json::to_vec(&envelope).unwrap()));
            }
        }
        self.deliver(&messages).await;
        messages
    }

    pub async fn deliver(&self, messages: &[(String, Vec<u8>)]) {
        for (subject, payload) in messages {
            let stored = self.jetstream.publish(subject.clone(), payload.clone().into()).await.unwrap();
            stored.await.unwrap();
        }
    }

    /// The score of the whole workspace over all time.
    pub async fn score(&self, workspace: &str, metric: Metric) -> Score {
        let request = GetScoreRequest { metric: metric.into(), ..GetScoreRequest::default() };
        let answer = self.client(workspace, Role::Viewer).get_score(request).await.unwrap();
        answer.into_inner().score.unwrap()
    }

    /// Waits until `n` answers are counted.
    pub async fn counted(&self, workspace: &str, metric: Metric, n: i64) -> Score {
        eventually(async || {
            let score = self.score(workspace, metric).await;
            if score.n == n { Ok(score) } else { Err(format!("{} of {n} answers counted", score.n)) }
        })
        .await
    }

    /// Applies responses as one batch, past the stream.
    pub async fn apply(&self, workspace: &str, items: &[ResponseSubmittedItem]) -> Result<(), HandlerError> {
        let expectations = Expectations::try_new(8, 4, 5, 50).unwrap();
        let facts: Vec<Incoming> = items.iter().map(|item| self.incoming(item)).collect();
        let mut tx = self.service.store.begin(&Workspace::parse(workspace).unwrap()).await?;
        Answers { expectations }.handle(&mut tx, &facts).await?;
        tx.commit().await?;
        Ok(())
    }

    fn incoming(&self, item: &ResponseSubmittedItem) -> Incoming {
        Incoming {
            event_id: self.ids.next(),
            event_type: ResponseSubmittedItem::TYPE.to_owned(),
            time: self.bed.clock.now(),
            aggregate_id: item.aggregate_id.clone(),
            sequence: item.sequence,
            data: to_raw_value(item).unwrap(),
            trace: Trace::default(),
        }
    }

    /// The events of a type that a workspace has queued so far, oldest first.
    pub async fn told(&self, workspace: &str, name: &str) -> Vec<Value> {
        let rows: Vec<Vec<u8>> = sqlx::query_scalar(
            "SELECT payload FROM outbox WHERE workspace_id = $1 AND subject LIKE $2 ORDER BY position",
        )
        .bind(workspace)
        .bind(format!("%.{name}.v1.%"))
        .fetch_all(&mut self.service.owner().await)
        .await
        .unwrap();
        rows.iter().map(|payload| serde_json::from_slice::<Value>(payload).unwrap()["data"].take()).collect()
    }

    /// How many rows a table has, in all workspaces.
    pub async fn rows(&self, table: &'static str) -> i64 {
        let query = format!("SELECT count(*) FROM {table}");
        let query = sqlx::query_scalar(sqlx::AssertSqlSafe(query));
        query.fetch_one(&mut self.service.owner().await).await.unwrap()
    }
}

/// Noon of the 1st of March 2026, and `days` later.
pub fn noon(days: i64) -> DateTime<Utc> {
    "2026-03-01T12:00:00Z".parse::<DateTime<Utc>>().unwrap() + TimeDelta::days(days)
}

#[expect(clippy::unnecessary_wraps, reason = "the fields of the contract are optional")]
pub fn day(month: i32, day: i32) -> Option<Day> {
    Some(Day { year: 2026, month, day })
}

/// A customer by number.
pub fn customer(number: u128) -> Uuid {
    Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0000 + number)
}

/// An answer at noon of day 0, by nobody, nowhere.
pub fn response(metric: Metric, value: i32) -> ResponseSubmittedItem {
    ResponseSubmittedItem {
        response_id: Ids::random(ting_chassis::Clock::system()).next().to_string(),
        metric: metric.into(),
        value,
        answered_at: Some(Timestamp::from(noon(0))),
        ..ResponseSubmittedItem::default()
    }
}

pub fn on(day: i64, item: ResponseSubmittedItem) -> ResponseSubmittedItem {
    ResponseSubmittedItem { answered_at: Some(Timestamp::from(noon(day))), ..item }
}

pub fn by(number: u128, item: ResponseSubmittedItem) -> ResponseSubmittedItem {
    ResponseSubmittedItem { customer_id: customer(number).to_string(), ..item }
}

pub fn at(touchpoint: &str, channel: &str, item: ResponseSubmittedItem) -> ResponseSubmittedItem {
    ResponseSubmittedItem { touchpoint: touchpoint.to_owned(), channel: channel.to_owned(), ..item }
}

/// A floor of the workspace's NPS.
pub fn floor(minimum: f64, minimum_n: i64) -> SetFloorRequest {
    SetFloorRequest {
        metric: Metric::Nps.into(),
        dimension: Dimension::Workspace.into(),
        minimum,
        minimum_n,
        ..SetFloorRequest::default()
    }
}
