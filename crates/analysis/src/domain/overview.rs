use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use super::run::Cause;

/// The comments of a workspace as a whole, and how the themes fit them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Overview {
    pub comments: i64,
    pub parked: i64,
    /// Of those that came after `read_until`.
    pub parked_since: i64,
    pub active_run: Option<Uuid>,
    pub active_at: Option<DateTime<Utc>>,
    /// The number of the last comment that the active run has read; 0 before the first.
    pub read_until: i64,
    pub last_comment_at: Option<DateTime<Utc>>,
    pub failed_at: Option<DateTime<Utc>>,
}

/// When a new run is worth it, and when it may start by itself.
#[derive(Debug, Clone)]
pub struct Rules {
    pub first_run_comments: i64,
    pub gathered_comments: i64,
    pub drift_share: f64,
    pub drift_comments: i64,
    /// New comments as a multiple of those that the active run has read.
    pub growth: f64,
    pub quiet: TimeDelta,
    pub patience: TimeDelta,
}

impl Overview {
    /// Comments that came since the active run read them.
    pub fn since_run(&self) -> i64 {
        self.comments - self.read_until
    }

    /// Why a new run is worth it; `None` when it is not.
    #[expect(clippy::cast_precision_loss, reason = "counts of comments stay far below 2^53")]
    pub fn advice(&self, rules: &Rules) -> Option<Cause> {
        if self.active_run.is_none() {
            return (self.comments >= rules.first_run_comments).then_some(Cause::First);
        }
        let since = self.since_run() as f64;
        let drifted = self.parked_since as f64 > rules.drift_share * since;
        let outgrown = since > rules.growth * self.read_until as f64;
        (self.since_run() >= rules.drift_comments && (drifted || outgrown)).then_some(Cause::Drift)
    }

    /// Whether a run that is worth it may start by itself at `now`.
    pub fn may_start(&self, rules: &Rules, now: DateTime<Utc>) -> bool {
        let passed = |since: Option<DateTime<Utc>>, by| since.is_none_or(|since| since + by <= now);
        // A run that failed fails again on the same comments.
        if !passed(self.failed_at, rules.patience) {
            return false;
        }
        let waited = match self.active_at {
            None => self.comments >= rules.gathered_comments,
            Some(_) => passed(self.active_at, rules.patience),
        };
        waited || passed(self.last_comment_at, rules.quiet)
    }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, TimeDelta, Utc};
    use uuid::Uuid;

    use super::{Overview, Rules};
    use crate::domain::run::Cause;

    const RULES: Rules = Rules {
        first_run_comments: 200,
        gathered_comments: 5000,
        drift_share: 0.2,
        drift_comments: 200,
        growth: 2.0,
        quiet: TimeDelta::seconds(3),
        patience: TimeDelta::seconds(600),
    };

    fn now() -> DateTime<Utc> {
        "2026-03-01T12:00:00Z".parse().unwrap()
    }

    fn ago(seconds: impl Into<Option<i64>>) -> Option<DateTime<Utc>> {
        seconds.into().map(|seconds| now() - TimeDelta::seconds(seconds))
    }

    fn after_a_run(read: i64, since: i64, parked_since: i64) -> Overview {
        Overview {
            comments: read + since,
            parked_since,
            read_until: read,
            active_run: Some(Uuid::from_u128(1)),
            active_at: ago(60),
            last_comment_at: ago(1),
            ..Overview::default()
        }
    }

    #[test]
    fn the_first_run_is_worth_it_from_enough_comments_on() {
        for (comments, cause) in [(199, None), (200, Some(Cause::First))] {
            assert_eq!(Overview { comments, ..Overview::default() }.advice(&RULES), cause);
        }
    }

    #[test]
    fn a_new_run_is_worth_it_when_many_new_comments_fit_nowhere_or_outnumber_the_old() {
        let rows = [
            (10_000, 199, 199, None),
            (10_000, 200, 40, None),
            (10_000, 200, 41, Some(Cause::Drift)),
            (300, 600, 0, None),
            (300, 601, 0, Some(Cause::Drift)),
            (300, 0, 0, None),
        ];
        for (read, since, parked, cause) in rows {
            assert_eq!(after_a_run(read, since, parked).advice(&RULES), cause, "{read} {since} {parked}");
        }
    }

    #[test]
    fn a_run_waits_for_quiet_unless_too_much_has_gathered_or_too_long_passed() {
        let rows = [
            (300, None, ago(2), false),
            (300, None, ago(3), true),
            (5000, None, ago(0), true),
            (9000, ago(599), ago(2), false),
            (9000, ago(600), ago(2), true),
            (9000, ago(1), ago(3), true),
        ];
        for (comments, active_at, last_comment_at, may) in rows {
            let overview = Overview { comments, active_at, last_comment_at, ..Overview::default() };
            assert_eq!(
                overview.may_start(&RULES, now()),
                may,
                "{comments} {active_at:?} {last_comment_at:?}"
            );
        }
    }

    #[test]
    fn after_a_failed_run_nothing_starts_by_itself_for_a_while() {
        let failed = |failed_at| Overview {
            comments: 9000,
            failed_at,
            last_comment_at: ago(60),
            ..Overview::default()
        };
        assert!(!failed(ago(599)).may_start(&RULES, now()));
        assert!(failed(ago(600)).may_start(&RULES, now()));
    }
}
