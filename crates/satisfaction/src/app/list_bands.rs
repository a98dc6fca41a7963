use ting_chassis::{
    auth::Caller,
    fault::RequestError,
    input::{Violation, optional_enumeration, page, scope},
};
use ting_proto::{
    satisfaction::v1::{ListBandsRequest, ListBandsResponse},
    types::v1 as types,
};
use uuid::Uuid;

use super::{App, ask};
use crate::{
    store::{self, band_name},
    wire,
};

/// Lists customers, lowest perceived / expected first.
#[tracing::instrument(name = "satisfaction.list_bands", skip_all)]
pub async fn list_bands(
    app: &App,
    caller: &Caller,
    request: ListBandsRequest,
) -> Result<ListBandsResponse, RequestError> {
    let only = optional_enumeration::<types::Band>("band", request.band)?.and_then(wire::band);
    let workspace = caller.workspace.as_str();
    let scope = scope(&["ListBands", workspace, only.map_or("", band_name)]);
    let page = page(&app.page_key, request.page_size, &request.page_token, &scope)?;
    let after = page.after.as_deref().map(place).transpose()?;
    let mut tx = app.store.begin(&caller.workspace).await?;
    let mut listed = store::band::list(&mut tx, workspace, only, after, page.fetch()).await?;
    let next_page_token = page.finish(&app.page_key, &scope, &mut listed, |listed| {
        vec![listed.ratio_billionths.to_string(), listed.customer_id.to_string()]
    });
    let bands =
        listed.iter().map(|listed| wire::customer_band(listed.customer_id, &listed.standing)).collect();
    Ok(ListBandsResponse { bands, next_page_token })
}

fn place(cursor: &[String]) -> Result<(i64, Uuid), Violation> {
    Ok((ask::part(cursor, 0)?, ask::part(cursor, 1)?))
}
