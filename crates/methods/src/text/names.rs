use rustc_hash::{FxHashMap, FxHashSet};

use super::corpus::Corpus;
use super::language::{is_han, language};
use super::normalize::{normalize, strip_markup};
use super::tokens::{each_word, is_content, stem};
use super::{Language, Quote};

const KEYWORDS: usize = 6;
const QUOTES: usize = 3;
const QUOTE_CHARS: usize = 300;

/// Titles are looked for in this many comments nearest to the middle of a theme.
const TITLE_SOURCES: usize = 200;

const BRACKETS: [(char, char); 6] =
    [('《', '》'), ('（', '）'), ('(', ')'), ('【', '】'), ('[', ']'), ('「', '」')];

/// Titles that a theme may choose from.
const TITLES: usize = 12;

/// One distinct statement of a theme.
#[derive(Debug, Clone, Copy)]
pub(super) struct Member<'a> {
    pub(super) document: usize,
    pub(super) votes: u32,
    pub(super) id: &'a str,
    pub(super) raw: &'a str,
}

/// A word and how much it sets a theme apart.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Keyword {
    stem: String,
    shown: String,
    score: f64,
}

/// The words that set a theme apart, best first: share of its comments with the word × ln(1 + N / df).
pub(super) fn keywords(corpus: &Corpus, members: &[Member<'_>]) -> Vec<Keyword> {
    let mut votes: FxHashMap<u32, u32> = FxHashMap::default();
    let mut size = 0.0;
    for member in members {
        size += f64::from(member.votes);
        let distinct: FxHashSet<u32> = corpus.words_of(member.document).iter().copied().collect();
        for word in distinct {
            let votes = votes.entry(word).or_default();
            *votes = votes.saturating_add(member.votes);
        }
    }
    let score = |(word, votes): (u32, u32)| {
        let frequency = f64::from(corpus.frequencies[word as usize].max(1));
        Keyword {
            stem: corpus.terms[word as usize].to_string(),
            shown: corpus.shown[word as usize].to_string(),
            score: f64::from(votes) / size * (1.0 + f64::from(corpus.comments) / frequency).ln(),
        }
    };
    let mut scored: Vec<Keyword> = votes.into_iter().map(score).collect();
    scored.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| a.stem.cmp(&b.stem)));
    scored
}

/// The six best words.
pub(super) fn terms(keywords: &[Keyword]) -> Vec<String> {
    keywords.iter().take(KEYWORDS).map(|keyword| keyword.shown.clone()).collect()
}

/// Clauses some customers wrote that say most of what the theme is about, each with its score, best first.
///
/// `members` come nearest to the middle of the theme first.
pub(super) fn titles(keywords: &[Keyword], members: &[Member<'_>]) -> Vec<(f64, String)> {
    let scores: FxHashMap<&str, f64> =
        keywords.iter().map(|keyword| (keyword.stem.as_str(), keyword.score)).collect();
    let clauses = members.iter().take(TITLE_SOURCES).flat_map(|member| clauses(&strip_markup(member.raw)));
    let mut titles: Vec<(f64, String)> =
        clauses.map(|clause| (clause_score(&clause, &scores), clause)).collect();
    titles.retain(|(score, _)| *score > 0.0);
    // Equal: the shorter, then the alphabet; never the order of rows.
    titles.sort_by(|(a, one), (b, other)| {
        b.total_cmp(a).then(one.len().cmp(&other.len())).then_with(|| one.cmp(other))
    });
    titles.dedup();
    titles.truncate(TITLES);
    titles
}

/// The clauses of a comment that have the length of a title: 5 to 16 Chinese characters or 4 to 14 words.
fn clauses(raw: &str) -> Vec<String> {
    let ends = |c: char| {
        matches!(
            c,
            '，' | '。' | '！' | '？' | '；' | '：' | '、' | '…' | '～' | ',' | '!' | '?' | ';' | '\n' | '~'
        )
    };
    let whole = |clause: &str| clause.split_whitespace().collect::<Vec<_>>().join(" ");
    let fits = |clause: &String| match language(clause) {
        Language::Chinese => {
            (5..=16).contains(&clause.chars().filter(|c| is_han(*c) || c.is_alphanumeric()).count())
        }
        _ => (4..=14).contains(&clause.split(' ').count()) && clause.chars().count() <= 90,
    };
    // Half a quotation is no title.
    let whole_brackets = |clause: &String| {
        BRACKETS.iter().all(|(open, close)| clause.matches(*open).count() == clause.matches(*close).count())
    };
    let sentences = raw.split(ends).flat_map(|part| part.split(". "));
    sentences
        .map(|clause| whole(clause.trim_matches(['.', ' ', '"', '“', '”'])))
        .filter(fits)
        .filter(whole_brackets)
        .collect()
}

fn clause_score(clause: &str, scores: &FxHashMap<&str, f64>) -> f64 {
    let mut seen: Vec<String> = Vec::new();
    let mut words = 0_u32;
    each_word(&normalize(clause), |word| {
        let Some(word) = word else { return };
        words += 1;
        let stem = stem(word);
        if is_content(word) && !seen.iter().any(|seen| seen == stem) {
            seen.push(stem.to_owned());
        }
    });
    let sum: f64 = seen.iter().filter_map(|word| scores.get(word.as_str())).sum();
    sum / f64::from(words.max(1)).sqrt()
}

/// What customers said, nearest to the middle of the theme first.
pub(super) fn quotes(members: &[Member<'_>]) -> Vec<Quote> {
    let quote = |member: &Member<'_>| Quote { id: member.id.to_owned(), text: shortened(member.raw) };
    members.iter().take(QUOTES).map(quote).collect()
}

fn shortened(raw: &str) -> String {
    let text = raw.trim();
    match text.char_indices().nth(QUOTE_CHARS) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
