use std::{
    any::Any,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
};

use ting_methods::text::{self, FitOptions, Fitted, Model};

use super::{
    blocking,
    execute_run::{Job, RunError},
};
use crate::{
    domain::{
        board::Member,
        comment::{Place, place_all},
    },
    store::{self, comment::Line},
};

/// Comments read in one transaction.
pub const PAGE: i64 = 5000;

/// The same, as a length: also of what is written at once.
pub const PIECE: usize = 5000;

/// The parts of a run that reading and fitting take, of 1.
const READ: f64 = 0.1;
const FITTED: f64 = 0.85;

/// How far a run is, and whether it is still wanted; shared with the arithmetic.
#[derive(Debug, Clone, Default)]
pub struct Progress {
    permille: Arc<AtomicU32>,
    unwanted: Arc<AtomicBool>,
}

/// Makes the arithmetic stop when the run is dropped.
pub struct StopOnDrop(Arc<AtomicBool>);

impl Drop for StopOnDrop {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// What the arithmetic stops with.
struct Stopped;

impl Progress {
    pub fn stop_on_drop(&self) -> StopOnDrop {
        StopOnDrop(Arc::clone(&self.unwanted))
    }

    /// 0 to 1.
    pub fn share(&self) -> f64 {
        f64::from(self.permille.load(Ordering::Relaxed)) / 1000.0
    }

    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 1000")]
    fn reach(&self, share: f64) {
        self.permille.store((share.clamp(0.0, 1.0) * 1000.0) as u32, Ordering::Relaxed);
    }

