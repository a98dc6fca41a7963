use chrono::{DateTime, Datelike as _, NaiveDate, SubsecRound as _, TimeDelta, Utc};
use pbjson_types::Timestamp;
use ting_proto::types::v1::Day;

use super::Violation;

/// How far a caller's clock may be ahead of ours.
const TOLERANCE: TimeDelta = TimeDelta::minutes(5);
/// Postgres keeps microseconds; what is read back must equal what was written.
const DIGITS: u16 = 6;
const FIRST_YEAR: i32 = 1970;
const MAX_RANGE_DAYS: i64 = 400;

/// When something happened: absent means `now`, not before 1970 and not in the future.
pub fn time(field: &str, raw: Option<Timestamp>, now: DateTime<Utc>) -> Result<DateTime<Utc>, Violation> {
    let Some(raw) = raw else { return Ok(now.trunc_subsecs(DIGITS)) };
    let nanos = u32::try_from(raw.nanos).ok().filter(|nanos| *nanos < 1_000_000_000);
    let instant = nanos.and_then(|nanos| DateTime::from_timestamp(raw.seconds, nanos));
    match instant {
        Some(instant) if instant.year() < FIRST_YEAR || instant.year() > 9999 => Err(bad_time(field)),
        Some(instant) if instant > now + TOLERANCE => {
            Err(Violation::new(field, "IN_FUTURE", "is in the future"))
        }
        Some(instant) => Ok(instant.trunc_subsecs(DIGITS)),
        None => Err(bad_time(field)),
    }
}

/// A day of the calendar, if one is given.
pub fn day(field: &str, raw: Option<Day>) -> Result<Option<NaiveDate>, Violation> {
    let Some(raw) = raw else { return Ok(None) };
    let date = u32::try_from(raw.month)
        .ok()
        .zip(u32::try_from(raw.day).ok())
        .and_then(|(month, day)| NaiveDate::from_ymd_opt(raw.year, month, day))
        .filter(|date| (FIRST_YEAR..=9999).contains(&date.year()));
    date.map(Some).ok_or_else(|| bad_time(field))
}

/// A window of days, both ends included: in order and no longer than 400 days.
pub fn date_range(field: &str, from: NaiveDate, to: NaiveDate) -> Result<(NaiveDate, NaiveDate), Violation> {
    let days = (to - from).num_days();
    if (0..=MAX_RANGE_DAYS).contains(&days) {
        Ok((from, to))
    } else {
        Err(Violation::new(
            field,
            "BAD_RANGE",
            format!("ends before it starts or is longer than {MAX_RANGE_DAYS} days"),
        ))
    }
}

fn bad_time(field: &str) -> Violation {
    Violation::new(field, "BAD_TIME", "is not a time between 1970 and 9999")
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, NaiveDate, Utc};
    use pbjson_types::Timestamp;
    use ting_proto::types::v1::Day;

    use super::{date_range, day, time};

    fn now() -> DateTime<Utc> {
        "2026-03-01T12:00:00.123456789Z".parse().unwrap()
    }

    #[test]
    fn times_are_taken_or_refused_by_the_table() {
        let second = now().timestamp();
        let rows = [
            (second, 0, "ok"),
            (0, 0, "ok"),
            (second + 299, 0, "ok"),
            (second + 301, 0, "IN_FUTURE"),
            (253_402_300_799, 0, "IN_FUTURE"),
            (-1, 0, "BAD_TIME"),
            (-62_135_596_800, 0, "BAD_TIME"),
            (253_402_300_800, 0, "BAD_TIME"),
            (i64::MAX, 0, "BAD_TIME"),
            (i64::MIN, 0, "BAD_TIME"),
            (second, -1, "BAD_TIME"),
            (second, 1_000_000_000, "BAD_TIME"),
        ];
        for (seconds, nanos, expected) in rows {
            let checked = time("occurred_at", Some(Timestamp { seconds, nanos }), now());
            assert_eq!(
                checked.map_or_else(|violation| violation.reason, |_| "ok"),
                expected,
                "{seconds} {nanos}"
            );
        }
    }

    #[test]
    fn an_absent_time_is_now_and_all_times_are_whole_microseconds() {
        assert_eq!(time("at", None, now()).unwrap().timestamp_subsec_nanos(), 123_456_000);
        let given = Timestamp { seconds: 5, nanos: 999_999_999 };
        assert_eq!(time("at", Some(given), now()).unwrap().timestamp_subsec_nanos(), 999_999_000);
    }

    #[test]
    fn days_that_no_calendar_has_are_refused() {
        assert_eq!(day("day", None), Ok(None));
        assert_eq!(
            day("day", Some(Day { year: 2024, month: 2, day: 29 })),
            Ok(NaiveDate::from_ymd_opt(2024, 2, 29))
        );
        for (year, month, date) in [
            (2026, 2, 29),
            (2026, 13, 1),
            (2026, 0, 1),
            (2026, 1, 0),
            (2026, -1, 1),
            (0, 1, 1),
            (10_000, 1, 1),
        ] {
            let checked = day("day", Some(Day { year, month, day: date }));
            assert_eq!(checked.unwrap_err().reason, "BAD_TIME", "{year}-{month}-{date}");
        }
    }

    #[test]
    fn windows_are_in_order_and_at_most_400_days() {
        let start = NaiveDate::from_ymd_opt(2026, 1, 1).unwrap();
        for (days, good) in [(0, true), (400, true), (401, false), (-1, false)] {
            let checked = date_range(
                "to",
                start,
                start + chrono::Days::new(500) - chrono::Days::new(u64::try_from(500 - days).unwrap()),
            );
            assert_eq!(checked.is_ok(), good, "{days}");
        }
    }
}
