use super::corpus::Corpus;
use super::rows::{Rows, scale_to_unit};
use super::sparse::Sparse;
use super::svd::truncated;

/// Words this far apart still speak of the same thing.
const WINDOW: usize = 5;

const MAX_WORDS: usize = 30_000;

/// Raises the weight of rare contexts a little (Levy, Goldberg and Dagan 2015).
const CONTEXT_EXPONENT: f64 = 0.75;

/// Words as directions: words used near the same words point the same way.
#[derive(Debug)]
pub(super) struct WordVectors {
    /// The corpus number of each row.
    pub(super) words: Vec<u32>,
    pub(super) vectors: Rows,
}

/// Learns word vectors: positive pointwise mutual information within a window, reduced to `rank` directions.
pub(super) fn word_vectors(corpus: &Corpus, rank: usize, iterations: usize, seed: u64) -> WordVectors {
    let words = vocabulary(corpus);
    let mut row_of = vec![None; corpus.terms.len()];
    for (row, word) in (0_u32..).zip(&words) {
        row_of[*word as usize] = Some(row);
    }
    let pairs = neighbour_counts(corpus, &row_of);
    let matrix = positive_information(&pairs, words.len());
    let found = truncated(&matrix, rank, iterations, seed);
    // M V = U S, and the vectors wanted are U √S.
    let mut vectors = matrix.times(&found.right);
    for vector in vectors.iter_mut() {
        for (value, singular) in vector.iter_mut().zip(&found.singular) {
            *value /= singular.sqrt();
        }
        scale_to_unit(vector);
    }
    WordVectors { words, vectors }
}

fn vocabulary(corpus: &Corpus) -> Vec<u32> {
    let least = if corpus.comments > 200 { 3 } else { 2 };
    let frequency = |term: u32| corpus.frequencies[term as usize];
    let all = (0_u32..).zip(&corpus.shown).filter(|(_, shown)| !shown.is_empty()).map(|(term, _)| term);
    let mut words: Vec<u32> = all.filter(|term| frequency(*term) >= least).collect();
    words.sort_unstable_by(|a, b| {
        let text = |term: &u32| &corpus.terms[*term as usize];
        frequency(*b).cmp(&frequency(*a)).then_with(|| text(a).cmp(text(b)))
    });
    words.truncate(MAX_WORDS);
    words
}

/// How often two words stand near each other, as `(smaller, larger, count)`, each pair once, in order.
fn neighbour_counts(corpus: &Corpus, row_of: &[Option<u32>]) -> Vec<(u32, u32, u32)> {
    /// Pairs held before equal ones are added up; bounds the memory.
    const BATCH: usize = 8_000_000;
    let mut counted: Vec<(u32, u32, u32)> = Vec::new();
    let mut batch: Vec<u64> = Vec::new();
    let mut known = Vec::new();
    for document in 0..corpus.len() {
        known.clear();
        known.extend(corpus.words_of(document).iter().filter_map(|word| row_of[*word as usize]));
        for (at, word) in known.iter().enumerate() {
            for other in known[at + 1..].iter().take(WINDOW) {
                let (low, high) = (*word.min(other), *word.max(other));
                batch.push(u64::from(low) << 32 | u64::from(high));
            }
        }
        if batch.len() >= BATCH {
            counted = merge(counted, &mut batch);
        }
    }
    merge(counted, &mut batch)
}

fn merge(counted: Vec<(u32, u32, u32)>, batch: &mut Vec<u64>) -> Vec<(u32, u32, u32)> {
    batch.sort_unstable();
    #[expect(clippy::cast_possible_truncation, reason = "two halves of one key")]
    let unpack = |run: &[u64]| ((run[0] >> 32) as u32, run[0] as u32, run.len() as u32);
    let mut all = counted;
    all.extend(batch.chunk_by(|a, b| a == b).map(unpack));
    batch.clear();
    all.sort_unstable();
    all.dedup_by(|next, kept| {
        let same = (next.0, next.1) == (kept.0, kept.1);
        kept.2 += if same { next.2 } else { 0 };
        same
    });
    all
}

/// The matrix of max(0, ln(p(a, b) / (p(a) p'(b)))), p' being the smoothed share of the context word.
#[expect(clippy::cast_possible_truncation, reason = "weights are stored in single precision")]
fn positive_information(pairs: &[(u32, u32, u32)], words: usize) -> Sparse {
    let mut cells: Vec<Vec<(u32, f64)>> = vec![Vec::new(); words];
    for (a, b, count) in pairs {
        cells[*a as usize].push((*b, f64::from(*count)));
        if a != b {
            cells[*b as usize].push((*a, f64::from(*count)));
        }
    }
    let sums: Vec<f64> = cells.iter().map(|row| row.iter().map(|(_, count)| count).sum()).collect();
    let contexts: Vec<f64> = sums.iter().map(|sum| sum.powf(CONTEXT_EXPONENT)).collect();
    let all_contexts: f64 = contexts.iter().sum();
    let mut matrix = Sparse::new(words);
    for (row, sum) in cells.iter().zip(&sums) {
        let information = |(column, count): &(u32, f64)| {
            let value = (count * all_contexts / (sum * contexts[*column as usize])).ln();
            (value > 0.0).then_some((*column, value as f32))
        };
        matrix.push_row(row.iter().filter_map(information));
    }
    matrix
}