    fn stop_if_unwanted(&self) {
        if self.unwanted.load(Ordering::Relaxed) {
            // Unwinds without a word: nothing is wrong.
            std::panic::resume_unwind(Box::new(Stopped));
        }
    }
}

/// What a run has found, before anybody sees it.
pub struct Built {
    pub model: Arc<Model>,
    pub themes: Vec<text::Theme>,
    /// The comments that were read.
    pub members: Vec<Member>,
    pub places: Vec<Placed>,
    /// Of the comments that were read.
    pub parked: i64,
    /// How many comments were read.
    pub read: i64,
    /// The number of the last comment there was when reading began; later ones came meanwhile.
    pub read_until: i64,
    /// The number of the last comment in `places`.
    pub placed_until: i64,
}

/// Where the run puts one comment.
#[derive(Debug, Clone, Copy)]
pub struct Placed {
    pub number: i64,
    pub place: Place,
}

/// Reads the comments of the workspace, finds their themes, and places those that were not read. Writes nothing.
pub async fn build(job: &Job) -> Result<Built, RunError> {
    let workspace = job.workspace.as_str();
    let mut tx = job.app.store.begin(&job.workspace).await?;
    let read_until = store::overview::read(&mut tx, workspace).await?.comments;
    let most = job.app.config.max_run_comments.max(1);
    let sample = if read_until > most {
        Some(store::comment::sample(&mut tx, workspace, read_until, most, job.seed).await?)
    } else {
        None
    };
    tx.rollback().await?;
    let lines = read(job, read_until, sample.as_deref()).await?;
    let (fitted, lines) = fit(job, lines).await?;
    let (members, mut places) = placements(&fitted, &lines);
    let model = Arc::new(fitted.model);
    let mut placed_until = read_until;
    if let Some(sample) = sample {
        placed_until = 0;
        place_others(job, &model, &sample, read_until, &mut placed_until, &mut places).await?;
    }
    // What came meanwhile is placed here as far as possible, so that the last transaction has little to do.
    let mut tx = job.app.store.begin(&job.workspace).await?;
    let there = store::overview::read(&mut tx, workspace).await?.comments;
    tx.rollback().await?;
    place_others(job, &model, &[], there, &mut placed_until, &mut places).await?;
    let parked = i64::try_from(fitted.parked).unwrap_or(i64::MAX);
    let read = i64::try_from(members.len()).unwrap_or(i64::MAX);
    Ok(Built { model, themes: fitted.themes, members, places, parked, read, read_until, placed_until })
}

#[expect(clippy::cast_precision_loss, reason = "a share")]
async fn read(job: &Job, until: i64, sample: Option<&[i64]>) -> Result<Vec<Line>, RunError> {
    let workspace = job.workspace.as_str();
    let mut lines: Vec<Line> = Vec::new();
    if let Some(sample) = sample {
        for numbers in sample.chunks(PIECE) {
            let mut tx = job.app.store.begin(&job.workspace).await?;
            lines.extend(store::comment::numbered(&mut tx, workspace, numbers).await?);
            job.progress.reach(READ * lines.len() as f64 / sample.len() as f64);
        }
        return Ok(lines);
    }
    loop {
        let after = lines.last().map_or(0, |line| line.number);
        let mut tx = job.app.store.begin(&job.workspace).await?;
        let page = store::comment::lines(&mut tx, workspace, after, until, PAGE).await?;
        if page.is_empty() {
            return Ok(lines);
        }
        lines.extend(page);
        job.progress.reach(READ * lines.len() as f64 / until as f64);
    }
}

/// Runs the method on its own thread, and gives the lines back.
async fn fit(job: &Job, lines: Vec<Line>) -> Result<(Fitted, Vec<Line>), RunError> {
    let (progress, seed) = (job.progress.clone(), job.seed.cast_unsigned());
    let work = tokio::task::spawn_blocking(move || {
        let comments: Vec<text::Comment<'_>> = lines
            .iter()
            .map(|line| text::Comment { id: line.feedback_id.to_string(), text: &line.text })
            .collect();
        let options = FitOptions { seed, ..FitOptions::default() };
        let fitted = text::fit(&comments, &options, &mut |share| {
            progress.stop_if_unwanted();
            progress.reach(READ + (FITTED - READ) * f64::from(share));
        });
        drop(comments);
        (fitted, lines)
    });
    work.await.map_err(|error| match error.try_into_panic() {
        Ok(panic) if panic.is::<Stopped>() => RunError::Lost,
        Ok(panic) => RunError::Broken(message(&*panic).to_owned()),
        Err(_) => RunError::Lost,
    })
}

fn message(panic: &(dyn Any + Send)) -> &str {
    panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no message")
}

fn placements(fitted: &Fitted, lines: &[Line]) -> (Vec<Member>, Vec<Placed>) {
    let both = lines.iter().zip(&fitted.assignments);
    let member = |(line, assignment): (&Line, &text::Assignment)| {
        let place = Place { key: assignment.theme, margin: f64::from(assignment.margin) };
        let member =
            Member { feedback_id: assignment.id.clone(), before: line.theme_id, key: assignment.theme };
        (member, Placed { number: line.number, place })
    };
    both.map(member).unzip()
}

async fn place_others(
    job: &Job,
    model: &Arc<Model>,
    known: &[i64],
    until: i64,
    placed_until: &mut i64,
    places: &mut Vec<Placed>,
) -> Result<(), RunError> {
    while *placed_until < until {
        let mut tx = job.app.store.begin(&job.workspace).await?;
        let page = store::comment::lines(&mut tx, job.workspace.as_str(), *placed_until, until, PAGE).await?;
        tx.rollback().await?;
        place_page(model, page, known, until, placed_until, places).await;
    }
    Ok(())
}

/// Places a page of comments except those `known`, and moves `placed_until` behind it.
pub async fn place_page(
    model: &Arc<Model>,
    page: Vec<Line>,
    known: &[i64],
    until: i64,
    placed_until: &mut i64,
    places: &mut Vec<Placed>,
) {
    *placed_until = page.last().map_or(until, |line| line.number);
    let others = page.into_iter().filter(|line| known.binary_search(&line.number).is_err());
    let (numbers, texts): (Vec<i64>, Vec<String>) = others.map(|line| (line.number, line.text)).unzip();
    let model = Arc::clone(model);
    let found = blocking(move || place_all(&texts, Some(&model))).await;
    places.extend(numbers.into_iter().zip(found).map(|(number, place)| Placed { number, place }));
}
