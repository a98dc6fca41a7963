use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};
use serde::{Deserialize, Serialize};

/// One phrase of `data/urgency.tsv`.
struct Rule {
    category: &'static str,
    weight: f32,
    phrase: &'static str,
}

struct Rules {
    rules: Vec<Rule>,
    finder: AhoCorasick,
}

static RULES: LazyLock<Rules> = LazyLock::new(|| {
    let lines = include_str!("../../data/urgency.tsv").lines().filter(|line| !line.starts_with('#'));
    let rules: Vec<Rule> = lines.flat_map(parse).collect();
    let phrases = rules.iter().map(|rule| rule.phrase);
    let finder = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(phrases);
    Rules { finder: finder.expect("the phrases of the rule file are few and short"), rules }
});

/// The word before a phrase that turns it round.
const NEGATORS: [&str; 12] =
    ["没有", "没", "未", "无", "不", "不用", "不会", "no ", "not ", "never ", "without ", "don't "];

const EMPHASIS: &str = "emphasis";
const EMPHASIS_WEIGHT: f32 = 0.15;

/// Fewer letters in capitals are an abbreviation, not a shout.
const LEAST_SHOUTED: usize = 12;

/// A rule that a comment met.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Hit {
    /// safety, authority, repeat, deadline, money, leaving or emphasis.
    pub category: String,
    /// The words that met it.
    pub phrase: String,
    /// 0 to 1.
    pub weight: f32,
}

/// How soon a comment wants an answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Urgency {
    /// 0 to 1: one minus the product of what each category leaves, so that several reasons add up and none counts
    /// twice.
    pub score: f32,
    /// The strongest hit of each category, strongest first.
    pub hits: Vec<Hit>,
}

pub(super) fn urgency(raw: &str, plain: &str) -> Urgency {
    let mut hits: Vec<Hit> = Vec::new();
    for found in RULES.finder.find_iter(plain) {
        let rule = &RULES.rules[found.pattern().as_usize()];
        if is_whole(plain, found.start(), found.end()) && !is_negated(&plain[..found.start()]) {
            keep(&mut hits, rule.category, rule.phrase, rule.weight);
        }
    }
    if let Some(phrase) = emphasis(raw, plain) {
        keep(&mut hits, EMPHASIS, phrase, EMPHASIS_WEIGHT);
    }
    hits.sort_by(|a, b| b.weight.total_cmp(&a.weight).then_with(|| a.category.cmp(&b.category)));
    let left: f32 = hits.iter().map(|hit| 1.0 - hit.weight).product();
    Urgency { score: 1.0 - left, hits }
}

fn keep(hits: &mut Vec<Hit>, category: &str, phrase: &str, weight: f32) {
    match hits.iter_mut().find(|hit| hit.category == category) {
        Some(hit) if hit.weight >= weight => {}
        Some(hit) => (hit.phrase, hit.weight) = (phrase.to_owned(), weight),
        None => hits.push(Hit { category: category.to_owned(), phrase: phrase.to_owned(), weight }),
    }
}

/// Latin phrases count as whole words only: "sue" is not in "issue".
fn is_whole(text: &str, start: usize, end: usize) -> bool {
    let latin = |c: char| c.is_ascii_alphanumeric();
    let joined =
        |left: Option<char>, right: Option<char>| left.is_some_and(latin) && right.is_some_and(latin);
    !joined(text[..start].chars().next_back(), text[start..].chars().next())
        && !joined(text[..end].chars().next_back(), text[end..].chars().next())
}

fn is_negated(before: &str) -> bool {
    NEGATORS.iter().any(|negator| {
        let whole = |head: &str| !negator.is_ascii() || !head.ends_with(|c: char| c.is_ascii_alphanumeric());
        before.strip_suffix(negator).is_some_and(whole)
    })
}

fn emphasis(raw: &str, plain: &str) -> Option<&'static str> {
    if plain.contains("!!") || plain.contains("?!") {
        return Some("!!");
    }
    let (mut letters, mut capitals) = (0, 0);
    for c in raw.chars().filter(char::is_ascii_alphabetic) {
        letters += 1;
        capitals += usize::from(c.is_ascii_uppercase());
    }
    (letters >= LEAST_SHOUTED && capitals * 10 >= letters * 8).then_some("CAPITALS")
}

/// `category <tab> weight <tab> phrase|phrase|…`
fn parse(line: &'static str) -> Vec<Rule> {
    let mut fields = line.split('\t');
    let (Some(category), Some(weight), Some(phrases)) = (fields.next(), fields.next(), fields.next()) else {
        return Vec::new();
    };
    let Ok(weight) = weight.parse() else { return Vec::new() };
    phrases.split('|').map(|phrase| Rule { category, weight, phrase }).collect()
}
