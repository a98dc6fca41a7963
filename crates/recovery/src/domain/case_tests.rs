use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use super::{BadTransition, Case, CaseState, Step};
use crate::domain::rule::{Cause, Severity};

fn start() -> DateTime<Utc> {
    "2026-03-01T12:00:00Z".parse().unwrap()
}

fn case(state: CaseState) -> Case {
    Case {
        id: Uuid::from_u128(1),
        about_id: Uuid::from_u128(2),
        customer_id: None,
        cause: Cause::Complaint,
        state,
        severity: Severity::Medium,
        assignee: String::new(),
        resolution: String::new(),
        feedback_id: None,
        occurrences: 1,
        version: 1,
        opened_at: start(),
        acknowledged_at: None,
        resolved_at: None,
        closed_at: None,
    }
}

fn steps() -> [Step; 5] {
    [
        Step::Acknowledge,
        Step::Assign { assignee: "mei".to_owned() },
        Step::Resolve { resolution: "refunded".to_owned() },
        Step::Close,
        Step::Reopen,
    ]
}

#[test]
fn every_state_allows_exactly_the_steps_of_the_table() {
    use CaseState::{Acknowledged, Closed, Open, Resolved};
    // Acknowledge, assign, resolve, close, reopen.
    let rows = [
        (Open, [Some(Acknowledged), Some(Acknowledged), None, None, None]),
        (Acknowledged, [None, Some(Acknowledged), Some(Resolved), None, None]),
        (Resolved, [None, None, None, Some(Closed), Some(Open)]),
        (Closed, [None, None, None, None, Some(Open)]),
    ];
    for (from, expected) in rows {
        for (step, to) in steps().iter().zip(expected) {
            let mut case = case(from);
            let before = case.clone();
            let result = case.take(step, start());
            match to {
                Some(to) => {
                    assert_eq!((result, case.state, case.version), (Ok(()), to, 2), "{from} {step:?}");
                }
                None => assert_eq!((result, case), (Err(BadTransition(from)), before), "{from} {step:?}"),
            }
        }
    }
}

#[test]
fn a_case_that_changes_hands_keeps_the_time_at_which_it_was_first_noticed() {
    let mut case = case(CaseState::Open);
    case.take(&Step::Assign { assignee: "mei".to_owned() }, start()).unwrap();
    case.take(&Step::Assign { assignee: "tom".to_owned() }, start() + TimeDelta::hours(1)).unwrap();
    assert_eq!((case.assignee.as_str(), case.acknowledged_at), ("tom", Some(start())));
}

#[test]
fn a_reopened_case_is_nobodys_success_but_still_somebodys_task() {
    let mut case = case(CaseState::Open);
    for step in &steps()[1..] {
        case.take(step, start()).unwrap();
    }
    assert_eq!((case.state, case.resolution.as_str(), case.assignee.as_str()), (CaseState::Open, "", "mei"));
    assert_eq!((case.acknowledged_at, case.resolved_at, case.closed_at), (None, None, None));
    assert_eq!((case.opened_at, case.version), (start(), 5));
}
