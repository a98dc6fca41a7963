use ting_chassis::{
    auth::Caller,
    fault::RequestError,
    input::{optional_text, request_id, uuid},
};
use ting_proto::{
    events::v1::CaseAcknowledged,
    recovery::v1::{AcknowledgeCaseRequest, AcknowledgeCaseResponse},
};

use super::{
    App, MAX_NOTE_BYTES, MAX_NOTE_CHARS,
    change_case::{Change, change_case},
    view,
};
use crate::domain::case::Step;

const METHOD: &str = "AcknowledgeCase";

/// Notes that somebody has taken notice of a case.
#[tracing::instrument(name = "recovery.acknowledge_case", skip_all)]
pub async fn acknowledge_case(
    app: &App,
    caller: &Caller,
    request: AcknowledgeCaseRequest,
) -> Result<AcknowledgeCaseResponse, RequestError> {
    request_id(&request.request_id)?;
    let case_id = uuid("case_id", &request.case_id)?;
    let note = optional_text("note", &request.note, MAX_NOTE_CHARS, MAX_NOTE_BYTES)?.unwrap_or_default();
    let mut tx = app.store.begin(&caller.workspace).await?;
    if let Some(answer) = tx.recall(METHOD, &request.request_id, &request).await? {
        return Ok(answer);
    }
    let change = Change { case_id, etag: &request.etag, step: Step::Acknowledge, note };
    let (case, _) = change_case(&mut tx, caller, change).await?;
    let id = case.id.to_string();
    tx.publish(&id, &CaseAcknowledged { case_id: id.clone(), actor: caller.subject.clone() }).await?;
    let answer = AcknowledgeCaseResponse { case: Some(view::case(case)) };
    tx.remember(METHOD, &request.request_id, &answer).await?;
    tx.commit().await?;
    Ok(answer)
}
