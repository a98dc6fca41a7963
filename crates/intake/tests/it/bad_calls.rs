//! What every list and every mutation refuses alike: tokens of other lists, request ids that are none, times that cannot be.

use std::collections::BTreeMap;

use futures::future::join_all;
use pbjson_types::Timestamp;
use ting_chassis::auth::Role;
use ting_proto::{
    intake::v1::{
        BatchSubmitFeedbackRequest, BatchSubmitResponsesRequest, GetCustomerRequest, ListCustomersRequest,
        ListFeedbackRequest, ListResponsesRequest, ResponseInput, SubmitResponseRequest,
        UpsertCustomerRequest, get_customer_request::By,
    },
    types::v1::{FeedbackKind, Metric},
};
use tonic::{Code::InvalidArgument, Status};

use crate::stage::{Intaker, Stage, assert_refused, feedback, response, submit};

const LISTS: [&str; 5] = ["customers", "feedback", "praise", "responses", "nps"];

/// Asks for a page of a list and gives the token of the next.
async fn ask(client: &mut Intaker, list: &str, page_size: i32, page_token: &str) -> Result<String, Status> {
    let page_token = page_token.to_owned();
    let kind = if list == "praise" { FeedbackKind::Praise } else { FeedbackKind::Unspecified };
    let metric = if list == "nps" { Metric::Nps } else { Metric::Unspecified };
    Ok(match list {
        "customers" => {
            let request = ListCustomersRequest { page_size, page_token };
            client.list_customers(request).await?.into_inner().next_page_token
        }
        "feedback" | "praise" => {
            let request =
                ListFeedbackRequest { page_size, page_token, kind: kind.into(), ..Default::default() };
            client.list_feedback(request).await?.into_inner().next_page_token
        }
        _ => {
            let metric = metric.into();
            let request = ListResponsesRequest { page_size, page_token, metric, ..Default::default() };
            client.list_responses(request).await?.into_inner().next_page_token
        }
    })
}

/// Two of everything, so that every list has a second page.
async fn fill(client: &mut Intaker) {
    for number in ["1", "2"] {
        let mut praise = feedback(number);
        praise.kind = FeedbackKind::Praise.into();
        praise.customer_external_id = number.to_owned();
        client.submit_feedback(submit("", praise)).await.unwrap();
        let nps = ResponseInput { metric: Metric::Nps.into(), ..response(number) };
        let request = SubmitResponseRequest { request_id: String::new(), response: Some(nps) };
        client.submit_response(request).await.unwrap();
    }
}

#[tokio::test]
async fn a_page_of_any_list_is_asked_for_with_its_own_token() {
    let stage = Stage::start().await;
    let (mut ours, mut theirs) = (stage.client("acme", Role::Owner), stage.client("rival", Role::Owner));
    fill(&mut ours).await;
    fill(&mut theirs).await;
    for list in LISTS {
        let token = ask(&mut ours, list, 1, "").await.unwrap();
        assert!(!token.is_empty(), "{list}");
        for other in LISTS {
            let answer = ask(&mut ours, other, 1, &token).await;
            if other == list {
                answer.unwrap();
            } else {
                let row = format!("{list} in {other}");
                assert_refused(&row, answer, InvalidArgument, "BAD_PAGE_TOKEN", "page_token");
            }
        }
        let answer = ask(&mut theirs, list, 1, &token).await;
        assert_refused(list, answer, InvalidArgument, "BAD_PAGE_TOKEN", "page_token");
        for bad in ["garbage", "\0", &token[1..], &format!("{token}A"), &"A".repeat(5000)] {
            let answer = ask(&mut ours, list, 1, bad).await;
            assert_refused(list, answer, InvalidArgument, "BAD_PAGE_TOKEN", "page_token");
        }
        for size in [-1, i32::MIN] {
            let answer = ask(&mut ours, list, size, "").await;
            assert_refused(list, answer, InvalidArgument, "BAD_PAGE_SIZE", "page_size");
        }
        for size in [501, 100_000, i32::MAX] {
            assert_eq!(ask(&mut ours, list, size, "").await.unwrap(), "", "{list} {size}");
        }
    }
}

