use ting_chassis::{auth::Caller, fault::RequestError, store::Tx};
use uuid::Uuid;

use super::case_not_found;
use crate::{
    domain::case::{BadTransition, Case, CaseState, Step},
    store::{self, entry::NewEntry},
};

/// A step that a caller takes with a case.
pub struct Change<'a> {
    pub case_id: Uuid,
    /// Of the case as the caller knows it; empty when that does not matter.
    pub etag: &'a str,
    pub step: Step,
    /// What the history says.
    pub note: String,
}

/// Takes the step and writes it down; gives the case and the state it was in. The caller of this function publishes what happened.
pub async fn change_case(
    tx: &mut Tx,
    caller: &Caller,
    change: Change<'_>,
) -> Result<(Case, CaseState), RequestError> {
    let (workspace, now) = (&caller.workspace, tx.now());
    let mut case = store::case::lock(tx, workspace, change.case_id).await?.ok_or_else(case_not_found)?;
    if !change.etag.is_empty() && change.etag != case.version.to_string() {
        return Err(RequestError::version_conflict());
    }
    let from = case.state;
    case.take(&change.step, now).map_err(bad_transition)?;
    store::case::update(tx, workspace, &case).await.map_err(refusal)?;
    let entry = NewEntry { case: &case, from: Some(from), note: change.note };
    store::entry::append(tx, workspace, &caller.subject, now, &[entry]).await?;
    Ok((case, from))
}

fn bad_transition(error: BadTransition) -> RequestError {
    RequestError::precondition("BAD_TRANSITION", error.to_string())
}

fn refusal(error: sqlx::Error) -> RequestError {
    let constraint = error.as_database_error().and_then(|error| error.constraint());
    if constraint == Some(store::case::ONE_OPEN) {
        let text = "another case of the same customer and cause is open";
        return RequestError::precondition("CASE_ALREADY_OPEN", text);
    }
    error.into()
}
