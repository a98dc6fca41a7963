use std::sync::LazyLock;

use jieba_rs::Jieba;
use rustc_hash::FxHashSet;
use unicode_normalization::char::is_combining_mark;

use super::language::is_han;

/// Longer runs are keyboard noise, not words.
const MAX_WORD_CHARS: usize = 32;

/// Longer runs without a break are cut, so that segmentation stays linear in small pieces.
const MAX_RUN_CHARS: usize = 200;

static JIEBA: LazyLock<Jieba> = LazyLock::new(Jieba::new);

static STOP_WORDS: LazyLock<FxHashSet<&'static str>> = LazyLock::new(|| {
    let lists = [include_str!("../../data/stopwords.zh.txt"), include_str!("../../data/stopwords.en.txt")];
    lists
        .into_iter()
        .flat_map(str::lines)
        .filter(|line| !line.starts_with('#'))
        .flat_map(str::split_whitespace)
        .collect()
});

/// A piece of text between two characters that no word holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Run<'a> {
    Han(&'a str),
    Word(&'a str),
    /// Punctuation that ends a clause.
    ClauseEnd,
}

/// Cuts a normalised text into Chinese runs, words of other scripts, and clause ends.
pub(super) fn runs(text: &str) -> impl Iterator<Item = Run<'_>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        loop {
            let first = rest.chars().next()?;
            let (length, run): (usize, fn(&str) -> Option<Run<'_>>) = if is_han(first) {
                (run_length(rest, is_han), |run| Some(Run::Han(run)))
            } else if first.is_alphanumeric() {
                (run_length(rest, is_word), |run| Some(Run::Word(run)))
            } else {
                (first.len_utf8(), |c| is_clause_end(c).then_some(Run::ClauseEnd))
            };
            let (head, tail) = rest.split_at(length);
            rest = tail;
            if let Some(run) = run(head) {
                return Some(run);
            }
        }
    })
}

/// Calls `each` with every word in order, function words included, and `None` at clause ends.
pub(super) fn each_word(text: &str, mut each: impl FnMut(Option<&str>)) {
    for run in runs(text) {
        match run {
            Run::ClauseEnd => each(None),
            Run::Word(word) => each(Some(word)),
            Run::Han(run) => JIEBA.cut(run, true).iter().for_each(|token| each(Some(token.word))),
        }
    }
}

/// A word with what it is: `n…` a noun, `v…` a verb, `a…` an adjective.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tagged<'a> {
    pub(crate) word: &'a str,
    pub(crate) tag: &'a str,
    /// The first character, counted from 0.
    pub(crate) start: usize,
    /// Behind the last character.
    pub(crate) end: usize,
}

/// The words of a text as it stands, in order; together they are the text.
pub(crate) fn tagged(text: &str) -> Vec<Tagged<'_>> {
    let tags = JIEBA.tag(text, true).into_iter();
    tags.map(|tag| Tagged { word: tag.word, tag: tag.tag, start: tag.start, end: tag.end }).collect()
}

/// Whether a word can tell what a comment is about: no function word, no number, no single letter, no noise.
pub(super) fn is_content(word: &str) -> bool {
    let mut chars = word.chars();
    let (Some(first), second) = (chars.next(), chars.next()) else { return false };
    (second.is_some() || is_han(first))
        && chars.nth(MAX_WORD_CHARS - 2).is_none()
        && !word.chars().all(char::is_numeric)
        && !STOP_WORDS.contains(word)
}

/// A Latin word without the endings that do not change what it is about: transfers, transferred → transfer.
pub(super) fn stem(word: &str) -> &str {
    if !word.is_ascii() {
        return word;
    }
    let without = |word: &'_ str, ending: &str, least: usize| {
        (word.len() >= least + ending.len() && word.ends_with(ending)).then(|| word.len() - ending.len())
    };
    let mut end = word.len();
    if !word.ends_with("ss") && !word.ends_with("us") {
        end = without(word, "s", 3).unwrap_or(end);
    }
    end = without(&word[..end], "ing", 3).or_else(|| without(&word[..end], "ed", 3)).unwrap_or(end);
    end = without(&word[..end], "e", 3).unwrap_or(end);
    // stopped → stop, but call and pass keep their last letter.
    match word.as_bytes()[..end] {
        [.., a, b] if a == b && end > 3 && !matches!(b, b'l' | b's') => &word[..end - 1],
        _ => &word[..end],
    }
}

/// Calls `each` with every pair of neighbouring Chinese characters.
pub(super) fn each_bigram<'a>(text: &'a str, mut each: impl FnMut(&'a str)) {
    for run in runs(text) {
        let Run::Han(run) = run else { continue };
        let mut starts = run.char_indices().map(|(start, _)| start).chain([run.len()]);
        let (Some(mut first), Some(mut second)) = (starts.next(), starts.next()) else { continue };
        for third in starts {
            each(&run[first..third]);
            (first, second) = (second, third);
        }
    }
}

fn run_length(text: &str, belongs: fn(char) -> bool) -> usize {
    let end = text.char_indices().enumerate().find(|(count, (_, c))| *count >= MAX_RUN_CHARS || !belongs(*c));
    end.map_or(text.len(), |(_, (start, _))| start)
}

/// Apostrophes and marks belong to the word they stand in.
fn is_word(c: char) -> bool {
    (c.is_alphanumeric() && !is_han(c)) || is_combining_mark(c) || matches!(c, '\'' | '’')
}

fn is_clause_end(c: &str) -> bool {
    matches!(c, "," | "." | "!" | "?" | ";" | ":" | "、" | "。" | "…" | "~" | "|" | "(" | ")" | "\"")
}

#[cfg(test)]
mod tests {
    use super::{each_bigram, each_word, is_content, stem};

    fn content_words(text: &str) -> Vec<String> {
        let mut words = Vec::new();
        each_word(text, |word| words.extend(word.filter(|word| is_content(word)).map(str::to_owned)));
        words
    }

    #[test]
    fn chinese_and_latin_words_are_found_side_by_side() {
        assert_eq!(content_words("价格太贵,wifi也不稳定"), ["价格", "太贵", "wifi", "稳定"]);
        assert_eq!(content_words("i can't find the refund of 300"), ["find", "refund"]);
    }

    #[test]
    fn inflected_words_share_a_stem() {
        for (words, common) in [
            (["transfer", "transfers", "transferred"], "transfer"),
            (["charge", "charging", "charged"], "charg"),
            (["top", "topped", "topping"], "top"),
        ] {
            assert_eq!(words.map(stem), [common; 3]);
        }
        assert_eq!(
            ["pass", "status", "red", "bus", "is", "价格", ""].map(stem),
            ["pass", "status", "red", "bus", "is", "价格", ""]
        );
    }

    #[test]
    fn bigrams_do_not_cross_punctuation() {
        let mut bigrams = Vec::new();
        each_bigram("价格贵,慢ab车", |bigram| bigrams.push(bigram));
        assert_eq!(bigrams, ["价格", "格贵"]);
    }

    #[test]
    fn noise_is_not_a_word() {
        assert!(!is_content(&"a".repeat(33)));
        assert!(is_content(&"a".repeat(32)));
        assert!(!is_content("2024") && !is_content("x") && !is_content("") && is_content("慢"));
    }
}
