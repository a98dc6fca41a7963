use ting_chassis::{auth::Caller, fault::RequestError};
use ting_proto::satisfaction::v1::{GetScoreRequest, GetScoreResponse};

use super::{App, ask};
use crate::{store, wire};

/// Gives one score; without answers it has n = 0 and no value.
#[tracing::instrument(name = "satisfaction.get_score", skip_all)]
pub async fn get_score(
    app: &App,
    caller: &Caller,
    request: GetScoreRequest,
) -> Result<GetScoreResponse, RequestError> {
    let metric = ask::metric(request.metric)?;
    let cut = ask::cut(ask::dimension_or_workspace(request.dimension)?, &request.key)?;
    let days = ask::days(request.days)?;
    let mut tx = app.store.begin(&caller.workspace).await?;
    let counts = store::cell::counts(&mut tx, caller.workspace.as_str(), metric, &cut, days).await?;
    let score = wire::score(metric, &cut, &counts).map_err(store::corrupt)?;
    Ok(GetScoreResponse { score: Some(score) })
}
