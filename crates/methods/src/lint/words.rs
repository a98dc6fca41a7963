use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};
use rustc_hash::{FxHashMap, FxHashSet};

use super::{Hit, Rule};

const DATA: &str = include_str!("../../data/lint.tsv");

static CHINESE: LazyLock<Lists> = LazyLock::new(|| Lists::load("zh"));
static ENGLISH: LazyLock<Lists> = LazyLock::new(|| Lists::load("en"));

/// What a phrase of a rule means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Word,
    Review,
    Exempt,
    Ahead,
}

/// The phrases of one rule, found longest first.
struct Finder {
    rule: Rule,
    kinds: Vec<Kind>,
    automaton: AhoCorasick,
}

/// The word lists of a language.
pub(super) struct Lists {
    finders: Vec<Finder>,
    pairs: Vec<(&'static str, &'static str)>,
    hints: FxHashMap<&'static str, &'static str>,
    sets: FxHashMap<(Rule, &'static str), FxHashSet<&'static str>>,
    empty: FxHashSet<&'static str>,
}

impl Lists {
    pub(super) fn chinese() -> &'static Self {
        &CHINESE
    }

    pub(super) fn english() -> &'static Self {
        &ENGLISH
    }

    fn load(language: &str) -> Self {
        let mut phrases: Vec<(Rule, Kind, &'static str)> = Vec::new();
        let (mut pairs, mut hints) = (Vec::new(), FxHashMap::default());
        let mut sets: FxHashMap<(Rule, &'static str), FxHashSet<&'static str>> = FxHashMap::default();
        for (rule, kind, phrase) in entries(language) {
            match kind {
                "word" => phrases.push((rule, Kind::Word, phrase)),
                "review" => phrases.push((rule, Kind::Review, phrase)),
                "ahead" => phrases.push((rule, Kind::Ahead, phrase)),
                "exempt" => phrases.push((rule, Kind::Exempt, phrase)),
                "pair" => pairs.extend(phrase.split_once('…')),
                "hint" => hints.extend(phrase.split_once('=')),
                _ => {}
            }
            sets.entry((rule, kind)).or_default().insert(phrase);
        }
        let finders = Rule::ALL.into_iter().filter_map(|rule| Finder::of(rule, &phrases)).collect();
        Self { finders, pairs, hints, sets, empty: FxHashSet::default() }
    }

    /// The phrases of a rule that are of a kind.
    pub(super) fn set(&self, rule: Rule, kind: &'static str) -> &FxHashSet<&'static str> {
        self.sets.get(&(rule, kind)).unwrap_or(&self.empty)
    }

    /// Halves of phrases such as 又…又.
    pub(super) fn pairs(&self) -> &[(&'static str, &'static str)] {
        &self.pairs
    }

    /// What to write instead of a phrase.
    pub(super) fn hint(&self, phrase: &str) -> Option<&'static str> {
        self.hints.get(phrase).copied()
    }

    /// Hits of all word lists. `whole` says whether the characters from a start to an end are a word of their own.
    pub(super) fn hits(&self, text: &str, whole: impl Fn(usize, usize) -> bool) -> Vec<Hit> {
        let starts: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
        let char_at = |byte: usize| starts.partition_point(|start| *start < byte);
        let last = text.trim_end_matches(|c: char| !c.is_alphanumeric()).len();
        let mut hits = Vec::new();
        for finder in &self.finders {
            for found in finder.automaton.find_iter(text) {
                let (start, end) = (char_at(found.start()), char_at(found.end()));
                let kind = finder.kinds[found.pattern().as_usize()];
                let counts = match kind {
                    Kind::Word | Kind::Review => true,
                    Kind::Ahead => found.end() < last,
                    Kind::Exempt => false,
                };
                if counts && whole(start, end) {
                    hits.push(Hit { rule: finder.rule, start, end, review: kind == Kind::Review });
                }
            }
        }
        hits
    }
}

impl Finder {
    fn of(rule: Rule, phrases: &[(Rule, Kind, &'static str)]) -> Option<Self> {
        let own: Vec<_> = phrases.iter().filter(|(of, ..)| *of == rule).collect();
        if own.is_empty() {
            return None;
        }
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .ascii_case_insensitive(true)
            .build(own.iter().map(|(_, _, phrase)| phrase));
        let automaton = automaton.expect("the phrases of the rule file are few and short");
        Some(Self { rule, kinds: own.iter().map(|(_, kind, _)| *kind).collect(), automaton })
    }
}

/// The phrases of a language with rule and kind.
fn entries(language: &str) -> impl Iterator<Item = (Rule, &'static str, &'static str)> {
    let lines = DATA.lines().filter(|line| !line.starts_with('#'));
    lines
        .filter_map(move |line| {
            let mut fields = line.split('\t');
            let own = fields.next()? == language;
            let (name, kind, phrases) = (fields.next()?, fields.next()?, fields.next()?);
            let rule = Rule::ALL.into_iter().find(|rule| rule.name() == name)?;
            own.then(|| phrases.split('|').map(move |phrase| (rule, kind, phrase)))
        })
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::{DATA, Lists, entries};

    #[test]
    fn every_line_of_the_file_is_read() {
        let listed = DATA.lines().filter(|line| !line.starts_with('#'));
        let phrases: usize = listed.map(|line| line.split('\t').nth(3).unwrap().split('|').count()).sum();
        assert_eq!(entries("zh").count() + entries("en").count(), phrases);
        assert!(entries("zh").chain(entries("en")).all(|(_, _, phrase)| !phrase.trim().is_empty()));
        for (_, kind, phrase) in entries("zh").chain(entries("en")) {
            assert_eq!(kind == "hint", phrase.contains('='), "{phrase}");
            assert_eq!(kind == "pair", phrase.contains('…'), "{phrase}");
        }
        assert_eq!(Lists::chinese().hint("小型化"), Some("能拿在手中"));
    }
}
