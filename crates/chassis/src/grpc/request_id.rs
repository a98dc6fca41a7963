use std::fmt;

use http::{HeaderMap, HeaderName, HeaderValue};

const MAX_BYTES: usize = 64;

/// Where a call's id comes and goes.
pub(super) const HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// The name of a call in logs, spans and answers; in the extensions of every request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestId(HeaderValue);

impl RequestId {
    /// The caller's id if it can stand in a log line, else one of ours.
    pub(super) fn of(headers: &HeaderMap) -> Self {
        let given = headers.get(&HEADER).filter(|value| {
            let bytes = value.as_bytes();
            (1..=MAX_BYTES).contains(&bytes.len()) && bytes.iter().all(u8::is_ascii_graphic)
        });
        Self(given.cloned().unwrap_or_else(fresh))
    }

    pub fn as_str(&self) -> &str {
        // Never the default: both ways to make one give visible ASCII.
        self.0.to_str().unwrap_or_default()
    }

    pub(super) fn header(&self) -> HeaderValue {
        self.0.clone()
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

fn fresh() -> HeaderValue {
    let id = uuid::Builder::from_random_bytes(rand::random()).into_uuid();
    HeaderValue::try_from(id.to_string()).expect("hexadecimal and hyphens are visible ASCII")
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, HeaderValue};

    use super::{HEADER, RequestId};

    #[test]
    fn a_sound_id_is_kept_and_any_other_replaced() {
        let of = |raw: &[u8]| {
            RequestId::of(&HeaderMap::from_iter([(HEADER, HeaderValue::from_bytes(raw).unwrap())]))
        };
        assert_eq!(of(b"call-17").as_str(), "call-17");
        for bad in [&b""[..], b"a b", b"a\tb", "é".as_bytes(), &[b'x'; 4096]] {
            assert_eq!(of(bad).as_str().len(), 36, "{bad:?}");
        }
        assert_ne!(RequestId::of(&HeaderMap::new()), RequestId::of(&HeaderMap::new()));
    }
}
