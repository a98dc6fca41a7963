//! Phrasing rules against phrases judged by hand, and the laws of spans.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;

use proptest::prelude::*;
use ting_methods::lint::{Rule, lint};
use ting_methods::text::Language;

const GOLD: &str = include_str!("golden/lint.tsv");

/// A phrase with the rules it breaks: rule, whether it is to be reviewed only, and the span if it matters.
struct Judged {
    part: &'static str,
    text: &'static str,
    expected: Vec<(&'static str, bool, Option<String>)>,
}

fn gold() -> Vec<Judged> {
    let lines = GOLD.lines().filter(|line| !line.starts_with('#'));
    lines
        .map(|line| {
            let mut fields = line.split('\t');
            let (part, expected, text) =
                (fields.next().unwrap(), fields.next().unwrap(), fields.next().unwrap());
            let expected = expected.split(' ').filter(|entry| *entry != "-").map(|entry| {
                let (rule, span) =
                    entry.split_once('=').map_or((entry, None), |(rule, span)| (rule, Some(span)));
                (rule.trim_end_matches('?'), rule.ends_with('?'), span.map(|span| span.replace('_', " ")))
            });
            Judged { part, text, expected: expected.collect() }
        })
        .collect()
}

fn span(text: &str, start: usize, end: usize) -> String {
    text.chars().skip(start).take(end - start).collect()
}

/// Rightly warned, wrongly warned, missed.
type Counts = BTreeMap<&'static str, [usize; 3]>;

/// Counts by rule over phrases, each rule once a phrase.
fn counts(phrases: &[&Judged]) -> Counts {
    let mut counts = Counts::new();
    for phrase in phrases {
        let found: Vec<Rule> = lint(phrase.text, false).warnings.iter().map(|warning| warning.rule).collect();
        for rule in Rule::ALL.into_iter().filter(|rule| rule.is_core()) {
            let expected = phrase.expected.iter().any(|(name, ..)| *name == rule.name());
            let count = counts.entry(rule.name()).or_default();
            // What went wrong, but not for the phrases that are held back.
            if found.contains(&rule) != expected && phrase.part == "tune" {
                println!("{}: {} expected {expected}", phrase.text, rule.name());
            }
            match (found.contains(&rule), expected) {
                (true, true) => count[0] += 1,
                (true, false) => count[1] += 1,
                (false, true) => count[2] += 1,
                (false, false) => {}
            }
        }
    }
    counts
}

fn report(part: &str, counts: &Counts) -> [usize; 3] {
    let mut all = [0; 3];
    for (rule, [right, wrong, missed]) in counts {
        println!("{part} {rule}: {right} right, {wrong} wrong, {missed} missed");
        for (sum, count) in all.iter_mut().zip([right, wrong, missed]) {
            *sum += count;
        }
    }
    println!("{part} all: {all:?}");
    all
}

#[test]
fn the_examples_of_the_method_break_what_its_rules_say() {
    for phrase in gold().iter().filter(|phrase| phrase.part == "seed") {
        let found = lint(phrase.text, false);
        let mut rules: Vec<&str> = found.warnings.iter().map(|warning| warning.rule.name()).collect();
        rules.dedup();
        let mut expected: Vec<&str> = phrase.expected.iter().map(|(rule, ..)| *rule).collect();
        expected.sort_unstable();
        assert_eq!(rules, expected, "{}: {:?}", phrase.text, found.warnings);
    }
}

#[test]
fn spans_are_exact_where_they_are_stated() {
    for phrase in gold().iter().filter(|phrase| phrase.part != "held") {
        for (rule, review, expected) in
            phrase.expected.iter().filter_map(|(r, v, s)| Some((*r, *v, s.as_ref()?)))
        {
            let found = lint(phrase.text, false);
            let hit = found.warnings.iter().any(|warning| {
                warning.rule.name() == rule
                    && warning.review == review
                    && span(phrase.text, warning.start, warning.end) == *expected
            });
            assert!(hit, "{}: {rule} {expected}: {:?}", phrase.text, found.warnings);
        }
    }
}

/// The figures of `docs/methods/lint.md`; `cargo test -p ting-methods --test lint -- --nocapture` prints them by rule.
#[test]
fn phrases_that_nobody_looked_at_are_judged_about_as_a_person_does() {
    let gold = gold();
    for (part, least) in [("tune", 0.9), ("held", 0.8)] {
        let phrases: Vec<&Judged> = gold.iter().filter(|phrase| phrase.part == part).collect();
        let [right, wrong, missed] =
            report(part, &counts(&phrases)).map(|count| u32::try_from(count).unwrap());
        let (precision, recall) =
            (f64::from(right) / f64::from(right + wrong), f64::from(right) / f64::from(right + missed));
        assert!(precision >= least && recall >= least, "{part}: precision {precision}, recall {recall}");
    }
}

#[test]
fn messages_are_in_the_language_of_the_line() {
    for (text, language) in [("可靠性好", Language::Chinese), ("good reliability", Language::English)] {
        let found = lint(text, false);
        assert_eq!(found.language, language);
        for warning in found.warnings {
            let han =
                warning.message.chars().chain(warning.suggestion.chars()).any(|c| ('一'..='龥').contains(&c));
            assert_eq!(han, language == Language::Chinese || text.contains('可'), "{warning:?}");
        }
    }
    let hinted = &lint("可靠性好", false).warnings[0];
    assert!(hinted.suggestion.contains("用多年仍正常工作"), "{hinted:?}");
}

#[test]
fn rules_beyond_the_eight_come_when_asked_for() {
    for (text, rule) in [
        ("水热得更快", Rule::L6),
        ("所有按键都清楚", Rule::L8),
        ("刀、叉等等容易清洗", Rule::L9),
        ("尽量准时送到", Rule::L12),
        ("水温稳定（待定）", Rule::L16),
        ("water is hot faster", Rule::L6),
        ("all buttons are readable", Rule::L8),
        ("knives, forks etc. are easy to clean", Rule::L9),
        ("quiet if possible", Rule::L12),
        ("water is hot within TBD seconds", Rule::L16),
    ] {
        assert!(lint(text, false).warnings.iter().all(|warning| warning.rule.is_core()), "{text}");
        assert!(lint(text, true).warnings.iter().any(|warning| warning.rule == rule), "{text}");
    }
    assert!(lint("可更换电池", true).warnings.iter().all(|warning| warning.rule != Rule::L6));
}

#[test]
fn other_languages_and_nothing_have_no_warnings() {
    for text in ["", "   ", "12345", "😀😀", "очень тихо", "静かで使いやすいです"] {
        assert_eq!(lint(text, true).warnings, [], "{text}");
    }
}

#[test]
fn long_lines_are_read_in_bounded_time() {
    let long = "不".repeat(1_000_000);
    let warnings = lint(&long, true).warnings;
    assert!(warnings.iter().all(|warning| warning.end <= 2_000));
    assert!(warnings.iter().any(|warning| warning.rule == Rule::R7));
    lint(&"can be and, ".repeat(100_000), true);
}

proptest! {
    #[test]
    fn spans_lie_within_the_line(text in "[不没能可以将点着火度性化，、和又并且地的在中口袋用器小大 a-e]{0,40}|(can|be|and|not|with|light|ly|ity|,|’|;| |é){0,20}|\\PC{0,30}") {
        let found = lint(&text, true);
        let length = text.chars().count();
        prop_assert_eq!(&found.text, &text);
        for warning in &found.warnings {
            prop_assert!(warning.start < warning.end && warning.end <= length, "{:?}", warning);
            prop_assert!(!warning.message.is_empty() && !warning.suggestion.is_empty());
        }
        prop_assert!(found.warnings.is_sorted_by_key(|warning| (warning.rule, warning.start, warning.end)));
    }
}
