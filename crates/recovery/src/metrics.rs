//! What recovery adds to the numbers at `/metrics`.

use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use metrics::{Unit, describe_gauge, describe_histogram, gauge, histogram};
use ting_chassis::{
    metrics::{count, seconds},
    store::{Measure, Tx},
};

use crate::{
    domain::{
        case::CaseState,
        delivery::{Outcome, Reason},
        endpoint::EndpointKind,
    },
    store,
};

const CASES: &str = "ting_cases";
const CASE_OLDEST_SECONDS: &str = "ting_case_oldest_seconds";
const NOTIFICATIONS_PENDING: &str = "ting_notifications_pending";
const NOTIFICATIONS_OVERDUE: &str = "ting_notifications_overdue";
const ENDPOINTS_DISABLED: &str = "ting_endpoints_disabled";
const ATTEMPT_SECONDS: &str = "ting_notification_attempt_seconds";

const DELIVERED: &str = "DELIVERED";
const STATES: [CaseState; 3] = [CaseState::Open, CaseState::Acknowledged, CaseState::Resolved];
/// A sender takes what is due within a poll; later than this, none does.
const OVERDUE: TimeDelta = TimeDelta::minutes(1);

/// Says what the numbers mean, and shows those of attempts before the first one.
pub fn describe() {
    describe_gauge!(CASES, "Cases that are not closed, by state.");
    describe_gauge!(
        CASE_OLDEST_SECONDS,
        "How long ago the oldest case in this state was opened; 0 without one."
    );
    describe_gauge!(NOTIFICATIONS_PENDING, "Notifications not delivered and not given up yet.");
    describe_gauge!(NOTIFICATIONS_OVERDUE, "Of these, those due for more than a minute that no sender took.");
    describe_gauge!(ENDPOINTS_DISABLED, "Endpoints that were disabled because they failed for too long.");
    describe_histogram!(
        ATTEMPT_SECONDS,
        Unit::Seconds,
        "How long attempts to notify take, by kind of endpoint and result."
    );
    for kind in [EndpointKind::Webhook, EndpointKind::Email] {
        for result in [DELIVERED].into_iter().chain(Reason::ALL.map(Reason::as_str)) {
            drop(histogram!(ATTEMPT_SECONDS, "kind" => kind.as_str(), "result" => result));
        }
    }
}

/// Reports an attempt to notify.
pub fn attempt(kind: EndpointKind, outcome: &Outcome, taken: Duration) {
    let result = outcome.result.map_or_else(|(reason, _)| reason.as_str(), |()| DELIVERED);
    histogram!(ATTEMPT_SECONDS, "kind" => kind.as_str(), "result" => result).record(taken.as_secs_f64());
}

/// Counts what is not done yet.
pub struct Backlog;

#[async_trait]
impl Measure for Backlog {
    async fn measure(&self, tx: &mut Tx) -> sqlx::Result<()> {
        let now = tx.now();
        let age = |since: Option<DateTime<Utc>>| since.map_or(TimeDelta::zero(), |since| now - since);
        let backlog = store::case::backlog(tx).await?;
        for state in STATES {
            let found = backlog.iter().find(|part| part.state == state);
            let oldest = age(found.map(|part| part.oldest));
            gauge!(CASES, "state" => state.as_str()).set(count(found.map_or(0, |part| part.cases)));
            gauge!(CASE_OLDEST_SECONDS, "state" => state.as_str()).set(seconds(oldest));
        }
        let (pending, overdue) = store::notification::count_pending(tx, now - OVERDUE).await?;
        gauge!(NOTIFICATIONS_PENDING).set(count(pending));
        gauge!(NOTIFICATIONS_OVERDUE).set(count(overdue));
        gauge!(ENDPOINTS_DISABLED).set(count(store::endpoint::count_disabled(tx).await?));
        Ok(())
    }
}
