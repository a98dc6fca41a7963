use rayon::prelude::*;

use super::cluster;
use super::continuity::{self, Ids};
use super::corpus::Corpus;
use super::corrections::Correction;
use super::encoder::{Encoded, EncodedError, Encoder};
use super::fitted::Fitted;
use super::folding::Statements;
use super::guide::Guide;
use super::knn::nearest;
use super::language::{LanguageCounts, language};
use super::levels::Board;
use super::middle::{Middle, RowGuide, middle_level};
use super::model::{Model, Placement};
use super::names::Member;
use super::normalize::normalize;
use super::options::FitOptions;
use super::previous::{Diff, Previous};
use super::rows::Rows;
use super::settle::Settling;
use super::space::Space;

/// Fewer neighbours than this make themes of single phrases, unless there are hardly any comments.
const FEWEST_NEIGHBOURS: usize = 10;

/// More directions add noise and memory.
const MAX_DIMENSIONS: usize = 500;

/// A comment, or one statement of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment<'a> {
    pub id: String,
    pub text: &'a str,
}

/// What a fit may know besides the comments.
#[derive(Debug, Clone, Copy, Default)]
pub struct Guidance<'a> {
    /// What people decided, oldest first.
    pub corrections: &'a [Correction],
    /// The outcome that this one continues: themes keep their ids where at least half of their comments stay together.
    pub previous: Option<&'a Previous>,
    /// Vectors of the comments from a language model.
    pub encoded: Option<Encoded<'a>>,
}

