//! What the other services are told.

use ting_chassis::auth::Role;
use ting_proto::intake::v1::{BatchSubmitFeedbackRequest, FeedbackInput, SubmitResponseRequest};

use crate::stage::{Stage, feedback, response, submit};

#[tokio::test]
async fn a_customer_s_facts_are_numbered_in_order_from_the_registration_on() {
    let stage = Stage::start().await;
    let mut client = stage.client("acme", Role::Agent);
    let first = client.submit_feedback(submit("", feedback("f-1"))).await.unwrap().into_inner();
    let request = SubmitResponseRequest { request_id: String::new(), response: Some(response("r-1")) };
    let answer = client.submit_response(request).await.unwrap().into_inner();
    let more = BatchSubmitFeedbackRequest {
        request_id: String::new(),
        feedback: vec![feedback("f-2"), feedback("f-3")],
    };
    client.batch_submit_feedback(more).await.unwrap();

    let registered = stage.facts("customer_registered").await;
    let customer = registered[0]["aggregateId"].clone();
    assert_eq!((&registered[0]["sequence"], &registered[0]["externalId"]), (&"1".into(), &"c-1".into()));
    let received = stage.facts("feedback_received").await;
    assert_eq!(received[0]["feedbackId"], first.feedback_id.as_str());
    assert_eq!((&received[0]["aggregateId"], &received[0]["customerId"]), (&customer, &customer));
    let sequences: Vec<_> = received.iter().map(|fact| fact["sequence"].as_str().unwrap()).collect();
    assert_eq!(sequences, ["2", "4", "5"]);
    let submitted = stage.facts("response_submitted").await;
    assert_eq!((&submitted[0]["aggregateId"], &submitted[0]["sequence"]), (&customer, &"3".into()));
    assert_eq!(
        (&submitted[0]["responseId"], &submitted[0]["value"]),
        (&answer.response_id.into(), &2.into())
    );
}

#[tokio::test]
async fn anonymous_feedback_stands_for_itself() {
    let stage = Stage::start().await;
    let mut client = stage.client("acme", Role::Agent);
    let input = FeedbackInput { customer_external_id: String::new(), ..feedback("") };
    let answer = client.submit_feedback(submit("", input)).await.unwrap().into_inner();
    let fact = stage.facts("feedback_received").await.remove(0);
    assert_eq!((&fact["aggregateId"], &fact["sequence"]), (&answer.feedback_id.into(), &"1".into()));
    assert_eq!(fact["customerId"], serde_json::Value::Null);
    assert_eq!(
        (&fact["kind"], &fact["source"]),
        (&"FEEDBACK_KIND_COMPLAINT".into(), &"SOURCE_EXTERNAL".into())
    );
    assert_eq!((&fact["channel"], &fact["touchpoint"]), (&"email".into(), &"delivery".into()));
    assert_eq!(stage.count("customer").await, 0);
}

#[tokio::test]
async fn a_batch_of_a_thousand_travels_in_events_of_a_hundred() {
    let stage = Stage::start().await;
    let mut client = stage.client("acme", Role::Agent);
    let items = (0..1000).map(|index| feedback(&index.to_string())).collect();
    client
        .batch_submit_feedback(BatchSubmitFeedbackRequest { request_id: String::new(), feedback: items })
        .await
        .unwrap();
    let facts = stage.facts("feedback_received").await;
    let sequences: Vec<i64> =
        facts.iter().map(|fact| fact["sequence"].as_str().unwrap().parse().unwrap()).collect();
    assert_eq!(sequences, (2..=1001).collect::<Vec<i64>>());
    // Ten of feedback, and the registration of their one customer.
    assert_eq!(stage.count("outbox").await, 11);
}
