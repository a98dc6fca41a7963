use chrono::{DateTime, TimeDelta, Utc};

use super::check::Check;
use crate::connect::Claims;

const NAME: &str = "token";
/// Early enough to make another one in working hours.
const SOON: TimeDelta = TimeDelta::days(7);
const CREATE: &str = "make a new one: ting token create --key keys/private.pem --workspace NAME --role owner, and put it into \
                      TING_TOKEN or the profile";

/// What can be seen of the token without asking anybody.
pub(super) fn examine(claims: Option<&Claims>, given: bool, now: DateTime<Utc>) -> Check {
    if !given {
        return Check::wrong(NAME, "there is none", CREATE);
    }
    let Some(claims) = claims else {
        return Check::wrong(NAME, "it is no token of ting", CREATE);
    };
    let Some(expires) = DateTime::from_timestamp(claims.exp, 0) else {
        return Check::wrong(NAME, "it does not say until when it is good", CREATE);
    };
    let date = expires.format("%Y-%m-%d %H:%M UTC");
    if expires <= now {
        return Check::wrong(NAME, format!("it lapsed on {date}"), CREATE);
    }
    // One made for an hour is not to be complained of all the time.
    let lifetime = expires - DateTime::from_timestamp(claims.iat, 0).unwrap_or(now);
    if expires - now < SOON && lifetime > SOON {
        return Check::soon(NAME, format!("it lapses on {date}"), CREATE);
    }
    Check::well(NAME)
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, TimeDelta, Utc};

    use super::{super::check::State, examine};
    use crate::connect::Claims;

    fn now() -> DateTime<Utc> {
        "2026-03-01T12:00:00Z".parse().unwrap()
    }

    fn claims(issued: TimeDelta, expires: TimeDelta) -> Claims {
        let at = |delta: TimeDelta| (now() + delta).timestamp();
        Claims { workspace: "acme".to_owned(), iat: at(issued), exp: at(expires), jti: None }
    }

    #[test]
    fn a_token_is_judged_by_the_time_it_has_left() {
        let days = TimeDelta::days;
        for (issued, expires, state) in [
            (days(-1), days(29), State::Well),
            (days(-25), days(5), State::Soon),
            (days(-31), days(-1), State::Wrong),
            (TimeDelta::hours(-1), TimeDelta::hours(7), State::Well),
        ] {
            let found = examine(Some(&claims(issued, expires)), true, now());
            assert_eq!(found.state, state, "{found:?}");
        }
    }

    #[test]
    fn the_date_of_a_lapsed_token_is_told() {
        let found = examine(Some(&claims(TimeDelta::days(-31), TimeDelta::days(-1))), true, now());
        assert!(found.wrong.unwrap().contains("2026-02-28 12:00 UTC"));
    }

    #[test]
    fn no_token_and_no_token_of_ours_are_told_apart() {
        let none = examine(None, false, now());
        let strange = examine(None, true, now());
        assert!(none.wrong != strange.wrong && none.state == State::Wrong && strange.state == State::Wrong);
    }
}
