use ting_chassis::fault::chain;
use ting_events::Workspace;
use tokio_util::sync::CancellationToken;

use super::{App, start_run::DEFAULT_SEED};
use crate::{
    domain::{
        overview::Overview,
        run::{Cause, Run},
    },
    store,
};

/// Starts runs that are due by themselves, until `shutdown`.
pub async fn watch(app: App, shutdown: CancellationToken) {
    loop {
        tokio::select! {
            () = shutdown.cancelled() => return,
            () = tokio::time::sleep(app.config.poll()) => {}
        }
        if let Err(error) = advise(&app).await {
            tracing::debug!(error = chain(&error), "looking for due runs starts over");
        }
    }
}

/// Looks once in all workspaces.
async fn advise(app: &App) -> sqlx::Result<()> {
    let fewest = app.config.first_run_comments.min(app.config.drift_comments);
    let mut everywhere = app.store.begin_everywhere().await?;
    let candidates = store::overview::candidates(&mut everywhere, fewest).await?;
    everywhere.rollback().await?;
    for workspace in candidates.iter().filter_map(|name| Workspace::parse(name).ok()) {
        start_if_due(app, &workspace).await?;
    }
    Ok(())
}

async fn start_if_due(app: &App, workspace: &Workspace) -> sqlx::Result<()> {
    let rules = app.config.rules();
    let name = workspace.as_str();
    let mut tx = app.store.begin(workspace).await?;
    // Most candidates still wait for quiet: they are looked at without keeping their comments waiting.
    let due = |overview: &Overview, now| {
        let cause = overview.advice(&rules).filter(|cause| *cause == Cause::First || app.config.auto_refit);
        cause.filter(|_| overview.may_start(&rules, now))
    };
    if due(&store::overview::read(&mut tx, name).await?, tx.now()).is_none() {
        return Ok(());
    }
    let overview = store::overview::lock(&mut tx, name).await?;
    let Some(cause) = due(&overview, tx.now()) else { return Ok(()) };
    if store::run::is_running(&mut tx, name).await? {
        return Ok(());
    }
    let run = Run::new(tx.next_id(), cause, DEFAULT_SEED, tx.now());
    store::run::insert(&mut tx, name, &run).await?;
    tx.commit().await?;
    tracing::info!(workspace = name, run.id = %run.run_id, cause = cause.name(), comments = overview.comments, "run started");
    app.runs.notify_one();
    Ok(())
}
