//! Reading what was taken in.

use std::collections::HashSet;

use ting_chassis::auth::Role;
use ting_proto::{
    intake::v1::{
        BatchSubmitFeedbackRequest, BatchSubmitResponsesRequest, FeedbackInput, GetFeedbackRequest,
        ListCustomersRequest, ListFeedbackRequest, ListResponsesRequest, ResponseInput,
    },
    types::v1::{FeedbackKind, Metric, Source},
};
use tonic::Code;

use crate::stage::{Stage, assert_refused, feedback, response, submit};

#[tokio::test]
async fn feedback_is_read_back_as_it_was_given() {
    let stage = Stage::start().await;
    let mut client = stage.client("acme", Role::Agent);
    let at = pbjson_types::Timestamp { seconds: 1_700_000_000, nanos: 123_456_000 };
    let input = FeedbackInput { source: Source::Internal.into(), occurred_at: Some(at), ..feedback("f-1") };
    let feedback_id =
        client.submit_feedback(submit("", input.clone())).await.unwrap().into_inner().feedback_id;
    let found = client
        .get_feedback(GetFeedbackRequest { feedback_id: feedback_id.clone() })
        .await
        .unwrap()
        .into_inner();
    let found = found.feedback.unwrap();
    assert_eq!((&found.feedback_id, &found.external_id), (&feedback_id, &input.external_id));
    assert_eq!((found.kind, found.source, &found.text), (input.kind, input.source, &input.text));
    assert_eq!(
        (&found.channel, &found.touchpoint, found.occurred_at),
        (&input.channel, &input.touchpoint, Some(at))
    );
    assert!(found.received_at.is_some() && !found.customer_id.is_empty());
    let unnamed = client.submit_feedback(submit("", feedback(""))).await.unwrap().into_inner().feedback_id;
    let found =
        client.get_feedback(GetFeedbackRequest { feedback_id: unnamed.clone() }).await.unwrap().into_inner();
    assert_eq!(found.feedback.unwrap().external_id, unnamed);
    let ghost = GetFeedbackRequest { feedback_id: "0191e7a8-c7f9-7bd4-a9a8-d2b0c9a7e1f0".to_owned() };
    assert_refused("ghost", client.get_feedback(ghost).await, Code::NotFound, "FEEDBACK_NOT_FOUND", "");
}

#[tokio::test]
async fn pages_go_backwards_through_all_feedback_without_gaps_or_repetitions() {
    let stage = Stage::start().await;
    let mut client = stage.client("acme", Role::Agent);
    for index in 0..25 {
        client.submit_feedback(submit("", feedback(&index.to_string()))).await.unwrap();
    }
    let (mut seen, mut request) =
        (Vec::new(), ListFeedbackRequest { page_size: 10, ..ListFeedbackRequest::default() });
    loop {
        let page = client.list_feedback(request.clone()).await.unwrap().into_inner();
        assert_eq!(page.total, 25);
        seen.extend(page.feedback.into_iter().map(|feedback| (feedback.feedback_id, feedback.external_id)));
        if page.next_page_token.is_empty() {
            break;
        }
        request.page_token = page.next_page_token;
    }
    assert!(seen.is_sorted_by(|(later, _), (earlier, _)| later > earlier));
    assert_eq!(seen.iter().map(|(_, external_id)| external_id).collect::<HashSet<_>>().len(), 25);
    let other = ListFeedbackRequest { kind: FeedbackKind::Praise.into(), ..request };
    let result = client.list_feedback(other).await;
    assert_refused("token of another query", result, Code::InvalidArgument, "BAD_PAGE_TOKEN", "page_token");
}

