//! Makes the `AsyncAPI` document of the streams.

use async_nats::jetstream::stream::{DiscardPolicy, RetentionPolicy, StorageType};
use prost_reflect::{DescriptorPool, MessageDescriptor};
use ting_events::{BULK_ITEMS, PARTITIONS, Stream, TYPES};
use yaml_serde::{Mapping, Value};

use crate::payload::{self, Schemas};

const ABOUT: &str = "\
What the services of ting tell each other, and anybody else who listens.

Every message is a CloudEvent 1.0 in structured JSON mode; its data is the proto3 JSON form of a message in proto/ting/events/v1. \
A field with its default value (empty text, 0, false, the UNSPECIFIED value of an enumeration) is left out.

An event is about one aggregate (subject and sequence), or it is in bulk: up to 100 facts in data.items, each with its own \
aggregateId and sequence. The sequence of an aggregate starts at 1 and has no gaps within one stream; events of one aggregate are \
in one partition, in order. Deliveries may repeat: whoever acts on an event remembers its id.

Payloads change additively only. Pass over fields, enumeration values and event types that you do not know.";

const HEAD: &str = "\
# Made from proto/ting/events/v1 and crates/events; a test compares. Write it anew with
#   TING_ACCEPT=1 cargo test -p ting-events --test contract
";

/// The whole document.
pub fn text() -> String {
    format!("{HEAD}{}", yaml_serde::to_string(&document()).unwrap())
}

