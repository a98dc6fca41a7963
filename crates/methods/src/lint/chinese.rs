use super::words::Lists;
use super::{Hit, Rule, whole};
use crate::text::{Tagged, is_han, tagged};

/// More Chinese characters than this are an essay.
const MOST_HAN: usize = 20;

/// A device is named this close behind "with" if it is the means.
const MEANS_REACH: usize = 10;

/// A line of Chinese with its words.
struct Phrase<'a> {
    chars: Vec<char>,
    words: Vec<Tagged<'a>>,
    lists: &'static Lists,
}

/// What the line breaks, of all rules.
pub(super) fn hits(text: &str) -> Vec<Hit> {
    let lists = Lists::chinese();
    let phrase = Phrase { chars: text.chars().collect(), words: tagged(text), lists };
    let mut hits = lists.hits(text, |_, _| true);
    phrase.wish_against(&mut hits);
    phrase.two_meanings(&mut hits);
    phrase.characteristic(&mut hits);
    phrase.means(&mut hits);
    phrase.object(&mut hits);
    if let Some((start, end)) = whole(&phrase.chars) {
        // A negation and an abstract word say how it is, if badly.
        let told = hits.iter().any(|hit| matches!(hit.rule, Rule::R5 | Rule::R7));
        if !told && !phrase.has_quality() {
            hits.push(Hit::new(Rule::R2, start, end));
        }
        if phrase.chars.iter().filter(|c| is_han(**c)).count() > MOST_HAN {
            hits.push(Hit::new(Rule::R7, start, end));
        }
    }
    hits
}

fn is_predicate(word: &Tagged<'_>) -> bool {
    word.tag.starts_with('a') || (word.tag.starts_with('v') && word.tag != "vn")
}

fn is_noun(word: &Tagged<'_>) -> bool {
    matches!(word.tag.chars().next(), Some('n' | 'r')) || word.tag == "eng"
}

fn is_modal(word: &str) -> bool {
    matches!(word, "能" | "可" | "可以" | "能够" | "即可" | "就能" | "便能" | "就可以" | "都能" | "也能")
}

