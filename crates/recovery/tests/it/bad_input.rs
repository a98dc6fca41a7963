//! What every list and every mutation refuses alike, and events that no case can come of.

use ting_chassis::auth::Role;
use ting_proto::{
    recovery::v1::{
        AcknowledgeCaseRequest, AssignCaseRequest, CaseState, CloseCaseRequest, CreateEndpointRequest,
        DeleteEndpointRequest, EndpointKind, GetCaseRequest, ListCasesRequest, ListEndpointsRequest,
        ListNotificationsRequest, NotificationState, ReopenCaseRequest, ResolveCaseRequest,
    },
    types::v1::FeedbackKind,
};
use ting_testkit::eventually;
use tonic::{Code, Status};

use crate::support::{Api, LOCAL, Scene, WORKSPACE, refusal};

const LISTS: [&str; 5] = ["cases", "open cases", "endpoints", "notifications", "pending"];

/// Asks for a page of a list and gives the token of the next.
async fn ask(api: &mut Api, list: &str, page_size: i32, page_token: &str) -> Result<String, Status> {
    let page_token = page_token.to_owned();
    Ok(match list {
        "cases" | "open cases" => {
            let state = if list == "cases" { CaseState::Unspecified } else { CaseState::Open }.into();
            let request = ListCasesRequest { state, page_size, page_token, ..Default::default() };
            api.list_cases(request).await?.into_inner().next_page_token
        }
        "endpoints" => {
            api.list_endpoints(ListEndpointsRequest { page_size, page_token })
                .await?
                .into_inner()
                .next_page_token
        }
        _ => {
            let pending = list == "pending";
            let state =
                if pending { NotificationState::Pending } else { NotificationState::Unspecified }.into();
            let request = ListNotificationsRequest { state, page_size, page_token, ..Default::default() };
            api.list_notifications(request).await?.into_inner().next_page_token
        }
    })
}

