use ting_chassis::{
    auth::Caller,
    fault::RequestError,
    input::{Page, optional_enumeration, page, scope},
};
use ting_proto::recovery::v1::{CaseState, ListCasesRequest, ListCasesResponse};

use super::{App, before, optional_uuid, view};
use crate::{domain::case::Case, store};

/// Bytes of one page, about: it has to go into one message.
const MAX_PAGE_BYTES: usize = 768 * 1024;
/// Of a case without the words of people.
const CASE_BYTES: usize = 512;

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
    let page = Page { limit: page.limit.min(fitting(&cases)), ..page };
    let next_page_token = page.finish(&app.page_key, &scope, &mut cases, |case| vec![case.id.to_string()]);
    let cases = cases.into_iter().map(view::case).collect();
    Ok(ListCasesResponse { cases, next_page_token, open: totals.open, total: totals.total })
}

/// How many of the cases one answer can carry; the first it always can.
fn fitting(cases: &[Case]) -> i64 {
    let mut bytes = 0;
    let fit = cases.iter().take_while(|case| {
        bytes += case.assignee.len() + case.resolution.len() + CASE_BYTES;
        bytes <= MAX_PAGE_BYTES
    });
    i64::try_from(fit.count()).unwrap_or(i64::MAX).max(1)
}
