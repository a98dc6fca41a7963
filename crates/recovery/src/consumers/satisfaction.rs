use async_trait::async_trait;
use ting_chassis::{
    consumer::{Handler, HandlerError, Incoming},
    store::Tx,
};
use ting_proto::events::v1::BandChangedItem;

use super::id;
use crate::{
    app::open_cases,
    domain::rule::{Occurrence, Rules},
};

/// Opens cases from customers who got less than they expected.
pub struct Bands;

#[async_trait]
impl Handler for Bands {
    async fn handle(&self, tx: &mut Tx, facts: &[Incoming]) -> Result<(), HandlerError> {
        let mut occurrences = Vec::new();
        for item in Incoming::decode_all::<BandChangedItem>(facts)? {
            if let Some(cause) = Rules::of_band(item.to()) {
                let customer_id = id("aggregate_id", &item.aggregate_id)?;
                occurrences.push(Occurrence {
                    about_id: customer_id,
                    customer_id: Some(customer_id),
                    feedback_id: None,
                    cause,
                });
            }
        }
        Ok(open_cases(tx, &occurrences).await?)
    }
}
