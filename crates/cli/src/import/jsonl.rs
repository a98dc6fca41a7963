use std::{
    fmt,
    io::{self, BufRead},
    marker::PhantomData,
    sync::Arc,
};

use serde::{
    Deserialize, Deserializer,
    de::{Error as _, MapAccess, Visitor},
};
use serde_json::Value;

use super::{
    Record,
    row::{Fields, Refusal},
};

/// No honest row is longer.
pub const MAX_LINE_BYTES: usize = 1024 * 1024;

/// Reads one JSON object a line, in bounded memory.
pub struct JsonlReader<R> {
    source: R,
    line: u64,
    read: u64,
    /// The line without its end.
    buffer: Vec<u8>,
}

impl<R: BufRead> JsonlReader<R> {
    pub fn new(source: R) -> Self {
        Self { source, line: 0, read: 0, buffer: Vec::new() }
    }

    /// Bytes read so far.
    pub fn position(&self) -> u64 {
        self.read
    }

    pub fn read_record(&mut self) -> io::Result<Option<Record>> {
        while let Some(whole) = self.read_line()? {
            if !whole {
                let message = format!("is longer than {MAX_LINE_BYTES} bytes");
                return Ok(Some(self.record(Err(Refusal::new("", "LINE_TOO_LONG", message)))));
            }
            if !self.buffer.trim_ascii().is_empty() {
                return Ok(Some(self.record(parse(&self.buffer))));
            }
        }
        Ok(None)
    }

    fn record(&self, fields: Result<Fields, Refusal>) -> Record {
        Record { line: self.line, fields }
    }

    /// Reads on to the next line end; `false` when the line was too long to keep.
    fn read_line(&mut self) -> io::Result<Option<bool>> {
        self.buffer.clear();
        let mut length = 0;
        loop {
            let input = self.source.fill_buf()?;
            if input.is_empty() {
                self.line += u64::from(length > 0);
                return Ok((length > 0).then_some(length <= MAX_LINE_BYTES));
            }
            let feed = input.iter().position(|byte| *byte == b'\n');
            let taken = feed.unwrap_or(input.len());
            length += taken;
            if length <= MAX_LINE_BYTES {
                self.buffer.extend_from_slice(&input[..taken]);
            }
            let consumed = taken + usize::from(feed.is_some());
            self.read += consumed as u64;
            self.source.consume(consumed);
            if feed.is_some() {
                self.line += 1;
                return Ok(Some(length <= MAX_LINE_BYTES));
            }
        }
    }
}

fn parse(line: &[u8]) -> Result<Fields, Refusal> {
    let text = str::from_utf8(line).map_err(|_| Refusal::new("", "BAD_ENCODING", "is not UTF-8"))?;
    let object: Object<Cell> = serde_json::from_str(text)
        .map_err(|error| Refusal::new("", "BAD_JSON", format!("is not a JSON object: {error}")))?;
    let (mut names, mut values) = (Vec::new(), Vec::new());
    let mut keep = |name: String, value: Value| {
        if names.contains(&name) {
            return Err(Refusal::new("", "BAD_JSON", format!("has {name:?} twice")));
        }
        values.push(scalar(&name, value)?);
        names.push(name);
        Ok(())
    };
    for (name, cell) in object.0 {
        match cell {
            // Attributes may stand together under one name.
            Cell::Object(inner) if name == "attributes" => {
                for (name, value) in inner.0 {
                    keep(name, value)?;
                }
            }
            Cell::Object(_) => return Err(nested(&name)),
            Cell::Value(value) => keep(name, value)?,
        }
    }
    Ok(Fields { names: Arc::from(names), values })
}

fn nested(name: &str) -> Refusal {
    Refusal::new("", "BAD_JSON", format!("has a list, or an object that cannot be taken, under {name:?}"))
}

