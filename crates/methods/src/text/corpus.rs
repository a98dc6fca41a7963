use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::tokens::{each_bigram, each_word, is_content, stem};

/// One term of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Term<'a> {
    Word {
        stem: &'a str,
        /// As it was written.
        shown: &'a str,
    },
    /// Two neighbouring Chinese characters: they bridge words that are segmented differently.
    Pair(&'a str),
}

/// Calls `each` with every term of a normalised text: content words in order first, then pairs.
pub(super) fn each_term(text: &str, mut each: impl FnMut(Term<'_>)) {
    each_word(text, |word| {
        if let Some(shown) = word.filter(|word| is_content(word)) {
            each(Term::Word { stem: stem(shown), shown });
        }
    });
    each_bigram(text, |pair| each(Term::Pair(pair)));
}

/// Texts as numbers of their terms.
#[derive(Debug, Default)]
pub(super) struct Corpus {
    /// By number.
    pub(super) terms: Vec<Box<str>>,
    /// The shortest spelling of each term that is a word, empty for the others.
    pub(super) shown: Vec<Box<str>>,
    /// In how many comments each term occurs, repetitions of a comment counted.
    pub(super) frequencies: Vec<u32>,
    /// The sum of all votes.
    pub(super) comments: u32,
    numbers: FxHashMap<Box<str>, u32>,
    starts: Vec<usize>,
    cells: Vec<u32>,
    words: Vec<usize>,
    last_seen: Vec<usize>,
}

/// Texts that one thread reads at once, and pieces that are held before they are put together; neither changes the result.
const PIECE: usize = 512;
const PIECES: usize = 16;

impl Corpus {
    /// Reads texts with the number of comments that share each.
    pub(super) fn read(texts: &[(&str, u32)]) -> Self {
        let mut corpus = Self::default();
        for texts in texts.chunks(PIECE * PIECES) {
            let read = |texts: &[(&str, u32)]| {
                let mut piece = Self::default();
                for (text, votes) in texts {
                    piece.push(text, *votes);
                }
                piece
            };
            let pieces: Vec<Self> = texts.par_chunks(PIECE).map(read).collect();
            for piece in pieces {
                corpus.absorb(piece);
            }
        }
        corpus.numbers = FxHashMap::default();
        corpus
    }

    /// Puts the texts of another corpus behind its own.
    fn absorb(&mut self, other: Self) {
        let mut number_of = Vec::with_capacity(other.terms.len());
        for ((term, shown), frequency) in other.terms.iter().zip(&other.shown).zip(&other.frequencies) {
            let number = self.number(term);
            if !shown.is_empty() {
                self.show(number, shown);
            }
            let sum = &mut self.frequencies[number as usize];
            *sum = sum.saturating_add(*frequency);
            number_of.push(number);
        }
        let start = self.cells.len();
        self.starts.extend(other.starts.iter().map(|at| start + at));
        self.cells.extend(other.cells.iter().map(|term| number_of[*term as usize]));
        self.words.extend(other.words);
        self.comments = self.comments.saturating_add(other.comments);
    }

    /// Adds a text that `votes` comments share.
    fn push(&mut self, text: &str, votes: u32) {
        let document = self.starts.len();
        self.starts.push(self.cells.len());
        let mut words = 0;
        each_term(text, |term| {
            let number = match term {
                Term::Pair(pair) => self.number(pair),
                Term::Word { stem, shown } => {
                    words += 1;
                    let number = self.number(stem);
                    self.show(number, shown);
                    number
                }
            };
            self.cells.push(number);
            let at = number as usize;
            if self.last_seen[at] != document + 1 {
                self.last_seen[at] = document + 1;
                self.frequencies[at] = self.frequencies[at].saturating_add(votes);
            }
        });
        self.words.push(words);
        self.comments = self.comments.saturating_add(votes);
    }

    fn number(&mut self, term: &str) -> u32 {
        if let Some(number) = self.numbers.get(term) {
            return *number;
        }
        // Texts and their lengths are bounded, so the number of terms stays far below 2^32.
        let number = u32::try_from(self.terms.len()).unwrap_or(u32::MAX);
        self.terms.push(term.into());
        self.shown.push(Box::default());
        self.frequencies.push(0);
        self.last_seen.push(0);
        self.numbers.insert(term.into(), number);
        number
    }

    fn show(&mut self, number: u32, written: &str) {
        let shown = &mut self.shown[number as usize];
        if shown.is_empty() || (written.len(), written) < (shown.len(), shown) {
            *shown = written.into();
        }
    }

    pub(super) fn len(&self) -> usize {
        self.starts.len()
    }

    /// All terms of a text: words in order, then pairs.
    pub(super) fn terms_of(&self, document: usize) -> &[u32] {
        let end = self.starts.get(document + 1).copied().unwrap_or(self.cells.len());
        &self.cells[self.starts[document]..end]
    }

    /// The words of a text in order.
    pub(super) fn words_of(&self, document: usize) -> &[u32] {
        &self.terms_of(document)[..self.words[document]]
    }
}
