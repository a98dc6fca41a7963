use std::{collections::HashMap, sync::Arc};

use ting_chassis::store::Tx;
use ting_proto::events::v1::{RunFinished, ThemeChanged};
use uuid::Uuid;

use super::{
    blocking,
    build_themes::{Built, PAGE, PIECE, Placed, place_page},
    execute_run::{Job, RunError},
};
use crate::{
    domain::{
        board::Board,
        overview::Overview,
        run::Run,
        theme::{MIDDLE, Theme},
    },
    store,
};

/// With more themes than this only those of the middle level are told of.
const MOST_TOLD: usize = 200;

/// Shows what a run has found: themes, model and the place of every comment change together, or not at all.
pub async fn settle(job: &Job, mut built: Built) -> Result<(), RunError> {
    let workspace = job.workspace.as_str();
    let (board, bytes) = prepare(job, &mut built).await?;
    let mut tx = job.app.store.begin(&job.workspace).await?;
    // From here on comments wait.
    let mut overview = store::overview::lock(&mut tx, workspace).await?;
    place_latest(&mut tx, workspace, overview.comments, &mut built).await?;
    store::theme::replace(&mut tx, workspace, job.run_id, &board.themes).await?;
    store::model::replace(&mut tx, workspace, job.run_id, &bytes).await?;
    move_comments(&mut tx, workspace, &board.by_key(), &built.places).await?;
    overview.active_run = Some(job.run_id);
    overview.active_at = Some(tx.now());
    overview.read_until = built.read_until;
    overview.failed_at = None;
    store::overview::write(&mut tx, workspace, &overview).await?;
    recount(&mut tx, workspace).await?;
    end(&mut tx, job, &board, &built, &overview).await?;
    tx.commit().await?;
    Ok(())
}

/// Gives the themes their lasting ids, which needs no lock: only runs change them, and there is one at a time.
async fn prepare(job: &Job, built: &mut Built) -> Result<(Board, Vec<u8>), RunError> {
    let mut tx = job.app.store.begin(&job.workspace).await?;
    let old = store::theme::all(&mut tx, job.workspace.as_str()).await?;
    tx.rollback().await?;
    let (themes, members) = (std::mem::take(&mut built.themes), std::mem::take(&mut built.members));
    let (model, ids) = (Arc::clone(&built.model), job.app.store.ids.clone());
    let prepared =
        blocking(move || (Board::make(&themes, &members, old, || ids.next()), model.to_bytes())).await;
    Ok(prepared)
}

/// Places the comments that came since the run looked last; now no more can come.
async fn place_latest(tx: &mut Tx, workspace: &str, until: i64, built: &mut Built) -> Result<(), RunError> {
    let mut placed_until = built.placed_until;
    while placed_until < until {
        let page = store::comment::lines(tx, workspace, placed_until, until, PAGE).await?;
        place_page(&built.model, page, &[], until, &mut placed_until, &mut built.places).await;
    }
    Ok(())
}

async fn move_comments(
    tx: &mut Tx,
    workspace: &str,
    ids: &HashMap<u32, Uuid>,
    places: &[Placed],
) -> sqlx::Result<()> {
    for piece in places.chunks(PIECE) {
        let numbers: Vec<i64> = piece.iter().map(|placed| placed.number).collect();
        let theme = |placed: &Placed| placed.place.key.and_then(|key| ids.get(&key).copied());
        let themes: Vec<Option<Uuid>> = piece.iter().map(theme).collect();
        let margins: Vec<f64> = piece.iter().map(|placed| placed.place.margin).collect();
        store::comment::move_to(tx, workspace, &numbers, &themes, &margins).await?;
    }
    Ok(())
}

async fn recount(tx: &mut Tx, workspace: &str) -> sqlx::Result<()> {
    store::figures::clear_weeks(tx, workspace).await?;
    store::figures::recount_themes(tx, workspace).await?;
    store::figures::recount_weeks(tx, workspace).await?;
    store::overview::recount(tx, workspace).await.map(drop)
}

/// Ends the run and tells of it and of its themes.
async fn end(
    tx: &mut Tx,
    job: &Job,
    board: &Board,
    built: &Built,
    overview: &Overview,
) -> Result<(), RunError> {
    let workspace = job.workspace.as_str();
    let run = store::run::get(tx, workspace, job.run_id).await?.ok_or(RunError::Lost)?;
    let run = Run {
        state: "finished".to_owned(),
        progress: 1.0,
        comments: built.read,
        themes: i64::try_from(board.middle()).unwrap_or(i64::MAX),
        parked: built.parked,
        finished_at: overview.active_at,
        ..run
    };
    if !store::run::end(tx, workspace, job.worker, &run).await? {
        return Err(RunError::Lost);
    }
    let themes = store::theme::all(tx, workspace).await?;
    let event = |(theme, gone)| {
        let event = changed(theme, job.run_id, gone);
        (event.theme_id.clone(), event)
    };
    let events: Vec<_> = told(&themes, &board.gone).into_iter().map(event).collect();
    tx.publish_all(&events).await?;
    let run_id = job.run_id.to_string();
    let event = RunFinished {
        run_id: run_id.clone(),
        failed: false,
        comments: run.comments,
        themes: run.themes,
        parked: run.parked,
    };
    Ok(tx.publish(&run_id, &event).await?)
}

/// The themes to tell of, with whether they are gone.
fn told<'a>(there: &'a [Theme], gone: &'a [Theme]) -> Vec<(&'a Theme, bool)> {
    let all = there.iter().map(|theme| (theme, false)).chain(gone.iter().map(|theme| (theme, true)));
    let many = there.len() + gone.len() > MOST_TOLD;
    all.filter(|(theme, _)| !many || theme.level == MIDDLE).collect()
}

fn changed(theme: &Theme, run_id: Uuid, gone: bool) -> ThemeChanged {
    ThemeChanged {
        theme_id: theme.theme_id.to_string(),
        run_id: run_id.to_string(),
        level: theme.level.into(),
        label: theme.label.clone(),
        terms: theme.terms.clone(),
        size: if gone { 0 } else { theme.size },
        gone,
    }
}
