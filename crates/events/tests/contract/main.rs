//! `docs/events/asyncapi.yaml` says what the contracts and the code say, no more and no less.
//!
//! The document is made from them: `TING_ACCEPT=1 cargo test -p ting-events --test contract` writes it anew.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod document;
mod payload;

use std::{collections::BTreeSet, fs, path::PathBuf};

use prost_reflect::DescriptorPool;
use ting_events::TYPES;
use yaml_serde::Value;

fn path() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/events/asyncapi.yaml")
}

/// The document as it is committed.
fn committed() -> Value {
    yaml_serde::from_str(&fs::read_to_string(path()).unwrap()).unwrap()
}

/// Follows `#/a/b` from the root of the document.
fn resolve<'a>(document: &'a Value, reference: &str) -> &'a Value {
    let keys = reference.strip_prefix("#/").unwrap_or_else(|| panic!("{reference} points elsewhere"));
    keys.split('/')
        .fold(document, |place, key| place.get(key).unwrap_or_else(|| panic!("{reference}: no {key}")))
}

#[test]
#[expect(clippy::disallowed_methods, reason = "a flag for the one who runs the test, not configuration")]
fn the_document_is_what_contracts_and_code_give() {
    let made = document::text();
    if std::env::var("TING_ACCEPT").is_ok() {
        fs::write(path(), &made).unwrap();
    }
    let committed = fs::read_to_string(path()).unwrap_or_default();
    assert!(
        committed == made,
        "docs/events/asyncapi.yaml is out of date; write it anew with TING_ACCEPT=1 cargo test -p ting-events --test contract"
    );
}

#[test]
fn every_event_type_has_a_message_with_every_field_of_its_payload() {
    let (document, contracts) = (committed(), DescriptorPool::decode(ting_proto::DESCRIPTOR).unwrap());
    let messages = document["components"]["messages"].as_mapping().unwrap();
    let documented: BTreeSet<&str> =
        messages.values().map(|message| message["name"].as_str().unwrap()).collect();
    assert_eq!(documented, TYPES.iter().copied().collect());
    for message in messages.values() {
        let own = &message["payload"]["allOf"][1]["properties"];
        assert_eq!(own["type"]["const"], message["name"]);
        let data = &own["data"];
        let schema =
            data["$ref"].as_str().or_else(|| data["properties"]["items"]["items"]["$ref"].as_str()).unwrap();
        let name = schema.rsplit('/').next().unwrap();
        let payload = contracts.get_message_by_name(&format!("ting.events.v1.{name}")).unwrap();
        let properties = resolve(&document, schema)["properties"].as_mapping().unwrap();
        let described: Vec<&str> = properties.keys().map(|key| key.as_str().unwrap()).collect();
        let fields: Vec<String> = payload.fields().map(|field| field.json_name().to_owned()).collect();
        assert_eq!(described, fields, "{name}");
    }
}

#[test]
fn every_golden_event_fits_the_schema_of_its_message() {
    let document = committed();
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let mut seen = 0;
    for file in fs::read_dir(folder).unwrap() {
        let event: Value = yaml_serde::from_str(&fs::read_to_string(file.unwrap().path()).unwrap()).unwrap();
        let name = event["type"].as_str().unwrap().split('.').nth(2).unwrap();
        let message = &document["components"]["messages"][name];
        fits(&document, &message["payload"], &event, name);
        seen += 1;
    }
    assert!(seen > TYPES.len(), "{seen} golden events");
}

/// Holds a value against the part of JSON Schema that the document uses.
fn fits(document: &Value, schema: &Value, value: &Value, at: &str) {
    if let Some(reference) = schema["$ref"].as_str() {
        return fits(document, resolve(document, reference), value, at);
    }
    for part in schema.get("allOf").and_then(Value::as_sequence).into_iter().flatten() {
        fits(document, part, value, at);
    }
    let right = match schema.get("type").and_then(Value::as_str) {
        Some("object") => value.is_mapping(),
        Some("array") => value.is_sequence(),
        Some("string") => value.is_string(),
        Some("boolean") => value.is_bool(),
        Some("integer") => value.is_i64(),
        Some("number") => value.is_number(),
        Some(other) => panic!("{at}: type {other}"),
        None => true,
    };
    assert!(right, "{at}: {value:?} is no {:?}", schema["type"]);
    if let Some(known) = schema.get("enum").and_then(Value::as_sequence) {
        assert!(known.contains(value), "{at}: {value:?} is not among {known:?}");
    }
    if let Some(known) = schema.get("const") {
        assert_eq!(known, value, "{at}");
    }
    for required in schema.get("required").and_then(Value::as_sequence).into_iter().flatten() {
        assert!(value.get(required).is_some(), "{at}: {required:?} is missing");
    }
    for (key, part) in schema.get("properties").and_then(Value::as_mapping).into_iter().flatten() {
        if let Some(value) = value.get(key) {
            fits(document, part, value, &format!("{at}.{}", key.as_str().unwrap()));
        }
    }
    if let Some(part) = schema.get("items") {
        value.as_sequence().unwrap().iter().for_each(|item| fits(document, part, item, at));
    }
}

#[test]
fn every_reference_leads_somewhere() {
    fn walk(document: &Value, place: &Value, seen: &mut usize) {
        match place {
            Value::Mapping(entries) => {
                for (key, value) in entries {
                    if key.as_str() == Some("$ref") {
                        resolve(document, value.as_str().unwrap());
                        *seen += 1;
                    }
                    walk(document, value, seen);
                }
            }
            Value::Sequence(items) => items.iter().for_each(|item| walk(document, item, seen)),
            _ => {}
        }
    }
    let (document, mut seen) = (committed(), 0);
    walk(&document, &document, &mut seen);
    assert!(seen > TYPES.len() * 4, "{seen} references");
}
