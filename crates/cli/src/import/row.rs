use std::{collections::HashMap, mem, sync::Arc};

use chrono::{DateTime, Utc};
use clap::ValueEnum;
use pbjson_types::Timestamp;
use prost::Message as _;
use sha2::{Digest as _, Sha256};
use ting_proto::{
    intake::v1::{CustomerInput, FeedbackInput, ResponseInput, import_feedback_request::Item},
    types::v1::{FeedbackKind, Metric, Source},
};

/// Room for one row in a message of 1 MiB, with what goes around it.
const MAX_ROW_BYTES: usize = 1_000_000;

/// What the rows of a file are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Kind {
    Comments,
    Answers,
    Customers,
}

impl Kind {
    pub fn name(self) -> &'static str {
        match self {
            Self::Comments => "comments",
            Self::Answers => "answers",
            Self::Customers => "customers",
        }
    }

    /// The kind that files with these columns have.
    pub fn detect(columns: &[String]) -> Option<Self> {
        let has = |name: &str| columns.iter().any(|column| column == name);
        let identity = ["name", "email", "phone"].into_iter().any(has);
        match () {
            () if has("metric") && has("value") => Some(Self::Answers),
            () if has("text") => Some(Self::Comments),
            () if has("external_id") && identity => Some(Self::Customers),
            () => None,
        }
    }

    /// Columns without which no row can be good.
    pub fn required(self) -> &'static [&'static str] {
        match self {
            Self::Comments => &["kind", "text"],
            Self::Answers => &["metric", "value"],
            Self::Customers => &["external_id"],
        }
    }

    /// Columns that are taken in; all of them for customers, whose other columns become attributes.
    pub fn known(self) -> Option<&'static [&'static str]> {
        match self {
            Self::Comments => Some(&[
                "external_id",
                "customer",
                "kind",
                "text",
                "channel",
                "source",
                "touchpoint",
                "occurred_at",
            ]),
            Self::Answers => {
                Some(&["external_id", "customer", "metric", "value", "channel", "touchpoint", "answered_at"])
            }
            Self::Customers => None,
        }
    }
}

/// Why a row cannot be put into a message. Fields and reasons are those of the services.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    pub field: &'static str,
    pub reason: &'static str,
    pub message: String,
}

impl Refusal {
    pub fn new(field: &'static str, reason: &'static str, message: impl Into<String>) -> Self {
        Self { field, reason, message: message.into() }
    }
}

/// The cells of a row under their names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fields {
    pub names: Arc<[String]>,
    pub values: Vec<String>,
}

impl Fields {
    /// Takes a value out; empty when there is none.
    fn take(&mut self, name: &str) -> String {
        let place = self.names.iter().position(|known| known == name);
        place.and_then(|place| self.values.get_mut(place)).map(mem::take).unwrap_or_default()
    }

    /// Takes all that is left and not empty.
    fn rest(self) -> HashMap<String, String> {
        self.names.iter().cloned().zip(self.values).filter(|(_, value)| !value.is_empty()).collect()
    }
}

/// Turns rows into messages, and gives an id to those that bring none.
#[derive(Debug)]
pub struct Rows {
    kind: Kind,
    /// How often each content came so far, by a fingerprint: rows that say the same are told apart by their number.
    seen: HashMap<u64, u32>,
}

impl Rows {
    pub fn new(kind: Kind) -> Self {
        Self { kind, seen: HashMap::new() }
    }

    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// Checks only what a message cannot carry; everything else the service checks.
    pub fn item(&mut self, fields: Fields) -> Result<Item, Refusal> {
        let item = match self.kind {
            Kind::Comments => Item::Feedback(self.feedback(fields)?),
            Kind::Answers => Item::Response(self.response(fields)?),
            Kind::Customers => Item::Customer(customer(fields)),
        };
        let bytes = match &item {
            Item::Feedback(input) => input.encoded_len(),
            Item::Response(input) => input.encoded_len(),
            Item::Customer(input) => input.encoded_len(),
        };
        if bytes > MAX_ROW_BYTES {
            return Err(Refusal::new("", "TOO_LONG", format!("is longer than {MAX_ROW_BYTES} bytes")));
        }
        Ok(item)
    }

