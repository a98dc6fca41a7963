//! Finds comments that say the same thing in nearly the same words.
//!
//! A text is the set of its character shingles: pairs in Chinese, runs of four elsewhere. Texts that share one of
//! 48 `MinHash` bands are compared exactly, so what is found is right, and hardly anything above Jaccard .6 is missed.

use std::collections::BTreeMap;

use rayon::prelude::*;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use super::fit::Comment;
use super::folding::Statements;
use super::language::is_han;
use super::normalize::normalize;
use crate::random::mix;

/// From here on two comments are the same statement and may be folded without asking.
pub const FOLD: f64 = 0.9;

/// From here on two comments are worth showing side by side.
pub const SIMILAR: f64 = 0.6;

/// Two texts that share six tenths are missed by all of them once in 800 times.
const BANDS: usize = 48;
/// Enough where only texts that share nine tenths are looked for: those are missed once in 300,000 times.
const FOLD_BANDS: usize = 12;
const ROWS: usize = 4;

/// More texts than this in one bucket of a band share a phrase, not a meaning; comparing with all would cost
/// quadratic time.
const BUCKET_LIMIT: u32 = 64;

/// The band keys of a text, to be stored and compared for equality. Two texts are candidates when they share a key
/// at the same position. `None` for a text without letters or digits.
pub fn bands(text: &str) -> Option<[u64; BANDS]> {
    first_bands(text)
}

/// The first `N` of the 48 band keys, for those who can bear to miss more and want to store less; they cost `N` parts in 48.
pub fn first_bands<const N: usize>(text: &str) -> Option<[u64; N]> {
    const { assert!(N <= BANDS, "there are 48 bands") };
    let shingles = shingles(&normalize(text));
    (!shingles.is_empty()).then(|| band_keys(&shingles))
}

/// The share of shingles two texts have in common, 0 to 1.
pub fn jaccard(a: &str, b: &str) -> f64 {
    overlap(&shingles(&normalize(a)), &shingles(&normalize(b)))
}

/// A text seen before, and how much of it the new one shares.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Match {
    /// The number [`Index::insert`] gave.
    pub entry: usize,
    pub jaccard: f64,
}

/// Texts seen so far, searchable for near-duplicates by the first `N` bands.
#[derive(Debug, Default)]
pub struct Index<const N: usize = BANDS> {
    entries: Vec<Box<[u64]>>,
    buckets: FxHashMap<u64, Bucket>,
    /// The entry of each place, and the place before it in the same bucket.
    links: Vec<(u32, u32)>,
}

/// Entries that share a band key: a chain, because most buckets hold one.
#[derive(Debug, Clone, Copy)]
struct Bucket {
    last: u32,
    size: u32,
}

/// No place before.
const NONE: u32 = u32::MAX;

impl<const N: usize> Index<N> {
    /// Adds a text and returns its number: 0, 1, 2, …
    pub fn insert(&mut self, text: &str) -> usize {
        self.insert_prepared(Prepared::new(&normalize(text)))
    }

    /// Finds earlier texts that share at least `threshold` (0 to 1), the most similar first.
    pub fn find(&self, text: &str, threshold: f64) -> Vec<Match> {
        self.find_prepared(&Prepared::new(&normalize(text)), threshold)
    }

    fn insert_prepared(&mut self, text: Prepared<N>) -> usize {
        let entry = self.entries.len();
        if let (false, Ok(number)) = (text.shingles.is_empty(), u32::try_from(entry)) {
            for key in text.keys {
                let Ok(place) = u32::try_from(self.links.len()) else { break };
                let bucket = self.buckets.entry(key).or_insert(Bucket { last: NONE, size: 0 });
                if bucket.size < BUCKET_LIMIT {
                    self.links.push((number, bucket.last));
                    *bucket = Bucket { last: place, size: bucket.size + 1 };
                }
            }
        }
        self.entries.push(text.shingles.into_boxed_slice());
        entry
    }

