//! Finds comments that say the same thing in nearly the same words.
//!
//! A text is the set of its character shingles: pairs in Chinese, runs of four elsewhere. Texts that share one of
//! 32 `MinHash` bands are compared exactly, so what is found is right, and hardly anything above Jaccard .6 is missed.

use rustc_hash::FxHashMap;

use super::language::is_han;
use super::normalize::normalize;
use crate::random::mix;

/// From here on two comments are the same statement and may be folded without asking.
pub const FOLD: f64 = 0.9;

/// From here on two comments are worth showing side by side.
pub const SIMILAR: f64 = 0.6;

const BANDS: usize = 32;
const ROWS: usize = 4;

/// More texts than this in one bucket of a band share a phrase, not a meaning; comparing with all would cost
/// quadratic time.
const BUCKET_LIMIT: usize = 64;

/// The band keys of a text, to be stored and compared for equality. Two texts are candidates when they share a key
/// at the same position. `None` for a text without letters or digits.
pub fn bands(text: &str) -> Option<[u64; BANDS]> {
    first_bands(text)
}

/// The first `N` of the 32 band keys, for those who can bear to miss more and want to store less; they cost `N` parts in 32.
pub fn first_bands<const N: usize>(text: &str) -> Option<[u64; N]> {
    const { assert!(N <= BANDS, "there are 32 bands") };
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

/// Texts seen so far, searchable for near-duplicates.
#[derive(Debug, Default)]
pub struct Index {
    entries: Vec<Box<[u64]>>,
    buckets: FxHashMap<u64, Vec<u32>>,
}

impl Index {
    /// Adds a text and returns its number: 0, 1, 2, …
    pub fn insert(&mut self, text: &str) -> usize {
        self.insert_shingles(shingles(&normalize(text)))
    }

    /// Finds earlier texts that share at least `threshold` (0 to 1), the most similar first.
    pub fn find(&self, text: &str, threshold: f64) -> Vec<Match> {
        self.find_shingles(&shingles(&normalize(text)), threshold)
    }

    pub(super) fn insert_shingles(&mut self, shingles: Vec<u64>) -> usize {
        let entry = self.entries.len();
        if let (false, Ok(number)) = (shingles.is_empty(), u32::try_from(entry)) {
            for key in band_keys::<BANDS>(&shingles) {
                let bucket = self.buckets.entry(key).or_default();
                if bucket.len() < BUCKET_LIMIT {
                    bucket.push(number);
                }
            }
        }
        self.entries.push(shingles.into_boxed_slice());
        entry
    }

    pub(super) fn find_shingles(&self, shingles: &[u64], threshold: f64) -> Vec<Match> {
        if shingles.is_empty() {
            return Vec::new();
        }
        let keys = band_keys::<BANDS>(shingles);
        let sharing = keys.iter().filter_map(|key| self.buckets.get(key)).flatten();
        let mut entries: Vec<usize> = sharing.map(|entry| *entry as usize).collect();
        entries.sort_unstable();
        let mut candidates: Vec<(usize, usize)> =
            entries.chunk_by(|a, b| a == b).map(|run| (run.len(), run[0])).collect();
        // Those with the most bands in common are the most alike; the tail is not worth an exact look.
        candidates.sort_unstable_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
        candidates.truncate(BUCKET_LIMIT);
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

/// The hashed shingles of a normalised text, sorted, each once. Spaces and punctuation do not count.
pub(super) fn shingles(normalized: &str) -> Vec<u64> {
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

/// Groups normalised texts: for each the position of the text it repeats, its own when it is the first.
pub(super) fn fold(texts: &[&str]) -> Vec<usize> {
    let mut exact: FxHashMap<&str, usize> = FxHashMap::default();
    let mut index = Index::default();
    let mut entry_position = Vec::new();
    let mut leaders = Vec::with_capacity(texts.len());
    for (position, text) in texts.iter().enumerate() {
        let leader = *exact.entry(text).or_insert_with(|| {
            let shingles = shingles(text);
            if let Some(found) = index.find_shingles(&shingles, FOLD).first() {
                return entry_position[found.entry];
            }
            index.insert_shingles(shingles);
            entry_position.push(position);
            position
        });
        leaders.push(leader);
    }
    leaders
}
