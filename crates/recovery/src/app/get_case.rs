use ting_chassis::{auth::Caller, fault::RequestError, input::uuid};
use ting_proto::recovery::v1::{GetCaseRequest, GetCaseResponse};

use super::{App, case_not_found, view};
use crate::store;

/// Gives a case with its history.
#[tracing::instrument(name = "recovery.get_case", skip_all)]
pub async fn get_case(
    app: &App,
    caller: &Caller,
    request: GetCaseRequest,
) -> Result<GetCaseResponse, RequestError> {
    let case_id = uuid("case_id", &request.case_id)?;
    let mut tx = app.store.begin(&caller.workspace).await?;
    let case = store::case::get(&mut tx, &caller.workspace, case_id).await?.ok_or_else(case_not_found)?;
    let history = store::entry::list(&mut tx, &caller.workspace, case_id).await?;
    tx.rollback().await?;
    let mut case = view::case(case);
    case.history = history.into_iter().map(view::entry).collect();
    Ok(GetCaseResponse { case: Some(case) })
}