impl Phrase<'_> {
    fn text(&self, start: usize, end: usize) -> String {
        self.chars.iter().take(end).skip(start).collect()
    }

    fn is_one_of(&self, rule: Rule, kind: &'static str, word: &str) -> bool {
        self.lists.set(rule, kind).contains(word)
    }

    /// 别…了 asks somebody not to do something.
    fn wish_against(&self, hits: &mut Vec<Hit>) {
        let end = self.chars.iter().rposition(|c| c.is_alphanumeric());
        let against = hits.iter().find(|hit| hit.rule == Rule::R5 && self.chars[hit.start] == '别');
        if let (Some(end), Some(against)) = (end.filter(|end| self.chars[*end] == '了'), against) {
            hits.push(Hit::new(Rule::R8, against.start, end + 1));
        }
    }

    /// Pairs such as 又…又, two adverbs, and predicates on both sides of a comma or of "and".
    fn two_meanings(&self, hits: &mut Vec<Hit>) {
        let text: String = self.chars.iter().collect();
        for (first, second) in self.lists.pairs() {
            let halves =
                text.split_once(first).and_then(|(before, rest)| Some((before, rest.split_once(second)?)));
            if let Some((before, (between, _))) = halves.filter(|(_, (between, _))| !between.is_empty()) {
                let start = before.chars().count();
                let length =
                    [*first, between, *second].iter().map(|part| part.chars().count()).sum::<usize>();
                hits.push(Hit::new(Rule::R1, start, start + length));
            }
        }
        let adverbs: Vec<usize> = (1..self.words.len()).filter(|at| self.words[*at].word == "地").collect();
        if let [_, second, ..] = adverbs.as_slice() {
            let word = &self.words[second - 1];
            // 大强度地: an adjective before it belongs to it.
            let before = self.words[..second - 1].last().filter(|before| before.tag.starts_with('a'));
            let start = before.map_or(word.start, |before| before.start);
            hits.push(Hit::new(Rule::R1, start, self.words[*second].end));
        }
        for (at, word) in self.words.iter().enumerate() {
            if matches!(word.word, "，" | ",") && self.comma_joins(at) {
                hits.push(Hit::new(Rule::R1, word.start, word.end));
            }
            let beside =
                at.checked_sub(1).and_then(|before| Some((self.words.get(before)?, self.words.get(at + 1)?)));
            if self.is_one_of(Rule::R1, "coordinator", word.word)
                && beside.is_some_and(|(before, after)| is_predicate(before) && is_predicate(after))
                && !hits
                    .iter()
                    .any(|hit| hit.rule == Rule::R1 && hit.start <= word.start && word.end <= hit.end)
            {
                hits.push(Hit::new(Rule::R1, word.start, word.end));
            }
        }
    }

    /// Whether both sides of a comma say something of their own; a circumstance before it does not.
    fn comma_joins(&self, at: usize) -> bool {
        let is_comma = |word: &Tagged<'_>| matches!(word.word, "，" | ",");
        let before = self.words[..at].rsplit(is_comma).next().unwrap_or_default();
        let after = self.words[at + 1..].split(is_comma).next().unwrap_or_default();
        let first = before.first().map_or("", |word| word.word);
        let last = before.last().map_or("", |word| word.word);
        let circumstance = self.is_one_of(Rule::R1, "condition", first)
            || ["时", "后", "前", "中", "下", "里", "上", "时候", "的话"]
                .iter()
                .any(|end| last.ends_with(end));
        let says = |word: &Tagged<'_>| is_predicate(word) || self.is_one_of(Rule::R2, "quality", word.word);
        !circumstance && before.iter().any(says) && after.iter().any(says)
    }

    /// Whether anything says how the thing is.
    fn has_quality(&self) -> bool {
        let last = self.chars.iter().rfind(|c| is_han(**c)).map(char::to_string).unwrap_or_default();
        // Words of the list count within longer words as well: 携带方便 and 可靠地点着 are cut otherwise at times.
        let text = self.text(0, self.chars.len());
        let mut listed =
            self.lists.set(Rule::R2, "quality").iter().filter(|word| word.chars().nth(1).is_some());
        self.is_one_of(Rule::R2, "quality", &last)
            || listed.any(|word| text.contains(word))
            || self.places_something()
            || self.words.iter().enumerate().any(|(at, word)| self.qualifies(at, word))
    }

    fn qualifies(&self, at: usize, word: &Tagged<'_>) -> bool {
        let modified = |at: usize| {
            let before = at.checked_sub(1).and_then(|before| self.words.get(before));
            at + 1 < self.words.len() && before.is_some_and(is_predicate)
        };
        match word.word {
            "地" | "得" => at > 0,
            "的" => modified(at),
            _ => {
                // 看清, 调好: a verb with its result.
                let result = word.word.chars().next_back().map(String::from).unwrap_or_default();
                matches!(word.tag.chars().next(), Some('a' | 'z' | 'm' | 'i'))
                    || self.is_one_of(Rule::R2, "quality", word.word)
                    || (word.tag.starts_with('v') && self.is_one_of(Rule::R2, "quality", &result))
            }
        }
    }

    /// 能装进口袋: where something can be put says how it is.
    fn places_something(&self) -> bool {
        let modal = self.words.iter().position(|word| is_modal(word.word));
        modal.is_some_and(|modal| {
            self.words[modal + 1..].iter().any(|word| {
                let last = word.word.chars().next_back().map(String::from).unwrap_or_default();
                self.is_one_of(Rule::R2, "place", &last)
            })
        })
    }

    /// Names of characteristics end with 度 or 性.
    fn characteristic(&self, hits: &mut Vec<Hit>) {
        let exempt = |start: usize, end: usize| {
            let around = self.text(start.saturating_sub(2), end + 2);
            let own = self.text(end - 1, end);
            self.lists.set(Rule::R3, "exempt").iter().any(|word| word.contains(&own) && around.contains(word))
        };
        for end in 2..=self.chars.len() {
            let named = matches!(self.chars[end - 1], '度' | '性') && is_han(self.chars[end - 2]);
            let known = hits.iter().any(|hit| hit.rule == Rule::R3 && hit.start < end && end <= hit.end);
            if named && !known && !exempt(end - 2, end) {
                let word = self.words.iter().rfind(|word| word.start < end && end <= word.end);
                let inside = word.filter(|word| word.end - word.start >= 2);
                // A suffix that stands alone belongs to the word before it.
                let before = self.words.iter().rfind(|word| word.end < end);
                let start = inside.or(before).map_or(end - 2, |word| word.start.min(end - 2));
                hits.push(Hit::new(Rule::R3, start, end));
            }
        }
    }

    /// Words that end with 化, devices that are installed, and "with" some device.
    fn means(&self, hits: &mut Vec<Hit>) {
        for (at, word) in self.words.iter().enumerate() {
            let long = word.end - word.start;
            let exempt = self.lists.set(Rule::R4, "exempt").iter().any(|other| word.word.ends_with(other));
            if word.word.ends_with('化') && !exempt {
                let start = if long >= 2 {
                    word.start
                } else {
                    at.checked_sub(1).map_or(0, |at| self.words[at].start)
                };
                let joined = self.text(start, word.end);
                if !self.is_one_of(Rule::R4, "exempt", &joined) {
                    hits.push(Hit::new(Rule::R4, start, word.end));
                }
            }
            let next = self.words.get(at + 1);
            if matches!(word.word, "安装" | "设置")
                && next.is_some_and(|next| is_noun(next) || next.word == "了")
            {
                hits.push(Hit::new(Rule::R4, word.start, word.end));
            }
            if let Some(end) = self.device_after(at, word) {
                hits.push(Hit::new(Rule::R4, word.start, end));
            }
        }
    }

    fn device_after(&self, at: usize, word: &Tagged<'_>) -> Option<usize> {
        if !self.is_one_of(Rule::R4, "means", word.word) {
            return None;
        }
        let reach = self.words[at + 1..].iter().take_while(|after| {
            let apart = matches!(after.word, "时" | "后" | "中" | "的" | "，" | "," | "过程");
            !apart && after.end <= word.end + MEANS_REACH
        });
        let makers = self.lists.set(Rule::R4, "maker");
        let mut reach = reach.filter(|after| makers.iter().any(|maker| after.word.ends_with(maker)));
        reach.next().map(|after| after.end)
    }

    /// Something is done, and nobody says to what.
    fn object(&self, hits: &mut Vec<Hit>) {
        let Some(modal) = self.words.iter().position(|word| is_modal(word.word)) else { return };
        let is_end =
            |word: &Tagged<'_>| matches!(word.word, "，" | "," | "。" | "；" | "、" | "并且" | "而且");
        let clause = self.words[modal + 1..].split(is_end).next().unwrap_or_default();
        let taken = |word: &Tagged<'_>| matches!(word.word, "将" | "把" | "给" | "被" | "让" | "使");
        let before = self.words[..modal].split(is_end).next_back().unwrap_or_default();
        let (Some(first), Some(last)) = (clause.first(), clause.last()) else { return };
        if clause.iter().any(taken) || names_a_thing(before) {
            return;
        }
        let said = self.text(first.start, last.end);
        let said = said.trim_end_matches(['了', '。', '！', ' ']);
        let verbs = self.lists.set(Rule::R6, "transitive");
        if let Some(verb) = verbs.iter().filter(|verb| said.ends_with(**verb)).max_by_key(|verb| verb.len()) {
            let end = first.start + said.chars().count();
            hits.push(Hit::new(Rule::R6, end - verb.chars().count(), end));
        }
    }
}

/// Whether a noun is there that is more than a place or a time: 在雨中 names neither what is lit nor what is opened.
fn names_a_thing(words: &[Tagged<'_>]) -> bool {
    let mut rest = words;
    let closes = |word: &Tagged<'_>| {
        ["中", "里", "上", "下", "时", "后", "前", "内", "外", "处"]
            .iter()
            .any(|end| word.word.ends_with(end))
    };
    if let Some(close) = rest.iter().rposition(closes) {
        rest = &rest[close + 1..];
    } else if rest.iter().any(|word| matches!(word.word, "在" | "从" | "用")) {
        return false;
    }
    rest.iter().any(is_noun)
}
