//! When to try again.

use chrono::{DateTime, TimeDelta, Utc};

/// How long before each attempt after the one before, as the Standard Webhooks specification proposes: ten in about three days.
const DELAYS: [TimeDelta; 10] = [
    TimeDelta::zero(),
    TimeDelta::seconds(5),
    TimeDelta::minutes(5),
    TimeDelta::minutes(30),
    TimeDelta::hours(2),
    TimeDelta::hours(5),
    TimeDelta::hours(10),
    TimeDelta::hours(14),
    TimeDelta::hours(20),
    TimeDelta::hours(24),
];

/// The wait after `attempts` tries; `None` when there were enough. `dice` is any number: it spreads the waits by 20 % either way, so
/// that what failed together does not come back together. A receiver that says when is believed between once and twice the wait.
pub fn delay(attempts: i32, retry_after: Option<TimeDelta>, dice: u32) -> Option<TimeDelta> {
    let base = *usize::try_from(attempts).ok().and_then(|attempts| DELAYS.get(attempts))?;
    match retry_after {
        Some(asked) => Some(asked.clamp(base, base * 2)),
        None => Some(base * (800 + i32::try_from(dice % 401).unwrap_or(200)) / 1000),
    }
}

/// Reads a `Retry-After` header: seconds, or a date. Anything else was not said.
pub fn retry_after(header: &str, now: DateTime<Utc>) -> Option<TimeDelta> {
    let header = header.trim();
    if !header.is_empty() && header.bytes().all(|byte| byte.is_ascii_digit()) {
        // More digits than fit are a very long time all the same.
        return Some(TimeDelta::try_seconds(header.parse().unwrap_or(i64::MAX)).unwrap_or(TimeDelta::MAX));
    }
    let date = DateTime::parse_from_rfc2822(header).ok()?;
    Some(date.with_timezone(&Utc) - now)
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, TimeDelta, Utc};

    use super::{DELAYS, delay, retry_after};

    const SECONDS: [i64; 9] = [5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400];

    #[test]
    fn ten_attempts_are_made_in_about_three_days() {
        // A throw of 200 neither lengthens nor shortens.
        let waits: Vec<i64> =
            (1..).map_while(|attempts| delay(attempts, None, 200)).map(|wait| wait.num_seconds()).collect();
        assert_eq!(waits, SECONDS);
        assert_eq!(waits.iter().sum::<i64>(), 272_105);
        assert_eq!((delay(10, None, 0), delay(i32::MAX, None, 0), delay(-1, None, 0)), (None, None, None));
    }

    #[test]
    fn waits_are_spread_by_a_fifth_either_way() {
        for dice in (0..10_000).chain([u32::MAX]) {
            let wait = delay(2, None, dice).unwrap();
            assert!((TimeDelta::seconds(240)..=TimeDelta::seconds(360)).contains(&wait), "{dice}: {wait}");
        }
        let spread: std::collections::BTreeSet<_> = (0..1000).map(|dice| delay(2, None, dice)).collect();
        assert_eq!(spread.len(), 401);
    }

    #[test]
    fn a_receiver_may_ask_for_up_to_twice_the_wait_and_not_for_less() {
        let rows = [(0, 300), (-50, 300), (299, 300), (301, 301), (600, 600), (601, 600), (9_999_999, 600)];
        for (asked, given) in rows {
            let wait = delay(2, Some(TimeDelta::seconds(asked)), 0);
            assert_eq!(wait, Some(TimeDelta::seconds(given)), "{asked}");
        }
        assert_eq!(delay(2, Some(TimeDelta::MAX), 0), Some(TimeDelta::seconds(600)));
        assert_eq!(delay(10, Some(TimeDelta::seconds(1)), 0), None);
        assert_eq!(DELAYS.first(), Some(&TimeDelta::zero()));
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let now: DateTime<Utc> = "2015-10-21T07:27:00Z".parse().unwrap();
        let rows = [
            ("120", Some(120)),
            (" 0 ", Some(0)),
            ("Wed, 21 Oct 2015 07:28:00 GMT", Some(60)),
            ("Wed, 21 Oct 2015 07:26:00 GMT", Some(-60)),
            ("-5", None),
            ("1.5", None),
            ("", None),
            ("soon", None),
        ];
        for (header, seconds) in rows {
            assert_eq!(retry_after(header, now), seconds.map(TimeDelta::seconds), "{header:?}");
        }
        assert_eq!(retry_after("99999999999999999999999", now), Some(TimeDelta::MAX));
    }
}
