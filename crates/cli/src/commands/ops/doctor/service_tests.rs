use chrono::{DateTime, TimeDelta, Utc};
use ting_chassis::probe::Trouble;
use ting_proto::ops::v1::{ConsumerStatus, Dependency, ExamineResponse, GetStatusResponse};

use super::{super::check::State, VERSION, answers, backlog, judge};
use crate::connect::Service;

fn now() -> DateTime<Utc> {
    "2026-03-01T12:00:00Z".parse().unwrap()
}

fn examined() -> ExamineResponse {
    ExamineResponse {
        service: "analysis".to_owned(),
        version: VERSION.to_owned(),
        now: Some(now().into()),
        ..ExamineResponse::default()
    }
}

fn status() -> GetStatusResponse {
    let consumer =
        ConsumerStatus { stream: "TING_INTAKE".to_owned(), pending: 10, ..ConsumerStatus::default() };
    GetStatusResponse { outbox_pending: 5, consumers: vec![consumer], ..GetStatusResponse::default() }
}

#[test]
fn a_healthy_service_has_no_findings() {
    assert_eq!(answers(Service::Analysis, &examined(), now()).state, State::Well);
    assert_eq!(backlog(Service::Analysis, &status()), []);
}

#[test]
fn whatever_piles_up_is_named_with_a_next_step() {
    let mut status = status();
    status.dead_letters = 2;
    status.outbox_pending = 5_000;
    status.consumers[0].pending = 50_000;
    let checks = backlog(Service::Analysis, &status);
    let wrong: Vec<&str> = checks.iter().filter_map(|check| check.wrong.as_deref()).collect();
    assert_eq!(wrong.len(), 3);
    assert!(
        wrong[0].starts_with("2 events") && wrong[1].starts_with("5000") && wrong[2].contains("TING_INTAKE")
    );
    assert!(checks.iter().all(|check| check.todo.is_some()));
}

#[test]
fn a_swapped_address_another_version_and_a_wrong_clock_are_noticed() {
    let swapped = answers(Service::Recovery, &examined(), now());
    assert!(
        swapped.wrong.unwrap().contains("analysis")
            && swapped.todo.unwrap().contains("TING_RECOVERY_ADDRESS")
    );
    let old = ExamineResponse { version: "0.0.9".to_owned(), ..examined() };
    assert!(answers(Service::Analysis, &old, now()).wrong.unwrap().contains("0.0.9"));
    let skewed = answers(Service::Analysis, &examined(), now() + TimeDelta::minutes(5));
    assert!(skewed.wrong.unwrap().contains("-300 s"));
}

#[test]
fn each_trouble_of_a_dependency_says_since_when_why_and_what_to_do() {
    for name in ["postgres", "disk", "schema", "nats", "TING_ANALYSIS", "public key"] {
        for trouble in
            [Trouble::Unreachable, Trouble::Login, Trouble::Full, Trouble::Certificate, Trouble::Missing]
        {
            let dependency = Dependency {
                name: name.to_owned(),
                trouble: trouble.into(),
                cause: "because".to_owned(),
                since: Some(now().into()),
            };
            let check = judge(Service::Analysis, &dependency);
            assert_eq!((check.state, check.since), (State::Wrong, Some(now())));
            assert!(check.wrong.unwrap().ends_with("because") && !check.todo.unwrap().is_empty());
        }
    }
}
