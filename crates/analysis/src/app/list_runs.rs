use ting_chassis::{auth::Caller, fault::RequestError, input};
use ting_proto::analysis::v1::{GetRunRequest, GetRunResponse, ListRunsRequest, ListRunsResponse};
use uuid::Uuid;

use super::App;
use crate::{grpc::proto, store};

/// Gives one run.
#[tracing::instrument(name = "analysis.get_run", skip_all)]
pub async fn get_run(
    app: &App,
    caller: &Caller,
    request: GetRunRequest,
) -> Result<GetRunResponse, RequestError> {
    let run_id = input::uuid("run_id", &request.run_id)?;
    let mut tx = app.store.begin(&caller.workspace).await?;
    let run = store::run::get(&mut tx, caller.workspace.as_str(), run_id).await?;
    let run = run.ok_or_else(|| RequestError::not_found("RUN_NOT_FOUND", "there is no such run"))?;
    Ok(GetRunResponse { run: Some(proto::run(run)) })
}

/// Lists runs, newest first.
#[tracing::instrument(name = "analysis.list_runs", skip_all)]
pub async fn list_runs(
    app: &App,
    caller: &Caller,
    request: ListRunsRequest,
) -> Result<ListRunsResponse, RequestError> {
    let workspace = caller.workspace.as_str();
    let scope = input::scope(&["ListRuns", workspace]);
    let page = input::page(&app.page_key, request.page_size, &request.page_token, &scope)?;
    // A sealed token holds what this function put into it.
    let before = page.after.as_ref().and_then(|after| Uuid::try_parse(after.first()?).ok());
    let mut tx = app.store.begin(&caller.workspace).await?;
    let mut rows = store::run::list(&mut tx, workspace, before, page.fetch()).await?;
    let next_page_token = page.finish(&app.page_key, &scope, &mut rows, |run| vec![run.run_id.to_string()]);
    Ok(ListRunsResponse { runs: rows.into_iter().map(proto::run).collect(), next_page_token })
}
