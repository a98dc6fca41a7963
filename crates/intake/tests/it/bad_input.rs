//! Bad inputs, each with its code, reason and field; none leaves a trace.

use std::collections::{BTreeMap, HashMap};

use pbjson_types::Timestamp;
use ting_chassis::auth::Role;
use ting_proto::intake::v1::{
    BatchSubmitFeedbackRequest, BatchSubmitResponsesRequest, FeedbackInput, GetCustomerRequest,
    GetFeedbackRequest, Identity, ListCustomersRequest, ListFeedbackRequest, ListResponsesRequest,
    ResponseInput, SubmitFeedbackRequest, SubmitResponseRequest, UpsertCustomerRequest,
    get_customer_request::By,
};
use tonic::Code::InvalidArgument;

use crate::stage::{Stage, assert_refused, feedback, response, submit};

fn text(text: impl Into<String>) -> FeedbackInput {
    FeedbackInput { text: text.into(), ..feedback("f") }
}

fn at(seconds: i64, nanos: i32) -> FeedbackInput {
    FeedbackInput { occurred_at: Some(Timestamp { seconds, nanos }), ..feedback("f") }
}

/// What it shows, the feedback, and the reason and field of the refusal.
type FeedbackRow = (&'static str, FeedbackInput, &'static str, &'static str);

fn bad_texts() -> Vec<FeedbackRow> {
    vec![
        ("empty", text(""), "EMPTY", "text"),
        ("white space", text(" \t\r\n\u{3000}"), "EMPTY", "text"),
        ("zero width", text("\u{200b}\u{feff}"), "EMPTY", "text"),
        ("NUL", text("a\0b"), "CONTROL_CHAR", "text"),
        ("10,001 characters", text("x".repeat(10_001)), "TOO_LONG", "text"),
        ("zalgo", text(format!("a{}", "\u{301}".repeat(5_000))), "COMBINING", "text"),
    ]
}

fn bad_fields() -> Vec<FeedbackRow> {
    vec![
        ("no kind", FeedbackInput { kind: 0, ..feedback("f") }, "UNKNOWN_ENUM", "kind"),
        ("unknown kind", FeedbackInput { kind: 9999, ..feedback("f") }, "UNKNOWN_ENUM", "kind"),
        ("unknown source", FeedbackInput { source: -1, ..feedback("f") }, "UNKNOWN_ENUM", "source"),
        ("channel", FeedbackInput { channel: "E-Mail".to_owned(), ..feedback("f") }, "BAD_TOKEN", "channel"),
        (
            "touchpoint",
            FeedbackInput { touchpoint: "a b".to_owned(), ..feedback("f") },
            "BAD_TOKEN",
            "touchpoint",
        ),
        ("blank external id", feedback(" "), "EMPTY", "external_id"),
        ("long external id", feedback(&"x".repeat(129)), "TOO_LONG", "external_id"),
        ("line end in external id", feedback("a\nb"), "CONTROL_CHAR", "external_id"),
        (
            "long customer id",
            FeedbackInput { customer_external_id: "x".repeat(129), ..feedback("f") },
            "TOO_LONG",
            "customer_external_id",
        ),
    ]
}

fn bad_times(soon: i64) -> Vec<FeedbackRow> {
    vec![
        ("year 1", at(-62_135_596_800, 0), "BAD_TIME", "occurred_at"),
        ("year 9999", at(253_402_300_799, 0), "IN_FUTURE", "occurred_at"),
        ("nanos -1", at(0, -1), "BAD_TIME", "occurred_at"),
        ("nanos 1e9", at(0, 1_000_000_000), "BAD_TIME", "occurred_at"),
        ("the future", at(soon, 0), "IN_FUTURE", "occurred_at"),
    ]
}

#[tokio::test]
async fn bad_feedback_is_refused_by_the_table_and_nothing_is_written() {
    let stage = Stage::start().await;
    let mut client = stage.client("acme", Role::Agent);
    let soon = stage.bed.clock.now().timestamp() + 400;
    let rows = bad_texts().into_iter().chain(bad_fields()).chain(bad_times(soon));
    for (row, input, reason, field) in rows {
        let result = client.submit_feedback(submit("", input)).await;
        assert_refused(row, result, InvalidArgument, reason, &format!("feedback.{field}"));
    }
    let missing = client.submit_feedback(SubmitFeedbackRequest::default()).await;
    assert_refused("no feedback", missing, InvalidArgument, "REQUIRED", "feedback");
    for id in ["x".repeat(37), "a\nb".to_owned(), "a b".to_owned(), "é".to_owned()] {
        let result = client.submit_feedback(submit(&id, feedback("f"))).await;
        assert_refused(&id, result, InvalidArgument, "BAD_REQUEST_ID", "request_id");
    }
    assert_eq!(stage.written().await, BTreeMap::new());
}

#[tokio::test]
async fn strange_but_legal_text_is_kept_as_it_came() {
    let stage = Stage::start().await;
    let mut client = stage.client("acme", Role::Agent);
    let long = "😀".repeat(10_000);
    for kept in [
        "\u{202e}txet",
        "<script>alert(1)</script>",
        "=cmd|'/c calc'!A1",
        "a\tb\nc",
        "快递没有来",
        long.as_str(),
    ] {
        let answer = client
            .submit_feedback(submit("", FeedbackInput { external_id: String::new(), ..text(kept) }))
            .await;
        let feedback_id = answer.unwrap().into_inner().feedback_id;
        let stored = client.get_feedback(GetFeedbackRequest { feedback_id }).await.unwrap().into_inner();
        assert_eq!(stored.feedback.unwrap().text, kept);
    }
}

#[tokio::test]
async fn bad_responses_are_refused_by_the_table_and_nothing_is_written() {
    let stage = Stage::start().await;
    let mut client = stage.client("acme", Role::Agent);
    let value = |metric, value| ResponseInput { metric, value, ..response("r") };
    let rows = [
        ("nps -1", value(1, -1), "OUT_OF_SCALE", "value"),
        ("nps 11", value(1, 11), "OUT_OF_SCALE", "value"),
        ("csat 0", value(2, 0), "OUT_OF_SCALE", "value"),
        ("csat 6", value(2, 6), "OUT_OF_SCALE", "value"),
        ("ces 0", value(3, 0), "OUT_OF_SCALE", "value"),
        ("ces 8", value(3, 8), "OUT_OF_SCALE", "value"),
        ("huge", value(3, i32::MAX), "OUT_OF_SCALE", "value"),
        ("no metric", value(0, 3), "UNKNOWN_ENUM", "metric"),
        ("unknown metric", value(9999, 3), "UNKNOWN_ENUM", "metric"),
        ("no external id", response(""), "EMPTY", "external_id"),
        ("channel", ResponseInput { channel: "É".to_owned(), ..response("r") }, "BAD_TOKEN", "channel"),
        (
            "before 1970",
            ResponseInput { answered_at: Some(Timestamp { seconds: -1, nanos: 0 }), ..response("r") },
            "BAD_TIME",
            "answered_at",
        ),
    ];
    for (row, input, reason, field) in rows {
        let request = SubmitResponseRequest { request_id: String::new(), response: Some(input) };
        let result = client.submit_response(request).await;
        assert_refused(row, result, InvalidArgument, reason, &format!("response.{field}"));
    }
    let missing = client.submit_response(SubmitResponseRequest::default()).await;
    assert_refused("no response", missing, InvalidArgument, "REQUIRED", "response");
    assert_eq!(stage.written().await, BTreeMap::new());
}

#[tokio::test]
async fn one_bad_item_refuses_the_batch_and_is_named() {
    let stage = Stage::start().await;
    let mut client = stage.client("acme", Role::Agent);
    let mut items: Vec<FeedbackInput> = (0..30).map(|index| feedback(&index.to_string())).collect();
    items[17].text = String::new();
    let batch = |feedback| BatchSubmitFeedbackRequest { request_id: "b".to_owned(), feedback };
    let result = client.batch_submit_feedback(batch(items)).await;
    assert_refused("item 17", result, InvalidArgument, "EMPTY", "feedback[17].text");
    for size in [0, 1001] {
        let result = client.batch_submit_feedback(batch(vec![feedback("f"); size])).await;
        assert_refused(&format!("{size} items"), result, InvalidArgument, "BAD_BATCH", "feedback");
    }
    let responses = vec![response("a"), ResponseInput { value: 9, ..response("b") }];
    let result = client
        .batch_submit_responses(BatchSubmitResponsesRequest { request_id: String::new(), responses })
        .await;
    assert_refused("item 1", result, InvalidArgument, "OUT_OF_SCALE", "responses[1].value");
    let result = client.batch_submit_responses(BatchSubmitResponsesRequest::default()).await;
    assert_refused("no items", result, InvalidArgument, "BAD_BATCH", "responses");
    assert_eq!(stage.written().await, BTreeMap::new());
}

/// What it shows, the customer, and the reason and field of the refusal.
type CustomerRow = (&'static str, UpsertCustomerRequest, &'static str, &'static str);

fn customer() -> UpsertCustomerRequest {
    UpsertCustomerRequest { external_id: "c".to_owned(), ..UpsertCustomerRequest::default() }
}

fn bad_attributes() -> Vec<CustomerRow> {
    let with = |attributes| UpsertCustomerRequest { attributes, ..customer() };
    let pair = |key: &str, value: &str| with(HashMap::from([(key.to_owned(), value.to_owned())]));
    let many = with((0..65).map(|key| (key.to_string(), String::new())).collect());
    vec![
        ("65 attributes", many, "TOO_MANY_ATTRIBUTES", "attributes"),
        ("prototype", pair("__proto__", "1"), "BAD_ATTRIBUTE_KEY", "attributes"),
        ("dot", pair("a.b", "1"), "BAD_ATTRIBUTE_KEY", "attributes"),
        ("dollar", pair("$a", "1"), "BAD_ATTRIBUTE_KEY", "attributes"),
        ("space", pair("a b", "1"), "BAD_ATTRIBUTE_KEY", "attributes"),
        ("long value", pair("a", &"x".repeat(1025)), "TOO_LONG", "attributes[a]"),
        ("NUL value", pair("a", "\0"), "CONTROL_CHAR", "attributes[a]"),
    ]
}

fn bad_identities() -> Vec<CustomerRow> {
    let with = |identity: Identity| UpsertCustomerRequest { identity: Some(identity), ..customer() };
    let email = |email: &str| with(Identity { email: email.to_owned(), ..Identity::default() });
    let name = |name: &str| with(Identity { name: name.to_owned(), ..Identity::default() });
    let phone = with(Identity { phone: "1".repeat(33), ..Identity::default() });
    vec![
        ("header injection", email("a@b.com\r\nBcc: x@y.com"), "BAD_EMAIL", "identity.email"),
        ("two addresses", email("a@b.com, c@d.com"), "BAD_EMAIL", "identity.email"),
        ("double dot", email("a@b..com"), "BAD_EMAIL", "identity.email"),
        ("no domain", email("a@localhost"), "BAD_EMAIL", "identity.email"),
        ("address literal", email("a@[127.0.0.1]"), "BAD_EMAIL", "identity.email"),
        ("long name", name(&"x".repeat(257)), "TOO_LONG", "identity.name"),
        ("two lines", name("a\nb"), "CONTROL_CHAR", "identity.name"),
        ("long phone", phone, "TOO_LONG", "identity.phone"),
    ]
}

#[tokio::test]
async fn bad_customers_are_refused_by_the_table_and_nothing_is_written() {
    let stage = Stage::start().await;
    let mut client = stage.client("acme", Role::Agent);
    let nameless = ("no external id", UpsertCustomerRequest::default(), "EMPTY", "external_id");
    for (row, request, reason, field) in
        bad_attributes().into_iter().chain(bad_identities()).chain([nameless])
    {
        assert_refused(row, client.upsert_customer(request).await, InvalidArgument, reason, field);
    }
    assert_eq!(stage.written().await, BTreeMap::new());
}

#[tokio::test]
async fn bad_questions_are_refused_by_the_table() {
    let stage = Stage::start().await;
    let mut client = stage.client("acme", Role::Agent);
    for id in ["", "1", "not-an-id", "0191e7a8c7f97bd4a9a8d2b0c9a7e1f0"] {
        let result = client.get_feedback(GetFeedbackRequest { feedback_id: id.to_owned() }).await;
        assert_refused(id, result, InvalidArgument, "BAD_ID", "feedback_id");
        let by = Some(By::CustomerId(id.to_owned()));
        let result = client.get_customer(GetCustomerRequest { by }).await;
        assert_refused(id, result, InvalidArgument, "BAD_ID", "customer_id");
    }
    let result = client.get_customer(GetCustomerRequest { by: None }).await;
    assert_refused("by nothing", result, InvalidArgument, "REQUIRED", "by");
    let bad_page = ListCustomersRequest { page_size: -1, page_token: String::new() };
    let result = client.list_customers(bad_page).await;
    assert_refused("size", result, InvalidArgument, "BAD_PAGE_SIZE", "page_size");
    let bad_page = ListCustomersRequest { page_size: 0, page_token: "garbage".to_owned() };
    let result = client.list_customers(bad_page).await;
    assert_refused("token", result, InvalidArgument, "BAD_PAGE_TOKEN", "page_token");
    let filter = ListFeedbackRequest { kind: 9999, ..ListFeedbackRequest::default() };
    assert_refused("kind", client.list_feedback(filter).await, InvalidArgument, "UNKNOWN_ENUM", "kind");
    let filter = ListFeedbackRequest { customer_id: "c-1".to_owned(), ..ListFeedbackRequest::default() };
    assert_refused("customer", client.list_feedback(filter).await, InvalidArgument, "BAD_ID", "customer_id");
    let filter = ListResponsesRequest { metric: -1, ..ListResponsesRequest::default() };
    assert_refused("metric", client.list_responses(filter).await, InvalidArgument, "UNKNOWN_ENUM", "metric");
}
