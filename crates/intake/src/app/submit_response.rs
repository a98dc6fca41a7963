use prost::Message as _;
use ting_chassis::{
    auth::Caller,
    fault::RequestError,
    input::{self, required},
};
use ting_proto::intake::v1::{
    BatchSubmitResponsesRequest, BatchSubmitResponsesResponse, SubmitResponseRequest, SubmitResponseResponse,
};

use super::{App, parse_batch, within};
use crate::{domain::NewResponse, writer::Claim};

/// Takes in one answer to a survey: a batch of one.
#[tracing::instrument(name = "intake.submit_response", skip_all)]
pub async fn submit_response(
    app: &App,
    caller: &Caller,
    request: SubmitResponseRequest,
) -> Result<SubmitResponseResponse, RequestError> {
    let request_id = input::request_id(&request.request_id)?;
    let input = required("response", request.response.as_ref())?;
    let response =
        NewResponse::parse(input, app.store.clock.now()).map_err(|error| within("response", error))?;
    let claim = request_id.map(|request_id| Claim {
        method: "SubmitResponse",
        request_id,
        body: request.encode_to_vec(),
    });
    let answer = app.writer.submit(&caller.workspace, claim, vec![response]).await?;
    // One voice, one result.
    Ok(answer.results.into_iter().next().unwrap_or_default())
}

/// Takes in a batch of answers, all or none.
#[tracing::instrument(name = "intake.batch_submit_responses", skip_all)]
pub async fn batch_submit_responses(
    app: &App,
    caller: &Caller,
    request: BatchSubmitResponsesRequest,
) -> Result<BatchSubmitResponsesResponse, RequestError> {
    let request_id = input::request_id(&request.request_id)?;
    let now = app.store.clock.now();
    let responses = parse_batch("responses", &request.responses, |input| NewResponse::parse(input, now))?;
    let claim = request_id.map(|request_id| Claim {
        method: "BatchSubmitResponses",
        request_id,
        body: request.encode_to_vec(),
    });
    app.writer.submit(&caller.workspace, claim, responses).await
}
