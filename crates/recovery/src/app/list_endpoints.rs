use ting_chassis::{
    auth::Caller,
    fault::RequestError,
    input::{page, scope},
};
use ting_proto::recovery::v1::{ListEndpointsRequest, ListEndpointsResponse};

use super::{App, before, view};
use crate::store;

/// Lists endpoints, newest first, without their secrets.
#[tracing::instrument(name = "recovery.list_endpoints", skip_all)]
pub async fn list_endpoints(
    app: &App,
    caller: &Caller,
    request: ListEndpointsRequest,
) -> Result<ListEndpointsResponse, RequestError> {
    let workspace = &caller.workspace;
    let scope = scope(&["ListEndpoints", workspace.as_str()]);
    let page = page(&app.page_key, request.page_size, &request.page_token, &scope)?;
    let before = before(page.after.as_ref())?;
    let mut tx = app.store.begin(workspace).await?;
    let mut endpoints = store::endpoint::list(&mut tx, workspace, before, page.fetch()).await?;
    tx.rollback().await?;
    let next_page_token =
        page.finish(&app.page_key, &scope, &mut endpoints, |endpoint| vec![endpoint.id.to_string()]);
    Ok(ListEndpointsResponse {
        endpoints: endpoints.into_iter().map(view::endpoint).collect(),
        next_page_token,
    })
}
