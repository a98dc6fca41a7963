use std::collections::BTreeMap;

use ndarray::Array2;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::cluster::{self, Edge, Grouping};
use super::corpus::Corpus;
use super::folding::Statements;
use super::knn::nearest;
use super::language::{LanguageCounts, language};
use super::levels::{Board, Level, Theme};
use super::model::{Model, Placement};
use super::names::Member;
use super::normalize::normalize;
use super::space::Space;

/// Rounds that move the centroids after the communities are found.
const ROUNDS: usize = 8;

/// More directions add noise and memory.
const MAX_DIMENSIONS: usize = 500;

/// A comment, or one statement of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment<'a> {
    pub id: String,
    pub text: &'a str,
}

/// How themes are looked for. The defaults suit customer comments of one company.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FitOptions {
    pub seed: u64,
    /// Granularity of the middle level: higher gives more and smaller themes. Taken within .01 and 100, as are
    /// the other two.
    pub resolution: f64,
    pub large_resolution: f64,
    pub small_resolution: f64,
    /// Neighbours per comment in the graph.
    pub neighbours: usize,
    /// Directions kept of topics, and as many of word vectors.
    pub dimensions: usize,
    /// Themes with fewer comments are parked.
    pub least_theme_size: usize,
    /// The share of comments with the smallest margin that is parked.
    pub parked_share: f64,
    /// More distinct comments than this are not fitted, only assigned; which, the seed decides.
    pub sample: usize,
}

impl Default for FitOptions {
    fn default() -> Self {
        Self {
            seed: 1,
            resolution: 1.0,
            large_resolution: 0.5,
            small_resolution: 4.0,
            neighbours: 30,
            dimensions: 100,
            least_theme_size: 3,
            parked_share: 0.05,
            sample: 100_000,
        }
    }
}

impl FitOptions {
    /// A resolution the graph can work with.
    pub(super) fn usable(resolution: f64, default: f64) -> f64 {
        if resolution.is_nan() { default } else { resolution.clamp(0.01, 100.0) }
    }
}

/// Where one comment went.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Assignment {
    pub id: String,
    /// A theme of the middle level, or parked.
    pub theme: Option<u32>,
    /// How much nearer the theme is than the next one; low margins are worth a human look first. 0 when parked.
    pub margin: f32,
    /// The comment (smallest id) that says the same in nearly the same words.
    pub duplicate_of: Option<String>,
}

/// The outcome of [`fit`].
#[derive(Debug, Clone)]
pub struct Fitted {
    pub model: Model,
    /// Middle themes by size, then large ones, then small ones.
    pub themes: Vec<Theme>,
    /// In the order of the comments.
    pub assignments: Vec<Assignment>,
    pub languages: LanguageCounts,
    /// How many comments fit nowhere.
    pub parked: usize,
}

