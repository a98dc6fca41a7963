use ting_chassis::{
    auth::Caller,
    fault::RequestError,
    input::{page, scope},
};
use ting_proto::intake::v1::{ListCustomersRequest, ListCustomersResponse};

use super::{App, before, identities, messages};
use crate::{domain::Customer, store};

/// Lists customers, newest first; who they are, only for roles that may know.
#[tracing::instrument(name = "intake.list_customers", skip_all)]
pub async fn list_customers(
    app: &App,
    caller: &Caller,
    request: ListCustomersRequest,
) -> Result<ListCustomersResponse, RequestError> {
    let scope = scope(&["ListCustomers", caller.workspace.as_str()]);
    let page = page(&app.page_key, request.page_size, &request.page_token, &scope)?;
    let before = before(&page)?;
    let mut tx = app.store.begin(&caller.workspace).await?;
    let rows = store::customer::list(&mut tx, &caller.workspace, before, page.fetch()).await?;
    let mut known = identities(&mut tx, caller, &rows).await?;
    tx.commit().await?;
    let with_identity = |customer: Customer| {
        let identity = known.remove(&customer.id);
        messages::customer(customer, identity)
    };
    let mut customers = rows.into_iter().map(with_identity).collect();
    let next_page_token = app.finish_page(page, &scope, &mut customers, |last| &last.customer_id);
    Ok(ListCustomersResponse { customers, next_page_token })
}
