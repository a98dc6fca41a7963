//! What the stories have in common: one running intake, its clients, and a look behind the walls.

use std::collections::BTreeMap;

use sqlx::AssertSqlSafe;
use ting_chassis::auth::Role;
use ting_events::Stream;
use ting_intake::Intake;
use ting_proto::{
    intake::v1::{
        FeedbackInput, ResponseInput, SubmitFeedbackRequest, intake_service_client::IntakeServiceClient,
    },
    types::v1::{FeedbackKind, Metric},
};
use ting_testkit::{Bed, Client, Running};
use tonic::{Code, Status};
use tonic_types::StatusExt as _;

pub type Intaker = IntakeServiceClient<Client>;

pub struct Stage {
    pub bed: Bed,
    pub intake: Running<Intake>,
}

impl Stage {
    pub async fn start() -> Self {
        Self::start_with("").await
    }

    pub async fn start_with(overrides: &str) -> Self {
        let bed = Bed::start().await;
        let intake = bed.service::<Intake>(overrides).await;
        Self { bed, intake }
    }

    pub fn client(&self, workspace: &str, role: Role) -> Intaker {
        IntakeServiceClient::new(self.intake.client(&self.bed, workspace, role))
    }

    /// Rows of a table in all workspaces.
    pub async fn count(&self, table: &str) -> i64 {
        let sql = format!("SELECT count(*) FROM {table}");
        sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(&mut self.intake.owner().await).await.unwrap()
    }

    /// Changes the schema or the rows as the owner.
    pub async fn execute(&self, sql: &'static str) {
        sqlx::raw_sql(sql).execute(&mut self.intake.owner().await).await.unwrap();
    }

    /// Everything that was written, by table; only what is not empty.
    pub async fn written(&self) -> BTreeMap<&'static str, i64> {
        let mut written = BTreeMap::new();
        for table in [
            "customer",
            "customer_identity",
            "feedback",
            "response",
            "outbox",
            "idempotency",
            "aggregate",
            "tally",
        ] {
            written.insert(table, self.count(table).await);
        }
        written.retain(|_, rows| *rows > 0);
        written
    }

    /// The facts of one kind in the stream, in order, once all is published.
    pub async fn facts(&self, event: &str) -> Vec<serde_json::Value> {
        self.intake.outbox_empty().await;
        let wanted = format!("ting.intake.{event}.v1");
        let events = self.bed.events(Stream::Intake).await;
        let data = events
            .into_iter()
            .filter(|event| event["type"] == wanted.as_str())
            .map(|mut event| event["data"].take());
        data.flat_map(|mut data| match data["items"].take() {
            serde_json::Value::Array(items) => items,
            _ => vec![data],
        })
        .collect()
    }
}

/// Good feedback of customer `c-1`.
pub fn feedback(external_id: &str) -> FeedbackInput {
    FeedbackInput {
        external_id: external_id.to_owned(),
        customer_external_id: "c-1".to_owned(),
        kind: FeedbackKind::Complaint.into(),
        text: "the courier never came".to_owned(),
        channel: "email".to_owned(),
        touchpoint: "delivery".to_owned(),
        ..FeedbackInput::default()
    }
}

/// A good answer of customer `c-1`.
pub fn response(external_id: &str) -> ResponseInput {
    ResponseInput {
        external_id: external_id.to_owned(),
        customer_external_id: "c-1".to_owned(),
        metric: Metric::Csat.into(),
        value: 2,
        ..ResponseInput::default()
    }
}

pub fn submit(request_id: &str, feedback: FeedbackInput) -> SubmitFeedbackRequest {
    SubmitFeedbackRequest { request_id: request_id.to_owned(), feedback: Some(feedback) }
}

/// Code, reason and the fields named by a refusal.
pub fn refusal(status: &Status) -> (Code, String, Vec<String>) {
    let reason = status.get_details_error_info().map(|info| info.reason).unwrap_or_default();
    let fields = status.get_details_bad_request().map(|bad| bad.field_violations).unwrap_or_default();
    (status.code(), reason, fields.into_iter().map(|violation| violation.field).collect())
}

/// Asserts one row of a table of bad inputs.
pub fn assert_refused<T>(row: &str, result: Result<T, Status>, code: Code, reason: &str, field: &str) {
    let Err(status) = result else { panic!("{row}: was taken") };
    let fields = if field.is_empty() { Vec::new() } else { vec![field.to_owned()] };
    assert_eq!(refusal(&status), (code, reason.to_owned(), fields), "{row}: {}", status.message());
}