    fn feedback(&mut self, mut fields: Fields) -> Result<FeedbackInput, Refusal> {
        let mut input = FeedbackInput {
            external_id: fields.take("external_id"),
            customer_external_id: fields.take("customer"),
            kind: kind(&fields.take("kind"))?.into(),
            text: fields.take("text"),
            channel: fields.take("channel"),
            source: source(&fields.take("source"))?.into(),
            touchpoint: fields.take("touchpoint"),
            occurred_at: time("feedback.occurred_at", &fields.take("occurred_at"))?,
        };
        if input.external_id.is_empty() {
            input.external_id = self.stable_id(&input.encode_to_vec());
        }
        Ok(input)
    }

    fn response(&mut self, mut fields: Fields) -> Result<ResponseInput, Refusal> {
        let mut input = ResponseInput {
            external_id: fields.take("external_id"),
            customer_external_id: fields.take("customer"),
            metric: metric(&fields.take("metric"))?.into(),
            value: value(&fields.take("value"))?,
            channel: fields.take("channel"),
            touchpoint: fields.take("touchpoint"),
            answered_at: time("response.answered_at", &fields.take("answered_at"))?,
        };
        if input.external_id.is_empty() {
            input.external_id = self.stable_id(&input.encode_to_vec());
        }
        Ok(input)
    }

    /// The same for the same content at the same repetition, whatever the file's format and the order of its columns.
    fn stable_id(&mut self, content: &[u8]) -> String {
        let mut digest = Sha256::new();
        digest.update(self.kind.name());
        digest.update([0]);
        digest.update(content);
        let digest = hex(&digest.finalize()[..16]);
        // Contents that share a fingerprint share a count: their numbers have gaps, and still no two ids are equal.
        let fingerprint = u64::from_str_radix(&digest[..16], 16).unwrap_or_default();
        let count = self.seen.entry(fingerprint).or_default();
        *count = count.saturating_add(1);
        format!("row-{digest}-{count}")
    }
}

pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn customer(mut fields: Fields) -> CustomerInput {
    CustomerInput {
        external_id: fields.take("external_id"),
        name: fields.take("name"),
        email: fields.take("email"),
        phone: fields.take("phone"),
        attributes: fields.rest(),
    }
}

fn kind(raw: &str) -> Result<FeedbackKind, Refusal> {
    match raw {
        "comment" => Ok(FeedbackKind::Comment),
        "suggestion" => Ok(FeedbackKind::Suggestion),
        "complaint" => Ok(FeedbackKind::Complaint),
        "praise" => Ok(FeedbackKind::Praise),
        _ => Err(Refusal::new(
            "feedback.kind",
            "UNKNOWN_ENUM",
            "is not comment, suggestion, complaint or praise",
        )),
    }
}

fn source(raw: &str) -> Result<Source, Refusal> {
    match raw {
        "" => Ok(Source::Unspecified),
        "internal" => Ok(Source::Internal),
        "external" => Ok(Source::External),
        _ => Err(Refusal::new("feedback.source", "UNKNOWN_ENUM", "is not internal or external")),
    }
}

fn metric(raw: &str) -> Result<Metric, Refusal> {
    match raw {
        "nps" => Ok(Metric::Nps),
        "csat" => Ok(Metric::Csat),
        "ces" => Ok(Metric::Ces),
        _ => Err(Refusal::new("response.metric", "UNKNOWN_ENUM", "is not nps, csat or ces")),
    }
}

/// Whether the number is on the scale is the service's to say.
fn value(raw: &str) -> Result<i32, Refusal> {
    if raw.is_empty() {
        return Err(Refusal::new("response.value", "EMPTY", "is empty"));
    }
    raw.parse().map_err(|_| Refusal::new("response.value", "OUT_OF_SCALE", "is not a whole number"))
}

fn time(field: &'static str, raw: &str) -> Result<Option<Timestamp>, Refusal> {
    if raw.is_empty() {
        return Ok(None);
    }
    let bad = |_| Refusal::new(field, "BAD_TIME", "is not a time as 2026-03-01T12:00:00Z (RFC 3339)");
    let instant = DateTime::parse_from_rfc3339(raw).map_err(bad)?;
    Ok(Some(instant.with_timezone(&Utc).into()))
}

#[cfg(test)]
#[path = "row_tests.rs"]
mod tests;
