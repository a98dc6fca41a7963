use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::corpus::{self, Corpus, each_term};
use super::encoder::Encoder;
use super::ppmi::{WordVectors, word_vectors};
use super::rows::{Rows, add_scaled, scale_to_unit};
use super::svd::truncated;
use super::tfidf;

/// Rounds that sharpen the random projection; more of them changed no result.
const ITERATIONS: usize = 2;

/// Texts that are placed at once, on all cores.
const PLACED: usize = 4096;

/// Vectors stored with one byte per number and one scale per row: a quarter of the memory, cosines within .01.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Vectors {
    width: usize,
    scales: Vec<f32>,
    cells: Vec<i8>,
}

impl Vectors {
    /// Packs `height` rows; without any direction they are all nothing.
    fn pack(matrix: &Rows, height: usize) -> Self {
        if matrix.width() == 0 {
            return Self { width: 0, scales: vec![1.0; height], cells: Vec::new() };
        }
        let mut packed = Self { width: matrix.width(), scales: Vec::new(), cells: Vec::new() };
        for row in matrix.iter() {
            let largest = row.iter().fold(0.0_f32, |largest, value| largest.max(value.abs()));
            let scale = if largest > 0.0 { largest / 127.0 } else { 1.0 };
            packed.scales.push(scale);
            #[expect(clippy::cast_possible_truncation, reason = "scaled to −127 to 127")]
            packed.cells.extend(row.iter().map(|value| (value / scale).round() as i8));
        }
        packed
    }

    fn add_row(&self, row: u32, weight: f32, sum: &mut [f32]) {
        let row = row as usize;
        let factor = weight * self.scales[row];
        for (cell, value) in sum.iter_mut().zip(&self.cells[row * self.width..(row + 1) * self.width]) {
            *cell += factor * f32::from(*value);
        }
    }

    fn is_sound(&self) -> bool {
        self.scales.len().checked_mul(self.width) == Some(self.cells.len())
            && self.scales.iter().all(|scale| scale.is_finite())
    }
}

/// What a term means to the space.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Term {
    text: Box<str>,
    inverse_frequency: f32,
    /// Row among the topic vectors.
    topic: Option<u32>,
    /// Row among the word vectors.
    word: Option<u32>,
}

/// Turns texts into directions: latent topics beside averaged word vectors.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Space {
    /// Sorted by text.
    terms: Vec<Term>,
    topics: Vectors,
    words: Vectors,
    /// The mean of the averaged word vectors: what all comments have in common.
    mean: Vec<f32>,
    /// Vectors from outside, when the fit had them.
    encoder: Option<Encoder>,
}

impl Space {
    /// Learns a space of `2 × rank` dimensions and those of the encoder. `progress` hears 0 to 1.
    pub(super) fn learn(
        corpus: &Corpus,
        rank: usize,
        seed: u64,
        encoder: Option<Encoder>,
        progress: &mut dyn FnMut(f32),
    ) -> Self {
        let vocabulary = tfidf::vocabulary(corpus);
        let mut topic_of = vec![None; corpus.terms.len()];
        for (row, term) in (0_u32..).zip(&vocabulary) {
            topic_of[*term as usize] = Some(row);
        }
        let inverse =
            |term: u32| tfidf::inverse_frequency(corpus.comments, corpus.frequencies[term as usize]);
        let weights: Vec<f32> = vocabulary.iter().map(|term| inverse(*term)).collect();
        let matrix = tfidf::matrix(corpus, &topic_of, &weights);
        let topics = truncated(&matrix, rank, ITERATIONS, seed);
        progress(0.6);
        let WordVectors { words, vectors } = word_vectors(corpus, rank, ITERATIONS, seed ^ 1);
        let mut word_of = vec![None; corpus.terms.len()];
        for (row, word) in (0_u32..).zip(&words) {
            word_of[*word as usize] = Some(row);
        }
        let known = (0_u32..).zip(topic_of.iter().zip(&word_of)).filter(|(_, rows)| *rows != (&None, &None));
        let mut terms: Vec<Term> = known
            .map(|(number, (topic, word))| Term {
                text: corpus.terms[number as usize].clone(),
                inverse_frequency: inverse(number),
                topic: *topic,
                word: *word,
            })
            .collect();
        terms.sort_unstable_by(|a, b| a.text.cmp(&b.text));
        let words = Vectors::pack(&vectors, words.len());
        let mean = vec![0.0; words.width];
        let mut space =
            Self { terms, topics: Vectors::pack(&topics.right, vocabulary.len()), words, mean, encoder };
        space.mean = space.mean_of(corpus);
        progress(1.0);
        space
    }

    pub(super) fn width(&self) -> usize {
        self.topics.width + self.words.width + self.encoder.as_ref().map_or(0, Encoder::width)
    }

    pub(super) fn encoder(&self) -> Option<&Encoder> {
        self.encoder.as_ref()
    }

    /// The direction of a normalised text, of unit length. `None` when it holds no known term, or when it comes with a vector
    /// that the fit did not have, or without one that it had.
    pub(super) fn place(&self, normalized: &str, outside: Option<&[f32]>) -> Option<Vec<f32>> {
        let mut terms = Vec::new();
        each_term(normalized, |term| match term {
            corpus::Term::Word { stem: text, .. } | corpus::Term::Pair(text) => terms.extend(self.find(text)),
        });
        self.combine(&terms, outside)
    }

