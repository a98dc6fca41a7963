//! What counts as an event and what does not: the edges of [`Envelope::facts`].

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use serde_json::{Value, json};
use ting_events::{Envelope, Fact, InvalidEnvelope};

/// A sound event about one aggregate; each test breaks one thing.
fn event() -> Value {
    json!({
        "specversion": "1.0",
        "id": "0197a3f0-0000-7000-8000-000000000001",
        "source": "/ting/intake",
        "type": "ting.intake.customer_updated.v1",
        "subject": "anna",
        "time": "2026-03-01T08:30:00Z",
        "datacontenttype": "application/json",
        "workspace": "acme",
        "sequence": "7",
        "data": { "customerId": "anna" },
    })
}

/// The same in bulk.
fn bulk(items: &Value) -> Value {
    let mut event = event();
    event.as_object_mut().unwrap().retain(|key, _| key != "subject" && key != "sequence");
    event["data"] = json!({ "items": items });
    event
}

fn facts(event: &Value) -> Result<Vec<Fact>, InvalidEnvelope> {
    Envelope::parse(&serde_json::to_vec(event).unwrap())?.facts()
}

fn without(key: &str) -> Value {
    let mut event = event();
    event.as_object_mut().unwrap().remove(key).unwrap();
    event
}

fn with(key: &str, value: Value) -> Value {
    let mut event = event();
    event[key] = value;
    event
}

#[test]
fn one_aggregate_gives_one_fact_with_its_payload_untouched() {
    let facts = facts(&event()).unwrap();
    assert_eq!(facts.len(), 1);
    assert_eq!((facts[0].aggregate_id.as_str(), facts[0].sequence), ("anna", 7));
    assert_eq!(facts[0].data.get(), r#"{"customerId":"anna"}"#);
}

#[test]
fn items_give_facts_in_their_order() {
    let items = json!([
        { "aggregateId": "anna", "sequence": "3", "text": "first" },
        { "aggregateId": "bert", "sequence": "1" },
        { "aggregateId": "anna", "sequence": "4" },
    ]);
    let facts = facts(&bulk(&items)).unwrap();
    let places: Vec<_> = facts.iter().map(|fact| (fact.aggregate_id.as_str(), fact.sequence)).collect();
    assert_eq!(places, [("anna", 3), ("bert", 1), ("anna", 4)]);
    assert_eq!(facts[0].data.get(), r#"{"aggregateId":"anna","sequence":"3","text":"first"}"#);
}

#[test]
fn an_event_without_items_has_no_facts() {
    assert!(facts(&bulk(&json!([]))).unwrap().is_empty());
}

#[test]
fn a_sequence_without_a_subject_and_a_subject_without_a_sequence_are_no_event() {
    for missing in ["subject", "sequence"] {
        assert!(matches!(facts(&without(missing)), Err(InvalidEnvelope::Shape)), "without {missing}");
    }
}

#[test]
fn a_null_attribute_counts_as_absent() {
    assert!(matches!(facts(&with("subject", Value::Null)), Err(InvalidEnvelope::Shape)));
}

#[test]
fn sequences_are_whole_numbers_from_one_in_decimal() {
    for good in ["1", "9223372036854775807"] {
        assert_eq!(facts(&with("sequence", good.into())).unwrap()[0].sequence.to_string(), good);
    }
    for bad in ["0", "-1", "", " 1", "1.0", "1e3", "0x1", "one", "9223372036854775808"] {
        let single = facts(&with("sequence", bad.into()));
        assert!(matches!(&single, Err(InvalidEnvelope::Sequence(raw)) if raw == bad), "{bad:?}: {single:?}");
        let item = facts(&bulk(&json!([{ "aggregateId": "anna", "sequence": bad }])));
        assert!(matches!(&item, Err(InvalidEnvelope::Sequence(raw)) if raw == bad), "{bad:?}: {item:?}");
    }
}

#[test]
fn an_item_that_does_not_say_where_it_belongs_spoils_the_event() {
    for item in [json!({ "sequence": "1" }), json!({ "aggregateId": "anna" }), json!("anna"), json!(null)] {
        let items = json!([{ "aggregateId": "bert", "sequence": "1" }, item]);
        assert!(matches!(facts(&bulk(&items)), Err(InvalidEnvelope::Json(_))), "{item}");
    }
}

#[test]
fn bulk_data_must_hold_a_list_of_items() {
    for data in
        [json!({}), json!({ "items": null }), json!({ "items": {} }), json!([]), json!(null), json!("x")]
    {
        let mut event = bulk(&json!([]));
        event["data"] = data.clone();
        assert!(matches!(facts(&event), Err(InvalidEnvelope::Json(_))), "{data}");
    }
}

#[test]
fn bytes_that_are_not_json_are_no_event() {
    for bytes in
        [&b""[..], b"\x00", b"\xff\xfe", b"null", b"[]", b"7", b"{", b"{\"specversion\":\"1.0\"", b"{}"]
    {
        assert!(matches!(Envelope::parse(bytes), Err(InvalidEnvelope::Json(_))), "{bytes:?}");
    }
    let mut trailing = serde_json::to_vec(&event()).unwrap();
    trailing.extend(b" x");
    assert!(matches!(Envelope::parse(&trailing), Err(InvalidEnvelope::Json(_))));
}

#[test]
fn what_every_event_has_must_be_there_and_sound() {
    for missing in ["specversion", "id", "source", "type", "time", "datacontenttype", "workspace", "data"] {
        assert!(matches!(facts(&without(missing)), Err(InvalidEnvelope::Json(_))), "without {missing}");
    }
    for (key, bad) in [("id", "17"), ("time", "yesterday"), ("workspace", "a.b"), ("workspace", "")] {
        assert!(matches!(facts(&with(key, bad.into())), Err(InvalidEnvelope::Json(_))), "{key} {bad:?}");
    }
}

#[test]
fn attributes_of_later_versions_are_passed_over() {
    let event = with("partitionkey", "anna".into());
    assert_eq!(facts(&event).unwrap().len(), 1);
}
