use ting_chassis::{auth::Caller, fault::RequestError};
use ting_proto::satisfaction::v1::{GetTrendRequest, GetTrendResponse};

use super::{App, ask};
use crate::{store, wire};

/// Gives a score for each day that has an answer.
#[tracing::instrument(name = "satisfaction.get_trend", skip_all)]
pub async fn get_trend(
    app: &App,
    caller: &Caller,
    request: GetTrendRequest,
) -> Result<GetTrendResponse, RequestError> {
    let metric = ask::metric(request.metric)?;
    let cut = ask::cut(ask::dimension_or_workspace(request.dimension)?, &request.key)?;
    let days = ask::trend_days(request.days)?;
    let mut tx = app.store.begin(&caller.workspace).await?;
    let counts = store::cell::counts_by_day(&mut tx, caller.workspace.as_str(), metric, &cut, days).await?;
    let by_day = counts.chunk_by(|one, other| one.first_day == other.first_day);
    let scores: Result<Vec<_>, _> = by_day.map(|counts| wire::score(metric, &cut, counts)).collect();
    Ok(GetTrendResponse { scores: scores.map_err(store::corrupt)? })
}
