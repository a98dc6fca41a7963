//! Words of the command line that stand for values of the contracts.

use chrono::{Datelike as _, NaiveDate, TimeDelta};
use clap::ValueEnum;
use ting_proto::{
    access::v1::Role,
    recovery::v1::{CaseState, NotificationState},
    types::v1::{Band, Day, Dimension, FeedbackKind, Metric, Source},
};

macro_rules! values {
    ($($name:ident => $proto:ty { $($variant:ident),* $(,)? })*) => {$(
        #[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
        pub enum $name { $($variant),* }

        impl From<$name> for $proto {
            fn from(value: $name) -> Self {
                match value { $($name::$variant => Self::$variant),* }
            }
        }
    )*};
}

values! {
    KindValue => FeedbackKind { Comment, Suggestion, Complaint, Praise }
    SourceValue => Source { Internal, External }
    MetricValue => Metric { Nps, Csat, Ces }
    BandValue => Band { Dissatisfied, Satisfied, Delighted }
    By => Dimension { Workspace, Touchpoint, Channel, Customer }
    CaseStateValue => CaseState { Open, Acknowledged, Resolved, Closed }
    NotificationStateValue => NotificationState { Pending, Delivered, Failed }
    RoleValue => Role { Owner, Admin, Agent, Analyst, Viewer, Integration }
}

impl MetricValue {
    pub const ALL: [Self; 3] = [Self::Nps, Self::Csat, Self::Ces];
}

/// The number of a value in a message; 0 when none was given.
pub fn number<P: From<V> + Into<i32>, V>(value: Option<V>) -> i32 {
    value.map_or(0, |value| P::from(value).into())
}

/// Reads `2026-03-01`.
pub fn day(raw: &str) -> Result<NaiveDate, String> {
    NaiveDate::parse_from_str(raw, "%Y-%m-%d").map_err(|_| "write a day as 2026-03-01".to_owned())
}

/// The day as a message says it.
pub fn day_message(date: NaiveDate) -> Day {
    // Months and days are below 32.
    let small = |number: u32| i32::try_from(number).unwrap_or_default();
    Day { year: date.year(), month: small(date.month()), day: small(date.day()) }
}

/// The day that a message says, if there is such a day.
pub fn day_of_message(day: Day) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(day.year, u32::try_from(day.month).ok()?, u32::try_from(day.day).ok()?)
}

/// Reads `90s`, `15m`, `12h`, `30d` or `4w`; not zero, at most 100 years.
pub fn duration(raw: &str) -> Result<TimeDelta, String> {
    const MAX_SECONDS: i64 = 100 * 366 * 86_400;
    let wrong = || "write a duration as 90s, 15m, 12h, 30d or 4w".to_owned();
    let unit = match raw.chars().last() {
        Some('s') => 1,
        Some('m') => 60,
        Some('h') => 3600,
        Some('d') => 86_400,
        Some('w') => 7 * 86_400,
        _ => return Err(wrong()),
    };
    let count: u32 = raw[..raw.len() - 1].parse().map_err(|_| wrong())?;
    let seconds = i64::from(count) * unit;
    if (1..=MAX_SECONDS).contains(&seconds) { Ok(TimeDelta::seconds(seconds)) } else { Err(wrong()) }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use ting_proto::types::v1::Metric;

    use super::{MetricValue, day, day_message, day_of_message, duration, number};

    #[test]
    fn durations_have_a_number_and_a_unit() {
        let rows = [("90s", 90), ("15m", 900), ("12h", 43_200), ("30d", 2_592_000), ("4w", 2_419_200)];
        for (raw, seconds) in rows {
            assert_eq!(duration(raw), Ok(TimeDelta::seconds(seconds)), "{raw}");
        }
        for raw in ["", "5", "d", "-1d", "1.5h", "0s", "4000000000w", "5日", "1 h"] {
            assert!(duration(raw).is_err(), "{raw}");
        }
    }

    #[test]
    fn days_survive_the_way_through_a_message() {
        let date = day("2024-02-29").unwrap();
        assert_eq!(day_of_message(day_message(date)), Some(date));
        for raw in ["2026-02-29", "01/03/2026", "2026-3", ""] {
            assert!(day(raw).is_err(), "{raw}");
        }
    }

    #[test]
    fn what_was_not_given_is_unspecified() {
        assert_eq!(number::<Metric, _>(None::<MetricValue>), 0);
        assert_eq!(number::<Metric, _>(Some(MetricValue::Ces)), 3);
    }
}
