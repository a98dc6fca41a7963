use ting_chassis::{
    auth::Caller,
    fault::RequestError,
    input::{optional_enumeration, page, scope, uuid},
};
use ting_proto::intake::v1::{ListResponsesRequest, ListResponsesResponse};

use super::{App, before, messages};
use crate::{
    domain::metric_name,
    store::{self, response::Filter, tally::Counted},
};

/// Lists responses, last received first.
#[tracing::instrument(name = "intake.list_responses", skip_all)]
pub async fn list_responses(
    app: &App,
    caller: &Caller,
    request: ListResponsesRequest,
) -> Result<ListResponsesResponse, RequestError> {
    let ListResponsesRequest { page_size, page_token, customer_id, metric } = request;
    let customer = if customer_id.is_empty() { None } else { Some(uuid("customer_id", &customer_id)?) };
    let metric = optional_enumeration("metric", metric)?.map(metric_name);
    let filters =
        [customer.map(|id| id.to_string()).unwrap_or_default(), metric.unwrap_or_default().to_owned()];
    let scope = scope(&["ListResponses", caller.workspace.as_str(), &filters[0], &filters[1]]);
    let page = page(&app.page_key, page_size, &page_token, &scope)?;
    let filter = Filter { before: before(&page)?, customer_id: customer, metric };
    let mut tx = app.store.begin(&caller.workspace).await?;
    let rows = store::response::list(&mut tx, &caller.workspace, filter, page.fetch()).await?;
    let total = store::tally::read(&mut tx, &caller.workspace, Counted::Response).await?;
    tx.commit().await?;
    let mut responses = rows.into_iter().map(messages::response).collect();
    let next_page_token = app.finish_page(page, &scope, &mut responses, |last| &last.response_id);
    Ok(ListResponsesResponse { responses, next_page_token, total })
}
