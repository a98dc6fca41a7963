//! What may lie on a stream although no service of ours put it there.

use async_nats::{HeaderMap, HeaderValue};
use serde_json::Value;
use ting_events::{Workspace, partition, subject};
use ting_testkit::Bed;
use uuid::Uuid;

use crate::notes::{Notes, event, intake_stream, noted_up_to, notes, parked, send, send_bytes, workspace};

fn acme() -> Workspace {
    workspace("acme")
}

/// A good event of one fact, to be spoilt.
fn good(aggregate: &str, sequence: i64, text: &str) -> Value {
    serde_json::to_value(event(&acme(), aggregate, &[(sequence, text)])).unwrap()
}

fn bytes(event: &Value) -> Vec<u8> {
    serde_json::to_vec(event).unwrap()
}

fn subject_of(aggregate: &str) -> String {
    subject(&acme(), "intake", "feedback_received", partition(&acme(), aggregate))
}

/// The aggregate `b` with one thing changed in the envelope.
fn with(key: &str, value: impl Into<Value>) -> Vec<u8> {
    let mut event = good("b", 1, "never heard");
    event[key] = value.into();
    bytes(&event)
}

/// The same in its only fact.
fn with_fact(key: &str, value: impl Into<Value>) -> Vec<u8> {
    let mut event = good("b", 1, "never heard");
    event["data"]["items"][0][key] = value.into();
    bytes(&event)
}

/// What it shows and the payload; none of them says which aggregate it belongs to in a way that could be kept.
fn unreadable() -> Vec<(&'static str, Vec<u8>)> {
    let whole = bytes(&good("b", 1, "never heard"));
    vec![
        ("a megabyte of nothing", vec![b'x'; 1_000_000]),
        ("half an event", whole[..whole.len() / 2].to_vec()),
        ("two events", [whole.clone(), whole].concat()),
        ("no workspace", with("workspace", Value::Null)),
        ("a workspace that is a wildcard", with("workspace", "*")),
        ("an id that is none", with("id", "17")),
        ("version 2 of CloudEvents", with("specversion", "2.0")),
        ("a year beyond the store's", with("time", "+262000-01-01T00:00:00Z")),
        ("NUL in the type", with("type", "ting.intake.\0")),
        ("data of another shape", with("data", 7)),
        ("NUL in the aggregate", with_fact("aggregateId", "b\0")),
        ("a line end in the aggregate", with_fact("aggregateId", "b\n")),
        ("no aggregate", with_fact("aggregateId", "")),
        ("an aggregate longer than an index entry", with_fact("aggregateId", "b".repeat(9000))),
        ("sequence 0", with_fact("sequence", "0")),
        ("a negative sequence", with_fact("sequence", "-1")),
    ]
}

#[tokio::test]
async fn what_cannot_be_kept_as_an_event_is_parked_as_it_came_and_the_rest_goes_on() {
    let bed = Bed::start().await;
    let jetstream = intake_stream(&bed).await;
    let service = bed.service::<Notes>("").await;
    let rows = unreadable();
    let count = rows.len();
    for (sequence, (_, payload)) in (1..).zip(rows) {
        send_bytes(&jetstream, &subject_of("anna"), payload, Uuid::from_u128(sequence)).await;
        let next = event(&acme(), "anna", &[(i64::try_from(sequence).unwrap(), "good")]);
        send(&jetstream, &next, "anna", next.id).await;
    }
    noted_up_to(&service.owner_url, "anna", i64::try_from(count).unwrap()).await;
    let parked = parked(&service.owner_url, count).await;
    assert!(
        parked.iter().all(|(aggregate, sequence, _)| aggregate.is_empty() && *sequence == 0),
        "{parked:?}"
    );
    assert_eq!(notes(&service.owner_url, "b").await, []);
    service.stop().await;
}

#[tokio::test]
async fn facts_that_do_not_decode_or_that_the_store_refuses_are_parked_under_their_aggregate() {
    let bed = Bed::start().await;
    let jetstream = intake_stream(&bed).await;
    let service = bed.service::<Notes>("").await;
    let rows = [
        ("a number for a text", "text", Value::from(7)),
        ("a list for a text", "text", Value::from(vec!["a"])),
        ("NUL in a text", "text", Value::from("a\0b")),
        ("a time that is none", "occurredAt", Value::from("2026-13-99T00:00:00Z")),
    ];
    for (index, (_, key, value)) in rows.iter().enumerate() {
        let aggregate = format!("b{index}");
        let mut bad = good(&aggregate, 1, "never heard");
        bad["data"]["items"][0][*key] = value.clone();
        let id = Uuid::from_u128(1 + index as u128);
        send_bytes(&jetstream, &subject_of(&aggregate), bytes(&bad), id).await;
    }
    let parked = parked(&service.owner_url, rows.len()).await;
    for (index, (aggregate, sequence, cause)) in parked.iter().enumerate() {
        assert_eq!((aggregate.as_str(), *sequence), (format!("b{index}").as_str(), 1), "{}", rows[index].0);
        assert!(!cause.is_empty(), "{}", rows[index].0);
    }
    service.stop().await;
}

