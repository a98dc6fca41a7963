use async_trait::async_trait;
use ting_chassis::{
    consumer::{Handler, HandlerError, Incoming},
    store::Tx,
};
use ting_proto::events::v1::FeedbackReceivedItem;

use super::{id, optional_id};
use crate::{
    app::open_cases,
    domain::rule::{Occurrence, Rules},
};

/// Opens cases from complaints.
pub struct Feedback;

#[async_trait]
impl Handler for Feedback {
    async fn handle(&self, tx: &mut Tx, facts: &[Incoming]) -> Result<(), HandlerError> {
        let mut occurrences = Vec::new();
        for item in Incoming::decode_all::<FeedbackReceivedItem>(facts)? {
            if let Some(cause) = Rules::of_feedback(item.kind()) {
                occurrences.push(Occurrence {
                    about_id: id("aggregate_id", &item.aggregate_id)?,
                    customer_id: optional_id("customer_id", &item.customer_id)?,
                    feedback_id: Some(id("feedback_id", &item.feedback_id)?),
                    cause,
                });
            }
        }
        Ok(open_cases(tx, &occurrences).await?)
    }
}