#[tokio::test]
async fn no_mutation_takes_a_request_id_that_is_none() {
    let stage = Stage::start().await;
    let mut client = stage.client("acme", Role::Owner);
    for id in [
        "x".repeat(37),
        "x".repeat(257),
        "a\nb".to_owned(),
        "a\0".to_owned(),
        "id 1".to_owned(),
        "é".to_owned(),
    ] {
        let request_id = || id.clone();
        let refused =
            |row: &str, answer| assert_refused(row, answer, InvalidArgument, "BAD_REQUEST_ID", "request_id");
        refused("feedback", client.submit_feedback(submit(&id, feedback("f"))).await.map(drop));
        let request = BatchSubmitFeedbackRequest { request_id: request_id(), feedback: vec![feedback("f")] };
        refused("feedback in batch", client.batch_submit_feedback(request).await.map(drop));
        let request = SubmitResponseRequest { request_id: request_id(), response: Some(response("r")) };
        refused("response", client.submit_response(request).await.map(drop));
        let request =
            BatchSubmitResponsesRequest { request_id: request_id(), responses: vec![response("r")] };
        refused("responses in batch", client.batch_submit_responses(request).await.map(drop));
        let request = UpsertCustomerRequest {
            request_id: request_id(),
            external_id: "c".to_owned(),
            ..UpsertCustomerRequest::default()
        };
        refused("customer", client.upsert_customer(request).await.map(drop));
    }
    assert_eq!(stage.written().await, BTreeMap::new());
}

#[tokio::test]
async fn times_that_cannot_be_are_refused_in_answers_too() {
    let stage = Stage::start().await;
    let mut client = stage.client("acme", Role::Agent);
    let now = stage.bed.clock.now().timestamp();
    for (seconds, nanos, reason) in [
        (now, -1, "BAD_TIME"),
        (now, 1_000_000_000, "BAD_TIME"),
        (-62_135_596_800, 0, "BAD_TIME"),
        (i64::MIN, 0, "BAD_TIME"),
        (i64::MAX, 0, "BAD_TIME"),
        (253_402_300_800, 0, "BAD_TIME"),
        (253_402_300_799, 0, "IN_FUTURE"),
        (4_102_444_800, 0, "IN_FUTURE"),
        (now + 400, 0, "IN_FUTURE"),
    ] {
        let answered_at = Some(Timestamp { seconds, nanos });
        let bad = ResponseInput { answered_at, ..response("r") };
        let request = SubmitResponseRequest { request_id: String::new(), response: Some(bad) };
        let row = format!("{seconds} {nanos}");
        assert_refused(
            &row,
            client.submit_response(request).await,
            InvalidArgument,
            reason,
            "response.answered_at",
        );
    }
    assert_eq!(stage.written().await, BTreeMap::new());
}

#[tokio::test]
async fn ids_of_the_companys_own_are_checked_when_asked_for_too() {
    let stage = Stage::start().await;
    let mut client = stage.client("acme", Role::Agent);
    for (id, reason) in
        [("", "EMPTY"), ("\u{200b}", "EMPTY"), ("a\0b", "CONTROL_CHAR"), (&*"x".repeat(129), "TOO_LONG")]
    {
        let by = Some(By::ExternalId(id.to_owned()));
        let answer = client.get_customer(GetCustomerRequest { by }).await;
        assert_refused(&format!("{id:?}"), answer, InvalidArgument, reason, "external_id");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn thirty_upserts_of_one_external_id_at_once_make_one_customer() {
    let stage = Stage::start().await;
    let calls = (0..30).map(|number| {
        let mut client = stage.client("acme", Role::Integration);
        let attributes = [("number".to_owned(), number.to_string())].into();
        let request =
            UpsertCustomerRequest { external_id: "c-1".to_owned(), attributes, ..Default::default() };
        async move { client.upsert_customer(request).await.unwrap().into_inner() }
    });
    let answers = join_all(calls).await;
    assert_eq!(answers.iter().filter(|answer| answer.created).count(), 1);
    let first = answers[0].customer.as_ref().unwrap();
    assert!(answers.iter().all(|answer| answer.customer.as_ref().unwrap().customer_id == first.customer_id));
    assert_eq!((stage.count("customer").await, stage.facts("customer_registered").await.len()), (1, 1));
}
