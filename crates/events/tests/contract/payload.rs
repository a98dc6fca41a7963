//! The schemas of payloads: what proto3 JSON makes of their messages.

use std::collections::BTreeMap;

use prost_reflect::{EnumDescriptor, FieldDescriptor, FileDescriptor, Kind, MessageDescriptor};
use yaml_serde::Value;

use crate::document::{map, reference};

/// The schemas that payloads need, by name.
pub type Schemas = BTreeMap<String, Value>;

/// Adds the schema of a message and of all enums in it, and gives the reference to it.
pub fn message(schemas: &mut Schemas, message: &MessageDescriptor) -> Value {
    let mut properties = yaml_serde::Mapping::new();
    for field in message.fields() {
        properties.insert(field.json_name().into(), property(schemas, &field));
    }
    let mut schema = vec![("type", "object".into())];
    if let Some(text) = comment(&message.parent_file(), message.path()) {
        schema.push(("description", text.into()));
    }
    if message.get_field_by_json_name("aggregateId").is_some() {
        schema.push(("required", vec!["aggregateId", "sequence"].into()));
    }
    schema.push(("properties", properties.into()));
    schemas.insert(message.name().to_owned(), map(schema));
    reference("schemas", message.name())
}

fn property(schemas: &mut Schemas, field: &FieldDescriptor) -> Value {
    let mut schema = if field.is_list() {
        vec![("type", "array".into()), ("items", map(single(schemas, field)))]
    } else {
        single(schemas, field)
    };
    if let Some(text) = comment(&field.parent_message().parent_file(), field.path()) {
        // Whatever stands beside a reference is passed over by readers of JSON Schema.
        if let Some((_, target)) = schema.pop_if(|(key, _)| *key == "$ref") {
            schema.push(("allOf", vec![map([("$ref", target)])].into()));
        }
        schema.push(("description", text.into()));
    }
    map(schema)
}

fn single(schemas: &mut Schemas, field: &FieldDescriptor) -> Vec<(&'static str, Value)> {
    match field.kind() {
        Kind::String => vec![("type", "string".into())],
        Kind::Bool => vec![("type", "boolean".into())],
        Kind::Int32 => vec![("type", "integer".into()), ("format", "int32".into())],
        // proto3 JSON writes 64 bits as a string, because numbers of JavaScript end at 53.
        Kind::Int64 => {
            vec![("type", "string".into()), ("format", "int64".into()), ("pattern", "^-?[0-9]+$".into())]
        }
        Kind::Double => vec![("type", "number".into()), ("format", "double".into())],
        Kind::Enum(values) => vec![("$ref", enumeration(schemas, &values))],
        Kind::Message(message) if message.full_name() == "google.protobuf.Timestamp" => {
            vec![("type", "string".into()), ("format", "date-time".into())]
        }
        other => panic!("{}: {other:?} is new here", field.full_name()),
    }
}

fn enumeration(schemas: &mut Schemas, values: &EnumDescriptor) -> Value {
    let file = values.parent_file();
    let names: Vec<String> = values.values().map(|value| value.name().to_owned()).collect();
    let mut text = comment(&file, values.path()).unwrap_or_default();
    for value in values.values() {
        if let Some(meaning) = comment(&file, value.path()) {
            text = format!("{text}\n{}: {meaning}", value.name());
        }
    }
    let schema = map([("type", "string".into()), ("description", text.into()), ("enum", names.into())]);
    schemas.insert(values.name().to_owned(), schema);
    Value::from(format!("#/components/schemas/{}", values.name()))
}

/// What the contract says about a thing.
pub fn comment(file: &FileDescriptor, path: &[i32]) -> Option<String> {
    let locations = &file.file_descriptor_proto().source_code_info.as_ref()?.location;
    let text = locations.iter().find(|location| location.path == path)?.leading_comments();
    let text = text.lines().map(str::trim).collect::<Vec<_>>().join(" ");
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}