/// Finds the themes of many comments. `progress` hears numbers from 0 to 1, never falling.
///
/// Repeated and nearly equal comments enter once, with their votes; each distinct comment becomes a direction
/// (topics and word vectors learnt from all of them), neighbours form a graph, its communities become themes.
pub fn fit(comments: &[Comment<'_>], options: &FitOptions, progress: &mut dyn FnMut(f32)) -> Fitted {
    run(comments, options, &Guidance::default(), progress)
}

/// Finds themes as [`fit`] does, and keeps to what people decided: pinned comments are where they were pinned.
pub fn fit_guided(
    comments: &[Comment<'_>],
    options: &FitOptions,
    guidance: &Guidance<'_>,
    progress: &mut dyn FnMut(f32),
) -> Result<Fitted, EncodedError> {
    if let Some(encoded) = &guidance.encoded {
        encoded.check(comments.len())?;
    }
    Ok(run(comments, options, guidance, progress))
}

fn run(
    comments: &[Comment<'_>],
    options: &FitOptions,
    guidance: &Guidance<'_>,
    progress: &mut dyn FnMut(f32),
) -> Fitted {
    let plain: Vec<String> = comments.par_iter().map(|comment| normalize(comment.text)).collect();
    progress(0.05);
    let statements = Statements::fold(comments, &plain);
    progress(0.15);
    let guide = Guide::new(comments, guidance.corrections, guidance.previous);
    let learnt = Learnt::from(&statements, options, guidance.encoded.as_ref(), progress);
    let members: Vec<Member<'_>> = learnt.members(comments, &statements);
    let row_of = learnt.row_of(&statements);
    let row_guide = RowGuide::new(&guide, learnt.rows.height(), &row_of, &by_id(comments));
    let k = neighbours(options, learnt.rows.height());
    let edges = row_guide.draw(cluster::edges(&nearest(&learnt.rows, k)));
    progress(0.8);
    let found = middle_level(&learnt.rows, &edges, &members, options, &row_guide);
    let mut ids = Ids::new(guidance.previous, &guide);
    let middle = ids.middle(&found.continued);
    let Learnt { corpus, space, rows, sampled, placed } = learnt;
    let mut model = model(space, &found, &middle, options);
    progress(0.85);

    let settling = Settling {
        model: &model,
        comments,
        plain: &plain,
        statements: &statements,
        encoded: guidance.encoded.as_ref(),
        guide: &guide,
    };
    let placements = place(&settling, &rows, &sampled, &placed);
    let assignments = settling.assignments(&placements);
    progress(0.9);
    let index_of = |key: u32| middle.iter().position(|id| *id == key).and_then(|at| u32::try_from(at).ok());
    let placed_in = |(row, document): (usize, &usize)| {
        row_guide.pins[row].or_else(|| placements[sampled[*document]].theme()).and_then(index_of)
    };
    let board = Board {
        space: &model.space,
        rows: &rows,
        edges: &edges,
        members: &members,
        corpus: &corpus,
        nearest: &found.grouping.labels,
        placed: &placed.iter().enumerate().map(placed_in).collect::<Vec<_>>(),
    };
    let mut themes = board.themes(middle.len(), options);
    ids.rename(&mut themes, &middle, &assignments);
    themes.extend(ids.missed(&themes, &guide));
    continuity::label(&mut themes, &guide);
    continuity::count(&mut themes, &assignments);
    let parked = assignments.iter().filter(|assignment| assignment.theme.is_none()).count();
    let strange =
        statements.of.iter().filter(|statement| placements[**statement] == Placement::Parked).count();
    model.strange_share = share(strange, comments.len());
    let diff = guidance.previous.map(|previous| Diff::between(previous, &themes, &assignments));
    progress(1.0);
    Fitted { model, themes, assignments, languages: count_languages(&plain), parked, diff }
}

/// What the texts have taught.
struct Learnt {
    corpus: Corpus,
    space: Space,
    rows: Rows,
    /// The statement of each document of the corpus.
    sampled: Vec<usize>,
    /// The document of each row.
    placed: Vec<usize>,
}

impl Learnt {
    fn from(
        statements: &Statements<'_>,
        options: &FitOptions,
        encoded: Option<&Encoded<'_>>,
        progress: &mut dyn FnMut(f32),
    ) -> Self {
        let sampled = statements.sample(options.seed, options.sample);
        let texts: Vec<(&str, u32)> = sampled
            .iter()
            .map(|statement| (statements.distinct[*statement].text, statements.distinct[*statement].votes))
            .collect();
        let corpus = Corpus::read(&texts);
        progress(0.25);
        let read: Vec<usize> = sampled.iter().map(|statement| statements.distinct[*statement].read).collect();
        let learnt = encoded.map(|encoded| Encoder::learn(encoded, &read));
        let rank = options.dimensions.clamp(1, MAX_DIMENSIONS);
        let space =
            Space::learn(&corpus, rank, options.seed, learnt, &mut |part| progress(0.25 + 0.4 * part));
        let outside: Option<Vec<&[f32]>> =
            encoded.map(|encoded| read.iter().map(|comment| encoded.vectors[*comment].as_slice()).collect());
        let (placed, rows) = space.place_all(&corpus, outside.as_deref());
        Self { corpus, space, rows, sampled, placed }
    }

    fn members<'c>(&self, comments: &'c [Comment<'c>], statements: &Statements<'_>) -> Vec<Member<'c>> {
        let member = |document: &usize| statements.member(comments, self.sampled[*document], *document);
        self.placed.iter().map(member).collect()
    }

    /// The row of each comment; none when its statement was not sampled or holds no known term.
    fn row_of(&self, statements: &Statements<'_>) -> Vec<Option<u32>> {
        let mut of_statement = vec![None; statements.distinct.len()];
        for (row, document) in (0_u32..).zip(&self.placed) {
            of_statement[self.sampled[*document]] = Some(row);
        }
        statements.of.iter().map(|statement| of_statement[*statement]).collect()
    }
}

/// The comments by their ids: the order of rows decides nothing.
fn by_id(comments: &[Comment<'_>]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..comments.len()).collect();
    order
        .sort_by(|a, b| comments[*a].id.cmp(&comments[*b].id).then(comments[*a].text.cmp(comments[*b].text)));
    order
}

/// The place of every statement, found with the finished model, so that a later call with the same text agrees.
fn place(settling: &Settling<'_>, rows: &Rows, sampled: &[usize], placed: &[usize]) -> Vec<Placement> {
    let Settling { model, statements, encoded, .. } = settling;
    let mut row_of = vec![None; statements.distinct.len()];
    placed.iter().enumerate().for_each(|(row, document)| row_of[sampled[*document]] = Some(row));
    let mut is_sampled = vec![false; statements.distinct.len()];
    for statement in sampled {
        is_sampled[*statement] = true;
    }
    let place = |statement: usize| match row_of[statement] {
        Some(row) => model.judge(rows.row(row), &[]),
        // Read before, and nothing known found in it.
        None if is_sampled[statement] => Placement::Parked,
        None => {
            let said = &statements.distinct[statement];
            let vector = encoded.map(|encoded| encoded.vectors[said.read].as_slice());
            let direction = model.space.place(said.text, vector);
            direction.map_or(Placement::Parked, |direction| model.judge(&direction, &[]))
        }
    };
    (0..statements.distinct.len()).into_par_iter().map(place).collect()
}

fn count_languages(plain: &[String]) -> LanguageCounts {
    let mut languages = LanguageCounts::default();
    for text in plain {
        languages.add(language(text));
    }
    languages
}

/// Few comments have few true neighbours: 30 for a few hundred comments would join everything to everything.
fn neighbours(options: &FitOptions, rows: usize) -> usize {
    let fitting = (rows.isqrt() / 5).max(FEWEST_NEIGHBOURS).min((rows / 10).max(5));
    fitting.min(options.neighbours).max(1)
}

fn model(space: Space, found: &Middle, keys: &[u32], options: &FitOptions) -> Model {
    let kept = || found.grouping.cosines.iter().zip(&found.kept).filter(|(_, kept)| **kept);
    let similarities: Vec<f32> = kept().map(|((best, _), _)| *best).collect();
    let margins: Vec<f32> = kept().map(|((best, second), _)| best - second).collect();
    Model {
        space,
        keys: keys.to_vec(),
        centroids: found.grouping.centroids.cells().to_vec(),
        least_similarity: quantile(similarities, options.parked_share / 2.0),
        least_margin: quantile(margins, options.parked_share),
        strange_share: 0.0,
    }
}

#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a rank"
)]
fn quantile(mut values: Vec<f32>, share: f64) -> f32 {
    values.sort_unstable_by(f32::total_cmp);
    let rank = (values.len() as f64 * share.clamp(0.0, 1.0)) as usize;
    // Nothing is parked for a share of nothing, not even by a rounding error.
    if rank == 0 { f32::NEG_INFINITY } else { values[rank.min(values.len() - 1)] }
}

#[expect(clippy::cast_precision_loss, reason = "a share")]
fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}
