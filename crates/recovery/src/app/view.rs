//! What callers see of cases, endpoints and notifications.

use chrono::{DateTime, Utc};
use pbjson_types::Timestamp;
use ting_proto::recovery::v1 as proto;
use uuid::Uuid;

use crate::{
    domain::{
        case::{Case, CaseState},
        delivery::NotificationState,
        endpoint::{Endpoint, EndpointKind},
        rule::{Cause, Severity},
    },
    store::{attempt::Attempt, entry::Entry, notification::Notification},
};

fn time(at: Option<DateTime<Utc>>) -> Option<Timestamp> {
    at.map(Timestamp::from)
}

fn text(id: Option<Uuid>) -> String {
    id.map(|id| id.to_string()).unwrap_or_default()
}

fn cause(cause: Cause) -> proto::Cause {
    match cause {
        Cause::Complaint => proto::Cause::Complaint,
        Cause::UrgentComment => proto::Cause::UrgentComment,
        Cause::Dissatisfied => proto::Cause::Dissatisfied,
    }
}

fn severity(severity: Severity) -> proto::Severity {
    match severity {
        Severity::Low => proto::Severity::Low,
        Severity::Medium => proto::Severity::Medium,
        Severity::High => proto::Severity::High,
    }
}

fn case_state(state: CaseState) -> proto::CaseState {
    match state {
        CaseState::Open => proto::CaseState::Open,
        CaseState::Acknowledged => proto::CaseState::Acknowledged,
        CaseState::Resolved => proto::CaseState::Resolved,
        CaseState::Closed => proto::CaseState::Closed,
    }
}

/// The state that a caller asks for; `None` for unspecified.
pub fn asked_case_state(state: proto::CaseState) -> Option<CaseState> {
    CaseState::ALL.iter().copied().find(|known| case_state(*known) == state)
}

fn notification_state(state: NotificationState) -> proto::NotificationState {
    match state {
        NotificationState::Pending => proto::NotificationState::Pending,
        NotificationState::Delivered => proto::NotificationState::Delivered,
        NotificationState::Failed => proto::NotificationState::Failed,
    }
}

/// The state that a caller asks for; `None` for unspecified.
pub fn asked_notification_state(state: proto::NotificationState) -> Option<NotificationState> {
    NotificationState::ALL.iter().copied().find(|known| notification_state(*known) == state)
}

/// A case without its history.
pub fn case(case: Case) -> proto::Case {
    proto::Case {
        case_id: case.id.to_string(),
        customer_id: text(case.customer_id),
        cause: cause(case.cause).into(),
        state: case_state(case.state).into(),
        severity: severity(case.severity).into(),
        assignee: case.assignee,
        resolution: case.resolution,
        feedback_id: text(case.feedback_id),
        occurrences: case.occurrences,
        opened_at: time(Some(case.opened_at)),
        acknowledged_at: time(case.acknowledged_at),
        resolved_at: time(case.resolved_at),
        closed_at: time(case.closed_at),
        etag: case.version.to_string(),
        history: Vec::new(),
    }
}

pub fn entry(entry: Entry) -> proto::CaseEntry {
    proto::CaseEntry {
        at: time(Some(entry.at)),
        actor: entry.actor,
        from: entry.from.map_or(proto::CaseState::Unspecified, case_state).into(),
        to: case_state(entry.to).into(),
        note: entry.note,
    }
}

pub fn endpoint(endpoint: Endpoint) -> proto::Endpoint {
    let kind = match endpoint.kind {
        EndpointKind::Webhook => proto::EndpointKind::Webhook,
        EndpointKind::Email => proto::EndpointKind::Email,
    };
    proto::Endpoint {
        endpoint_id: endpoint.id.to_string(),
        kind: kind.into(),
        target: endpoint.target,
        enabled: endpoint.enabled,
        created_at: time(Some(endpoint.created_at)),
    }
}

pub fn notification(notification: &Notification, attempts: Vec<Attempt>) -> proto::Notification {
    proto::Notification {
        notification_id: notification.id.to_string(),
        case_id: notification.case_id.to_string(),
        endpoint_id: notification.endpoint_id.to_string(),
        kind: notification.kind.to_string(),
        state: notification_state(notification.state).into(),
        created_at: time(Some(notification.created_at)),
        next_attempt_at: time(notification.next_attempt_at),
        attempts: attempts.into_iter().map(attempt).collect(),
    }
}

fn attempt(attempt: Attempt) -> proto::Attempt {
    proto::Attempt {
        at: time(Some(attempt.at)),
        succeeded: attempt.succeeded,
        code: attempt.code,
        reason: attempt.reason,
        took_ms: attempt.took_ms,
    }
}
