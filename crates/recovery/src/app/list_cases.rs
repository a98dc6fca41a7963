use ting_chassis::{
    auth::Caller,
    fault::RequestError,
    input::{optional_enumeration, page, scope},
};
use ting_proto::recovery::v1::{CaseState, ListCasesRequest, ListCasesResponse};

use super::{App, before, optional_uuid, view};
use crate::store;

/// Lists cases, last opened first.
#[tracing::instrument(name = "recovery.list_cases", skip_all)]
pub async fn list_cases(
    app: &App,
    caller: &Caller,
    request: ListCasesRequest,
) -> Result<ListCasesResponse, RequestError> {
    let workspace = &caller.workspace;
    let asked = optional_enumeration::<CaseState>("state", request.state)?;
    let state = asked.and_then(view::asked_case_state);
    let customer_id = optional_uuid("customer_id", &request.customer_id)?;
    let word = state.map_or("", |state| state.as_str());
    let scope = scope(&["ListCases", workspace.as_str(), word, &request.customer_id]);
    let page = page(&app.page_key, request.page_size, &request.page_token, &scope)?;
    let before = before(page.after.as_ref())?;
    let mut tx = app.store.begin(workspace).await?;
    let mut cases = store::case::list(&mut tx, workspace, state, customer_id, before, page.fetch()).await?;
    let totals = store::case::totals(&mut tx, workspace).await?;
    tx.rollback().await?;
    let next_page_token = page.finish(&app.page_key, &scope, &mut cases, |case| vec![case.id.to_string()]);
    let cases = cases.into_iter().map(view::case).collect();
    Ok(ListCasesResponse { cases, next_page_token, open: totals.open, total: totals.total })
}
