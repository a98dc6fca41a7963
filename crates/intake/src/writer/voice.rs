//! The two things that are submitted, as far as the writer can treat them alike.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use pbjson_types::Timestamp;
use prost::Message;
use sqlx::PgConnection;
use ting_events::{Bulk, Workspace};
use ting_proto::{
    events::v1::{FeedbackReceivedItem, ResponseSubmittedItem},
    intake::v1::{
        BatchSubmitFeedbackResponse, BatchSubmitResponsesResponse, SubmitFeedbackResponse,
        SubmitResponseResponse,
    },
};
use uuid::Uuid;

use super::{Job, Submission};
use crate::{
    domain::{NewFeedback, NewResponse},
    store::{self, Row, tally::Counted},
};

/// What became of one voice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Taken {
    pub id: Uuid,
    /// False when its external id was known already: `id` is that of the first.
    pub created: bool,
}

/// Something that a customer said.
pub trait Voice: Send + Sync + Sized + 'static {
    /// What the sender of a submission gets: one [`Taken`] for each voice, in order.
    type Answer: Message + Default + Clone;
    /// The fact that others are told.
    type Fact: Bulk;
    const COUNTED: Counted;

    fn job(submission: Submission<Self>) -> Job;
    fn external_id(&self) -> Option<&str>;
    /// The company's id of the customer; `None` when nobody was named.
    fn customer(&self) -> Option<&str>;
    fn fact(row: &Row<'_, Self>) -> Self::Fact;
    fn answer(taken: &[Taken]) -> Self::Answer;

    /// Inserts the rows whose external ids are not taken, and gives the ids of those.
    fn insert(
        connection: &mut PgConnection,
        workspace: &Workspace,
        rows: &[Row<'_, Self>],
        now: DateTime<Utc>,
    ) -> impl Future<Output = sqlx::Result<Vec<Uuid>>> + Send;

    /// The ids under which these external ids are known.
    fn known(
        connection: &mut PgConnection,
        workspace: &Workspace,
        external_ids: &[&str],
    ) -> impl Future<Output = sqlx::Result<HashMap<String, Uuid>>> + Send;
}

impl Voice for NewFeedback {
    type Answer = BatchSubmitFeedbackResponse;
    type Fact = FeedbackReceivedItem;
    const COUNTED: Counted = Counted::Feedback;

    fn job(submission: Submission<Self>) -> Job {
        Job::Feedback(submission)
    }

    fn external_id(&self) -> Option<&str> {
        self.external_id.as_deref()
    }

    fn customer(&self) -> Option<&str> {
        self.customer.as_deref()
    }

    fn fact(row: &Row<'_, Self>) -> FeedbackReceivedItem {
        FeedbackReceivedItem {
            // Where it stands in the life of its aggregate is filled in when it is published.
            aggregate_id: String::new(),
            sequence: 0,
            feedback_id: row.id.to_string(),
            customer_id: row.customer_id.map(|id| id.to_string()).unwrap_or_default(),
            kind: row.voice.kind.into(),
            text: row.voice.text.clone(),
            channel: row.voice.channel.clone(),
            source: row.voice.source.into(),
            touchpoint: row.voice.touchpoint.clone(),
            occurred_at: Some(Timestamp::from(row.voice.occurred_at)),
        }
    }

    fn answer(taken: &[Taken]) -> BatchSubmitFeedbackResponse {
        let result = |taken: &Taken| SubmitFeedbackResponse {
            feedback_id: taken.id.to_string(),
            created: taken.created,
        };
        BatchSubmitFeedbackResponse { results: taken.iter().map(result).collect() }
    }

    async fn insert(
        connection: &mut PgConnection,
        workspace: &Workspace,
        rows: &[Row<'_, Self>],
        now: DateTime<Utc>,
    ) -> sqlx::Result<Vec<Uuid>> {
        store::feedback::insert(connection, workspace, rows, now).await
    }

    async fn known(
        connection: &mut PgConnection,
        workspace: &Workspace,
        external_ids: &[&str],
    ) -> sqlx::Result<HashMap<String, Uuid>> {
        store::feedback::known(connection, workspace, external_ids).await
    }
}

impl Voice for NewResponse {
    type Answer = BatchSubmitResponsesResponse;
    type Fact = ResponseSubmittedItem;
    const COUNTED: Counted = Counted::Response;

    fn job(submission: Submission<Self>) -> Job {
        Job::Response(submission)
    }

    fn external_id(&self) -> Option<&str> {
        Some(&self.external_id)
    }

    fn customer(&self) -> Option<&str> {
        self.customer.as_deref()
    }

    fn fact(row: &Row<'_, Self>) -> ResponseSubmittedItem {
        ResponseSubmittedItem {
            // Where it stands in the life of its aggregate is filled in when it is published.
            aggregate_id: String::new(),
            sequence: 0,
            response_id: row.id.to_string(),
            customer_id: row.customer_id.map(|id| id.to_string()).unwrap_or_default(),
            metric: row.voice.metric.into(),
            value: row.voice.value,
            channel: row.voice.channel.clone(),
            touchpoint: row.voice.touchpoint.clone(),
            answered_at: Some(Timestamp::from(row.voice.answered_at)),
        }
    }

    fn answer(taken: &[Taken]) -> BatchSubmitResponsesResponse {
        let result = |taken: &Taken| SubmitResponseResponse {
            response_id: taken.id.to_string(),
            created: taken.created,
        };
        BatchSubmitResponsesResponse { results: taken.iter().map(result).collect() }
    }

    async fn insert(
        connection: &mut PgConnection,
        workspace: &Workspace,
        rows: &[Row<'_, Self>],
        now: DateTime<Utc>,
    ) -> sqlx::Result<Vec<Uuid>> {
        store::response::insert(connection, workspace, rows, now).await
    }

    async fn known(
        connection: &mut PgConnection,
        workspace: &Workspace,
        external_ids: &[&str],
    ) -> sqlx::Result<HashMap<String, Uuid>> {
        store::response::known(connection, workspace, external_ids).await
    }
}
