use ting_chassis::{
    auth::Caller,
    fault::RequestError,
    input::{page, scope},
};
use ting_proto::satisfaction::v1::{ListAlertsRequest, ListAlertsResponse};

use super::{App, ask};
use crate::{store, wire};

/// Lists alerts, newest first.
#[tracing::instrument(name = "satisfaction.list_alerts", skip_all)]
pub async fn list_alerts(
    app: &App,
    caller: &Caller,
    request: ListAlertsRequest,
) -> Result<ListAlertsResponse, RequestError> {
    let (workspace, open_only) = (caller.workspace.as_str(), request.open_only);
    let scope = scope(&["ListAlerts", workspace, if open_only { "open" } else { "all" }]);
    let page = page(&app.page_key, request.page_size, &request.page_token, &scope)?;
    let before = ask::cursor_id(page.after.as_deref())?;
    let mut tx = app.store.begin(&caller.workspace).await?;
    let mut alerts = store::alert::list(&mut tx, workspace, open_only, before, page.fetch()).await?;
    let next_page_token =
        page.finish(&app.page_key, &scope, &mut alerts, |alert| vec![alert.alert_id.to_string()]);
    Ok(ListAlertsResponse { alerts: alerts.into_iter().map(wire::alert).collect(), next_page_token })
}
