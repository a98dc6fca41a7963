use std::time::Duration;

use http::HeaderMap;

use super::{
    GrpcConfig,
    methods::{Access, Method},
};

/// So much earlier than the caller's own deadline is the answer, that it arrives, and that tonic, which watches the same header,
/// does not answer `CANCELLED` at the same moment.
const AHEAD: Duration = Duration::from_millis(5);

/// How long calls may take.
pub(super) struct Deadlines {
    default: Duration,
    max: Duration,
    max_stream: Duration,
}

impl Deadlines {
    pub fn new(config: &GrpcConfig) -> Self {
        let millis = Duration::from_millis;
        Self {
            default: millis(config.default_deadline_ms),
            max: millis(config.max_deadline_ms),
            max_stream: millis(config.max_stream_deadline_ms),
        }
    }

    /// How long this call may take; `None` without limit.
    pub fn of(&self, method: Method, headers: &HeaderMap) -> Option<Duration> {
        let asked = headers.get("grpc-timeout").and_then(|value| parse(value.as_bytes()));
        let asked = asked.map(|asked| asked.saturating_sub(AHEAD));
        match (method.access, method.streaming) {
            (Access::Health, _) => None,
            (_, true) => Some(asked.unwrap_or(self.max_stream).min(self.max_stream)),
            (_, false) => Some(asked.unwrap_or(self.default).min(self.max)),
        }
    }
}

/// One to eight digits and a unit, as the gRPC protocol has it; anything else is as if it were absent.
fn parse(value: &[u8]) -> Option<Duration> {
    let (unit, digits) = value.split_last()?;
    if !(1..=8).contains(&digits.len()) || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let count: u64 = str::from_utf8(digits).ok()?.parse().ok()?;
    match unit {
        b'H' => Some(Duration::from_hours(count)),
        b'M' => Some(Duration::from_mins(count)),
        b'S' => Some(Duration::from_secs(count)),
        b'm' => Some(Duration::from_millis(count)),
        b'u' => Some(Duration::from_micros(count)),
        b'n' => Some(Duration::from_nanos(count)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use http::{HeaderMap, HeaderValue};

    use super::{Access, Deadlines, GrpcConfig, Method};

    fn of(timeout: Option<&str>, access: Access, streaming: bool) -> Option<Duration> {
        let timeout =
            timeout.map(|value| ("grpc-timeout".parse().unwrap(), HeaderValue::from_str(value).unwrap()));
        let headers = HeaderMap::from_iter(timeout);
        Deadlines::new(&GrpcConfig::default()).of(Method { name: "", access, streaming }, &headers)
    }

    #[test]
    fn timeouts_are_honoured_cut_or_ignored_by_the_table() {
        let rows = [
            (None, 10_000),
            (Some("250m"), 245),
            (Some("5S"), 4_995),
            (Some("1M"), 59_995),
            (Some("1H"), 60_000),
            (Some("99999999H"), 60_000),
            (Some("0n"), 0),
            (Some("2000000n"), 0),
            (Some("7000u"), 2),
            (Some("1x"), 10_000),
            (Some("m"), 10_000),
            (Some("-1m"), 10_000),
            (Some("123456789m"), 10_000),
            (Some(""), 10_000),
        ];
        for (timeout, millis) in rows {
            assert_eq!(
                of(timeout, Access::Roles(&[]), false),
                Some(Duration::from_millis(millis)),
                "{timeout:?}"
            );
        }
    }

    #[test]
    fn streams_have_their_own_limit_and_probes_have_none() {
        assert_eq!(of(None, Access::Roles(&[]), true), Some(Duration::from_hours(1)));
        assert_eq!(of(Some("2H"), Access::Roles(&[]), true), Some(Duration::from_hours(1)));
        assert_eq!(of(Some("5M"), Access::Roles(&[]), true), Some(Duration::from_millis(299_995)));
        assert_eq!(of(None, Access::Health, true), None);
    }
}
