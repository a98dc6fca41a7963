//! Warns where a demanded quality is phrased so that little can be made of it.
//!
//! A demanded quality says in the words of the customer what state the product is to be in. The eight phrasing rules are those
//! of quality function deployment after Akao; five more are usual for requirements of any kind (Femmer et al., *Journal of
//! Systems and Software* 123, 2017, call such signs requirement smells). They are warnings, never refusals: good phrases break
//! them at times. Word lists are in `data/lint.tsv`, the structure of sentences here. Chinese and English are read.

mod chinese;
mod english;
mod messages;
mod words;

use serde::{Deserialize, Serialize};

use crate::text::{Language, language};
use words::Lists;

/// Longer lines are read to here; they are too long anyway.
const MAX_CHARS: usize = 2_000;

/// A rule of phrasing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Rule {
    /// One meaning.
    R1,
    /// A quality, more than a thing or a function.
    R2,
    /// No name of a quality characteristic, such as reliability.
    R3,
    /// No countermeasure or means.
    R4,
    /// No negation.
    R5,
    /// The object is named.
    R6,
    /// Concrete and concise.
    R7,
    /// A state instead of a wish.
    R8,
    /// No comparison without a base.
    L6,
    /// No all, always, any.
    L8,
    /// No open end, such as "and so on".
    L9,
    /// No escape, such as "if possible".
    L12,
    /// Nothing undecided.
    L16,
}

impl Rule {
    pub const ALL: [Self; 13] = [
        Self::R1,
        Self::R2,
        Self::R3,
        Self::R4,
        Self::R5,
        Self::R6,
        Self::R7,
        Self::R8,
        Self::L6,
        Self::L8,
        Self::L9,
        Self::L12,
        Self::L16,
    ];

    /// Whether it is one of the eight rules for demanded qualities.
    pub fn is_core(self) -> bool {
        self <= Self::R8
    }

    /// The name that files and messages use.
    pub fn name(self) -> &'static str {
        match self {
            Self::R1 => "R1",
            Self::R2 => "R2",
            Self::R3 => "R3",
            Self::R4 => "R4",
            Self::R5 => "R5",
            Self::R6 => "R6",
            Self::R7 => "R7",
            Self::R8 => "R8",
            Self::L6 => "L6",
            Self::L8 => "L8",
            Self::L9 => "L9",
            Self::L12 => "L12",
            Self::L16 => "L16",
        }
    }
}

/// A place that breaks a rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Warning {
    pub rule: Rule,
    /// The first character, counted in Unicode scalar values from 0.
    pub start: usize,
    /// Behind the last character.
    pub end: usize,
    /// The hit is often right as it is: think about it.
    pub review: bool,
    /// What is wrong, in the language of the line.
    pub message: String,
    /// What to do, in the language of the line.
    pub suggestion: String,
}

/// A demanded quality and what its phrasing breaks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    pub text: String,
    pub language: Language,
    /// By rule, then by place.
    pub warnings: Vec<Warning>,
}

/// A hit before it has words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Hit {
    rule: Rule,
    start: usize,
    end: usize,
    review: bool,
}

impl Hit {
    fn new(rule: Rule, start: usize, end: usize) -> Self {
        Self { rule, start, end, review: false }
    }
}

/// Reads one demanded quality. `more` adds the rules beyond the eight. A line in another language has no warnings.
pub fn lint(text: &str, more: bool) -> Line {
    let read = text.char_indices().nth(MAX_CHARS).map_or(text, |(end, _)| &text[..end]);
    let language = language(read);
    let mut hits = match language {
        Language::Chinese => chinese::hits(read),
        Language::English => english::hits(read),
        Language::Other => Vec::new(),
    };
    hits.retain(|hit| more || hit.rule.is_core());
    hits.sort_unstable();
    hits.dedup_by_key(|hit| (hit.rule, hit.start, hit.end));
    let lists = if language == Language::Chinese { Lists::chinese() } else { Lists::english() };
    let warning = |hit: Hit| {
        let span: String = read.chars().skip(hit.start).take(hit.end - hit.start).collect();
        let (message, suggestion) = messages::of(language, &hit, &span, lists);
        Warning { rule: hit.rule, start: hit.start, end: hit.end, review: hit.review, message, suggestion }
    };
    Line { text: text.to_owned(), language, warnings: hits.into_iter().map(warning).collect() }
}

/// The span of a text without blanks and punctuation around it; none when nothing is left.
fn whole(chars: &[char]) -> Option<(usize, usize)> {
    let start = chars.iter().position(|c| c.is_alphanumeric())?;
    let end = chars.iter().rposition(|c| c.is_alphanumeric())?;
    Some((start, end + 1))
}