    fn find_prepared(&self, text: &Prepared<N>, threshold: f64) -> Vec<Match> {
        let Prepared { shingles, keys } = text;
        if shingles.is_empty() {
            return Vec::new();
        }
        let mut entries: Vec<usize> = Vec::new();
        for bucket in keys.iter().filter_map(|key| self.buckets.get(key)) {
            let mut place = bucket.last;
            while let Some((entry, before)) = self.links.get(place as usize) {
                entries.push(*entry as usize);
                place = *before;
            }
        }
        entries.sort_unstable();
        let mut candidates: Vec<(usize, usize)> =
            entries.chunk_by(|a, b| a == b).map(|run| (run.len(), run[0])).collect();
        // Those with the most bands in common are the most alike; the tail is not worth an exact look.
        candidates.sort_unstable_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
        candidates.truncate(BUCKET_LIMIT as usize);
        let similarity = |entry| Match { entry, jaccard: overlap(shingles, &self.entries[entry]) };
        let mut found: Vec<Match> = candidates
            .into_iter()
            .map(|(_, entry)| similarity(entry))
            .filter(|found| found.jaccard >= threshold)
            .collect();
        found.sort_by(|a, b| b.jaccard.total_cmp(&a.jaccard).then(a.entry.cmp(&b.entry)));
        found
    }
}

/// A text with everything that is compared.
struct Prepared<const N: usize> {
    shingles: Vec<u64>,
    keys: [u64; N],
}

impl<const N: usize> Prepared<N> {
    fn new(normalized: &str) -> Self {
        let shingles = shingles(normalized);
        let keys = band_keys(&shingles);
        Self { shingles, keys }
    }
}

/// The hashed shingles of a normalised text, sorted, each once. Spaces and punctuation do not count.
fn shingles(normalized: &str) -> Vec<u64> {
    let letters: Vec<char> = normalized.chars().filter(|c| c.is_alphanumeric()).collect();
    let han = letters.iter().filter(|c| is_han(**c)).count();
    let length = if han * 2 >= letters.len() { 2 } else { 4 };
    let hash =
        |run: &[char]| run.iter().fold(0x51_7c_c1_b7, |state, c| mix(state ^ u64::from(u32::from(*c))));
    let mut hashes: Vec<u64> = match letters.len() {
        0 => Vec::new(),
        // Too short for one shingle: the text itself, and emoji stay apart from each other.
        few if few < length => vec![hash(&letters)],
        _ => letters.windows(length).map(hash).collect(),
    };
    hashes.sort_unstable();
    hashes.dedup();
    hashes
}

fn band_keys<const N: usize>(shingles: &[u64]) -> [u64; N] {
    let mut minima = [u32::MAX; BANDS * ROWS];
    let minima = &mut minima[..N * ROWS];
    for shingle in shingles {
        // One well mixed hash, then a cheap permutation per row: multiply by an odd number and add.
        #[expect(clippy::cast_possible_truncation, reason = "the upper half serves as the offset")]
        let (low, high) = (*shingle as u32, (*shingle >> 32) as u32);
        let mut multiplier = 0x9e37_79b9_u32;
        for minimum in minima.iter_mut() {
            multiplier = multiplier.wrapping_mul(0x85eb_ca6b).wrapping_add(0x27d4_eb2e) | 1;
            *minimum = (*minimum)
                .min(low.wrapping_mul(multiplier) ^ high.wrapping_mul(multiplier.rotate_left(13) | 1));
        }
    }
    let mut keys = [0; N];
    for (band, (key, rows)) in (1_u64..).zip(keys.iter_mut().zip(minima.chunks_exact(ROWS))) {
        *key = rows.iter().fold(mix(band), |state, row| mix(state ^ u64::from(*row)));
    }
    keys
}

#[expect(clippy::cast_precision_loss, reason = "shingle counts are bounded by the text length")]
fn overlap(a: &[u64], b: &[u64]) -> f64 {
    let (mut left, mut right, mut common) = (0, 0, 0_usize);
    while let (Some(x), Some(y)) = (a.get(left), b.get(right)) {
        left += usize::from(x <= y);
        right += usize::from(y <= x);
        common += usize::from(x == y);
    }
    let union = a.len() + b.len() - common;
    if union == 0 { 0.0 } else { common as f64 / union as f64 }
}

