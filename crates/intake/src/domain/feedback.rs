use chrono::{DateTime, Utc};
use ting_chassis::input::{
    Checks, InvalidInput, enumeration, optional_enumeration, text, time, token_or_unknown,
};
use ting_proto::{
    intake::v1::FeedbackInput,
    types::v1::{FeedbackKind, Source},
};

use super::{failure, optional_external_id};

const MAX_TEXT_CHARS: usize = 10_000;
const MAX_TEXT_BYTES: usize = 40 * 1024;

const KINDS: [(FeedbackKind, &str); 4] = [
    (FeedbackKind::Comment, "comment"),
    (FeedbackKind::Suggestion, "suggestion"),
    (FeedbackKind::Complaint, "complaint"),
    (FeedbackKind::Praise, "praise"),
];
const SOURCES: [(Source, &str); 2] = [(Source::Internal, "internal"), (Source::External, "external")];

/// Feedback that keeps the rules and is not stored yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewFeedback {
    pub external_id: Option<String>,
    /// The company's id of the customer.
    pub customer: Option<String>,
    pub kind: FeedbackKind,
    pub text: String,
    pub channel: String,
    pub source: Source,
    pub touchpoint: String,
    pub occurred_at: DateTime<Utc>,
}

impl NewFeedback {
    /// Accepts `input` if every field keeps the contract; names all that do not.
    pub fn parse(input: &FeedbackInput, now: DateTime<Utc>) -> Result<Self, InvalidInput> {
        let mut checks = Checks::default();
        let fields = (
            checks.keep(optional_external_id("external_id", &input.external_id)),
            checks.keep(optional_external_id("customer_external_id", &input.customer_external_id)),
            checks.keep(enumeration("kind", input.kind)),
            checks.keep(text("text", &input.text, MAX_TEXT_CHARS, MAX_TEXT_BYTES)),
            checks.keep(token_or_unknown("channel", &input.channel)),
            checks.keep(optional_enumeration("source", input.source)),
            checks.keep(token_or_unknown("touchpoint", &input.touchpoint)),
            checks.keep(time("occurred_at", input.occurred_at, now)),
        );
        let (
            Some(external_id),
            Some(customer),
            Some(kind),
            Some(text),
            Some(channel),
            Some(source),
            Some(touchpoint),
            Some(occurred_at),
        ) = fields
        else {
            return Err(failure(checks));
        };
        let source = source.unwrap_or(Source::External);
        Ok(Self { external_id, customer, kind, text, channel, source, touchpoint, occurred_at })
    }
}

/// The word for a kind in the store.
pub fn kind_name(kind: FeedbackKind) -> &'static str {
    KINDS.into_iter().find_map(|(known, name)| (known == kind).then_some(name)).unwrap_or_default()
}

/// The kind that the store calls `name`.
pub fn kind_named(name: &str) -> FeedbackKind {
    KINDS.into_iter().find_map(|(kind, known)| (known == name).then_some(kind)).unwrap_or_default()
}

/// The word for a source in the store.
pub fn source_name(source: Source) -> &'static str {
    SOURCES.into_iter().find_map(|(known, name)| (known == source).then_some(name)).unwrap_or_default()
}

/// The source that the store calls `name`.
pub fn source_named(name: &str) -> Source {
    SOURCES.into_iter().find_map(|(source, known)| (known == name).then_some(source)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use ting_proto::{
        intake::v1::FeedbackInput,
        types::v1::{FeedbackKind, Source},
    };

    use super::{KINDS, NewFeedback, SOURCES, kind_name, kind_named, source_name, source_named};

    fn now() -> chrono::DateTime<chrono::Utc> {
        "2026-03-01T12:00:00Z".parse().unwrap()
    }

    fn input() -> FeedbackInput {
        FeedbackInput {
            kind: FeedbackKind::Comment.into(),
            text: " slow at night ".to_owned(),
            ..FeedbackInput::default()
        }
    }

    #[test]
    fn what_is_left_out_gets_the_documented_value() {
        let feedback = NewFeedback::parse(&input(), now()).unwrap();
        assert_eq!((feedback.external_id, feedback.customer), (None, None));
        assert_eq!((feedback.channel.as_str(), feedback.touchpoint.as_str()), ("unknown", "unknown"));
        assert_eq!((feedback.source, feedback.occurred_at), (Source::External, now()));
        assert_eq!(feedback.text, "slow at night");
    }

    #[test]
    fn every_bad_field_is_named_at_once() {
        let bad = FeedbackInput {
            kind: 9999,
            text: "\u{200b}".to_owned(),
            channel: "E Mail".to_owned(),
            ..input()
        };
        let violations = NewFeedback::parse(&bad, now()).unwrap_err().0;
        let named: Vec<_> =
            violations.iter().map(|violation| (violation.field.as_str(), violation.reason)).collect();
        assert_eq!(named, [("kind", "UNKNOWN_ENUM"), ("text", "EMPTY"), ("channel", "BAD_TOKEN")]);
    }

    #[test]
    fn the_store_has_a_word_for_every_kind_and_source() {
        for (kind, name) in KINDS {
            assert_eq!((kind_name(kind), kind_named(name)), (name, kind));
        }
        for (source, name) in SOURCES {
            assert_eq!((source_name(source), source_named(name)), (name, source));
        }
    }
}