#[tokio::test]
async fn feedback_is_filtered_by_customer_and_kind() {
    let stage = Stage::start().await;
    let mut client = stage.client("acme", Role::Agent);
    let item = |id: &str, customer: &str, kind: FeedbackKind| FeedbackInput {
        customer_external_id: customer.to_owned(),
        kind: kind.into(),
        ..feedback(id)
    };
    let items = vec![
        item("a", "c-1", FeedbackKind::Praise),
        item("b", "c-1", FeedbackKind::Complaint),
        item("c", "c-2", FeedbackKind::Praise),
        item("d", "", FeedbackKind::Praise),
    ];
    client
        .batch_submit_feedback(BatchSubmitFeedbackRequest { request_id: String::new(), feedback: items })
        .await
        .unwrap();
    let customers =
        client.list_customers(ListCustomersRequest::default()).await.unwrap().into_inner().customers;
    let first = customers.iter().find(|customer| customer.external_id == "c-1").unwrap();
    let rows = [
        ("", FeedbackKind::Unspecified, vec!["a", "b", "c", "d"]),
        ("", FeedbackKind::Praise, vec!["a", "c", "d"]),
        (&first.customer_id, FeedbackKind::Unspecified, vec!["a", "b"]),
        (&first.customer_id, FeedbackKind::Praise, vec!["a"]),
        (&first.customer_id, FeedbackKind::Suggestion, vec![]),
    ];
    for (customer_id, kind, expected) in rows {
        let request = ListFeedbackRequest {
            customer_id: customer_id.to_owned(),
            kind: kind.into(),
            ..ListFeedbackRequest::default()
        };
        let list = client.list_feedback(request).await.unwrap().into_inner();
        let mut ids: Vec<_> = list.feedback.iter().map(|feedback| feedback.external_id.as_str()).collect();
        ids.sort_unstable();
        assert_eq!((ids, list.total), (expected, 4), "{customer_id} {kind:?}");
    }
}

#[tokio::test]
async fn responses_are_listed_and_filtered_by_metric() {
    let stage = Stage::start().await;
    let mut client = stage.client("acme", Role::Agent);
    let nps = ResponseInput { metric: Metric::Nps.into(), value: 10, ..response("nps") };
    let request =
        BatchSubmitResponsesRequest { request_id: String::new(), responses: vec![nps, response("csat")] };
    client.batch_submit_responses(request).await.unwrap();
    let filter = ListResponsesRequest { metric: Metric::Nps.into(), ..ListResponsesRequest::default() };
    let list = client.list_responses(filter).await.unwrap().into_inner();
    assert_eq!((list.total, list.responses.len()), (2, 1));
    let found = &list.responses[0];
    assert_eq!((found.external_id.as_str(), found.metric(), found.value), ("nps", Metric::Nps, 10));
    assert_eq!((found.channel.as_str(), found.touchpoint.as_str()), ("unknown", "unknown"));
    let of =
        ListResponsesRequest { customer_id: found.customer_id.clone(), ..ListResponsesRequest::default() };
    assert_eq!(client.list_responses(of).await.unwrap().into_inner().responses.len(), 2);
    let first = ListResponsesRequest { page_size: 1, ..ListResponsesRequest::default() };
    let page = client.list_responses(first.clone()).await.unwrap().into_inner();
    let second = ListResponsesRequest { page_token: page.next_page_token, ..first };
    let next = client.list_responses(second).await.unwrap().into_inner();
    assert_eq!((next.responses.len(), next.next_page_token.as_str()), (1, ""));
    assert_ne!(next.responses[0].response_id, page.responses[0].response_id);
}

#[tokio::test]
async fn long_texts_make_shorter_pages_and_none_is_left_out() {
    let stage = Stage::start().await;
    let mut client = stage.client("acme", Role::Agent);
    for index in 0..40 {
        let input = FeedbackInput { text: "字".repeat(10_000), ..feedback(&index.to_string()) };
        client.submit_feedback(submit("", input)).await.unwrap();
    }
    let first = ListFeedbackRequest { page_size: 500, ..ListFeedbackRequest::default() };
    let page = client.list_feedback(first.clone()).await.unwrap().into_inner();
    let second = ListFeedbackRequest { page_token: page.next_page_token.clone(), ..first };
    let rest = client.list_feedback(second).await.unwrap().into_inner();
    assert!(page.feedback.len() < 40 && rest.next_page_token.is_empty());
    let seen: HashSet<String> =
        page.feedback.into_iter().chain(rest.feedback).map(|feedback| feedback.external_id).collect();
    assert_eq!(seen.len(), 40);
}
