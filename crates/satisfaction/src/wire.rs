//! Between the contract's messages and the domain.

use chrono::{DateTime, Datelike as _, NaiveDate, Utc};
use pbjson_types::Timestamp;
use ting_methods::score::{Band, TallyError, satisfaction_ratio};
use ting_proto::{events::v1::ResponseSubmittedItem, satisfaction::v1 as contract, types::v1 as types};
use uuid::Uuid;

use crate::{
    domain::{
        answer::Answer,
        cut::{Cut, Dimension},
        expectation::Standing,
        floor::Floor,
        metric::Metric,
        score::{Count, Histogram, span},
    },
    store::alert::Alert,
};

/// A response that is no answer to a question we know.
#[derive(Debug, thiserror::Error)]
pub enum InvalidAnswer {
    #[error("{0} is not an id")]
    Id(&'static str),
    #[error("the metric is unknown")]
    Metric,
    #[error("the value is not on the scale of the metric")]
    Value,
    #[error("the time is missing or out of range")]
    Time,
}

/// Reads a fact of intake.
pub fn answer(item: ResponseSubmittedItem) -> Result<Answer, InvalidAnswer> {
    let id = |field, raw: &str| Uuid::try_parse(raw).map_err(|_| InvalidAnswer::Id(field));
    let metric = types::Metric::try_from(item.metric).ok().and_then(metric).ok_or(InvalidAnswer::Metric)?;
    let value = i16::try_from(item.value).ok().filter(|value| metric.scale().contains(value));
    let time = item.answered_at.and_then(|at| DateTime::<Utc>::try_from(at).ok());
    // The store keeps microseconds; the answers of a batch must compare as they will be read back.
    let answered_at = time.and_then(|at| DateTime::from_timestamp_micros(at.timestamp_micros()));
    Ok(Answer {
        response_id: id("response_id", &item.response_id)?,
        customer_id: match item.customer_id.as_str() {
            "" => None,
            raw => Some(id("customer_id", raw)?),
        },
        metric,
        value: value.ok_or(InvalidAnswer::Value)?,
        channel: item.channel,
        touchpoint: item.touchpoint,
        answered_at: answered_at.ok_or(InvalidAnswer::Time)?,
    })
}

/// The metric of the contract; `None` when unspecified.
pub fn metric(metric: types::Metric) -> Option<Metric> {
    match metric {
        types::Metric::Unspecified => None,
        types::Metric::Nps => Some(Metric::Nps),
        types::Metric::Csat => Some(Metric::Csat),
        types::Metric::Ces => Some(Metric::Ces),
    }
}

/// The dimension of the contract; `None` when unspecified.
pub fn dimension(dimension: types::Dimension) -> Option<Dimension> {
    match dimension {
        types::Dimension::Unspecified => None,
        types::Dimension::Workspace => Some(Dimension::Workspace),
        types::Dimension::Customer => Some(Dimension::Customer),
        types::Dimension::Touchpoint => Some(Dimension::Touchpoint),
        types::Dimension::Channel => Some(Dimension::Channel),
    }
}

/// The band of the contract; `None` when unspecified.
pub fn band(band: types::Band) -> Option<Band> {
    match band {
        types::Band::Unspecified => None,
        types::Band::Dissatisfied => Some(Band::Dissatisfied),
        types::Band::Satisfied => Some(Band::Satisfied),
        types::Band::Delighted => Some(Band::Delighted),
    }
}

pub fn metric_number(metric: Metric) -> i32 {
    let metric = match metric {
        Metric::Nps => types::Metric::Nps,
        Metric::Csat => types::Metric::Csat,
        Metric::Ces => types::Metric::Ces,
    };
    metric.into()
}

pub fn dimension_number(dimension: Dimension) -> i32 {
    let dimension = match dimension {
        Dimension::Workspace => types::Dimension::Workspace,
        Dimension::Customer => types::Dimension::Customer,
        Dimension::Touchpoint => types::Dimension::Touchpoint,
        Dimension::Channel => types::Dimension::Channel,
    };
    dimension.into()
}

pub fn band_number(band: Band) -> i32 {
    let band = match band {
        Band::Dissatisfied => types::Band::Dissatisfied,
        Band::Satisfied => types::Band::Satisfied,
        Band::Delighted => types::Band::Delighted,
    };
    band.into()
}

/// Perceived / expected, for display.
pub fn ratio(standing: &Standing) -> f64 {
    // Never fails: a standing has something expected.
    satisfaction_ratio(standing.perceived, standing.expected).unwrap_or_default()
}

/// The score that `counts` make.
pub fn score(metric: Metric, cut: &Cut, counts: &[Count]) -> Result<contract::Score, TallyError> {
    let histogram = Histogram::of(metric, counts.iter().map(|count| (count.value, count.n)))?;
    let (score, days) = (histogram.score(), span(counts));
    let interval = score.and_then(|score| score.interval);
    Ok(contract::Score {
        metric: metric_number(metric),
        dimension: dimension_number(cut.dimension),
        key: cut.key.clone(),
        n: score.map_or(0, |score| score.n),
        value: score.map(|score| score.value),
        lower: interval.map(|interval| interval.lower),
        upper: interval.map(|interval| interval.upper),
        distribution: histogram.distribution(),
        first_day: days.map(|(first, _)| day(first)),
        last_day: days.map(|(_, last)| day(last)),
    })
}

pub fn customer_band(customer_id: Uuid, standing: &Standing) -> contract::CustomerBand {
    contract::CustomerBand {
        customer_id: customer_id.to_string(),
        band: band_number(standing.band),
        ratio: ratio(standing),
        perceived: standing.perceived,
        expected: standing.expected,
        answered_at: Some(Timestamp::from(standing.answered_at)),
    }
}

pub fn floor(floor: Floor) -> contract::Floor {
    contract::Floor {
        floor_id: floor.floor_id.to_string(),
        metric: metric_number(floor.metric),
        dimension: dimension_number(floor.cut.dimension),
        key: floor.cut.key,
        minimum: floor.minimum,
        window_days: floor.window_days,
        minimum_n: floor.minimum_n,
    }
}

pub fn alert(alert: Alert) -> contract::Alert {
    contract::Alert {
        alert_id: alert.alert_id.to_string(),
        floor_id: alert.floor_id.to_string(),
        metric: metric_number(alert.metric),
        dimension: dimension_number(alert.cut.dimension),
        key: alert.cut.key,
        minimum: alert.minimum,
        value: alert.value,
        n: alert.n,
        raised_at: Some(Timestamp::from(alert.raised_at)),
        cleared_at: alert.cleared_at.map(Timestamp::from),
    }
}

fn day(date: NaiveDate) -> types::Day {
    let (month, day) = (date.month().cast_signed(), date.day().cast_signed());
    types::Day { year: date.year(), month, day }
}

#[cfg(test)]
mod tests {
    use pbjson_types::Timestamp;
    use ting_proto::events::v1::ResponseSubmittedItem;

