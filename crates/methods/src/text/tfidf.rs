use super::corpus::Corpus;
use super::sparse::Sparse;

/// The rarer of these terms add memory, not meaning.
const MAX_TERMS: usize = 60_000;

/// A corpus this large has more terms than it needs: a term must then occur more often.
const LARGE: u32 = 20_000;

/// The terms that count, as corpus numbers, commonest first.
pub(super) fn vocabulary(corpus: &Corpus) -> Vec<u32> {
    let least = if corpus.comments > LARGE { 5 } else { 2 };
    let mut terms: Vec<u32> =
        (0_u32..).zip(&corpus.frequencies).filter(|(_, df)| **df >= least).map(|(term, _)| term).collect();
    terms.sort_unstable_by(|a, b| {
        let frequency = |term: &u32| corpus.frequencies[*term as usize];
        let text = |term: &u32| &corpus.terms[*term as usize];
        frequency(b).cmp(&frequency(a)).then_with(|| text(a).cmp(text(b)))
    });
    terms.truncate(MAX_TERMS);
    terms
}

/// How much a term tells: ln((1 + n) / (1 + df)) + 1.
#[expect(clippy::cast_precision_loss, reason = "a weight")]
pub(super) fn inverse_frequency(comments: u32, frequency: u32) -> f32 {
    ((1.0 + comments as f32) / (1.0 + frequency as f32)).ln() + 1.0
}

/// The weights of one text's terms: (1 + ln tf) idf, of unit length. `terms` is sorted in passing.
pub(super) fn weights(terms: &mut [u32], inverse: impl Fn(u32) -> f32) -> Vec<(u32, f32)> {
    terms.sort_unstable();
    #[expect(clippy::cast_precision_loss, reason = "a weight")]
    let weight = |run: &[u32]| (run[0], (1.0 + (run.len() as f32).ln()) * inverse(run[0]));
    let mut cells: Vec<(u32, f32)> = terms.chunk_by(|a, b| a == b).map(weight).collect();
    let length = cells.iter().map(|(_, value)| value * value).sum::<f32>().sqrt();
    for (_, value) in &mut cells {
        *value /= length;
    }
    cells
}

/// The weighted terms of all texts; `row_of` maps corpus numbers to positions in the vocabulary.
pub(super) fn matrix(corpus: &Corpus, row_of: &[Option<u32>], inverse: &[f32]) -> Sparse {
    let mut matrix = Sparse::new(inverse.len());
    let mut known = Vec::new();
    for document in 0..corpus.len() {
        known.clear();
        known.extend(corpus.terms_of(document).iter().filter_map(|term| row_of[*term as usize]));
        matrix.push_row(weights(&mut known, |term| inverse[term as usize]));
    }
    matrix
}
