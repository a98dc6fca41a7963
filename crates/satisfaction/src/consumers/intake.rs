use async_trait::async_trait;
use ting_chassis::{
    consumer::{Handler, HandlerError, Incoming},
    store::Tx,
};
use ting_proto::events::v1::ResponseSubmittedItem;

use crate::{
    app::apply_answers::apply_answers,
    domain::{answer::Answer, expectation::Expectations},
    wire,
};

/// Turns responses into scores.
#[derive(Debug, Clone)]
pub struct Answers {
    pub expectations: Expectations,
}

#[async_trait]
impl Handler for Answers {
    async fn handle(&self, tx: &mut Tx, facts: &[Incoming]) -> Result<(), HandlerError> {
        let responses = Incoming::decode_all::<ResponseSubmittedItem>(facts)?;
        let answers: Result<Vec<Answer>, _> = responses.into_iter().map(wire::answer).collect();
        let answers = answers.map_err(|invalid| HandlerError::Poison(invalid.to_string()))?;
        if answers.is_empty() {
            return Ok(());
        }
        Ok(apply_answers(tx, &self.expectations, &answers).await?)
    }
}
