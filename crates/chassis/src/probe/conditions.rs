use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use chrono::{DateTime, Utc};
use tokio_util::sync::CancellationToken;

use super::Failure;
use crate::{Clock, Readiness};

/// Since when something is wrong, whoever noticed first.
#[derive(Debug, Clone)]
pub(crate) struct Conditions {
    clock: Clock,
    noticed: Arc<Mutex<BTreeMap<&'static str, Noticed>>>,
}

#[derive(Debug, Clone)]
struct Noticed {
    since: DateTime<Utc>,
    /// `None`: somebody noticed that it is away, and not why.
    failure: Option<Failure>,
}

impl Conditions {
    pub fn new(clock: Clock) -> Self {
        Self { clock, noticed: Arc::default() }
    }

    /// Reports that nothing is wrong with `name`.
    pub fn well(&self, name: &'static str) {
        self.noticed.lock().unwrap_or_else(PoisonError::into_inner).remove(name);
    }

    /// Reports that something is wrong with `name`, and gives the time of the first such report since it was well.
    pub fn ill(&self, name: &'static str, failure: Option<Failure>) -> DateTime<Utc> {
        let now = self.clock.now();
        let mut noticed = self.noticed.lock().unwrap_or_else(PoisonError::into_inner);
        let known = noticed.entry(name).or_insert(Noticed { since: now, failure: None });
        known.failure = failure.or_else(|| known.failure.take());
        known.since
    }

    /// What was reported to be wrong with `name`.
    pub fn failure(&self, name: &'static str) -> Option<Failure> {
        self.noticed.lock().unwrap_or_else(PoisonError::into_inner).get(name)?.failure.clone()
    }

    /// Takes over what readiness notices, until `shutdown`.
    pub async fn follow(self, readiness: Readiness, shutdown: CancellationToken) {
        let mut changes = readiness.subscribe();
        loop {
            for (name, up) in readiness.components() {
                if up {
                    self.well(name);
                } else {
                    self.ill(name, None);
                }
            }
            tokio::select! {
                // Never closes: `readiness` holds the other end.
                _ = changes.changed() => {}
                () = shutdown.cancelled() => return,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::Conditions;
    use crate::{
        Clock,
        probe::{Failure, Trouble},
    };

    #[test]
    fn the_time_is_that_of_the_first_report_since_it_was_well() {
        let clock = Clock::manual("2026-03-01T00:00:00Z".parse().unwrap());
        let conditions = Conditions::new(clock.clone());
        let first = conditions.ill("nats", None);
        clock.advance(TimeDelta::minutes(1));
        let failure = Failure::new(Trouble::Login, "authorization violation");
        assert_eq!(conditions.ill("nats", Some(failure.clone())), first);
        assert_eq!(conditions.failure("nats"), Some(failure));
        conditions.well("nats");
        assert_eq!(conditions.failure("nats"), None);
        assert_eq!(conditions.ill("nats", None), first + TimeDelta::minutes(1));
    }
}