/// Texts that are prepared at once, on all cores.
const PREPARED: usize = 4096;

/// Groups normalised texts: for each the position of the text it repeats, its own when it is the first.
pub(super) fn fold(texts: &[&str]) -> Vec<usize> {
    let mut exact: FxHashMap<&str, usize> = FxHashMap::default();
    let firsts: Vec<usize> =
        texts.iter().enumerate().map(|(at, text)| *exact.entry(text).or_insert(at)).collect();
    let distinct: Vec<usize> = (0..texts.len()).filter(|at| firsts[*at] == *at).collect();
    let mut leader_of: FxHashMap<usize, usize> = FxHashMap::default();
    let mut index: Index<FOLD_BANDS> = Index::default();
    let mut entry_position = Vec::new();
    for positions in distinct.chunks(PREPARED) {
        let prepared: Vec<Prepared<FOLD_BANDS>> =
            positions.par_iter().map(|at| Prepared::new(texts[*at])).collect();
        for (position, prepared) in positions.iter().zip(prepared) {
            let found = index.find_prepared(&prepared, FOLD);
            let leader = found.first().map_or(*position, |found| entry_position[found.entry]);
            if leader == *position {
                index.insert_prepared(prepared);
                entry_position.push(*position);
            }
            leader_of.insert(*position, leader);
        }
    }
    firsts.iter().map(|first| leader_of[first]).collect()
}

/// Texts of which one may stand for all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    /// The comment with the smallest id.
    pub keep: String,
    /// The others, by id.
    pub folded: Vec<String>,
}

/// Two comments that are alike and not yet the same.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Pair {
    pub a: String,
    pub b: String,
    /// From the threshold to [`FOLD`].
    pub jaccard: f64,
}

/// The near-duplicates among many comments.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Duplicates {
    pub groups: Vec<Group>,
    /// Pairs of comments that were kept, the most alike first.
    pub similar: Vec<Pair>,
}

/// Finds groups that share at least [`FOLD`], and pairs of the rest that share at least `threshold` (0 to 1).
pub fn duplicates(comments: &[Comment<'_>], threshold: f64) -> Duplicates {
    let plain: Vec<String> = comments.par_iter().map(|comment| normalize(comment.text)).collect();
    let statements = Statements::fold(comments, &plain);
    let id = |statement: usize| comments[statements.distinct[statement].first].id.as_str();
    let mut index: Index = Index::default();
    let mut similar: Vec<Pair> = Vec::new();
    let all: Vec<usize> = (0..statements.distinct.len()).collect();
    for chunk in all.chunks(PREPARED) {
        let prepare = |statement: &usize| Prepared::new(statements.distinct[*statement].text);
        let prepared: Vec<Prepared<BANDS>> = chunk.par_iter().map(prepare).collect();
        for (statement, prepared) in chunk.iter().zip(prepared) {
            for found in index.find_prepared(&prepared, threshold) {
                let (one, other) = (id(found.entry), id(*statement));
                let (a, b) = (one.min(other).to_owned(), one.max(other).to_owned());
                similar.push(Pair { a, b, jaccard: found.jaccard });
            }
            index.insert_prepared(prepared);
        }
    }
    similar.sort_by(|x, y| y.jaccard.total_cmp(&x.jaccard).then_with(|| (&x.a, &x.b).cmp(&(&y.a, &y.b))));
    let folded = |at: &usize| statements.distinct[statements.of[*at]].first != *at;
    let folded =
        (0..comments.len()).filter(folded).map(|at| (id(statements.of[at]), comments[at].id.as_str()));
    Duplicates { groups: groups(folded), similar }
}

/// Groups from each folded comment with the one kept for it.
pub(super) fn groups<'a>(folded: impl Iterator<Item = (&'a str, &'a str)>) -> Vec<Group> {
    let mut groups: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    folded.for_each(|(keep, other)| groups.entry(keep).or_default().push(other.to_owned()));
    let group = |(keep, mut folded): (&str, Vec<String>)| {
        folded.sort_unstable();
        Group { keep: keep.to_owned(), folded }
    };
    groups.into_iter().map(group).collect()
}
