//! What makes a case.

use ting_proto::types::v1::{Band, FeedbackKind};
use uuid::Uuid;

use super::words;

words! {
    /// Why a case is there.
    Cause {
        /// A complaint was filed.
        Complaint = "complaint",
        /// A comment was very negative and urgent.
        UrgentComment = "urgent_comment",
        /// Perceived fell short of expected.
        Dissatisfied = "dissatisfied",
    }
}

words! {
    /// How much it matters.
    Severity {
        Low = "low",
        Medium = "medium",
        High = "high",
    }
}

impl Cause {
    /// The severity of a new case. An urgent comment is high: it names harm or a deadline. A complaint is medium: somebody took the
    /// trouble to file it. A falling score is low: nobody has asked for anything yet.
    pub fn severity(self) -> Severity {
        match self {
            Self::UrgentComment => Severity::High,
            Self::Complaint => Severity::Medium,
            Self::Dissatisfied => Severity::Low,
        }
    }
}

/// When a comment is bad enough.
#[derive(Debug, Clone, Copy)]
pub struct Rules {
    /// The sentiment from which on downwards a comment is very negative; -1 to 1.
    pub sentiment_at_most: f64,
    /// The urgency from which on upwards it is urgent; 0 to 1.
    pub urgency_at_least: f64,
}

impl Rules {
    /// Judges feedback by what it was given as.
    pub fn of_feedback(kind: FeedbackKind) -> Option<Cause> {
        (kind == FeedbackKind::Complaint).then_some(Cause::Complaint)
    }

    /// Judges feedback by what was found in its text: it must be very negative and urgent, not one of the two.
    pub fn of_text(&self, sentiment: f64, urgency: f64) -> Option<Cause> {
        (sentiment <= self.sentiment_at_most && urgency >= self.urgency_at_least)
            .then_some(Cause::UrgentComment)
    }

    /// Judges a customer by the band that a new answer has led to.
    pub fn of_band(to: Band) -> Option<Cause> {
        (to == Band::Dissatisfied).then_some(Cause::Dissatisfied)
    }
}

/// A cause that came up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Occurrence {
    /// Whom it is about: the customer; the feedback when nobody was named.
    pub about_id: Uuid,
    pub customer_id: Option<Uuid>,
    pub feedback_id: Option<Uuid>,
    pub cause: Cause,
}

#[cfg(test)]
mod tests {
    use ting_proto::types::v1::{Band, FeedbackKind};

    use super::{Cause, Rules, Severity};

    const RULES: Rules = Rules { sentiment_at_most: -0.5, urgency_at_least: 0.5 };

    #[test]
    fn only_complaints_are_cases_by_their_kind() {
        let rows = [
            (FeedbackKind::Unspecified, None),
            (FeedbackKind::Comment, None),
            (FeedbackKind::Suggestion, None),
            (FeedbackKind::Complaint, Some(Cause::Complaint)),
            (FeedbackKind::Praise, None),
        ];
        for (kind, cause) in rows {
            assert_eq!(Rules::of_feedback(kind), cause, "{kind:?}");
        }
    }

    #[test]
    fn a_comment_must_be_very_negative_and_urgent() {
        let rows = [
            (-0.5, 0.5, true),
            (-1.0, 1.0, true),
            (-0.49, 1.0, false),
            (-1.0, 0.49, false),
            (1.0, 1.0, false),
        ];
        for (sentiment, urgency, expected) in rows {
            assert_eq!(RULES.of_text(sentiment, urgency).is_some(), expected, "{sentiment} {urgency}");
        }
        assert_eq!(RULES.of_text(f64::NAN, 1.0), None);
    }

    #[test]
    fn only_the_fall_below_expectation_is_a_case() {
        for band in [Band::Unspecified, Band::Satisfied, Band::Delighted] {
            assert_eq!(Rules::of_band(band), None);
        }
        assert_eq!(Rules::of_band(Band::Dissatisfied), Some(Cause::Dissatisfied));
    }

    #[test]
    fn urgency_matters_most_and_a_score_least() {
        assert_eq!(Cause::ALL.iter().map(|cause| cause.severity()).max(), Some(Severity::High));
        assert_eq!(Cause::UrgentComment.severity(), Severity::High);
        assert_eq!(Cause::Complaint.severity(), Severity::Medium);
        assert_eq!(Cause::Dissatisfied.severity(), Severity::Low);
    }

    #[test]
    fn words_lead_back_to_their_values() {
        for cause in Cause::ALL {
            assert_eq!(Cause::parse(cause.as_str()), Some(*cause));
        }
        assert_eq!(Cause::parse("Complaint"), None);
    }
}
