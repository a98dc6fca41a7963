use ting_chassis::{
    auth::Caller,
    fault::RequestError,
    input::{optional_enumeration, page, scope, uuid},
};
use ting_proto::intake::v1::{ListFeedbackRequest, ListFeedbackResponse};

use super::{App, before, messages};
use crate::{
    domain::kind_name,
    store::{self, feedback::Filter, tally::Counted},
};

/// Lists feedback, last received first.
#[tracing::instrument(name = "intake.list_feedback", skip_all)]
pub async fn list_feedback(
    app: &App,
    caller: &Caller,
    request: ListFeedbackRequest,
) -> Result<ListFeedbackResponse, RequestError> {
    let ListFeedbackRequest { page_size, page_token, customer_id, kind } = request;
    let customer = if customer_id.is_empty() { None } else { Some(uuid("customer_id", &customer_id)?) };
    let kind = optional_enumeration("kind", kind)?.map(kind_name);
    let filters =
        [customer.map(|id| id.to_string()).unwrap_or_default(), kind.unwrap_or_default().to_owned()];
    let scope = scope(&["ListFeedback", caller.workspace.as_str(), &filters[0], &filters[1]]);
    let page = page(&app.page_key, page_size, &page_token, &scope)?;
    let filter = Filter { before: before(&page)?, customer_id: customer, kind };
    let mut tx = app.store.begin(&caller.workspace).await?;
    let rows = store::feedback::list(&mut tx, &caller.workspace, filter, page.fetch()).await?;
    let total = store::tally::read(&mut tx, &caller.workspace, Counted::Feedback).await?;
    tx.commit().await?;
    let mut feedback = rows.into_iter().map(messages::feedback).collect();
    let next_page_token = app.finish_page(page, &scope, &mut feedback, |last| &last.feedback_id);
    Ok(ListFeedbackResponse { feedback, next_page_token, total })
}
