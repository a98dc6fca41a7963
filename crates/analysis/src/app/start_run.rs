use ting_chassis::{auth::Caller, fault::RequestError, input};
use ting_proto::analysis::v1::{StartRunRequest, StartRunResponse};

use super::App;
use crate::{
    domain::run::{Cause, FEWEST_COMMENTS, Run},
    grpc::proto,
    store,
};

const METHOD: &str = "StartRun";

/// The seed of runs that nobody gave one.
pub const DEFAULT_SEED: i64 = 1;

/// Queues a run; a process executes it soon.
#[tracing::instrument(name = "analysis.start_run", skip_all)]
pub async fn start_run(
    app: &App,
    caller: &Caller,
    request: StartRunRequest,
) -> Result<StartRunResponse, RequestError> {
    let request_id = input::request_id(&request.request_id)?.unwrap_or_default();
    let workspace = caller.workspace.as_str();
    let mut tx = app.store.begin(&caller.workspace).await?;
    if let Some(answer) = tx.recall(METHOD, &request_id, &request).await? {
        return Ok(answer);
    }
    let overview = store::overview::lock(&mut tx, workspace).await?;
    if overview.comments < FEWEST_COMMENTS {
        let text =
            format!("themes need at least {FEWEST_COMMENTS} comments, there are {}", overview.comments);
        return Err(RequestError::precondition("TOO_FEW_COMMENTS", text));
    }
    if store::run::is_running(&mut tx, workspace).await? {
        return Err(RequestError::precondition(
            "RUN_IN_PROGRESS",
            "a run is going on; ListRuns shows how far it is",
        ));
    }
    let seed = if request.seed == 0 { DEFAULT_SEED } else { request.seed };
    let run = Run::new(tx.next_id(), Cause::Asked, seed, tx.now());
    store::run::insert(&mut tx, workspace, &run).await?;
    let answer = StartRunResponse { run: Some(proto::run(run)) };
    tx.remember(METHOD, &request_id, &answer).await?;
    tx.commit().await?;
    app.runs.notify_one();
    Ok(answer)
}