#[tokio::test]
async fn what_later_versions_add_is_passed_over_and_what_is_known_is_taken() {
    let bed = Bed::start().await;
    let jetstream = intake_stream(&bed).await;
    let service = bed.service::<Notes>("").await;
    let mut events = Vec::new();
    let mut extra = good("anna", 1, "more fields");
    extra["dataschema"] = "https://example.com/v99".into();
    extra["data"]["items"][0]["mood"] = serde_json::json!({ "sunny": [1, 2] });
    events.push((extra, "feedback_received"));
    let mut value = good("anna", 2, "another value");
    value["data"]["items"][0]["kind"] = "FEEDBACK_KIND_SONG".into();
    events.push((value, "feedback_received"));
    let mut number = good("anna", 3, "another number");
    number["data"]["items"][0]["kind"] = 9999.into();
    events.push((number, "feedback_received"));
    let mut version = good("anna", 4, "nobody reads version 99");
    version["type"] = "ting.intake.feedback_received.v99".into();
    events.push((version, "feedback_received"));
    events.push((good("anna", 5, "last"), "feedback_received"));
    for (index, (event, name)) in events.iter().enumerate() {
        let subject = subject(&acme(), "intake", name, partition(&acme(), "anna"));
        let subject = if index == 3 { subject.replace(".v1.", ".v99.") } else { subject };
        send_bytes(&jetstream, &subject, bytes(event), Uuid::from_u128(index as u128)).await;
    }
    noted_up_to(&service.owner_url, "anna", 5).await;
    let sequences: Vec<i64> =
        notes(&service.owner_url, "anna").await.into_iter().map(|(sequence, _)| sequence).collect();
    assert_eq!(sequences, [1, 2, 3, 5]);
    parked(&service.owner_url, 0).await;
    service.stop().await;
}

#[tokio::test]
async fn the_first_event_of_an_id_and_of_a_sequence_stands() {
    let bed = Bed::start().await;
    let jetstream = intake_stream(&bed).await;
    let service = bed.service::<Notes>("").await;
    let first = event(&acme(), "anna", &[(1, "one")]);
    let mut forged = event(&acme(), "anna", &[(2, "the same id, another body")]);
    forged.id = first.id;
    let late = event(&acme(), "anna", &[(1, "the same sequence again")]);
    let second = event(&acme(), "anna", &[(2, "two")]);
    for (copy, event) in (1..).zip([&first, &forged, &late, &second, &late, &forged]) {
        send(&jetstream, event, "anna", Uuid::from_u128(copy)).await;
    }
    let last = event(&acme(), "anna", &[(3, "three")]);
    send(&jetstream, &last, "anna", last.id).await;
    noted_up_to(&service.owner_url, "anna", 3).await;
    let texts: Vec<String> =
        notes(&service.owner_url, "anna").await.into_iter().map(|(_, text)| text).collect();
    assert_eq!(texts, ["one", "two", "three"]);
    parked(&service.owner_url, 0).await;
    service.stop().await;
}

#[tokio::test]
async fn headers_do_not_matter_and_neither_does_the_time() {
    let bed = Bed::start().await;
    let jetstream = intake_stream(&bed).await;
    let service = bed.service::<Notes>("").await;
    let mut flood = HeaderMap::new();
    for number in 0..60 {
        flood.insert(format!("X-{number}").as_str(), "x".repeat(1024).as_str());
    }
    let mut foreign = HeaderMap::new();
    foreign.insert("Nats-Msg-Id", "no id of ours");
    for (sequence, (time, headers)) in (1..).zip([
        ("1970-01-01T00:00:00Z", HeaderMap::new()),
        ("2100-01-01T00:00:00Z", flood),
        ("2026-03-01T00:00:00Z", foreign),
    ]) {
        let mut event = good("anna", sequence, "heard");
        event["time"] = time.into();
        let publish = jetstream.publish_with_headers(subject_of("anna"), headers, bytes(&event).into());
        publish.await.unwrap().await.unwrap();
    }
    noted_up_to(&service.owner_url, "anna", 3).await;
    parked(&service.owner_url, 0).await;
    // A header with a line end in it never leaves the client.
    for bad in ["a\r\nNats-Msg-Id: b", "a\nb", "a\rb"] {
        assert!(bad.parse::<HeaderValue>().is_err(), "{bad:?}");
    }
    service.stop().await;
}