    use super::answer;

    fn item() -> ResponseSubmittedItem {
        ResponseSubmittedItem {
            response_id: "01890000-0000-7000-8000-000000000001".to_owned(),
            metric: 1,
            value: 10,
            answered_at: Some(Timestamp { seconds: 1, nanos: 1_999 }),
            ..ResponseSubmittedItem::default()
        }
    }

    #[test]
    fn a_fact_becomes_an_answer_to_the_microsecond() {
        let answer = answer(item()).unwrap();
        assert_eq!((answer.customer_id, answer.value), (None, 10));
        assert_eq!(answer.answered_at.timestamp_subsec_nanos(), 1_000);
    }

    #[test]
    fn facts_that_make_no_sense_are_refused() {
        let rows = [
            ResponseSubmittedItem { response_id: "x".to_owned(), ..item() },
            ResponseSubmittedItem { customer_id: "x".to_owned(), ..item() },
            ResponseSubmittedItem { metric: 0, ..item() },
            ResponseSubmittedItem { metric: 99, ..item() },
            ResponseSubmittedItem { value: 11, ..item() },
            ResponseSubmittedItem { value: -1, ..item() },
            ResponseSubmittedItem { metric: 2, value: 0, ..item() },
            ResponseSubmittedItem { value: i32::MAX, ..item() },
            ResponseSubmittedItem { answered_at: None, ..item() },
            ResponseSubmittedItem { answered_at: Some(Timestamp { seconds: i64::MAX, nanos: 0 }), ..item() },
            ResponseSubmittedItem { answered_at: Some(Timestamp { seconds: 0, nanos: -1 }), ..item() },
        ];
        for item in rows {
            assert!(answer(item.clone()).is_err(), "{item:?}");
        }
    }
}
