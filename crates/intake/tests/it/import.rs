//! Imports: rows stream in, good ones stay, bad ones are reported.

use std::collections::HashMap;

use futures::{StreamExt as _, stream};
use ting_chassis::auth::Role;
use ting_proto::intake::v1::{
    CustomerInput, FeedbackInput, GetCustomerRequest, Identity, ImportFeedbackRequest,
    ImportFeedbackResponse, ListFeedbackRequest, ListResponsesRequest, ResponseInput,
    get_customer_request::By, import_feedback_request::Item,
};
use ting_testkit::eventually;
use tokio_util::task::TaskTracker;
use tonic::Code;

use crate::stage::{Stage, assert_refused, feedback, response};

fn rows(items: impl IntoIterator<Item = Item>) -> Vec<ImportFeedbackRequest> {
    (1..).zip(items).map(|(row, item)| ImportFeedbackRequest { row, item: Some(item) }).collect()
}

fn voices(count: usize) -> Vec<ImportFeedbackRequest> {
    rows((0..count).map(|index| {
        let customer_external_id = format!("c-{}", index % 100);
        Item::Feedback(FeedbackInput { customer_external_id, ..feedback(&format!("f-{index}")) })
    }))
}

async fn import(stage: &Stage, rows: Vec<ImportFeedbackRequest>) -> ImportFeedbackResponse {
    let mut client = stage.client("acme", Role::Integration);
    client.import_feedback(stream::iter(rows)).await.unwrap().into_inner()
}

fn counts(answer: &ImportFeedbackResponse) -> [u64; 4] {
    [answer.received, answer.created, answer.duplicates, answer.refused]
}

#[tokio::test]
async fn all_kinds_of_rows_are_taken_and_sending_them_again_creates_nothing() {
    let stage = Stage::start().await;
    let customer = CustomerInput {
        external_id: "c-7".to_owned(),
        name: "Ada".to_owned(),
        attributes: HashMap::from([("tier".to_owned(), "gold".to_owned())]),
        ..CustomerInput::default()
    };
    let mut all = voices(2_500);
    all.extend(rows((0..300).map(|index| Item::Response(response(&format!("r-{index}"))))));
    all.extend(rows([Item::Customer(customer.clone()), Item::Customer(customer)]));
    let first = import(&stage, all.clone()).await;
    assert_eq!(
        counts(&first),
        [2_802, 2_800, 2, 0],
        "c-7 was registered by feedback before its own rows came"
    );
    assert_eq!(counts(&import(&stage, all).await), [2_802, 0, 2_802, 0]);
    assert_eq!((stage.count("feedback").await, stage.count("response").await), (2_500, 300));
    assert_eq!(stage.count("customer").await, 100);
    let mut client = stage.client("acme", Role::Viewer);
    let feedback = client.list_feedback(ListFeedbackRequest::default()).await.unwrap().into_inner();
    let responses = client.list_responses(ListResponsesRequest::default()).await.unwrap().into_inner();
    assert_eq!((feedback.total, responses.total), (2_500, 300));
    assert_eq!(stage.facts("feedback_received").await.len(), 2_500);
    assert_eq!(stage.facts("customer_updated").await.len(), 1);
    let by = Some(By::ExternalId("c-7".to_owned()));
    let known =
        stage.client("acme", Role::Agent).get_customer(GetCustomerRequest { by }).await.unwrap().into_inner();
    assert_eq!(
        known.customer.unwrap().identity,
        Some(Identity { name: "Ada".to_owned(), ..Identity::default() })
    );
}

#[tokio::test]
async fn customers_of_an_import_are_registered_once_and_the_last_row_counts() {
    let stage = Stage::start().await;
    let row = |id: &str, tier: &str| {
        let attributes = HashMap::from([("tier".to_owned(), tier.to_owned())]);
        Item::Customer(CustomerInput { external_id: id.to_owned(), attributes, ..CustomerInput::default() })
    };
    let answer = import(&stage, rows([row("a", "gold"), row("b", "gold"), row("a", "silver")])).await;
    assert_eq!(counts(&answer), [3, 2, 1, 0]);
    assert_eq!(stage.facts("customer_registered").await.len(), 2);
    assert_eq!(stage.facts("customer_updated").await.len(), 0);
    assert_eq!(counts(&import(&stage, rows([row("a", "lead"), row("b", "gold")])).await), [2, 0, 2, 0]);
    assert_eq!(stage.facts("customer_updated").await.len(), 1);
    let by = Some(By::ExternalId("a".to_owned()));
    let known =
        stage.client("acme", Role::Agent).get_customer(GetCustomerRequest { by }).await.unwrap().into_inner();
    assert_eq!(known.customer.unwrap().attributes["tier"], "lead");
}

