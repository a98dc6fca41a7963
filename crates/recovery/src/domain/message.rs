//! What a notification says: ids and words of ours, never what a customer wrote.

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    case::Case,
    rule::{Cause, Severity},
    words,
};

words! {
    /// What a notification tells of.
    NotificationKind {
        CaseOpened = "case_opened",
        CaseResolved = "case_resolved",
    }
}

impl NotificationKind {
    /// The `type` of the message.
    fn message_type(self) -> &'static str {
        match self {
            Self::CaseOpened => "case.opened",
            Self::CaseResolved => "case.resolved",
        }
    }
}

/// The body of a webhook.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    pub r#type: String,
    /// When it happened, not when it was sent.
    pub timestamp: String,
    pub data: Data,
}

/// The case that a message is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Data {
    pub case_id: Uuid,
    /// Empty when nobody was named.
    pub customer_id: String,
    pub cause: Cause,
    pub severity: Severity,
    /// Empty when a score opened the case.
    pub feedback_id: String,
}

impl Message {
    pub fn new(kind: NotificationKind, case: &Case, at: DateTime<Utc>) -> Self {
        let text = |id: Option<Uuid>| id.map(|id| id.to_string()).unwrap_or_default();
        Self {
            r#type: kind.message_type().to_owned(),
            timestamp: at.to_rfc3339_opts(SecondsFormat::Micros, true),
            data: Data {
                case_id: case.id,
                customer_id: text(case.customer_id),
                cause: case.cause,
                severity: case.severity,
                feedback_id: text(case.feedback_id),
            },
        }
    }

    /// The bytes to send and to sign.
    pub fn body(&self) -> String {
        serde_json::to_string(self).expect("strings and ids always serialise")
    }
}
