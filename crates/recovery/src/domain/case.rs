//! The life of a case.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{
    rule::{Cause, Severity},
    words,
};

words! {
    /// Where a case stands.
    CaseState {
        Open = "open",
        Acknowledged = "acknowledged",
        Resolved = "resolved",
        Closed = "closed",
    }
}

/// What somebody does to a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    Acknowledge,
    Assign { assignee: String },
    Resolve { resolution: String },
    Close,
    Reopen,
}

/// The steps by name, for the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verb {
    Acknowledge,
    Assign,
    Resolve,
    Close,
    Reopen,
}

/// Every step that can be taken. Whoever assigns a case has taken notice of it; an acknowledged one may change hands.
const TRANSITIONS: &[(CaseState, Verb, CaseState)] = &[
    (CaseState::Open, Verb::Acknowledge, CaseState::Acknowledged),
    (CaseState::Open, Verb::Assign, CaseState::Acknowledged),
    (CaseState::Acknowledged, Verb::Assign, CaseState::Acknowledged),
    (CaseState::Acknowledged, Verb::Resolve, CaseState::Resolved),
    (CaseState::Resolved, Verb::Close, CaseState::Closed),
    (CaseState::Resolved, Verb::Reopen, CaseState::Open),
    (CaseState::Closed, Verb::Reopen, CaseState::Open),
];

impl Step {
    fn verb(&self) -> Verb {
        match self {
            Self::Acknowledge => Verb::Acknowledge,
            Self::Assign { .. } => Verb::Assign,
            Self::Resolve { .. } => Verb::Resolve,
            Self::Close => Verb::Close,
            Self::Reopen => Verb::Reopen,
        }
    }
}

/// A step that the case's state does not allow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the case is {0}, which does not allow this step")]
pub struct BadTransition(pub CaseState);

/// A complaint or a failure that is being put right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    pub id: Uuid,
    /// Whom it is about: the customer; the feedback when nobody was named.
    pub about_id: Uuid,
    pub customer_id: Option<Uuid>,
    pub cause: Cause,
    pub state: CaseState,
    pub severity: Severity,
    pub assignee: String,
    pub resolution: String,
    pub feedback_id: Option<Uuid>,
    pub occurrences: i64,
    pub version: i64,
    pub opened_at: DateTime<Utc>,
    pub acknowledged_at: Option<DateTime<Utc>>,
    pub resolved_at: Option<DateTime<Utc>>,
    pub closed_at: Option<DateTime<Utc>>,
}

impl Case {
    /// Takes `step` at `now`, if the table of transitions has it.
    pub fn take(&mut self, step: &Step, now: DateTime<Utc>) -> Result<(), BadTransition> {
        let from = self.state;
        let transition = TRANSITIONS.iter().find(|(state, verb, _)| (*state, *verb) == (from, step.verb()));
        let (_, _, to) = transition.ok_or(BadTransition(from))?;
        match step {
            Step::Acknowledge => self.acknowledged_at = Some(now),
            Step::Assign { assignee } => {
                self.assignee.clone_from(assignee);
                self.acknowledged_at = self.acknowledged_at.or(Some(now));
            }
            Step::Resolve { resolution } => {
                self.resolution.clone_from(resolution);
                self.resolved_at = Some(now);
            }
            Step::Close => self.closed_at = Some(now),
            // The case tells of the life it has now; the earlier one is in the history.
            Step::Reopen => {
                self.resolution.clear();
                (self.acknowledged_at, self.resolved_at, self.closed_at) = (None, None, None);
            }
        }
        self.state = *to;
        self.version += 1;
        Ok(())
    }
}

#[cfg(test)]
#[path = "case_tests.rs"]
mod tests;
