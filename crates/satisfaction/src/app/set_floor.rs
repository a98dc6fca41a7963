use ting_chassis::{
    auth::Caller,
    fault::RequestError,
    input::{Violation, int_in, request_id},
};
use ting_proto::satisfaction::v1::{SetFloorRequest, SetFloorResponse};
use uuid::Uuid;

use super::{App, ask, watch_floors::watch_floors};
use crate::{
    domain::{floor::Floor, metric::Metric},
    store, wire,
};

const METHOD: &str = "SetFloor";
const WINDOW_DAYS: i32 = 30;
const LONGEST_WINDOW_DAYS: i32 = 400;
const MINIMUM_N: i64 = 20;

/// Sets the floor of a score and judges it at once. A score has one floor: its id and its alert outlive a change.
#[tracing::instrument(name = "satisfaction.set_floor", skip_all)]
pub async fn set_floor(
    app: &App,
    caller: &Caller,
    request: SetFloorRequest,
) -> Result<SetFloorResponse, RequestError> {
    let request_id = request_id(&request.request_id)?.unwrap_or_default();
    let mut floor = check(&request, app.store.ids.next())?;
    let mut tx = app.store.begin(&caller.workspace).await?;
    if let Some(answer) = tx.recall(METHOD, &request_id, &request).await? {
        return Ok(answer);
    }
    let workspace = caller.workspace.as_str();
    store::answer::lock(&mut tx, workspace).await?;
    floor.floor_id = store::floor::set(&mut tx, workspace, &floor).await?;
    watch_floors(&mut tx, &[(floor.metric, &floor.cut)]).await?;
    let response = SetFloorResponse { floor: Some(wire::floor(floor)) };
    tx.remember(METHOD, &request_id, &response).await?;
    tx.commit().await?;
    Ok(response)
}

fn check(request: &SetFloorRequest, floor_id: Uuid) -> Result<Floor, Violation> {
    let metric = ask::metric(request.metric)?;
    Ok(Floor {
        floor_id,
        metric,
        cut: ask::cut(ask::dimension(request.dimension)?, &request.key)?,
        minimum: minimum(metric, request.minimum)?,
        window_days: match request.window_days {
            0 => WINDOW_DAYS,
            days => int_in("window_days", days, 1..=LONGEST_WINDOW_DAYS)?,
        },
        minimum_n: match request.minimum_n {
            ..0 => return Err(Violation::new("minimum_n", "OUT_OF_SCALE", "is negative")),
            0 => MINIMUM_N,
            n => n,
        },
    })
}

/// Refuses NaN too: no range contains it.
fn minimum(metric: Metric, raw: f64) -> Result<f64, Violation> {
    let range = metric.score_range();
    if range.contains(&raw) {
        Ok(raw)
    } else {
        let message = format!("is not from {} to {}", range.start(), range.end());
        Err(Violation::new("minimum", "OUT_OF_SCALE", message))
    }
}