/// Finds the themes of many comments. `progress` hears numbers from 0 to 1, never falling.
///
/// Repeated and nearly equal comments enter once, with their votes; each distinct comment becomes a direction
/// (topics and word vectors learnt from all of them), neighbours form a graph, its communities become themes.
pub fn fit(comments: &[Comment<'_>], options: &FitOptions, progress: &mut dyn FnMut(f32)) -> Fitted {
    let plain: Vec<String> = comments.par_iter().map(|comment| normalize(comment.text)).collect();
    progress(0.05);
    let statements = Statements::fold(comments, &plain);
    progress(0.15);
    let sampled = statements.sample(options.seed, options.sample);
    let corpus = read(&statements, &sampled);
    progress(0.25);
    let space =
        Space::learn(&corpus, options.dimensions.clamp(1, MAX_DIMENSIONS), options.seed, &mut |part| {
            progress(0.25 + 0.4 * part);
        });
    let (placed, rows) = space.place_all(&corpus);
    let members: Vec<Member<'_>> =
        placed.iter().map(|document| statements.member(comments, sampled[*document], *document)).collect();
    let edges = cluster::edges(&nearest(&rows, neighbours(options, rows.nrows())));
    progress(0.8);
    let found = middle_level(&rows, &edges, &members, options);
    let mut model = model(space, &found, options);
    progress(0.9);

    // Every comment is placed with the finished model, so that a later call with the same text agrees.
    let placements: Vec<Placement> =
        statements.distinct.par_iter().map(|statement| model.assign_normalized(statement.text)).collect();
    let assignments = assignments(comments, &statements, &placements);
    let parked = assignments.iter().filter(|assignment| assignment.theme.is_none()).count();
    model.parked_share = share(parked, comments.len());
    let board = Board {
        rows: &rows,
        edges: &edges,
        members: &members,
        corpus: &corpus,
        nearest: &found.grouping.labels,
        placed: &placed.iter().map(|document| placements[sampled[*document]].theme()).collect::<Vec<_>>(),
    };
    let mut themes = board.themes(model.keys.len(), options);
    count_comments(&mut themes, &assignments);
    progress(1.0);
    Fitted { model, themes, assignments, languages: count_languages(&plain), parked }
}

fn read(statements: &Statements<'_>, sampled: &[usize]) -> Corpus {
    let mut corpus = Corpus::default();
    for statement in sampled {
        corpus.push(statements.distinct[*statement].text, statements.distinct[*statement].votes);
    }
    corpus
}

fn count_languages(plain: &[String]) -> LanguageCounts {
    let mut languages = LanguageCounts::default();
    for text in plain {
        languages.add(language(text));
    }
    languages
}

/// Few comments have few true neighbours.
fn neighbours(options: &FitOptions, rows: usize) -> usize {
    options.neighbours.clamp(1, (rows / 10).max(5))
}

/// The middle level: the themes kept, numbered by size, and every row with the one it is nearest to.
struct Middle {
    grouping: Grouping,
    /// Whether the theme each row came from was large enough.
    kept: Vec<bool>,
}

fn middle_level(rows: &Array2<f32>, edges: &[Edge], members: &[Member<'_>], options: &FitOptions) -> Middle {
    let resolution = FitOptions::usable(options.resolution, FitOptions::default().resolution);
    let first = cluster::communities(rows.nrows(), edges, resolution, options.seed);
    let count = first.iter().max().map_or(0, |largest| largest + 1);
    let centroids = cluster::centroids(rows, &first, Array2::zeros((count, rows.ncols())));
    let grouping = cluster::spherical_k_means(rows, centroids, ROUNDS);

    let mut sizes: Vec<(usize, usize)> = (0..count).map(|label| (0, label)).collect();
    for (label, member) in grouping.labels.iter().zip(members) {
        sizes[*label].0 += member.votes as usize;
    }
    let enough = sizes.iter().map(|(size, _)| *size >= options.least_theme_size.max(1)).collect::<Vec<_>>();
    sizes.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
    let labels: Vec<usize> = sizes.iter().map(|(_, label)| *label).filter(|label| enough[*label]).collect();
    let kept = grouping.labels.iter().map(|label| enough[*label]).collect();
    let centroids = grouping.centroids.select(ndarray::Axis(0), &labels);
    // The rivals of a row are the themes that were kept.
    Middle { grouping: cluster::nearest_centroids(rows, centroids), kept }
}

fn model(space: Space, found: &Middle, options: &FitOptions) -> Model {
    let kept = || found.grouping.cosines.iter().zip(&found.kept).filter(|(_, kept)| **kept);
    let similarities: Vec<f32> = kept().map(|((best, _), _)| *best).collect();
    let margins: Vec<f32> = kept().map(|((best, second), _)| best - second).collect();
    let keys = (0_u32..).zip(found.grouping.centroids.rows()).map(|(key, _)| key).collect();
    Model {
        space,
        keys,
        centroids: found.grouping.centroids.iter().copied().collect(),
        least_similarity: quantile(similarities, options.parked_share / 2.0),
        least_margin: quantile(margins, options.parked_share),
        parked_share: 0.0,
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

fn assignments(
    comments: &[Comment<'_>],
    statements: &Statements<'_>,
    placements: &[Placement],
) -> Vec<Assignment> {
    let assignment = |(at, comment): (usize, &Comment<'_>)| {
        let statement = statements.of[at];
        let (theme, margin) = match placements[statement] {
            Placement::Theme { key, margin, .. } => (Some(key), margin),
            Placement::Parked => (None, 0.0),
        };
        let first = statements.distinct[statement].first;
        let duplicate_of = (first != at).then(|| comments[first].id.clone());
        Assignment { id: comment.id.clone(), theme, margin, duplicate_of }
    };
    comments.iter().enumerate().map(assignment).collect()
}

/// Sets the sizes of middle and large themes to what was assigned, comments beyond the sample included.
fn count_comments(themes: &mut [Theme], assignments: &[Assignment]) {
    let mut sizes: BTreeMap<u32, usize> = BTreeMap::new();
    for key in assignments.iter().filter_map(|assignment| assignment.theme) {
        *sizes.entry(key).or_default() += 1;
    }
    for theme in themes.iter().filter(|theme| theme.level == Level::Middle) {
        let size = sizes.get(&theme.key).copied().unwrap_or_default();
        if let Some(parent) = theme.parent {
            *sizes.entry(parent).or_default() += size;
        }
    }
    for theme in themes.iter_mut().filter(|theme| theme.level != Level::Small) {
        theme.size = sizes.get(&theme.key).copied().unwrap_or_default();
    }
}

#[expect(clippy::cast_precision_loss, reason = "a share")]
fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}
