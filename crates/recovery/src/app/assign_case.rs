use ting_chassis::{
    auth::Caller,
    fault::RequestError,
    input::{optional_text, request_id, text, uuid},
};
use ting_proto::{
    events::v1::{CaseAcknowledged, CaseAssigned},
    recovery::v1::{AssignCaseRequest, AssignCaseResponse},
};

use super::{
    App, MAX_NOTE_BYTES, MAX_NOTE_CHARS,
    change_case::{Change, change_case},
    view,
};
use crate::domain::case::{CaseState, Step};

const METHOD: &str = "AssignCase";
const MAX_ASSIGNEE_CHARS: usize = 128;

/// Gives a case to somebody.
#[tracing::instrument(name = "recovery.assign_case", skip_all)]
pub async fn assign_case(
    app: &App,
    caller: &Caller,
    request: AssignCaseRequest,
) -> Result<AssignCaseResponse, RequestError> {
    request_id(&request.request_id)?;
    let case_id = uuid("case_id", &request.case_id)?;
    let assignee = text("assignee", &request.assignee, MAX_ASSIGNEE_CHARS, 4 * MAX_ASSIGNEE_CHARS)?;
    let note = match optional_text("note", &request.note, MAX_NOTE_CHARS, MAX_NOTE_BYTES)? {
        Some(note) => format!("assigned to {assignee}: {note}"),
        None => format!("assigned to {assignee}"),
    };
    let mut tx = app.store.begin(&caller.workspace).await?;
    if let Some(answer) = tx.recall(METHOD, &request.request_id, &request).await? {
        return Ok(answer);
    }
    let change =
        Change { case_id, etag: &request.etag, step: Step::Assign { assignee: assignee.clone() }, note };
    let (case, from) = change_case(&mut tx, caller, change).await?;
    let (id, actor) = (case.id.to_string(), caller.subject.clone());
    // Who follows the states need not know what assigning does to them.
    if from == CaseState::Open {
        tx.publish(&id, &CaseAcknowledged { case_id: id.clone(), actor: actor.clone() }).await?;
    }
    tx.publish(&id, &CaseAssigned { case_id: id.clone(), assignee, actor }).await?;
    let answer = AssignCaseResponse { case: Some(view::case(case)) };
    tx.remember(METHOD, &request.request_id, &answer).await?;
    tx.commit().await?;
    Ok(answer)
}
