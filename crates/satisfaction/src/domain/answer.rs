use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use super::{
    cut::{Cut, Dimension},
    metric::Metric,
};

/// One answer to one question. A fact: it never changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    pub response_id: Uuid,
    /// `None` when nobody was named.
    pub customer_id: Option<Uuid>,
    pub metric: Metric,
    pub value: i16,
    /// Empty when unknown.
    pub channel: String,
    /// Empty when unknown.
    pub touchpoint: String,
    /// Whole microseconds.
    pub answered_at: DateTime<Utc>,
}

/// A place where answers are counted.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cell {
    pub metric: Metric,
    pub cut: Cut,
    /// In UTC.
    pub day: NaiveDate,
    pub value: i16,
}

impl Answer {
    /// Every score that the answer counts in.
    pub fn cuts(&self) -> impl Iterator<Item = Cut> {
        let named = |dimension, key: &str| (!key.is_empty()).then(|| Cut { dimension, key: key.to_owned() });
        [
            Some(Cut::workspace()),
            self.customer_id.map(Cut::customer),
            named(Dimension::Touchpoint, &self.touchpoint),
            named(Dimension::Channel, &self.channel),
        ]
        .into_iter()
        .flatten()
    }

    /// Whether it replaces `other`, an answer of the same customer to the same question. The id decides between answers of one
    /// instant, so that the order of arrival never does.
    pub fn is_later_than(&self, other: &Self) -> bool {
        (self.answered_at, self.response_id) > (other.answered_at, other.response_id)
    }
}

/// Counts answers by cell, in the order of the cells.
pub fn count(answers: &[Answer]) -> BTreeMap<Cell, i64> {
    let mut counts = BTreeMap::new();
    for answer in answers {
        let day = answer.answered_at.date_naive();
        for cut in answer.cuts() {
            let cell = Cell { metric: answer.metric, cut, day, value: answer.value };
            *counts.entry(cell).or_insert(0) += 1;
        }
    }
    counts
}

/// The latest answer of each customer named, to each question.
pub fn latest(answers: &[Answer]) -> BTreeMap<(Uuid, Metric), &Answer> {
    let mut latest: BTreeMap<_, &Answer> = BTreeMap::new();
    for answer in answers {
        let Some(customer_id) = answer.customer_id else { continue };
        latest
            .entry((customer_id, answer.metric))
            .and_modify(|known| {
                if answer.is_later_than(known) {
                    *known = answer;
                }
            })
            .or_insert(answer);
    }
    latest
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*};
    use uuid::Uuid;

    use super::{Answer, count, latest};
    use crate::domain::metric::Metric;

    prop_compose! {
        fn answer()(
            response in any::<u128>(), customer in 0..4_u128, metric in 0..3_usize, value in 1..6_i16,
            channel in "(|web|mail)", touchpoint in "(|delivery)", minute in 0..4000_i64,
        ) -> Answer {
            Answer {
                response_id: Uuid::from_u128(response),
                customer_id: (customer > 0).then(|| Uuid::from_u128(customer)),
                metric: Metric::ALL[metric],
                value,
                channel,
                touchpoint,
                answered_at: chrono::DateTime::from_timestamp(1_760_000_000 + minute / 2 * 60, 0).unwrap(),
            }
        }
    }

    proptest! {
        #[test]
        fn neither_counts_nor_latest_answers_depend_on_the_order(answers in vec(answer(), 0..60)) {
            let mut reversed = answers.clone();
            reversed.reverse();
            prop_assert_eq!(count(&answers), count(&reversed));
            prop_assert_eq!(latest(&answers), latest(&reversed));
        }

        #[test]
        fn every_answer_is_counted_once_in_each_of_its_cuts(answers in vec(answer(), 0..60)) {
            let counted: i64 = count(&answers).values().sum();
            let expected: usize = answers.iter().map(|answer| answer.cuts().count()).sum();
            prop_assert_eq!(counted, i64::try_from(expected).unwrap());
        }
    }
}
