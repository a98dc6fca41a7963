use std::{panic::AssertUnwindSafe, time::Instant};

use futures::FutureExt as _;
use ting_chassis::fault::chain;
use ting_events::Workspace;
use ting_proto::events::v1::RunFinished;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::{
    App,
    build_themes::{self, Progress},
    settle_run,
};
use crate::{
    domain::run::MOST_TRIES,
    metrics::{self, RunEnd},
    store,
};

/// Why an execution did not end with themes.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The run stays claimed: after a while somebody takes it over.
    #[error("the store did not answer")]
    Store(#[from] sqlx::Error),
    /// It would break again.
    #[error("the method broke: {0}")]
    Broken(String),
    /// Somebody else has taken it over.
    #[error("the run is executed elsewhere")]
    Lost,
}

/// A run in this worker's hands.
pub struct Job {
    pub app: App,
    pub workspace: Workspace,
    pub run_id: Uuid,
    pub worker: Uuid,
    pub seed: i64,
    pub progress: Progress,
}

/// Executes runs one after the other, until `shutdown`.
pub async fn work(app: App, shutdown: CancellationToken) {
    let worker = app.store.ids.next();
    loop {
        match unattended(&app).await {
            Ok(runs) => {
                for (workspace, run_id) in runs {
                    if shutdown.is_cancelled() {
                        return;
                    }
                    attend(&app, workspace, run_id, worker, &shutdown).await;
                }
            }
            Err(error) => tracing::debug!(error = chain(&error), "looking for runs starts over"),
        }
        tokio::select! {
            () = shutdown.cancelled() => return,
            () = app.runs.notified() => {}
            () = tokio::time::sleep(app.config.poll()) => {}
        }
    }
}

async fn unattended(app: &App) -> sqlx::Result<Vec<(Workspace, Uuid)>> {
    let mut everywhere = app.store.begin_everywhere().await?;
    let stale_before = everywhere.now() - app.config.stale_after();
    let found = store::run::unattended(&mut everywhere, stale_before).await?;
    everywhere.rollback().await?;
    Ok(found
        .into_iter()
        .filter_map(|(workspace, run_id)| Some((Workspace::parse(&workspace).ok()?, run_id)))
        .collect())
}

/// Claims a run and sees it through, unless somebody else was faster.
#[tracing::instrument(name = "analysis.execute_run", skip_all, fields(run.id = %run_id))]
async fn attend(app: &App, workspace: Workspace, run_id: Uuid, worker: Uuid, shutdown: &CancellationToken) {
    let claimed = match claim(app, &workspace, run_id, worker).await {
        Ok(Some(claimed)) => claimed,
        Ok(None) => return,
        Err(error) => return tracing::debug!(error = chain(&error), "run not claimed"),
    };
    let started = Instant::now();
    let progress = Progress::default();
    // The arithmetic cannot be dropped: it asks whether it is still wanted.
    let _stop = progress.stop_on_drop();
    let job = Job { app: app.clone(), workspace, run_id, worker, seed: claimed.seed, progress };
    let outcome = if claimed.tries > MOST_TRIES {
        Err(RunError::Broken(format!("given up after {MOST_TRIES} tries")))
    } else {
        tokio::select! {
            // A panic must not end the worker: the run would stay claimed, and the next worker would fall over it too.
            outcome = AssertUnwindSafe(execute(&job)).catch_unwind() => {
                outcome.unwrap_or_else(|_| Err(RunError::Broken("the method panicked".to_owned())))
            }
            () = beat(&job) => Err(RunError::Lost),
            () = shutdown.cancelled() => return release(&job).await,
        }
    };
    let end = match outcome {
        Ok(()) => {
            tracing::info!("run finished");
            RunEnd::Finished
        }
        Err(RunError::Broken(cause)) => {
            fail(&job, &cause).await;
            RunEnd::Failed
        }
        Err(error) => {
            tracing::warn!(error = chain(&error), "run left to be taken over");
            RunEnd::Left
        }
    };
    metrics::run_ended(end, started.elapsed());
}

async fn claim(
    app: &App,
    workspace: &Workspace,
    run_id: Uuid,
    worker: Uuid,
) -> sqlx::Result<Option<store::run::Claimed>> {
    let mut tx = app.store.begin(workspace).await?;
    let now = tx.now();
    let stale_before = now - app.config.stale_after();
    let claimed = store::run::claim(&mut tx, workspace.as_str(), run_id, worker, now, stale_before).await?;
    tx.commit().await?;
    Ok(claimed)
}

async fn execute(job: &Job) -> Result<(), RunError> {
    let built = build_themes::build(job).await?;
    settle_run::settle(job, built).await
}

/// Says that the run is alive, until it is not this worker's any more.
async fn beat(job: &Job) {
    loop {
        tokio::time::sleep(job.app.config.heartbeat()).await;
        match beat_once(job).await {
            Ok(true) => {}
            Ok(false) => return,
            // The last transaction of the run holds its row, or the store is away: the next beat will tell.
            Err(error) => tracing::debug!(error = chain(&error), "heartbeat missed"),
        }
    }
}

async fn beat_once(job: &Job) -> sqlx::Result<bool> {
    let mut tx = job.app.store.begin(&job.workspace).await?;
    let (now, progress) = (tx.now(), job.progress.share());
    let alive =
        store::run::beat(&mut tx, job.workspace.as_str(), job.run_id, job.worker, now, progress).await?;
    tx.commit().await?;
    Ok(alive)
}

async fn release(job: &Job) {
    let released = async {
        let mut tx = job.app.store.begin(&job.workspace).await?;
        store::run::release(&mut tx, job.workspace.as_str(), job.run_id, job.worker).await?;
        tx.commit().await
    };
    if let Err(error) = released.await {
        tracing::debug!(
            error = chain(&error),
            "run not given back; it is taken over when it has been silent for long enough"
        );
    }
}

async fn fail(job: &Job, cause: &str) {
    tracing::error!(workspace = job.workspace.as_str(), cause, "run failed");
    if let Err(error) = store_failure(job, cause).await {
        tracing::warn!(error = chain(&error), "failure of the run not stored");
    }
}

async fn store_failure(job: &Job, cause: &str) -> sqlx::Result<()> {
    let workspace = job.workspace.as_str();
    let mut tx = job.app.store.begin(&job.workspace).await?;
    store::overview::lock(&mut tx, workspace).await?;
    let Some(mut run) = store::run::get(&mut tx, workspace, job.run_id).await? else { return Ok(()) };
    "failed".clone_into(&mut run.state);
    run.finished_at = Some(tx.now());
    cause.clone_into(&mut run.error);
    if !store::run::end(&mut tx, workspace, job.worker, &run).await? {
        return Ok(());
    }
    let now = tx.now();
    store::overview::mark_failed(&mut tx, workspace, now).await?;
    let run_id = job.run_id.to_string();
    let event = RunFinished { run_id: run_id.clone(), failed: true, ..RunFinished::default() };
    tx.publish(&run_id, &event).await?;
    tx.commit().await
}