fn invalid(reason: &str) -> (Code, String) {
    (Code::InvalidArgument, reason.to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_any_list_is_asked_for_with_its_own_token() {
    let mut scene = Scene::start(LOCAL).await;
    let (mut ours, mut theirs) = (scene.api(), scene.api_as("rival", Role::Owner));
    // Nobody listens there, so the notifications wait.
    for path in ["a", "b"] {
        scene.webhook(&format!("http://127.0.0.1:1/{path}")).await;
        scene.complaint().await;
    }
    for list in LISTS {
        let token = ask(&mut ours, list, 1, "").await.unwrap();
        assert!(!token.is_empty(), "{list}");
        for other in LISTS {
            let answer = ask(&mut ours, other, 1, &token).await;
            if other == list {
                answer.unwrap();
            } else {
                assert_eq!(refusal(answer), invalid("BAD_PAGE_TOKEN"), "{list} in {other}");
            }
        }
        assert_eq!(refusal(ask(&mut theirs, list, 1, &token).await), invalid("BAD_PAGE_TOKEN"), "{list}");
        for bad in ["garbage", "\0", &token[1..], &format!("{token}A")] {
            assert_eq!(refusal(ask(&mut ours, list, 1, bad).await), invalid("BAD_PAGE_TOKEN"), "{list}");
        }
        assert_eq!(refusal(ask(&mut ours, list, -1, "").await), invalid("BAD_PAGE_SIZE"), "{list}");
        assert_eq!(ask(&mut ours, list, i32::MAX, "").await.unwrap(), "", "{list}");
    }
}

/// Every mutation with a request id, and what it would need besides.
async fn mutate(api: &mut Api, verb: &str, request_id: &str, id: &str) -> Result<(), Status> {
    let (request_id, case_id, etag, note) =
        (request_id.to_owned(), id.to_owned(), String::new(), "why".to_owned());
    match verb {
        "acknowledge" => {
            api.acknowledge_case(AcknowledgeCaseRequest { request_id, case_id, etag, note }).await.map(drop)
        }
        "assign" => {
            let assignee = "mei".to_owned();
            api.assign_case(AssignCaseRequest { request_id, case_id, etag, assignee, note }).await.map(drop)
        }
        "resolve" => {
            let resolution = note;
            api.resolve_case(ResolveCaseRequest { request_id, case_id, etag, resolution }).await.map(drop)
        }
        "close" => api.close_case(CloseCaseRequest { request_id, case_id, etag, note }).await.map(drop),
        "reopen" => api.reopen_case(ReopenCaseRequest { request_id, case_id, etag, note }).await.map(drop),
        "create endpoint" => {
            let (kind, target) = (EndpointKind::Webhook.into(), "https://example.com/".to_owned());
            let request = CreateEndpointRequest { request_id, kind, target, secret: String::new() };
            api.create_endpoint(request).await.map(drop)
        }
        _ => {
            let request = DeleteEndpointRequest { request_id, endpoint_id: id.to_owned() };
            api.delete_endpoint(request).await.map(drop)
        }
    }
}

const MUTATIONS: [&str; 7] =
    ["acknowledge", "assign", "resolve", "close", "reopen", "create endpoint", "delete endpoint"];

#[tokio::test(flavor = "multi_thread")]
async fn no_mutation_takes_a_request_id_or_an_id_that_is_none() {
    let mut scene = Scene::start("").await;
    let mut api = scene.api();
    let case = scene.complaint().await;
    for verb in MUTATIONS {
        for request_id in ["a\nb", "a\0", "id 1", "é", &"x".repeat(37), &"x".repeat(257)] {
            let refused = refusal(mutate(&mut api, verb, request_id, &case.case_id).await);
            assert_eq!(refused, invalid("BAD_REQUEST_ID"), "{verb} {request_id:?}");
        }
        for id in ["", "17", "a\0b", "' OR true --", &case.case_id.replace('-', "")] {
            if verb != "create endpoint" {
                assert_eq!(refusal(mutate(&mut api, verb, "", id).await), invalid("BAD_ID"), "{verb} {id:?}");
            }
        }
    }
    for id in ["", "17", "a\0b"] {
        let answer = api.get_case(GetCaseRequest { case_id: id.to_owned() }).await;
        assert_eq!(refusal(answer), invalid("BAD_ID"), "{id:?}");
    }
    assert_eq!(scene.case(&case.case_id).await.etag, case.etag);
    assert_eq!(ask(&mut api, "endpoints", 0, "").await.unwrap(), "");
    let endpoints = api.list_endpoints(ListEndpointsRequest::default()).await.unwrap().into_inner().endpoints;
    assert_eq!(endpoints, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn questions_about_notifications_are_checked() {
    let scene = Scene::start("").await;
    let mut api = scene.api();
    for (case_id, state, reason) in
        [("17", 0, "BAD_ID"), ("a\0b", 0, "BAD_ID"), ("", 99, "UNKNOWN_ENUM"), ("", -1, "UNKNOWN_ENUM")]
    {
        let request = ListNotificationsRequest { case_id: case_id.to_owned(), state, ..Default::default() };
        assert_eq!(refusal(api.list_notifications(request).await), invalid(reason), "{case_id:?} {state}");
    }
    let list =
        api.list_cases(ListCasesRequest { customer_id: "a\0b".to_owned(), ..Default::default() }).await;
    assert_eq!(refusal(list), invalid("BAD_ID"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_request_at_once_makes_one_endpoint() {
    let scene = Scene::start("").await;
    let calls = (0..10).map(|_| {
        let mut api = scene.api_as(WORKSPACE, Role::Admin);
        let (kind, target) = (EndpointKind::Webhook.into(), "https://example.com/".to_owned());
        let request_id = "r-1".to_owned();
        async move {
            let request = CreateEndpointRequest { request_id, kind, target, secret: String::new() };
            api.create_endpoint(request).await.map(tonic::Response::into_inner)
        }
    });
    let answers = futures::future::join_all(calls).await;
    let first = answers[0].as_ref().unwrap();
    assert!(answers.iter().all(|answer| answer.as_ref().unwrap() == first), "{answers:?}");
    assert_eq!(ask(&mut scene.api(), "endpoints", 1, "").await.unwrap(), "", "there is one");
}

#[tokio::test(flavor = "multi_thread")]
async fn feedback_of_no_kind_that_is_known_opens_no_case() {
    let mut scene = Scene::start("").await;
    scene.feed.feedback(FeedbackKind::Unspecified, Some(scene.new_id()), scene.new_id()).await;
    scene.feed.classified(Some(scene.new_id()), scene.new_id(), f64::NAN, f64::INFINITY).await;
    scene.feed.classified(Some(scene.new_id()), scene.new_id(), f64::NEG_INFINITY, f64::NAN).await;
    let mut owner = scene.service.owner().await;
    eventually(async || {
        let taken: i64 =
            sqlx::query_scalar("SELECT count(*) FROM inbox").fetch_one(&mut owner).await.unwrap();
        if taken == 3 { Ok(()) } else { Err(taken) }
    })
    .await;
    assert!(scene.all_cases().await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn long_resolutions_make_shorter_pages_and_no_case_is_left_out() {
    let mut scene = Scene::start("").await;
    let storm: Vec<_> = (0..200).map(|_| (Some(scene.new_id()), scene.new_id())).collect();
    scene.feed.all_feedback(FeedbackKind::Complaint, &storm).await;
    scene.cases(200).await;
    let mut owner = scene.service.owner().await;
    // The longest that ResolveCase takes.
    let resolved = sqlx::query("UPDATE recovery_case SET resolution = repeat('\u{1f600}', 2000)");
    assert_eq!(resolved.execute(&mut owner).await.unwrap().rows_affected(), 200);
    let (mut api, mut request) = (scene.api(), ListCasesRequest { page_size: 500, ..Default::default() });
    let mut ids = std::collections::HashSet::new();
    loop {
        let page = api.list_cases(request.clone()).await.unwrap().into_inner();
        assert!(page.cases.len() < 200);
        ids.extend(page.cases.into_iter().map(|case| case.case_id));
        request.page_token = page.next_page_token;
        if request.page_token.is_empty() {
            break;
        }
    }
    assert_eq!(ids.len(), 200);
}