fn scalar(name: &str, value: Value) -> Result<String, Refusal> {
    match value {
        Value::Null => Ok(String::new()),
        Value::Bool(value) => Ok(value.to_string()),
        Value::Number(value) => Ok(value.to_string()),
        Value::String(value) => Ok(value),
        Value::Array(_) | Value::Object(_) => Err(nested(name)),
    }
}

/// An object whose names are all different; `serde_json` would take the last of equal ones without a word.
struct Object<V>(Vec<(String, V)>);

/// What stands under a name. An object whose names are not all different is none, but a value like any other.
#[derive(Deserialize)]
#[serde(untagged)]
enum Cell {
    Object(Object<Value>),
    Value(Value),
}

impl<'de, V: Deserialize<'de>> Deserialize<'de> for Object<V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ObjectVisitor(PhantomData))
    }
}

struct ObjectVisitor<V>(PhantomData<V>);

impl<'de, V: Deserialize<'de>> Visitor<'de> for ObjectVisitor<V> {
    type Value = Object<V>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Object<V>, A::Error> {
        let mut pairs: Vec<(String, V)> = Vec::new();
        while let Some((name, value)) = map.next_entry::<String, V>()? {
            if pairs.iter().any(|(known, _)| *known == name) {
                return Err(A::Error::custom(format_args!("{name:?} is there twice")));
            }
            pairs.push((name, value));
        }
        Ok(Object(pairs))
    }
}

#[cfg(test)]
mod tests {
    use std::io::BufReader;

    use super::JsonlReader;

    fn rows(text: &[u8], capacity: usize) -> Vec<(u64, Result<String, &'static str>)> {
        let mut reader = JsonlReader::new(BufReader::with_capacity(capacity, text));
        let mut rows = Vec::new();
        while let Some(record) = reader.read_record().unwrap() {
            let told = record.fields.map_err(|refusal| refusal.reason).map(|fields| {
                let pairs =
                    fields.names.iter().zip(&fields.values).map(|(name, value)| format!("{name}={value}"));
                pairs.collect::<Vec<_>>().join(" ")
            });
            rows.push((record.line, told));
        }
        rows
    }

    #[test]
    fn each_line_is_a_row_and_blank_lines_are_none() {
        let text =
            "{\"a\":\"x\",\"n\":7,\"b\":true,\"z\":null}\r\n\n  \n{\"attributes\":{\"tier\":\"gold\"}}";
        let expected = vec![(1, Ok("a=x n=7 b=true z=".to_owned())), (4, Ok("tier=gold".to_owned()))];
        assert_eq!(rows(text.as_bytes(), 8192), expected);
        assert_eq!(rows(text.as_bytes(), 1), expected);
    }

    #[test]
    fn what_is_no_object_is_refused_on_its_line() {
        let mut text = b"[1]\n{\"a\":1,\"a\":2}\n{\"a\":\xff}\n{\"a\":[1]}\nnot json\n{\"a\":\"\\ud800\"}\n{\"a\":1} {}\n".to_vec();
        text.extend(format!("{{\"deep\":{}{}}}\n", "[".repeat(200), "]".repeat(200)).bytes());
        text.extend(format!("{{\"a\":\"{}\"}}\n", "x".repeat(super::MAX_LINE_BYTES)).bytes());
        text.extend(b"{\"a\":\"good\"}\n");
        let reasons: Vec<_> = rows(&text, 8192)
            .into_iter()
            .map(|(line, row)| (line, row.unwrap_or_else(str::to_owned)))
            .collect();
        let expected = [
            (1, "BAD_JSON"),
            (2, "BAD_JSON"),
            (3, "BAD_ENCODING"),
            (4, "BAD_JSON"),
            (5, "BAD_JSON"),
            (6, "BAD_JSON"),
            (7, "BAD_JSON"),
            (8, "BAD_JSON"),
            (9, "LINE_TOO_LONG"),
            (10, "a=good"),
        ];
        assert_eq!(reasons, expected.map(|(line, text)| (line, text.to_owned())));
    }
}
