use ting_chassis::{auth::Caller, fault::RequestError, input::uuid};
use ting_proto::intake::v1::{GetFeedbackRequest, GetFeedbackResponse};

use super::{App, messages};
use crate::store;

/// Reads one piece of feedback.
#[tracing::instrument(name = "intake.get_feedback", skip_all)]
pub async fn get_feedback(
    app: &App,
    caller: &Caller,
    request: GetFeedbackRequest,
) -> Result<GetFeedbackResponse, RequestError> {
    let feedback_id = uuid("feedback_id", &request.feedback_id)?;
    let mut tx = app.store.begin(&caller.workspace).await?;
    let found = store::feedback::by_id(&mut tx, &caller.workspace, feedback_id).await?;
    tx.commit().await?;
    let stored =
        found.ok_or_else(|| RequestError::not_found("FEEDBACK_NOT_FOUND", "there is no such feedback"))?;
    Ok(GetFeedbackResponse { feedback: Some(messages::feedback(stored)) })
}
