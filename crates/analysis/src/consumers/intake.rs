use async_trait::async_trait;
use chrono::{DateTime, Utc};
use ting_chassis::{
    consumer::{Handler, HandlerError, Incoming},
    store::Tx,
};
use ting_proto::{events::v1::FeedbackReceivedItem, types::v1::FeedbackKind};
use uuid::Uuid;

use crate::{
    app::{App, classify_feedback},
    domain::comment::{Arrived, Kind},
};

/// Classifies the feedback that intake takes in.
pub struct Comments {
    pub app: App,
}

#[async_trait]
impl Handler for Comments {
    async fn handle(&self, tx: &mut Tx, facts: &[Incoming]) -> Result<(), HandlerError> {
        let mut arrived = Vec::with_capacity(facts.len());
        for fact in facts {
            if let Some(item) = fact.decode::<FeedbackReceivedItem>()? {
                arrived.push(comment(item, fact.time)?);
            }
        }
        classify_feedback(&self.app, tx, arrived).await
    }
}

fn comment(item: FeedbackReceivedItem, event_time: DateTime<Utc>) -> Result<Arrived, HandlerError> {
    let customer_id =
        if item.customer_id.is_empty() { None } else { Some(id("customer_id", &item.customer_id)?) };
    let occurred_at =
        item.occurred_at.and_then(|at| DateTime::from_timestamp(at.seconds, u32::try_from(at.nanos).ok()?));
    Ok(Arrived {
        feedback_id: id("feedback_id", &item.feedback_id)?,
        customer_id,
        // A kind of a later version is stored as a plain comment.
        kind: Kind(FeedbackKind::try_from(item.kind).unwrap_or_default()),
        text: item.text,
        channel: item.channel,
        touchpoint: item.touchpoint,
        occurred_at: occurred_at.unwrap_or(event_time),
    })
}

fn id(field: &str, raw: &str) -> Result<Uuid, HandlerError> {
    Uuid::try_parse(raw).map_err(|_| HandlerError::Poison(format!("{field} is not an id")))
}
