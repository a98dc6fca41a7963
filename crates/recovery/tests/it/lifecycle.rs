//! What people do with cases.

use ting_proto::recovery::v1::{
    AcknowledgeCaseRequest, AssignCaseRequest, Case, CaseState, CloseCaseRequest, ListCasesRequest,
    ReopenCaseRequest, ResolveCaseRequest,
};
use tonic::{Code, Status};

use crate::support::{Api, Scene, refusal};

/// A step by its name, with everything it needs.
async fn step(api: &mut Api, verb: &str, case_id: &str, etag: &str) -> Result<Case, Status> {
    let (case_id, etag, request_id) = (case_id.to_owned(), etag.to_owned(), String::new());
    let note = "why".to_owned();
    let case = match verb {
        "acknowledge" => {
            api.acknowledge_case(AcknowledgeCaseRequest { request_id, case_id, etag, note })
                .await?
                .into_inner()
                .case
        }
        "assign" => {
            let assignee = "mei".to_owned();
            api.assign_case(AssignCaseRequest { request_id, case_id, etag, assignee, note })
                .await?
                .into_inner()
                .case
        }
        "resolve" => {
            let resolution = "refunded".to_owned();
            api.resolve_case(ResolveCaseRequest { request_id, case_id, etag, resolution })
                .await?
                .into_inner()
                .case
        }
        "close" => {
            api.close_case(CloseCaseRequest { request_id, case_id, etag, note }).await?.into_inner().case
        }
        _ => api.reopen_case(ReopenCaseRequest { request_id, case_id, etag, note }).await?.into_inner().case,
    };
    Ok(case.unwrap())
}

const VERBS: [&str; 5] = ["acknowledge", "assign", "resolve", "close", "reopen"];

