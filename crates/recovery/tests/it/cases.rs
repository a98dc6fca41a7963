//! What makes a case, and what does not.

use std::collections::HashSet;

use chrono::TimeDelta;
use ting_events::Stream;
use ting_proto::{
    recovery::v1::{
        AcknowledgeCaseRequest, Case, CaseState, Cause, CloseCaseRequest, ReopenCaseRequest,
        ResolveCaseRequest, Severity,
    },
    types::v1::{Band, FeedbackKind},
};
use ting_testkit::eventually;
use tonic::Code;

use crate::support::{Scene, refusal};

#[tokio::test(flavor = "multi_thread")]
async fn each_rule_opens_a_case_of_its_cause_and_severity() {
    let mut scene = Scene::start("").await;
    let (ann, feedback) = (scene.new_id(), scene.new_id());
    scene.feed.complaint(Some(ann), feedback).await;
    let case = scene.cases(1).await.remove(0);
    assert_eq!(
        (case.cause(), case.severity(), case.state()),
        (Cause::Complaint, Severity::Medium, CaseState::Open)
    );
    assert_eq!((case.customer_id, case.feedback_id), (ann.to_string(), feedback.to_string()));
    assert_eq!((case.occurrences, case.etag.as_str()), (1, "1"));
    // The same words are also urgent: another cause, another case.
    scene.advance(TimeDelta::seconds(1));
    scene.feed.classified(Some(ann), feedback, -0.9, 0.8).await;
    let case = scene.cases(2).await.remove(0);
    assert_eq!((case.cause(), case.severity()), (Cause::UrgentComment, Severity::High));
    scene.advance(TimeDelta::seconds(1));
    scene.feed.band(ann, Band::Dissatisfied).await;
    let case = scene.cases(3).await.remove(0);
    assert_eq!((case.cause(), case.severity()), (Cause::Dissatisfied, Severity::Low));
    assert_eq!((case.customer_id, case.feedback_id), (ann.to_string(), String::new()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_is_published_with_what_caused_it() {
    let mut scene = Scene::start("").await;
    let case = scene.complaint().await;
    let published = scene.published().await;
    assert_eq!(published.len(), 1);
    let (name, data) = &published[0];
    assert_eq!(name, "case_opened");
    assert_eq!(data["caseId"], case.case_id.as_str());
    assert_eq!(data["customerId"], case.customer_id.as_str());
    assert_eq!(data["feedbackId"], case.feedback_id.as_str());
    assert_eq!((data["cause"].as_str(), data["severity"].as_str()), (Some("complaint"), Some("medium")));
    let origin = scene.bed.events(Stream::Intake).await.remove(0);
    let event = scene.bed.events(Stream::Recovery).await.remove(0);
    assert_eq!(event["causationid"], origin["id"]);
    assert_eq!((&event["subject"], &event["sequence"]), (&case.case_id.clone().into(), &"1".into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_bad_enough_opens_nothing() {
    let mut scene = Scene::start("[service]\nsentiment_at_most = -0.3\nurgency_at_least = 0.9\n").await;
    for kind in [FeedbackKind::Comment, FeedbackKind::Suggestion, FeedbackKind::Praise] {
        scene.feed.feedback(kind, Some(scene.new_id()), scene.new_id()).await;
    }
    scene.feed.classified(None, scene.new_id(), -0.29, 1.0).await;
    scene.feed.classified(None, scene.new_id(), -1.0, 0.89).await;
    scene.feed.band(scene.new_id(), Band::Satisfied).await;
    scene.feed.band(scene.new_id(), Band::Delighted).await;
    // The last one of each stream and partition is a case, so that all before it have been seen.
    let last = scene.new_id();
    scene.feed.classified(None, last, -0.3, 0.9).await;
    eventually(async || {
        let pending = scene.service.owner().await;
        seen(pending, 8).await
    })
    .await;
    let cases = scene.cases(1).await;
    assert_eq!((cases[0].cause(), &cases[0].feedback_id), (Cause::UrgentComment, &last.to_string()));
    assert_eq!(cases[0].customer_id, "");
}

/// Whether the service has taken `count` events.
async fn seen(mut owner: sqlx::PgConnection, count: i64) -> Result<(), String> {
    let taken: i64 = sqlx::query_scalar("SELECT count(*) FROM inbox").fetch_one(&mut owner).await.unwrap();
    if taken == count { Ok(()) } else { Err(format!("{taken} events taken, not {count}")) }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_storm_of_complaints_of_one_customer_is_one_case() {
    let mut scene = Scene::start("").await;
    let ann = scene.new_id();
    let mut storm = Vec::new();
    for _ in 0..150 {
        storm.push((Some(ann), scene.new_id()));
        storm.push((None, scene.new_id()));
    }
    let sent = scene.feed.all_feedback(FeedbackKind::Complaint, &storm).await;
    scene.feed.all_feedback(FeedbackKind::Complaint, &[(Some(ann), scene.new_id())]).await;
    // Handed out twice, counted once.
    for event in &sent {
        scene.feed.again(event).await;
    }
    let cases = scene.cases(151).await;
    let case = eventually(async || {
        let cases = scene.all_cases().await;
        let of_ann: Vec<Case> =
            cases.into_iter().filter(|case| case.customer_id == ann.to_string()).collect();
        match of_ann.as_slice() {
            [only] if only.occurrences == 151 => Ok(only.clone()),
            other => Err(format!("{other:?}")),
        }
    })
    .await;
    assert!(cases.iter().filter(|other| other.case_id != case.case_id).all(|other| other.occurrences == 1));
    let published = scene.published().await;
    let opened: HashSet<_> = published.iter().map(|(_, data)| data["caseId"].as_str().unwrap()).collect();
    assert_eq!((published.len(), opened.len()), (151, 151));
    let history = scene.case(&case.case_id).await.history;
    assert_eq!(history[0].from(), CaseState::Unspecified);
    assert!(
        history[1..].iter().all(|entry| (entry.from(), entry.to()) == (CaseState::Open, CaseState::Open))
    );
    assert!(
        history.iter().all(|entry| entry.actor == "ting" && entry.note.starts_with("complaint: feedback "))
    );
    assert_eq!(history.len().to_string(), case.etag);
}

#[tokio::test(flavor = "multi_thread")]
async fn after_closing_the_same_cause_is_a_new_case_and_the_old_one_stays_closed() {
    let mut scene = Scene::start("").await;
    let (ann, mut api) = (scene.new_id(), scene.api());
    scene.feed.complaint(Some(ann), scene.new_id()).await;
    let old = scene.cases(1).await.remove(0).case_id;
    let case_id = || old.clone();
    api.acknowledge_case(AcknowledgeCaseRequest { case_id: case_id(), ..Default::default() }).await.unwrap();
    let resolution = "refunded".to_owned();
    api.resolve_case(ResolveCaseRequest { case_id: case_id(), resolution, ..Default::default() })
        .await
        .unwrap();
    // A resolved case is not closed: what comes up now belongs to it.
    scene.feed.complaint(Some(ann), scene.new_id()).await;
    eventually(async || {
        let case = scene.case(&old).await;
        if (case.occurrences, case.state()) == (2, CaseState::Resolved) { Ok(()) } else { Err(case) }
    })
    .await;
    api.close_case(CloseCaseRequest { case_id: case_id(), ..Default::default() }).await.unwrap();
    scene.advance(TimeDelta::seconds(1));
    scene.feed.complaint(Some(ann), scene.new_id()).await;
    let new = scene.cases(2).await.remove(0);
    assert_ne!(new.case_id, old);
    let request = ReopenCaseRequest { case_id: case_id(), note: "again".to_owned(), ..Default::default() };
    let refused = refusal(api.reopen_case(request).await);
    assert_eq!(refused, (Code::FailedPrecondition, "CASE_ALREADY_OPEN".to_owned()));
    assert_eq!(scene.case(&old).await.state(), CaseState::Closed);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fact_without_a_readable_id_is_parked_and_stops_nobody_else() {
    let mut scene = Scene::start("").await;
    scene.feed.broken().await;
    scene.complaint().await;
    let mut owner = scene.service.owner().await;
    eventually(async || {
        let parked: i64 =
            sqlx::query_scalar("SELECT count(*) FROM dead_letter").fetch_one(&mut owner).await.unwrap();
        if parked == 1 { Ok(()) } else { Err(parked) }
    })
    .await;
}
