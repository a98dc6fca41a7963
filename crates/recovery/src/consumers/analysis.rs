use async_trait::async_trait;
use ting_chassis::{
    consumer::{Handler, HandlerError, Incoming},
    store::Tx,
};
use ting_proto::events::v1::FeedbackClassifiedItem;

use super::{id, optional_id};
use crate::{
    app::open_cases,
    domain::rule::{Occurrence, Rules},
};

/// Opens cases from comments that are very negative and urgent.
pub struct Comments {
    pub rules: Rules,
}

#[async_trait]
impl Handler for Comments {
    async fn handle(&self, tx: &mut Tx, facts: &[Incoming]) -> Result<(), HandlerError> {
        let mut occurrences = Vec::new();
        for item in Incoming::decode_all::<FeedbackClassifiedItem>(facts)? {
            if let Some(cause) = self.rules.of_text(item.sentiment, item.urgency) {
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
