//! One event of every type as it is on the wire, written by hand from the contract. When one of these fails, the wire has changed:
//! mend the code, never the file.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{collections::BTreeSet, fs, path::PathBuf};

use prost_reflect::{DescriptorPool, FieldDescriptor, MessageDescriptor};
use serde_json::{
    Value,
    value::{RawValue, to_raw_value},
};
use ting_events::{Bulk, Envelope, Event, Fact, Single, TYPES, Trace};
use ting_proto::events::v1::{
    AlertCleared, AlertRaised, BandChangedItem, CaseAcknowledged, CaseAssigned, CaseClosed, CaseOpened,
    CaseReopened, CaseResolved, CustomerRegisteredItem, CustomerUpdated, FeedbackClassifiedItem,
    FeedbackReceivedItem, NotificationDelivered, NotificationFailed, ResponseSubmittedItem, RunFinished,
    ScoreUpdated, ThemeChanged,
};

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden")
}

/// The bytes of an event; the file ends with a line break that the wire does not have.
fn golden(name: &str) -> String {
    let path = folder().join(format!("{name}.v1.json"));
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    text.strip_suffix('\n').unwrap().to_owned()
}

/// What is read and what went with it.
fn read<E: Event>(bytes: &str) -> (Envelope, Vec<Fact>, Trace) {
    let envelope = Envelope::parse(bytes.as_bytes()).unwrap();
    assert_eq!(envelope.event_type, E::TYPE);
    assert_eq!(envelope.source, format!("/ting/{}", E::SERVICE));
    let facts = envelope.facts().unwrap();
    let trace = Trace {
        traceparent: envelope.traceparent.clone(),
        causation_id: envelope.causation_id,
        correlation_id: envelope.correlation_id,
    };
    (envelope, facts, trace)
}

fn single<E: Single>() -> &'static str {
    let bytes = golden(E::NAME);
    let (envelope, facts, trace) = read::<E>(&bytes);
    let [fact] = facts.as_slice() else { panic!("{} is about one aggregate", E::TYPE) };
    let payload: E = serde_json::from_str(fact.data.get()).unwrap();
    let (id, time) = (envelope.id, envelope.time);
    let again =
        Envelope::single(&envelope.workspace, id, time, &fact.aggregate_id, fact.sequence, &payload, &trace);
    assert_eq!(serde_json::to_string(&again.unwrap()).unwrap(), bytes);
    E::TYPE
}

fn bulk_in<E: Bulk>(file: &str) -> &'static str {
    let bytes = golden(file);
    let (envelope, facts, trace) = read::<E>(&bytes);
    assert_eq!((&envelope.subject, &envelope.sequence), (&None, &None));
    let items: Vec<Box<RawValue>> = facts
        .into_iter()
        .map(|fact| {
            let mut item: E = serde_json::from_str(fact.data.get()).unwrap();
            item.place(fact.aggregate_id, fact.sequence);
            to_raw_value(&item).unwrap()
        })
        .collect();
    let again = Envelope::bulk::<E>(&envelope.workspace, envelope.id, envelope.time, &items, &trace);
    assert_eq!(serde_json::to_string(&again.unwrap()).unwrap(), bytes);
    E::TYPE
}

fn bulk<E: Bulk>() -> &'static str {
    bulk_in::<E>(E::NAME)
}

#[test]
fn every_event_is_read_and_written_again_byte_by_byte() {
    let checked = [
        bulk::<CustomerRegisteredItem>(),
        single::<CustomerUpdated>(),
        bulk::<FeedbackReceivedItem>(),
        bulk::<ResponseSubmittedItem>(),
        bulk::<FeedbackClassifiedItem>(),
        single::<ThemeChanged>(),
        single::<RunFinished>(),
        single::<ScoreUpdated>(),
        bulk::<BandChangedItem>(),
        single::<AlertRaised>(),
        single::<AlertCleared>(),
        single::<CaseOpened>(),
        single::<CaseAcknowledged>(),
        single::<CaseAssigned>(),
        single::<CaseResolved>(),
        single::<CaseClosed>(),
        single::<CaseReopened>(),
        single::<NotificationDelivered>(),
        single::<NotificationFailed>(),
    ];
    assert_eq!(checked, TYPES, "a new event needs a file in tests/golden and a line here");
}

#[test]
fn two_facts_with_their_trace_are_read_and_written_again_byte_by_byte() {
    let bytes = golden("feedback_received_two_items");
    let (_, facts, trace) = read::<FeedbackReceivedItem>(&bytes);
    assert_eq!(facts.len(), 2);
    assert!(trace.traceparent.is_some() && trace.causation_id.is_some() && trace.correlation_id.is_some());
    bulk_in::<FeedbackReceivedItem>("feedback_received_two_items");
}

#[test]
fn what_stands_in_a_golden_event_arrives_in_its_fields() {
    let (_, facts, _) = read::<FeedbackReceivedItem>(&golden("feedback_received"));
    let item: FeedbackReceivedItem = serde_json::from_str(facts[0].data.get()).unwrap();
    assert_eq!(item.aggregate_id, "019ca884-c700-7a10-9b01-000000000001");
    assert_eq!((item.sequence, facts[0].sequence), (3, 3));
    assert_eq!(item.text, "三天没动静，客服只会说“请稍等”。\nStill waiting: \"tomorrow\"?");
    assert_eq!((item.kind as i32, item.source as i32), (3, 1));
    assert_eq!((item.channel.as_str(), item.touchpoint.as_str()), ("app", "delivery"));
    let occurred_at = item.occurred_at.unwrap();
    assert_eq!((occurred_at.seconds, occurred_at.nanos), (1_772_323_199, 500_000_000));
}

#[test]
fn every_field_of_every_payload_stands_in_a_golden_event() {
    let contracts = DescriptorPool::decode(ting_proto::DESCRIPTOR).unwrap();
    let mut files: BTreeSet<String> = fs::read_dir(folder())
        .unwrap()
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .collect();
    files.remove("feedback_received_two_items.v1.json");
    for event_type in TYPES {
        let name = event_type.split('.').nth(2).unwrap();
        assert!(files.remove(&format!("{name}.v1.json")), "{event_type} has no file");
        let event: Value = serde_json::from_str(&golden(name)).unwrap();
        shows_all(&message(&contracts, name), &event["data"]);
    }
    assert!(files.is_empty(), "files of no event: {files:?}");
}

/// The message of an event, named like it.
fn message(contracts: &DescriptorPool, name: &str) -> MessageDescriptor {
    let words = name.split('_').map(|word| format!("{}{}", word[..1].to_uppercase(), &word[1..]));
    let name = format!("ting.events.v1.{}", words.collect::<String>());
    contracts.get_message_by_name(&name).unwrap_or_else(|| panic!("no message {name}"))
}

fn shows_all(message: &MessageDescriptor, data: &Value) {
    let fields: BTreeSet<String> = message.fields().map(|field| field.json_name().to_owned()).collect();
    let shown: BTreeSet<String> = data.as_object().unwrap().keys().cloned().collect();
    assert_eq!(shown, fields, "{}", message.full_name());
    for field in message.fields().filter(FieldDescriptor::is_list) {
        if let Some(item) = field.kind().as_message() {
            shows_all(item, &data[field.json_name()][0]);
        }
    }
}
