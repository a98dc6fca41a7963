//! Groups demanded qualities that mean about the same into islands, and checks the tree that a person makes of them.
//!
//! This is the affinity diagram (KJ method) with a first proposal by machine: the similarity of two labels is the Jaccard
//! coefficient of their pairs of Chinese characters and their words; islands are joined by average linkage, the most similar
//! first, as long as they stay within the largest size. Meaning that shows in no word is not seen: a person decides. For
//! thousands of comments see [`crate::text::fit`].

mod outline;
mod review;

pub use outline::{Node, Outline, OutlineError};
pub use review::{Finding, Problem, Voice, review};

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::number::{len_f64, ordered_sum};
use crate::text::{features, normalize};

/// More labels than this are no work for cards on a table.
pub const MAX_LABELS: usize = 2_000;

const KEYWORDS: usize = 4;

/// How islands are proposed.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Options {
    /// Labels an island holds at most, 2 or more.
    pub largest: usize,
    /// Mean similarity from which on two islands may be joined, above 0 to 1.
    pub similarity: f64,
}

impl Default for Options {
    fn default() -> Self {
        Self { largest: 5, similarity: 0.1 }
    }
}

/// Why there are no islands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AffinityError {
    #[error("there are no labels")]
    Empty,
    #[error("the label is empty")]
    Blank { at: usize },
    #[error("there are {labels} labels, more than {MAX_LABELS}; group thousands of comments by themes")]
    TooMany { labels: usize },
    #[error("an island must hold 2 labels or more, and the similarity must lie above 0, at most 1")]
    Options,
}

/// Labels that mean about the same.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Island {
    /// Positions in the input, in the order of their texts.
    pub labels: Vec<usize>,
    /// Mean similarity of two of its labels, 0 to 1.
    pub similarity: f64,
    /// What most of its labels share: material for a name, which is itself a demanded quality.
    pub shared: Vec<String>,
}

/// A proposal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Islands {
    /// The largest first, then in the order of their texts.
    pub islands: Vec<Island>,
    /// Labels that are like no other, in the order of their texts.
    pub alone: Vec<usize>,
    /// Labels that say word for word what an earlier one says: `(label, earlier)`. They are in no island.
    pub duplicates: Vec<(usize, usize)>,
}

/// Proposes islands. Ties are decided by the order of texts, so that the order of rows decides nothing but which of several
/// equal labels stands for them. Cost grows with the cube of the labels: a second for 2,000.
pub fn islands<T: AsRef<str>>(labels: &[T], options: &Options) -> Result<Islands, AffinityError> {
    let Options { largest, similarity } = *options;
    if largest < 2 || !(similarity > 0.0 && similarity <= 1.0) {
        return Err(AffinityError::Options);
    }
    if labels.is_empty() {
        return Err(AffinityError::Empty);
    }
    if labels.len() > MAX_LABELS {
        return Err(AffinityError::TooMany { labels: labels.len() });
    }
    let (distinct, duplicates) = fold(labels)?;
    let traits: Vec<BTreeSet<String>> = distinct.par_iter().map(|(plain, _)| features(plain)).collect();
    let table: Vec<Vec<f64>> =
        traits.par_iter().map(|a| traits.iter().map(|b| jaccard(a, b)).collect()).collect();
    let mut found = Islands { islands: Vec::new(), alone: Vec::new(), duplicates };
    for group in join(table.clone(), largest, similarity) {
        let members = group.iter().map(|at| distinct[*at].1).collect();
        match group.as_slice() {
            [_] => found.alone.extend::<Vec<usize>>(members),
            _ => found.islands.push(Island {
                labels: members,
                similarity: mean(&table, &group),
                shared: shared(&traits, &group),
            }),
        }
    }
    // The groups stand in the order of their first texts already.
    found.islands.sort_by_key(|island| std::cmp::Reverse(island.labels.len()));
    Ok(found)
}

