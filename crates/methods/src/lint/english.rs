use super::words::Lists;
use super::{Hit, Rule, whole};

/// More words than this are an essay; about as much as twenty Chinese characters.
const MOST_WORDS: usize = 13;

struct Word {
    text: String,
    start: usize,
    end: usize,
}

/// A line of English with its words in lower case.
struct Phrase {
    chars: Vec<char>,
    words: Vec<Word>,
    lists: &'static Lists,
}

/// What the line breaks, of all rules.
pub(super) fn hits(text: &str) -> Vec<Hit> {
    let lists = Lists::english();
    // A curly apostrophe is as many characters as a straight one.
    let plain = text.replace('’', "'");
    let chars: Vec<char> = plain.chars().collect();
    let in_word = |at: usize| chars.get(at).is_some_and(|c| c.is_alphanumeric() || *c == '\'');
    let own = |start: usize, end: usize| {
        let goes_on_before = start > 0 && chars[start].is_alphanumeric() && in_word(start - 1);
        let goes_on_after = chars[end - 1].is_alphanumeric() && in_word(end);
        !goes_on_before && !goes_on_after
    };
    let mut hits = lists.hits(&plain, own);
    let phrase = Phrase { words: words(&chars), chars, lists };
    phrase.comma(&mut hits);
    phrase.characteristic(&mut hits);
    phrase.object(&mut hits);
    if let Some((start, end)) = whole(&phrase.chars) {
        // A negation and an abstract word say how it is, if badly.
        let told = hits.iter().any(|hit| matches!(hit.rule, Rule::R5 | Rule::R7));
        if !told && !phrase.has_quality() {
            hits.push(Hit::new(Rule::R2, start, end));
        }
        if phrase.words.len() > MOST_WORDS {
            hits.push(Hit::new(Rule::R7, start, end));
        }
    }
    hits
}

fn words(chars: &[char]) -> Vec<Word> {
    let mut words = Vec::new();
    let mut start = None;
    for at in 0..=chars.len() {
        let inside = chars.get(at).is_some_and(|c| c.is_alphanumeric() || *c == '\'');
        match (inside, start) {
            (true, None) => start = Some(at),
            (false, Some(first)) => {
                let text = chars[first..at].iter().collect::<String>().to_ascii_lowercase();
                words.push(Word { text, start: first, end: at });
                start = None;
            }
            _ => {}
        }
    }
    words
}

impl Phrase {
    fn is_one_of(&self, rule: Rule, kind: &'static str, word: &str) -> bool {
        self.lists.set(rule, kind).contains(word)
    }

    /// Two statements joined by a comma; a circumstance before it is none.
    fn comma(&self, hits: &mut Vec<Hit>) {
        let first = self.words.first().map_or("", |word| word.text.as_str());
        let comma = self.chars.iter().position(|c| *c == ',');
        if let Some(comma) = comma.filter(|_| !self.is_one_of(Rule::R1, "condition", first))
            && self.words.iter().any(|word| word.start > comma)
        {
            hits.push(Hit::new(Rule::R1, comma, comma + 1));
        }
    }

    fn has_quality(&self) -> bool {
        let said = self.words.iter().any(|word| self.qualifies(&word.text));
        let modal = self.words.iter().position(|word| self.is_one_of(Rule::R6, "means", &word.text));
        let placed = |modal: usize| {
            self.words[modal..].iter().any(|word| self.is_one_of(Rule::R2, "place", &word.text))
        };
        said || modal.is_some_and(placed)
    }

    fn qualifies(&self, word: &str) -> bool {
        if self.is_one_of(Rule::R2, "exempt", word) {
            return false;
        }
        let ends =
            |endings: &[&str]| endings.iter().any(|end| word.len() > end.len() + 2 && word.ends_with(end));
        self.is_one_of(Rule::R2, "quality", word)
            || word.chars().any(|c| c.is_ascii_digit())
            || ends(&["ly", "able", "ible", "ful", "ous", "less", "ive", "ier", "iest", "proof", "free"])
    }

    /// Names of characteristics end with -ity or -ness.
    fn characteristic(&self, hits: &mut Vec<Hit>) {
        for word in &self.words {
            let plural = word.text.strip_suffix("ies").map(|stem| format!("{stem}y"));
            let name = plural.as_deref().unwrap_or(&word.text);
            let ends = name.len() > 5 && (name.ends_with("ity") || name.ends_with("ness"));
            let known = hits.iter().any(|hit| hit.rule == Rule::R3 && hit.start == word.start);
            let other = self.is_one_of(Rule::R3, "exempt", name) || self.is_one_of(Rule::R3, "review", name);
            if ends && !known && !other {
                hits.push(Hit::new(Rule::R3, word.start, word.end));
            }
        }
    }

    /// "Can be lit reliably", "can light at once": nobody says what.
    fn object(&self, hits: &mut Vec<Hit>) {
        let mut at = 0;
        let word = |at: usize| self.words.get(at).map_or("", |word| word.text.as_str());
        let adverb =
            |word: &str| word.ends_with("ly") || matches!(word, "always" | "still" | "also" | "easy" | "to");
        while adverb(word(at)) {
            at += 1;
        }
        if self.is_one_of(Rule::R6, "means", word(at)) {
            at += 1;
            while adverb(word(at)) {
                at += 1;
            }
        }
        let passive = at > 0 && word(at) == "be";
        if passive {
            at += 1;
            while adverb(word(at)) {
                at += 1;
            }
        }
        let Some(verb) = self.words.get(at) else { return };
        let bare = verb.text.strip_suffix('s').unwrap_or(&verb.text);
        let transitive = self.is_one_of(Rule::R6, "transitive", &verb.text)
            || (at == 0 && self.is_one_of(Rule::R6, "transitive", bare));
        if passive || (transitive && self.nothing_follows(at)) {
            hits.push(Hit::new(Rule::R6, verb.start, verb.end));
        }
    }

    /// Whether what comes behind a verb is no object: nothing, an adverb or a circumstance.
    fn nothing_follows(&self, verb: usize) -> bool {
        let Some(next) = self.words.get(verb + 1) else { return verb > 0 };
        let next = next.text.as_str();
        next.ends_with("ly")
            || self.is_one_of(Rule::R2, "place", next)
            || matches!(next, "at" | "for" | "by" | "when" | "from" | "again" | "fast" | "well" | "every")
    }
}