#[tokio::test]
async fn bad_rows_are_reported_with_their_place_and_the_others_go_on() {
    let stage = Stage::start().await;
    let bad_customer =
        CustomerInput { external_id: "x".to_owned(), email: "no".to_owned(), ..CustomerInput::default() };
    let mut all = rows([
        Item::Feedback(feedback("good")),
        Item::Feedback(FeedbackInput { text: " ".to_owned(), ..feedback("bad") }),
        Item::Response(ResponseInput { value: 6, ..response("bad") }),
        Item::Customer(bad_customer),
    ]);
    all.push(ImportFeedbackRequest { row: 99, item: None });
    let answer = import(&stage, all).await;
    assert_eq!(counts(&answer), [5, 1, 0, 4]);
    let errors: Vec<_> = answer.errors.iter().map(|e| (e.row, e.field.as_str(), e.reason.as_str())).collect();
    let expected = [
        (2, "feedback.text", "EMPTY"),
        (3, "response.value", "OUT_OF_SCALE"),
        (4, "customer.email", "BAD_EMAIL"),
        (99, "item", "REQUIRED"),
    ];
    assert_eq!(errors, expected);
    assert!(answer.errors.iter().all(|error| !error.message.is_empty()));
}

#[tokio::test]
async fn the_first_thousand_bad_rows_are_reported_and_the_rest_counted() {
    let stage = Stage::start().await;
    let answer = import(&stage, rows((0..1_500).map(|_| Item::Response(ResponseInput::default())))).await;
    assert_eq!(counts(&answer), [1_500, 0, 0, 1_500]);
    assert_eq!((answer.errors.len(), answer.errors[999].row), (1_000, 1_000));
}

#[tokio::test]
async fn an_empty_import_is_an_answer_too() {
    let stage = Stage::start().await;
    assert_eq!(import(&stage, Vec::new()).await, ImportFeedbackResponse::default());
}

#[tokio::test]
async fn a_stream_that_falls_silent_is_given_up() {
    let stage = Stage::start_with("service = { import_idle_ms = 200 }").await;
    let silent = stream::iter(voices(3)).chain(stream::pending());
    let result = stage.client("acme", Role::Integration).import_feedback(silent).await;
    assert_refused("silence", result, Code::DeadlineExceeded, "IDLE_STREAM", "");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_import_keeps_what_was_committed_and_is_completed_by_sending_it_again() {
    let stage = Stage::start().await;
    let mut client = stage.client("acme", Role::Integration);
    let halfway = stream::iter(voices(2_300)).chain(stream::pending());
    let call = TaskTracker::new().spawn(async move { client.import_feedback(halfway).await.map(drop) });
    eventually(async || match stage.count("feedback").await {
        2_000 => Ok(()),
        rows => Err(rows),
    })
    .await;
    call.abort();
    assert!(call.await.unwrap_err().is_cancelled());
    let answer = import(&stage, voices(2_300)).await;
    assert_eq!(counts(&answer), [2_300, 300, 2_000, 0]);
    assert_eq!(stage.facts("feedback_received").await.len(), 2_300);
}

#[tokio::test]
async fn long_texts_make_smaller_chunks_and_none_is_lost() {
    let stage = Stage::start().await;
    let long = |index: usize| {
        let text = "字".repeat(10_000);
        Item::Feedback(FeedbackInput { text, ..feedback(&index.to_string()) })
    };
    let answer = import(&stage, rows((0..120).map(long))).await;
    assert_eq!(counts(&answer), [120, 120, 0, 0]);
    assert_eq!(stage.facts("feedback_received").await.len(), 120);
}