/// Normalised text and position of a label, and which labels repeat which.
type Folded = (Vec<(String, usize)>, Vec<(usize, usize)>);

/// The distinct labels in the order of their texts.
fn fold<T: AsRef<str>>(labels: &[T]) -> Result<Folded, AffinityError> {
    let mut first: BTreeMap<String, usize> = BTreeMap::new();
    let mut duplicates = Vec::new();
    for (at, label) in labels.iter().enumerate() {
        let plain = normalize(label.as_ref());
        if plain.is_empty() {
            return Err(AffinityError::Blank { at });
        }
        match first.get(&plain) {
            Some(earlier) => duplicates.push((at, *earlier)),
            None => {
                first.insert(plain, at);
            }
        }
    }
    Ok((first.into_iter().collect(), duplicates))
}

/// The share of traits that two labels have in common.
fn jaccard(a: &BTreeSet<String>, b: &BTreeSet<String>) -> f64 {
    let common = a.intersection(b).count();
    let all = a.len() + b.len() - common;
    if all == 0 { 0.0 } else { len_f64(common) / len_f64(all) }
}

/// Joins the two most similar groups again and again while their union is small enough. `table` becomes that of the groups.
fn join(mut table: Vec<Vec<f64>>, largest: usize, least: f64) -> Vec<Vec<usize>> {
    let mut groups: Vec<Vec<usize>> = (0..table.len()).map(|at| vec![at]).collect();
    while let Some((a, b)) = nearest(&table, &groups, largest, least) {
        let (size_a, size_b) = (len_f64(groups[a].len()), len_f64(groups[b].len()));
        let pairs = table[a].iter().zip(&table[b]);
        let means: Vec<f64> = pairs.map(|(x, y)| (size_a * x + size_b * y) / (size_a + size_b)).collect();
        for (row, mean) in table.iter_mut().zip(&means) {
            row[a] = *mean;
        }
        table[a] = means;
        let joined = std::mem::take(&mut groups[b]);
        groups[a].extend(joined);
    }
    groups.retain(|group| !group.is_empty());
    for group in &mut groups {
        group.sort_unstable();
    }
    groups.sort_unstable();
    groups
}

/// The first of the most similar pairs that may be joined. Means that differ by rounding only are ties.
fn nearest(table: &[Vec<f64>], groups: &[Vec<usize>], largest: usize, least: f64) -> Option<(usize, usize)> {
    let mut best = None;
    let mut highest = least - 1e-12;
    for (a, row) in table.iter().enumerate() {
        let room = largest.saturating_sub(groups[a].len());
        if groups[a].is_empty() || room == 0 {
            continue;
        }
        for (b, similarity) in row.iter().enumerate().skip(a + 1) {
            let size = groups[b].len();
            if *similarity > highest && size > 0 && size <= room {
                best = Some((a, b));
                highest = *similarity + 1e-12;
            }
        }
    }
    best
}

fn mean(table: &[Vec<f64>], group: &[usize]) -> f64 {
    let pairs = group.iter().enumerate().flat_map(|(at, a)| group[at + 1..].iter().map(|b| table[*a][*b]));
    let pairs: Vec<f64> = pairs.collect();
    let count = len_f64(pairs.len().max(1));
    ordered_sum(pairs) / count
}

/// Traits of at least half of the labels, the commonest and longest first.
fn shared(traits: &[BTreeSet<String>], group: &[usize]) -> Vec<String> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for trait_ in group.iter().flat_map(|at| &traits[*at]) {
        *counts.entry(trait_).or_default() += 1;
    }
    let mut common: Vec<(&str, usize)> =
        counts.into_iter().filter(|(_, count)| *count > 1 && 2 * count >= group.len()).collect();
    common.sort_by(|a, b| b.1.cmp(&a.1).then(b.0.len().cmp(&a.0.len())).then(a.0.cmp(b.0)));
    common.into_iter().take(KEYWORDS).map(|(text, _)| text.to_owned()).collect()
}
