use ting_chassis::{
    auth::Caller,
    fault::RequestError,
    input::{page, scope},
};
use ting_proto::satisfaction::v1::{ListFloorsRequest, ListFloorsResponse};

use super::{App, ask};
use crate::{store, wire};

/// Lists floors, newest first.
#[tracing::instrument(name = "satisfaction.list_floors", skip_all)]
pub async fn list_floors(
    app: &App,
    caller: &Caller,
    request: ListFloorsRequest,
) -> Result<ListFloorsResponse, RequestError> {
    let workspace = caller.workspace.as_str();
    let scope = scope(&["ListFloors", workspace]);
    let page = page(&app.page_key, request.page_size, &request.page_token, &scope)?;
    let before = ask::cursor_id(page.after.as_deref())?;
    let mut tx = app.store.begin(&caller.workspace).await?;
    let mut floors = store::floor::list(&mut tx, workspace, before, page.fetch()).await?;
    let next_page_token =
        page.finish(&app.page_key, &scope, &mut floors, |floor| vec![floor.floor_id.to_string()]);
    Ok(ListFloorsResponse { floors: floors.into_iter().map(wire::floor).collect(), next_page_token })
}