    /// The directions of all texts of the corpus, and the texts they belong to; the rest hold no known term.
    /// `outside` has the vector of each text when there is an encoder.
    pub(super) fn place_all(&self, corpus: &Corpus, outside: Option<&[&[f32]]>) -> (Vec<usize>, Rows) {
        let term_of: Vec<Option<u32>> = corpus.terms.par_iter().map(|term| self.find(term)).collect();
        let direction = |document: usize| {
            let known =
                |terms: &[u32]| terms.iter().filter_map(|term| term_of[*term as usize]).collect::<Vec<u32>>();
            let outside = outside.map(|outside| outside[document]);
            self.combine(&known(corpus.terms_of(document)), outside)
        };
        let (mut placed, mut rows) = (Vec::new(), Rows::zeros(0, self.width()));
        // Pieces, so that not all directions are there twice.
        for start in (0..corpus.len()).step_by(PLACED) {
            let end = (start + PLACED).min(corpus.len());
            let directions: Vec<Option<Vec<f32>>> = (start..end).into_par_iter().map(direction).collect();
            for (document, direction) in (start..end).zip(directions) {
                if let Some(direction) = direction {
                    placed.push(document);
                    rows.push(&direction);
                }
            }
        }
        (placed, rows)
    }

    fn find(&self, text: &str) -> Option<u32> {
        let at = self.terms.binary_search_by(|term| (*term.text).cmp(text)).ok()?;
        u32::try_from(at).ok()
    }

    /// Topic half and word half, each of unit length, side by side; before them the vector from outside.
    fn combine(&self, terms: &[u32], outside: Option<&[f32]>) -> Option<Vec<f32>> {
        let mut direction = match (&self.encoder, outside) {
            (Some(encoder), Some(vector)) => encoder.centred(vector)?,
            (None, None) => Vec::new(),
            _ => return None,
        };
        let mut topics = self.topic_half(terms);
        let mut words = self.word_half(terms);
        for (value, mean) in words.iter_mut().zip(&self.mean) {
            *value -= mean;
        }
        scale_to_unit(&mut topics);
        scale_to_unit(&mut words);
        direction.extend(topics);
        direction.extend(words);
        scale_to_unit(&mut direction).then_some(direction)
    }

    fn topic_half(&self, terms: &[u32]) -> Vec<f32> {
        let mut known: Vec<u32> =
            terms.iter().copied().filter(|term| self.terms[*term as usize].topic.is_some()).collect();
        let mut sum = vec![0.0; self.topics.width];
        for (term, weight) in tfidf::weights(&mut known, |term| self.terms[term as usize].inverse_frequency) {
            if let Some(row) = self.terms[term as usize].topic {
                self.topics.add_row(row, weight, &mut sum);
            }
        }
        sum
    }

    /// The mean of the word vectors, weighted by how much each word tells.
    fn word_half(&self, terms: &[u32]) -> Vec<f32> {
        let mut sum = vec![0.0; self.words.width];
        let mut total = 0.0;
        for term in terms.iter().map(|term| &self.terms[*term as usize]) {
            if let Some(row) = term.word {
                self.words.add_row(row, term.inverse_frequency, &mut sum);
                total += term.inverse_frequency;
            }
        }
        if total > 0.0 {
            for value in &mut sum {
                *value /= total;
            }
            sum
        } else {
            // No word known: nothing may be left once the mean is taken off.
            self.mean.clone()
        }
    }

    /// Pieces are summed in their order, so that threads do not change the mean.
    fn mean_of(&self, corpus: &Corpus) -> Vec<f32> {
        const PIECE: usize = 1024;
        let term_of: Vec<Option<u32>> = corpus.terms.par_iter().map(|term| self.find(term)).collect();
        #[expect(clippy::cast_precision_loss, reason = "a weight")]
        let share = 1.0 / corpus.len().max(1) as f32;
        let of_piece = |start: &usize| {
            let mut sum = vec![0.0; self.words.width];
            for document in *start..(start + PIECE).min(corpus.len()) {
                let words: Vec<u32> =
                    corpus.words_of(document).iter().filter_map(|word| term_of[*word as usize]).collect();
                add_scaled(&mut sum, &self.word_half(&words), share);
            }
            sum
        };
        let starts: Vec<usize> = (0..corpus.len()).step_by(PIECE).collect();
        let pieces: Vec<Vec<f32>> = starts.par_iter().map(of_piece).collect();
        let mut mean = vec![0.0; self.words.width];
        for piece in &pieces {
            add_scaled(&mut mean, piece, 1.0);
        }
        mean
    }

    /// Whether a space read from outside can be used without reaching beyond its tables.
    pub(super) fn is_sound(&self) -> bool {
        let within =
            |row: Option<u32>, vectors: &Vectors| row.is_none_or(|row| (row as usize) < vectors.scales.len());
        self.topics.is_sound()
            && self.words.is_sound()
            && self.mean.len() == self.words.width
            && self.encoder.as_ref().is_none_or(Encoder::is_sound)
            && self.terms.windows(2).all(|pair| pair[0].text < pair[1].text)
            && self
                .terms
                .iter()
                .all(|term| within(term.topic, &self.topics) && within(term.word, &self.words))
    }
}
