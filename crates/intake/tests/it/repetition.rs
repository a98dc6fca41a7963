//! The same thing sent again, in every way it can be.

use futures::future::join_all;
use ting_chassis::auth::Role;
use ting_proto::intake::v1::{
    BatchSubmitFeedbackRequest, FeedbackInput, ListFeedbackRequest, SubmitFeedbackResponse,
    SubmitResponseRequest, UpsertCustomerRequest,
};
use tonic::Code;

use crate::stage::{Stage, assert_refused, feedback, refusal, response, submit};

#[tokio::test]
async fn a_retry_returns_the_first_answer_and_tells_nobody_again() {
    let stage = Stage::start().await;
    let mut client = stage.client("acme", Role::Integration);
    // Without an external id only the request id recognises the repetition.
    let request = submit("r-1", feedback(""));
    let first = client.submit_feedback(request.clone()).await.unwrap().into_inner();
    let again = client.submit_feedback(request).await.unwrap().into_inner();
    assert_eq!(first, again);
    assert!(first.created);
    assert_eq!(stage.count("feedback").await, 1);
    assert_eq!(stage.facts("feedback_received").await.len(), 1);
}

#[tokio::test]
async fn a_request_id_with_another_body_is_refused() {
    let stage = Stage::start().await;
    let mut client = stage.client("acme", Role::Integration);
    client.submit_feedback(submit("r-1", feedback("a"))).await.unwrap();
    let result = client.submit_feedback(submit("r-1", feedback("b"))).await;
    assert_refused("reuse", result, Code::FailedPrecondition, "IDEMPOTENCY_KEY_REUSED", "");
    assert_eq!(stage.count("feedback").await, 1);
    // Another method has ids of its own.
    let request = SubmitResponseRequest { request_id: "r-1".to_owned(), response: Some(response("a")) };
    assert!(client.submit_response(request).await.unwrap().into_inner().created);
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_equal_calls_at_once_make_one_row_and_get_fifty_equal_answers() {
    let stage = Stage::start().await;
    for (request_id, external_id) in [("r-1", ""), ("r-2", "f-2")] {
        let calls = (0..50).map(|_| {
            let mut client = stage.client("acme", Role::Integration);
            async move {
                client.submit_feedback(submit(request_id, feedback(external_id))).await.unwrap().into_inner()
            }
        });
        let answers: Vec<SubmitFeedbackResponse> = join_all(calls).await;
        assert!(answers[0].created);
        assert!(answers.iter().all(|answer| *answer == answers[0]), "{request_id}: {answers:?}");
    }
    assert_eq!(stage.count("feedback").await, 2);
    assert_eq!(stage.count("customer").await, 1);
    assert_eq!(stage.facts("feedback_received").await.len(), 2);
    assert_eq!(stage.facts("customer_registered").await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_calls_with_one_external_id_agree_on_one_feedback() {
    let stage = Stage::start().await;
    let calls = (0..50).map(|_| {
        let mut client = stage.client("acme", Role::Integration);
        async move { client.submit_feedback(submit("", feedback("f-1"))).await.unwrap().into_inner() }
    });
    let answers: Vec<SubmitFeedbackResponse> = join_all(calls).await;
    assert!(answers.iter().all(|answer| answer.feedback_id == answers[0].feedback_id));
    assert_eq!(answers.iter().filter(|answer| answer.created).count(), 1);
    assert_eq!(stage.count("feedback").await, 1);
    let list =
        stage.client("acme", Role::Viewer).list_feedback(ListFeedbackRequest::default()).await.unwrap();
    assert_eq!(list.into_inner().total, 1);
    assert_eq!(stage.facts("feedback_received").await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_different_bodies_under_one_request_id_one_is_taken() {
    let stage = Stage::start().await;
    let calls = (0..30).map(|body| {
        let mut client = stage.client("acme", Role::Integration);
        async move { client.submit_feedback(submit("r-1", feedback(&body.to_string()))).await }
    });
    let (taken, refused): (Vec<_>, Vec<_>) = join_all(calls).await.into_iter().partition(Result::is_ok);
    assert_eq!(taken.len(), 1);
    for refused in refused {
        let (code, reason, _) = refusal(&refused.unwrap_err());
        assert_eq!((code, reason.as_str()), (Code::FailedPrecondition, "IDEMPOTENCY_KEY_REUSED"));
    }
    assert_eq!(stage.count("feedback").await, 1);
}

#[tokio::test]
async fn a_batch_that_names_an_external_id_twice_takes_the_first() {
    let stage = Stage::start().await;
    let mut client = stage.client("acme", Role::Integration);
    let known = client.submit_feedback(submit("", feedback("known"))).await.unwrap().into_inner();
    let texts = [("a", "first"), ("known", "late"), ("a", "second"), ("", "x"), ("", "x"), ("b", "last")];
    let items = texts.map(|(id, text)| FeedbackInput { text: text.to_owned(), ..feedback(id) });
    let request = BatchSubmitFeedbackRequest { request_id: "b-1".to_owned(), feedback: items.to_vec() };
    let answer = client.batch_submit_feedback(request.clone()).await.unwrap().into_inner();
    let created: Vec<bool> = answer.results.iter().map(|result| result.created).collect();
    assert_eq!(created, [true, false, false, true, true, true]);
    assert_eq!(answer.results[2].feedback_id, answer.results[0].feedback_id);
    assert_eq!(answer.results[1].feedback_id, known.feedback_id);
    assert_eq!(client.batch_submit_feedback(request).await.unwrap().into_inner(), answer);
    assert_eq!(stage.count("feedback").await, 5);
    let facts = stage.facts("feedback_received").await;
    let told: Vec<&str> = facts.iter().map(|fact| fact["text"].as_str().unwrap()).collect();
    assert_eq!(told, ["the courier never came", "first", "x", "x", "last"]);
}

#[tokio::test]
async fn a_retried_upsert_returns_the_first_answer_even_after_changes() {
    let stage = Stage::start().await;
    let mut client = stage.client("acme", Role::Agent);
    let upsert = |request_id: &str, tier: &str| UpsertCustomerRequest {
        request_id: request_id.to_owned(),
        external_id: "c-1".to_owned(),
        attributes: (0..20).map(|key| (format!("key{key}"), tier.to_owned())).collect(),
        ..UpsertCustomerRequest::default()
    };
    let first = client.upsert_customer(upsert("u-1", "gold")).await.unwrap().into_inner();
    client.upsert_customer(upsert("u-2", "silver")).await.unwrap();
    assert_eq!(client.upsert_customer(upsert("u-1", "gold")).await.unwrap().into_inner(), first);
    let result = client.upsert_customer(upsert("u-1", "silver")).await;
    assert_refused("reuse", result, Code::FailedPrecondition, "IDEMPOTENCY_KEY_REUSED", "");
}
