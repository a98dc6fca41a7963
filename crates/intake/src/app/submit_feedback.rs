use prost::Message as _;
use ting_chassis::{
    auth::Caller,
    fault::RequestError,
    input::{self, required},
};
use ting_proto::intake::v1::{
    BatchSubmitFeedbackRequest, BatchSubmitFeedbackResponse, SubmitFeedbackRequest, SubmitFeedbackResponse,
};

use super::{App, parse_batch, within};
use crate::{domain::NewFeedback, writer::Claim};

/// Takes in one piece of feedback: a batch of one.
#[tracing::instrument(name = "intake.submit_feedback", skip_all)]
pub async fn submit_feedback(
    app: &App,
    caller: &Caller,
    request: SubmitFeedbackRequest,
) -> Result<SubmitFeedbackResponse, RequestError> {
    let request_id = input::request_id(&request.request_id)?;
    let input = required("feedback", request.feedback.as_ref())?;
    let feedback =
        NewFeedback::parse(input, app.store.clock.now()).map_err(|error| within("feedback", error))?;
    let claim = request_id.map(|request_id| Claim {
        method: "SubmitFeedback",
        request_id,
        body: request.encode_to_vec(),
    });
    let answer = app.writer.submit(&caller.workspace, claim, vec![feedback]).await?;
    // One voice, one result.
    Ok(answer.results.into_iter().next().unwrap_or_default())
}

/// Takes in a batch of feedback, all or none.
#[tracing::instrument(name = "intake.batch_submit_feedback", skip_all)]
pub async fn batch_submit_feedback(
    app: &App,
    caller: &Caller,
    request: BatchSubmitFeedbackRequest,
) -> Result<BatchSubmitFeedbackResponse, RequestError> {
    let request_id = input::request_id(&request.request_id)?;
    let now = app.store.clock.now();
    let feedback = parse_batch("feedback", &request.feedback, |input| NewFeedback::parse(input, now))?;
    let claim = request_id.map(|request_id| Claim {
        method: "BatchSubmitFeedback",
        request_id,
        body: request.encode_to_vec(),
    });
    app.writer.submit(&caller.workspace, claim, feedback).await
}
