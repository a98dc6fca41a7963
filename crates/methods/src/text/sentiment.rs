use std::sync::LazyLock;

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};
use vader_sentimental::SentimentIntensityAnalyzer;

use super::language::Language;
use super::normalize::strip_markup;
use super::tokens::each_word;

/// Log-odds of Chinese words and word pairs; `data/NOTICE` says where they come from.
static CHINESE: LazyLock<FxHashMap<&'static str, f32>> = LazyLock::new(|| {
    let lines = include_str!("../../data/sentiment_zh.tsv").lines().filter(|line| !line.starts_with('#'));
    lines
        .filter_map(|line| line.split_once('\t'))
        .filter_map(|(feature, weight)| Some((feature, weight.parse().ok()?)))
        .collect()
});

static ENGLISH: LazyLock<SentimentIntensityAnalyzer<'static>> =
    LazyLock::new(SentimentIntensityAnalyzer::new);

/// The sum of log-odds that gives tanh 1 ≈ .76.
const CHINESE_SCALE: f32 = 4.0;

/// Scores nearer to 0 are neutral. Every Chinese word leans to a side a little, so odds of 9 to 1 are asked for;
/// English rules weigh opinion words only.
const CHINESE_NEUTRAL: f32 = 0.5;
const ENGLISH_NEUTRAL: f32 = 0.05;

/// Words shown as the reason of a score.
const SHOWN: usize = 5;

/// The English rules look at all words for each word: longer sentences are cut, and no more of them are read.
const MAX_SENTENCE_BYTES: usize = 600;
const MAX_SENTENCES: usize = 40;

/// The English lexicon takes courtesy for joy; in feedback it opens a request.
const COURTESY: [&str; 3] = ["please", "pls", "plz"];

/// A mark before words that stand under a negation.
const NEGATED: char = '!';
const NEGATORS: [&str; 18] = [
    "不",
    "没",
    "没有",
    "别",
    "未",
    "无",
    "不是",
    "不会",
    "不能",
    "不要",
    "毫无",
    "并非",
    "并不",
    "没什么",
    "不够",
    "不太",
    "不怎么",
    "从未",
];

/// How many words after a negator it reaches.
const REACH: usize = 3;

/// On which side of the neutral band a comment lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tone {
    Negative,
    Neutral,
    Positive,
}

/// A word and how much it weighed, below 0 for the negative side.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WeightedWord {
    pub word: String,
    pub weight: f32,
}

/// How a comment feels about what it speaks of.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Sentiment {
    /// −1 to 1; 0 for languages that are not understood.
    pub score: f32,
    pub tone: Tone,
    /// The words that weighed most, strongest first.
    pub words: Vec<WeightedWord>,
}

pub(super) fn sentiment(language: Language, raw: &str, plain: &str) -> Sentiment {
    let (score, band, mut words) = match language {
        Language::Chinese => chinese(plain),
        Language::English => english(raw),
        Language::Other => (0.0, 0.0, Vec::new()),
    };
    words.sort_by(|a, b| b.weight.abs().total_cmp(&a.weight.abs()).then_with(|| a.word.cmp(&b.word)));
    words.dedup_by(|a, b| a.word == b.word);
    words.truncate(SHOWN);
    let tone = match score {
        low if low < -band => Tone::Negative,
        high if high > band => Tone::Positive,
        _ => Tone::Neutral,
    };
    Sentiment { score, tone, words }
}

fn chinese(plain: &str) -> (f32, f32, Vec<WeightedWord>) {
    let mut sum = 0.0;
    let mut words = Vec::new();
    chinese_features(plain, |feature| {
        if let Some(weight) = CHINESE.get(feature) {
            sum += weight;
            words.push(WeightedWord { word: shown(feature), weight: *weight });
        }
    });
    ((sum / CHINESE_SCALE).tanh(), CHINESE_NEUTRAL, words)
}

/// Calls `each` with the features of a normalised Chinese text: every word, and every pair of neighbouring words
/// within a clause. Up to three words after a negator carry a mark, so that 好 and 不好 differ at any distance.
pub fn chinese_features(plain: &str, mut each: impl FnMut(&str)) {
    let mut negated = 0;
    let mut pair = String::new();
    let mut previous = String::new();
    each_word(plain, |word| {
        let Some(word) = word else {
            negated = 0;
            previous.clear();
            return;
        };
        pair.clear();
        pair.push_str(&previous);
        let joint = if previous.is_empty() {
            0
        } else {
            pair.push(' ');
            pair.len()
        };
        if negated > 0 {
            pair.push(NEGATED);
            negated -= 1;
        }
        pair.push_str(word);
        each(&pair[joint..]);
        if joint > 0 {
            each(&pair);
        }
        previous.clear();
        previous.push_str(&pair[joint..]);
        if NEGATORS.contains(&word) {
            negated = REACH;
        }
    });
}

/// A feature as a person reads it: 不…好.
fn shown(feature: &str) -> String {
    feature.split(' ').map(|word| word.replace(NEGATED, "不…")).collect()
}

fn english(raw: &str) -> (f32, f32, Vec<WeightedWord>) {
    let text = strip_markup(raw).replace(['’', '‘'], "'");
    let mut compounds = Vec::new();
    let mut words = Vec::new();
    for sentence in sentences(&text).take(MAX_SENTENCES) {
        let said: Vec<&str> = sentence.split_whitespace().filter(|word| !is_courtesy(word)).collect();
        compounds.push(ENGLISH.polarity_scores(&said.join(" ")).compound);
        for word in said {
            let weight = single(ENGLISH.polarity_scores(word).compound);
            if weight != 0.0 {
                let bare = word.trim_matches(|c: char| c.is_ascii_punctuation());
                words.push(WeightedWord {
                    word: if bare.is_empty() { word } else { bare }.to_lowercase(),
                    weight,
                });
            }
        }
    }
    // Sentences that only state facts do not water down those that judge.
    compounds.retain(|compound| *compound != 0.0);
    let count = u32::try_from(compounds.len().max(1)).unwrap_or(u32::MAX);
    (single(compounds.iter().sum::<f64>() / f64::from(count)), ENGLISH_NEUTRAL, words)
}

fn is_courtesy(word: &str) -> bool {
    let bare = word.trim_matches(|c: char| c.is_ascii_punctuation());
    COURTESY.iter().any(|courtesy| bare.eq_ignore_ascii_case(courtesy))
}

fn sentences(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text.trim_start();
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let limit = rest.floor_char_boundary(MAX_SENTENCE_BYTES.min(rest.len()));
        let ends = |(at, c): (usize, char)| {
            let next = at + c.len_utf8();
            let ended =
                c == '\n' || (matches!(c, '.' | '!' | '?') && rest[next..].starts_with(char::is_whitespace));
            ended.then_some(next)
        };
        let cut = rest[..limit].char_indices().find_map(ends);
        let space = || if limit < rest.len() { rest[..limit].rfind(' ') } else { None };
        let (sentence, tail) = rest.split_at(cut.or_else(space).unwrap_or(limit));
        rest = tail.trim_start();
        Some(sentence)
    })
}

/// Four digits: the rules add up weights in no fixed order, which moves the last bits.
#[expect(clippy::cast_possible_truncation, reason = "a score of −1 to 1")]
fn single(value: f64) -> f32 {
    ((value * 10_000.0).round() / 10_000.0) as f32
}