pub fn map(entries: impl IntoIterator<Item = (&'static str, Value)>) -> Value {
    entries.into_iter().map(|(key, value)| (Value::from(key), value)).collect::<Mapping>().into()
}

/// A reference to a component.
pub fn reference(kind: &str, name: &str) -> Value {
    map([("$ref", format!("#/components/{kind}/{name}").into())])
}

/// An event, taken apart.
struct Told {
    event_type: &'static str,
    service: &'static str,
    name: &'static str,
    payload: MessageDescriptor,
}

impl Told {
    fn all() -> Vec<Self> {
        let contracts = DescriptorPool::decode(ting_proto::DESCRIPTOR).unwrap();
        TYPES.iter().map(|event_type| Self::of(event_type, &contracts)).collect()
    }

    fn of(event_type: &'static str, contracts: &DescriptorPool) -> Self {
        let [_, service, name, _] = event_type.split('.').collect::<Vec<_>>()[..] else {
            panic!("{event_type} is no type of ting");
        };
        let words = name.split('_').map(|word| format!("{}{}", word[..1].to_uppercase(), &word[1..]));
        let message = format!("ting.events.v1.{}", words.collect::<String>());
        let payload = contracts.get_message_by_name(&message);
        Self { event_type, service, name, payload: payload.unwrap_or_else(|| panic!("no {message}")) }
    }

    fn about(&self) -> String {
        payload::comment(&self.payload.parent_file(), self.payload.path()).unwrap_or_default()
    }

    /// The message of each of many facts; `None` when there is one.
    fn item(&self) -> Option<MessageDescriptor> {
        let items = self.payload.get_field_by_json_name("items")?;
        items.kind().as_message().cloned()
    }
}

fn document() -> Value {
    let events = Told::all();
    let mut schemas = Schemas::new();
    let (mut channels, mut operations, mut messages) = (Mapping::new(), Mapping::new(), Mapping::new());
    for event in &events {
        channels.insert(event.name.into(), channel(event));
        operations.insert(format!("publish_{}", event.name).into(), operation(event));
        messages.insert(event.name.into(), message(event, &mut schemas));
    }
    let mut all = Mapping::from_iter([("Envelope".into(), envelope())]);
    all.extend(schemas.into_iter().map(|(name, schema)| (name.into(), schema)));
    let components = [("messages", messages.into()), ("schemas", all.into()), ("parameters", parameters())];
    let info = [
        ("title", "ting events".into()),
        ("version", "1.0.0".into()),
        ("description", ABOUT.into()),
        ("license", map([("name", "Apache-2.0".into())])),
    ];
    map([
        ("asyncapi", "3.0.0".into()),
        ("info", map(info)),
        ("defaultContentType", "application/cloudevents+json".into()),
        ("channels", channels.into()),
        ("operations", operations.into()),
        ("components", map(components)),
        ("x-jetstream", jetstream()),
    ])
}

fn channel(event: &Told) -> Value {
    let parameter = |name: &str| reference("parameters", name);
    map([
        ("address", format!("ting.{{workspace}}.{}.{}.v1.{{partition}}", event.service, event.name).into()),
        ("description", event.about().into()),
        ("messages", map([(event.name, reference("messages", event.name))])),
        ("parameters", map([("workspace", parameter("workspace")), ("partition", parameter("partition"))])),
        ("tags", vec![map([("name", event.service.into())])].into()),
        ("x-jetstream-stream", Stream::of(event.service).unwrap().name().into()),
    ])
}

fn operation(event: &Told) -> Value {
    let channel = format!("#/channels/{}", event.name);
    let message = format!("{channel}/messages/{}", event.name);
    map([
        ("action", "send".into()),
        ("summary", format!("{} tells of it.", event.service).into()),
        ("channel", map([("$ref", channel.into())])),
        ("messages", vec![map([("$ref", message.into())])].into()),
    ])
}

fn message(event: &Told, schemas: &mut Schemas) -> Value {
    let data = match event.item() {
        None => payload::message(schemas, &event.payload),
        Some(item) => {
            let items = map([
                ("type", "array".into()),
                ("minItems", 1.into()),
                ("maxItems", BULK_ITEMS.into()),
                ("items", payload::message(schemas, &item)),
            ]);
            let required = vec!["items"].into();
            map([("type", "object".into()), ("required", required), ("properties", map([("items", items)]))])
        }
    };
    let own = [
        ("type", map([("const", event.event_type.into())])),
        ("source", map([("const", format!("/ting/{}", event.service).into())])),
        ("data", data),
    ];
    let mut required = vec!["data"];
    if event.item().is_none() {
        required.extend(["subject", "sequence"]);
    }
    let own = map([("type", "object".into()), ("required", required.into()), ("properties", map(own))]);
    map([
        ("name", event.event_type.into()),
        ("title", event.name.replace('_', " ").into()),
        ("summary", event.about().into()),
        ("headers", headers()),
        ("payload", map([("allOf", vec![reference("schemas", "Envelope"), own].into())])),
    ])
}

fn headers() -> Value {
    let id = described(
        "string",
        "The id of the event; the stream passes over one that it took within two minutes.",
    );
    let stream = described("string", "The stream that must take it.");
    map([
        ("type", "object".into()),
        ("properties", map([("Nats-Msg-Id", id), ("Nats-Expected-Stream", stream)])),
    ])
}

fn described(kind: &'static str, text: &'static str) -> Value {
    map([("type", kind.into()), ("description", text.into())])
}

fn formatted(format: &'static str, text: &'static str) -> Value {
    map([("type", "string".into()), ("format", format.into()), ("description", text.into())])
}

fn matching(pattern: &'static str, text: &'static str) -> Value {
    map([("type", "string".into()), ("pattern", pattern.into()), ("description", text.into())])
}

fn envelope() -> Value {
    let properties = [
        ("specversion", map([("const", "1.0".into())])),
        ("id", formatted("uuid", "UUIDv7 of the event, the same in every delivery.")),
        ("source", matching("^/ting/[a-z]+$", "The service that tells.")),
        ("type", matching("^ting\\.[a-z]+\\.[a-z_]+\\.v[0-9]+$", "ting.<service>.<event>.v<version>.")),
        ("subject", described("string", "The aggregate; absent in bulk.")),
        ("time", formatted("date-time", "When the event was stored, in UTC.")),
        ("datacontenttype", map([("const", "application/json".into())])),
        ("workspace", matching(WORKSPACE, "The tenant; the same as in the subject of NATS.")),
        (
            "sequence",
            matching(
                "^[1-9][0-9]*$",
                "Place of the event in the life of the aggregate, from 1; absent in bulk.",
            ),
        ),
        ("traceparent", described("string", "W3C trace context of what caused the event.")),
        ("causationid", formatted("uuid", "The event that caused this one.")),
        ("correlationid", formatted("uuid", "The first event of the chain.")),
        ("data", described("object", "The payload in proto3 JSON.")),
    ];
    let required =
        vec!["specversion", "id", "source", "type", "time", "datacontenttype", "workspace", "data"].into();
    map([
        ("type", "object".into()),
        ("description", "A CloudEvent 1.0 with the extensions of ting.".into()),
        ("required", required),
        ("properties", map(properties)),
    ])
}

const WORKSPACE: &str = "^[A-Za-z0-9_-]{1,64}$";

fn parameters() -> Value {
    let partitions: Vec<String> = (0..PARTITIONS).map(|partition| format!("p{partition:02}")).collect();
    let hash = "FNV-1a (64 bit) of `<workspace>/<aggregate id>`, modulo 16.";
    map([
        ("workspace", map([("description", format!("The tenant: {WORKSPACE}").into())])),
        ("partition", map([("description", hash.into()), ("enum", partitions.into())])),
    ])
}

/// What no binding of `AsyncAPI` has a word for.
fn jetstream() -> Value {
    let streams = Stream::ALL.into_iter().map(|stream| {
        // Copies and size are the operator's.
        let config = stream.config(1, 1);
        assert_eq!(
            (config.storage, config.retention, config.discard),
            (StorageType::File, RetentionPolicy::Limits, DiscardPolicy::New),
            "describe the new settings below"
        );
        let settings = map([
            ("subjects", config.subjects.into()),
            ("partition", stream.partition_subjects(7).into()),
            ("storage", "file".into()),
            ("retention", "limits".into()),
            ("discard", "new".into()),
            ("max_age_seconds", config.max_age.as_secs().into()),
            ("duplicate_window_seconds", config.duplicate_window.as_secs().into()),
        ]);
        (Value::from(stream.name()), settings)
    });
    let about = "Settings of each stream; `partition` is the filter of one partition, here the eighth. Copies and size are set by \
                 nats.replicas and nats.stream_max_bytes.";
    map([("description", about.into()), ("streams", streams.collect::<Mapping>().into())])
}
