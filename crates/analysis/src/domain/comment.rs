use chrono::{DateTime, Datelike as _, NaiveDate, Utc, Weekday};
use rayon::prelude::*;
use ting_methods::text::{self, Language, Model, Placement, Tone};
use ting_proto::types::v1 as proto;
use uuid::Uuid;

use super::duplicates;

/// A comment as intake tells of it.
#[derive(Debug, Clone)]
pub struct Arrived {
    pub feedback_id: Uuid,
    pub customer_id: Option<Uuid>,
    pub kind: Kind,
    pub text: String,
    pub channel: String,
    pub touchpoint: String,
    pub occurred_at: DateTime<Utc>,
}

impl Arrived {
    /// The Monday of its week.
    pub fn week(&self) -> NaiveDate {
        let day = self.occurred_at.date_naive();
        // Only the very first week that chrono knows has no Monday.
        day.checked_sub_days(chrono::Days::new(day.weekday().days_since(Weekday::Mon).into())).unwrap_or(day)
    }
}

/// What a comment is meant as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kind(pub proto::FeedbackKind);

impl Kind {
    /// As stored. A kind that this version does not know is stored as a plain comment.
    pub fn name(self) -> &'static str {
        match self.0 {
            proto::FeedbackKind::Unspecified | proto::FeedbackKind::Comment => "comment",
            proto::FeedbackKind::Suggestion => "suggestion",
            proto::FeedbackKind::Complaint => "complaint",
            proto::FeedbackKind::Praise => "praise",
        }
    }

    /// From what is stored.
    pub fn of(name: &str) -> Self {
        Self(match name {
            "suggestion" => proto::FeedbackKind::Suggestion,
            "complaint" => proto::FeedbackKind::Complaint,
            "praise" => proto::FeedbackKind::Praise,
            _ => proto::FeedbackKind::Comment,
        })
    }
}

impl From<Kind> for proto::FeedbackKind {
    fn from(kind: Kind) -> Self {
        match kind.0 {
            Self::Unspecified => Self::Comment,
            known => known,
        }
    }
}

/// How a language is stored.
pub fn language_name(language: Language) -> &'static str {
    match language {
        Language::Chinese => "chinese",
        Language::English => "english",
        Language::Other => "other",
    }
}

/// The language of the contract, from what is stored.
pub fn language_of(name: &str) -> proto::Language {
    match name {
        "chinese" => proto::Language::Chinese,
        "english" => proto::Language::English,
        _ => proto::Language::Other,
    }
}

/// What one comment says by itself.
#[derive(Debug, Clone)]
pub struct Reading {
    pub language: Language,
    pub sentiment: f64,
    pub negative: bool,
    pub sentiment_words: Vec<String>,
    pub urgency: f64,
    pub urgency_rules: Vec<String>,
    /// Where its near-duplicates are found.
    pub bands: Vec<i64>,
    pub place: Place,
}

/// Where a comment belongs, in the model's words.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Place {
    pub key: Option<u32>,
    pub margin: f64,
}

/// Reads many comments, on all cores.
pub fn read_all(texts: &[String], model: Option<&Model>) -> Vec<Reading> {
    texts.par_iter().map(|text| read(text, model)).collect()
}

/// Places many comments, on all cores.
pub fn place_all<T: AsRef<str> + Sync>(texts: &[T], model: Option<&Model>) -> Vec<Place> {
    texts.par_iter().map(|text| place(text.as_ref(), model)).collect()
}

fn read(text: &str, model: Option<&Model>) -> Reading {
    let judgement = text::judge(text);
    Reading {
        language: judgement.language,
        sentiment: f64::from(judgement.sentiment.score),
        negative: judgement.sentiment.tone == Tone::Negative,
        sentiment_words: judgement.sentiment.words.into_iter().map(|word| word.word).collect(),
        urgency: f64::from(judgement.urgency.score),
        urgency_rules: judgement.urgency.hits.into_iter().map(|hit| hit.category).collect(),
        bands: duplicates::bands(text),
        place: place(text, model),
    }
}

fn place(text: &str, model: Option<&Model>) -> Place {
    match model.map(|model| model.assign(text)) {
        Some(Placement::Theme { key, margin, .. }) => Place { key: Some(key), margin: f64::from(margin) },
        Some(Placement::Between { .. } | Placement::Parked) | None => Place::default(),
    }
}

#[cfg(test)]
mod tests {
    use ting_proto::types::v1::FeedbackKind;
    use uuid::Uuid;

    use super::{Arrived, Kind, read_all};

    fn at(time: &str) -> Arrived {
        Arrived {
            feedback_id: Uuid::from_u128(1),
            customer_id: None,
            kind: Kind(FeedbackKind::Comment),
            text: String::new(),
            channel: String::new(),
            touchpoint: String::new(),
            occurred_at: time.parse().unwrap(),
        }
    }

    #[test]
    fn a_week_begins_on_monday() {
        for (time, monday) in [
            ("2026-03-02T00:00:00Z", "2026-03-02"),
            ("2026-03-01T23:59:59Z", "2026-02-23"),
            ("2026-01-01T12:00:00Z", "2025-12-29"),
        ] {
            assert_eq!(at(time).week().to_string(), monday);
        }
    }

    #[test]
    fn a_kind_survives_the_store() {
        for kind in
            [FeedbackKind::Comment, FeedbackKind::Suggestion, FeedbackKind::Complaint, FeedbackKind::Praise]
        {
            assert_eq!(Kind::of(Kind(kind).name()).0, kind);
        }
    }

    #[test]
    fn a_complaint_about_danger_is_read_as_bad_and_urgent() {
        let readings =
            read_all(&["水壶冒烟起火，太差了，要投诉".to_owned(), "配送很快，非常满意".to_owned()], None);
        assert!(readings[0].negative && readings[0].sentiment < 0.0);
        assert!(readings[0].urgency > readings[1].urgency);
        assert!(
            readings[0].urgency_rules.iter().any(|rule| rule == "safety"),
            "{:?}",
            readings[0].urgency_rules
        );
        assert!(!readings[1].negative);
        assert_eq!(readings[0].place.key, None);
    }
}
