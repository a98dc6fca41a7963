use std::collections::HashMap;

use ting_chassis::{
    auth::Caller,
    fault::RequestError,
    input::{optional_enumeration, page, scope},
};
use ting_proto::recovery::v1::{ListNotificationsRequest, ListNotificationsResponse, NotificationState};
use uuid::Uuid;

use super::{App, before, optional_uuid, view};
use crate::store::{self, attempt::Attempt};

/// Lists notifications with every attempt, newest first.
#[tracing::instrument(name = "recovery.list_notifications", skip_all)]
pub async fn list_notifications(
    app: &App,
    caller: &Caller,
    request: ListNotificationsRequest,
) -> Result<ListNotificationsResponse, RequestError> {
    let workspace = &caller.workspace;
    let case_id = optional_uuid("case_id", &request.case_id)?;
    let asked = optional_enumeration::<NotificationState>("state", request.state)?;
    let state = asked.and_then(view::asked_notification_state);
    let word = state.map_or("", |state| state.as_str());
    let scope = scope(&["ListNotifications", workspace.as_str(), &request.case_id, word]);
    let page = page(&app.page_key, request.page_size, &request.page_token, &scope)?;
    let before = before(page.after.as_ref())?;
    let mut tx = app.store.begin(workspace).await?;
    let mut rows =
        store::notification::list(&mut tx, workspace, case_id, state, before, page.fetch()).await?;
    let next_page_token = page.finish(&app.page_key, &scope, &mut rows, |row| vec![row.id.to_string()]);
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    let attempts = store::attempt::list(&mut tx, workspace, &ids).await?;
    let totals = store::notification::totals(&mut tx, workspace).await?;
    tx.rollback().await?;
    let mut by_notification: HashMap<Uuid, Vec<Attempt>> = HashMap::new();
    for attempt in attempts {
        by_notification.entry(attempt.notification_id).or_default().push(attempt);
    }
    let shown = |row| view::notification(row, by_notification.remove(&row.id).unwrap_or_default());
    Ok(ListNotificationsResponse {
        notifications: rows.iter().map(shown).collect(),
        next_page_token,
        delivered: totals.delivered,
        pending: totals.pending,
        failed: totals.failed,
    })
}
