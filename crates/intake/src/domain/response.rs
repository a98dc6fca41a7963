use std::ops::RangeInclusive;

use chrono::{DateTime, Utc};
use ting_chassis::input::{Checks, InvalidInput, enumeration, external_id, int_in, time, token_or_unknown};
use ting_proto::{intake::v1::ResponseInput, types::v1::Metric};

use super::{failure, optional_external_id};

const METRICS: [(Metric, &str); 3] = [(Metric::Nps, "nps"), (Metric::Csat, "csat"), (Metric::Ces, "ces")];

/// An answer that keeps the rules and is not stored yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewResponse {
    pub external_id: String,
    /// The company's id of the customer.
    pub customer: Option<String>,
    pub metric: Metric,
    pub value: i32,
    pub channel: String,
    pub touchpoint: String,
    pub answered_at: DateTime<Utc>,
}

impl NewResponse {
    /// Accepts `input` if every field keeps the contract; names all that do not.
    pub fn parse(input: &ResponseInput, now: DateTime<Utc>) -> Result<Self, InvalidInput> {
        let mut checks = Checks::default();
        let metric = checks.keep(enumeration("metric", input.metric));
        let fields = (
            checks.keep(external_id("external_id", &input.external_id)),
            checks.keep(optional_external_id("customer_external_id", &input.customer_external_id)),
            // Without a metric there is no scale to be off.
            metric.and_then(|metric| checks.keep(int_in("value", input.value, scale(metric)))),
            checks.keep(token_or_unknown("channel", &input.channel)),
            checks.keep(token_or_unknown("touchpoint", &input.touchpoint)),
            checks.keep(time("answered_at", input.answered_at, now)),
        );
        let (
            Some(external_id),
            Some(customer),
            Some(value),
            Some(channel),
            Some(touchpoint),
            Some(answered_at),
        ) = fields
        else {
            return Err(failure(checks));
        };
        let metric = metric.unwrap_or_default();
        Ok(Self { external_id, customer, metric, value, channel, touchpoint, answered_at })
    }
}

/// The answers that a metric's question allows.
fn scale(metric: Metric) -> RangeInclusive<i32> {
    let (lowest, highest) = match metric {
        Metric::Nps => (0, 10),
        Metric::Csat => (1, 5),
        Metric::Ces => (1, 7),
        // No value is on it.
        Metric::Unspecified => (1, 0),
    };
    lowest..=highest
}

/// The word for a metric in the store.
pub fn metric_name(metric: Metric) -> &'static str {
    METRICS.into_iter().find_map(|(known, name)| (known == metric).then_some(name)).unwrap_or_default()
}

/// The metric that the store calls `name`.
pub fn metric_named(name: &str) -> Metric {
    METRICS.into_iter().find_map(|(metric, known)| (known == name).then_some(metric)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use ting_proto::{intake::v1::ResponseInput, types::v1::Metric};

    use super::{METRICS, NewResponse, metric_name, metric_named};

    fn parse(metric: i32, value: i32) -> Result<NewResponse, Vec<(String, &'static str)>> {
        let input = ResponseInput { external_id: "r".to_owned(), metric, value, ..ResponseInput::default() };
        let parsed = NewResponse::parse(&input, "2026-03-01T12:00:00Z".parse().unwrap());
        parsed.map_err(|error| {
            error.0.into_iter().map(|violation| (violation.field, violation.reason)).collect()
        })
    }

    #[test]
    fn each_metric_has_its_scale() {
        let rows = [(Metric::Nps, 0, 10), (Metric::Csat, 1, 5), (Metric::Ces, 1, 7)];
        for (metric, lowest, highest) in rows {
            for value in lowest..=highest {
                assert_eq!(parse(metric.into(), value).unwrap().value, value);
            }
            for value in [lowest - 1, highest + 1, i32::MIN, i32::MAX] {
                let violations = parse(metric.into(), value).unwrap_err();
                assert_eq!(violations, [("value".to_owned(), "OUT_OF_SCALE")], "{metric:?} {value}");
            }
        }
    }

    #[test]
    fn an_unknown_metric_is_the_only_thing_wrong_with_any_value() {
        for metric in [0, -1, 9999] {
            assert_eq!(parse(metric, 999).unwrap_err(), [("metric".to_owned(), "UNKNOWN_ENUM")]);
        }
    }

    #[test]
    fn the_store_has_a_word_for_every_metric() {
        for (metric, name) in METRICS {
            assert_eq!((metric_name(metric), metric_named(name)), (name, metric));
        }
    }
}