#[tokio::test(flavor = "multi_thread")]
async fn a_case_lives_ends_and_comes_back_and_every_step_is_told_and_kept() {
    use CaseState::{Acknowledged, Closed, Open, Resolved, Unspecified};
    let mut scene = Scene::start("").await;
    let mut api = scene.api();
    let case = scene.complaint().await;
    let mut etag = case.etag.clone();
    for verb in ["assign", "resolve", "close", "reopen", "acknowledge"] {
        let after = step(&mut api, verb, &case.case_id, &etag).await.unwrap();
        assert_ne!(after.etag, etag, "{verb}");
        etag = after.etag;
    }
    let after = scene.case(&case.case_id).await;
    assert_eq!(
        (after.state(), after.assignee.as_str(), after.resolution.as_str()),
        (Acknowledged, "mei", "")
    );
    assert!(after.acknowledged_at.is_some() && after.resolved_at.is_none() && after.closed_at.is_none());
    let story: Vec<_> =
        after.history.iter().map(|entry| (entry.from(), entry.to(), entry.actor.as_str())).collect();
    let expected = [
        (Unspecified, Open, "ting"),
        (Open, Acknowledged, "tester"),
        (Acknowledged, Resolved, "tester"),
        (Resolved, Closed, "tester"),
        (Closed, Open, "tester"),
        (Open, Acknowledged, "tester"),
    ];
    assert_eq!(story, expected);
    let notes: Vec<_> = after.history[1..].iter().map(|entry| entry.note.as_str()).collect();
    assert_eq!(notes, ["assigned to mei: why", "refunded", "why", "why", "why"]);
    let events: Vec<String> = scene.published().await.into_iter().map(|(name, _)| name).collect();
    let expected = [
        "case_opened",
        "case_acknowledged",
        "case_assigned",
        "case_resolved",
        "case_closed",
        "case_reopened",
        "case_acknowledged",
    ];
    assert_eq!(events, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_step_that_the_state_does_not_allow_changes_nothing() {
    let mut scene = Scene::start("").await;
    let mut api = scene.api();
    let case = scene.complaint().await;
    let path = [
        ("", ["resolve", "close", "reopen"].as_slice()),
        ("acknowledge", &["acknowledge", "close", "reopen"]),
        ("resolve", &["acknowledge", "assign", "resolve"]),
        ("close", &["acknowledge", "assign", "resolve", "close"]),
    ];
    for (verb, refused) in path {
        if !verb.is_empty() {
            step(&mut api, verb, &case.case_id, "").await.unwrap();
        }
        let before = scene.case(&case.case_id).await;
        for bad in refused {
            let found = refusal(step(&mut api, bad, &case.case_id, "").await);
            assert_eq!(
                found,
                (Code::FailedPrecondition, "BAD_TRANSITION".to_owned()),
                "{bad} after {verb:?}"
            );
        }
        assert_eq!(scene.case(&case.case_id).await, before);
    }
    assert_eq!(scene.published().await.len(), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stale_etag_is_refused_and_of_two_at_once_one_wins() {
    let mut scene = Scene::start("").await;
    let mut api = scene.api();
    let case = scene.complaint().await;
    let stale = refusal(step(&mut api, "acknowledge", &case.case_id, "999").await);
    assert_eq!(stale, (Code::Aborted, "VERSION_CONFLICT".to_owned()));
    let (mut first, mut second) = (scene.api(), scene.api());
    let (one, two) = tokio::join!(
        step(&mut first, "acknowledge", &case.case_id, &case.etag),
        step(&mut second, "acknowledge", &case.case_id, &case.etag),
    );
    let loser = if one.is_ok() { two } else { one };
    assert_eq!(refusal(loser), (Code::Aborted, "VERSION_CONFLICT".to_owned()));
    assert_eq!(scene.case(&case.case_id).await.history.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_retry_gives_the_first_answer_and_another_body_is_refused() {
    let mut scene = Scene::start("").await;
    let mut api = scene.api();
    let case_id = scene.complaint().await.case_id;
    let request = AcknowledgeCaseRequest { request_id: "r-1".to_owned(), case_id, ..Default::default() };
    let first = api.acknowledge_case(request.clone()).await.unwrap().into_inner();
    let second = api.acknowledge_case(request.clone()).await.unwrap().into_inner();
    assert_eq!(first, second);
    let other = AcknowledgeCaseRequest { note: "another".to_owned(), ..request };
    let refused = refusal(api.acknowledge_case(other).await);
    assert_eq!(refused, (Code::FailedPrecondition, "IDEMPOTENCY_KEY_REUSED".to_owned()));
    let names: Vec<_> = scene.published().await.into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["case_opened", "case_acknowledged"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_callers_get_wrong_is_named_and_nothing_is_written() {
    let mut scene = Scene::start("").await;
    let mut api = scene.api();
    let case_id = scene.complaint().await.case_id;
    let before = scene.case(&case_id).await;
    let unknown = scene.new_id().to_string();
    for verb in VERBS {
        let missing = refusal(step(&mut api, verb, &unknown, "").await);
        assert_eq!(missing, (Code::NotFound, "CASE_NOT_FOUND".to_owned()), "{verb}");
        let garbage = refusal(step(&mut api, verb, "17", "").await);
        assert_eq!(garbage, (Code::InvalidArgument, "BAD_ID".to_owned()), "{verb}");
    }
    let rows = [
        ("", "EMPTY"),
        (" \u{200b}", "EMPTY"),
        (&"长".repeat(2001), "TOO_LONG"),
        ("a\u{0}b", "CONTROL_CHAR"),
    ];
    for (text, reason) in rows {
        let request = ResolveCaseRequest {
            case_id: case_id.clone(),
            resolution: text.to_owned(),
            ..Default::default()
        };
        assert_eq!(
            refusal(api.resolve_case(request).await),
            (Code::InvalidArgument, reason.to_owned()),
            "{text:?}"
        );
        let request =
            ReopenCaseRequest { case_id: case_id.clone(), note: text.to_owned(), ..Default::default() };
        assert_eq!(
            refusal(api.reopen_case(request).await),
            (Code::InvalidArgument, reason.to_owned()),
            "{text:?}"
        );
    }
    for (assignee, reason) in [("", "EMPTY"), (&*"a".repeat(129), "TOO_LONG")] {
        let request = AssignCaseRequest {
            case_id: case_id.clone(),
            assignee: assignee.to_owned(),
            ..Default::default()
        };
        assert_eq!(refusal(api.assign_case(request).await), (Code::InvalidArgument, reason.to_owned()));
    }
    let request = AcknowledgeCaseRequest {
        request_id: "a b".to_owned(),
        case_id: case_id.clone(),
        ..Default::default()
    };
    assert_eq!(
        refusal(api.acknowledge_case(request).await),
        (Code::InvalidArgument, "BAD_REQUEST_ID".to_owned())
    );
    assert_eq!(scene.case(&case_id).await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_come_in_pages_newest_first_and_filter() {
    let mut scene = Scene::start("").await;
    let mut ids = Vec::new();
    for _ in 0..5 {
        scene.advance(chrono::TimeDelta::seconds(1));
        ids.push(scene.complaint().await.case_id);
    }
    ids.reverse();
    let mut api = scene.api();
    step(&mut api, "acknowledge", &ids[1], "").await.unwrap();
    step(&mut api, "resolve", &ids[1], "").await.unwrap();
    step(&mut api, "close", &ids[1], "").await.unwrap();
    let (mut found, mut page_token) = (Vec::new(), String::new());
    loop {
        let request = ListCasesRequest { page_size: 2, page_token, ..Default::default() };
        let page = api.list_cases(request).await.unwrap().into_inner();
        assert_eq!((page.open, page.total), (4, 5));
        found.extend(page.cases.into_iter().map(|case| case.case_id));
        page_token = page.next_page_token;
        if page_token.is_empty() {
            break;
        }
    }
    assert_eq!(found, ids);
    let request = ListCasesRequest { state: CaseState::Closed.into(), ..Default::default() };
    let closed = api.list_cases(request).await.unwrap().into_inner().cases;
    assert_eq!(closed.iter().map(|case| &case.case_id).collect::<Vec<_>>(), [&ids[1]]);
    let customer_id = scene.case(&ids[3]).await.customer_id;
    let request = ListCasesRequest { customer_id, ..Default::default() };
    let of_one = api.list_cases(request).await.unwrap().into_inner().cases;
    assert_eq!(of_one.iter().map(|case| &case.case_id).collect::<Vec<_>>(), [&ids[3]]);
    let rows = [
        (ListCasesRequest { page_size: -1, ..Default::default() }, "BAD_PAGE_SIZE"),
        (ListCasesRequest { page_token: "x".to_owned(), ..Default::default() }, "BAD_PAGE_TOKEN"),
        (ListCasesRequest { state: 99, ..Default::default() }, "UNKNOWN_ENUM"),
        (ListCasesRequest { customer_id: "x".to_owned(), ..Default::default() }, "BAD_ID"),
    ];
    for (request, reason) in rows {
        assert_eq!(refusal(api.list_cases(request).await), (Code::InvalidArgument, reason.to_owned()));
    }
}
