use ting_chassis::{
    auth::Caller,
    fault::RequestError,
    input::{request_id, text, uuid},
};
use ting_proto::{
    events::v1::CaseReopened,
    recovery::v1::{ReopenCaseRequest, ReopenCaseResponse},
};

use super::{
    App, MAX_NOTE_BYTES, MAX_NOTE_CHARS,
    change_case::{Change, change_case},
    view,
};
use crate::domain::case::Step;

const METHOD: &str = "ReopenCase";

/// Opens a resolved or closed case again, because what was done did not help.
#[tracing::instrument(name = "recovery.reopen_case", skip_all)]
pub async fn reopen_case(
    app: &App,
    caller: &Caller,
    request: ReopenCaseRequest,
) -> Result<ReopenCaseResponse, RequestError> {
    request_id(&request.request_id)?;
    let case_id = uuid("case_id", &request.case_id)?;
    let note = text("note", &request.note, MAX_NOTE_CHARS, MAX_NOTE_BYTES)?;
    let mut tx = app.store.begin(&caller.workspace).await?;
    if let Some(answer) = tx.recall(METHOD, &request.request_id, &request).await? {
        return Ok(answer);
    }
    let change = Change { case_id, etag: &request.etag, step: Step::Reopen, note };
    let (case, _) = change_case(&mut tx, caller, change).await?;
    let id = case.id.to_string();
    tx.publish(&id, &CaseReopened { case_id: id.clone(), actor: caller.subject.clone() }).await?;
    let answer = ReopenCaseResponse { case: Some(view::case(case)) };
    tx.remember(METHOD, &request.request_id, &answer).await?;
    tx.commit().await?;
    Ok(answer)
}
