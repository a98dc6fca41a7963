//! What customers say in a benchmark: the same for the same seed, different in every row, in Chinese and English.

use ting_proto::{
    intake::v1::{FeedbackInput, ImportFeedbackRequest, ResponseInput, import_feedback_request::Item},
    types::v1::{FeedbackKind, Metric},
};

use crate::words::{CHINESE, ENGLISH, Grammar, Topic};

const CHANNELS: [&str; 4] = ["web", "app", "mail", "phone"];

/// Rows by number, from 0; rows of another `name` have other texts and ids, of the same customers.
#[derive(Debug, Clone)]
pub struct Corpus {
    pub name: String,
    pub seed: u64,
    /// Four of five comments name one of so many customers, the others nobody.
    pub customers: u64,
}

impl Corpus {
    /// A comment of one to four sentences.
    pub fn comment(&self, row: u64) -> FeedbackInput {
        let mut dice = Dice::new(self.seed ^ row.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let grammar = if dice.below(2) == 0 { &ENGLISH } else { &CHINESE };
        let topic = dice.pick(grammar.topics);
        let pleased = dice.below(100) < 45;
        FeedbackInput {
            external_id: format!("{}-c{row}", self.name),
            customer_external_id: if dice.below(5) == 0 { String::new() } else { self.customer(&mut dice) },
            kind: kind(&mut dice, pleased).into(),
            text: text(&mut dice, grammar, topic, pleased),
            channel: (*dice.pick(&CHANNELS)).to_owned(),
            touchpoint: topic.touchpoint.to_owned(),
            ..FeedbackInput::default()
        }
    }

    /// An answer to one of the three questions, by a customer.
    pub fn answer(&self, row: u64) -> ResponseInput {
        let mut dice = Dice::new(!self.seed ^ row.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let (metric, lowest, values) =
            *dice.pick(&[(Metric::Nps, 0, 11), (Metric::Csat, 1, 5), (Metric::Ces, 1, 7)]);
        // The better of two throws: most people are rather content.
        let value = dice.below(values).max(dice.below(values));
        ResponseInput {
            external_id: format!("{}-a{row}", self.name),
            customer_external_id: self.customer(&mut dice),
            metric: metric.into(),
            value: lowest + i32::try_from(value).unwrap_or_default(),
            channel: (*dice.pick(&CHANNELS)).to_owned(),
            touchpoint: dice.pick(ENGLISH.topics).touchpoint.to_owned(),
            ..ResponseInput::default()
        }
    }

    /// The rows of an import: comments, and an answer after every tenth.
    pub fn import(
        self,
        rows: impl Iterator<Item = u64> + Send + 'static,
    ) -> impl Iterator<Item = ImportFeedbackRequest> + Send {
        rows.flat_map(move |row| {
            let comment = Item::Feedback(self.comment(row));
            let answer = row.is_multiple_of(10).then(|| Item::Response(self.answer(row)));
            [Some(comment), answer]
                .into_iter()
                .flatten()
                .map(move |item| ImportFeedbackRequest { row: row + 1, item: Some(item) })
        })
    }

    fn customer(&self, dice: &mut Dice) -> String {
        format!("customer-{}", dice.below(self.customers.max(1)))
    }
}

/// Answers that come with so many comments.
pub fn answers(comments: u64) -> u64 {
    comments.div_ceil(10)
}

fn kind(dice: &mut Dice, pleased: bool) -> FeedbackKind {
    match (dice.below(100), pleased) {
        (0..80, _) => FeedbackKind::Comment,
        (80..92, _) => FeedbackKind::Suggestion,
        (_, true) => FeedbackKind::Praise,
        (_, false) => FeedbackKind::Complaint,
    }
}

fn text(dice: &mut Dice, grammar: &Grammar, topic: &Topic, pleased: bool) -> String {
    let mut text = (*dice.pick(grammar.openings)).to_owned();
    for _ in 0..=dice.below(2) {
        clause(dice, grammar, topic, pleased, &mut text);
    }
    if dice.below(3) == 0 {
        let other = dice.pick(grammar.topics);
        let pleased = dice.below(2) == 0;
        clause(dice, grammar, other, pleased, &mut text);
    }
    text.push_str(dice.pick::<&str>(grammar.closings));
    text.trim_end().to_owned()
}

fn clause(dice: &mut Dice, grammar: &Grammar, topic: &Topic, pleased: bool, text: &mut String) {
    let (before, after) = *dice.pick(grammar.times);
    let number = dice.below(9_000) + 2;
    for part in [
        *dice.pick(topic.subjects),
        grammar.space,
        *dice.pick(if pleased { topic.good } else { topic.bad }),
        grammar.space,
        before,
        &number.to_string(),
        after,
        grammar.stop,
        *dice.pick(topic.details),
        grammar.stop,
    ] {
        text.push_str(part);
    }
}

/// `SplitMix64`.
struct Dice(u64);

impl Dice {
    fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        // Never truncates: the remainder is below the length.
        &from[usize::try_from(self.below(from.len() as u64)).unwrap_or_default()]
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::Corpus;

    fn corpus(seed: u64) -> Corpus {
        Corpus { name: "t".to_owned(), seed, customers: 10 }
    }

    #[test]
    fn the_same_seed_says_the_same_and_another_something_else() {
        assert_eq!(corpus(1).comment(7), corpus(1).comment(7));
        assert_ne!(corpus(1).comment(7).text, corpus(2).comment(7).text);
    }

    #[test]
    fn texts_are_as_long_as_comments_and_hardly_ever_the_same() {
        let texts: HashSet<String> = (0..2_000).map(|row| corpus(1).comment(row).text).collect();
        assert!(texts.len() > 1_990, "{} of 2,000 differ", texts.len());
        let mut lengths: Vec<usize> = texts.iter().map(|text| text.chars().count()).collect();
        lengths.sort_unstable();
        assert!((20..60).contains(&lengths[20]), "nearly the shortest: {}", lengths[20]);
        assert!((60..200).contains(&lengths[1_000]), "the middle: {}", lengths[1_000]);
        assert!((200..400).contains(&lengths[1_980]), "nearly the longest: {}", lengths[1_980]);
    }

    #[test]
    fn every_tenth_comment_is_followed_by_an_answer() {
        assert_eq!(corpus(1).import(0..100).count(), 110);
    }
}
