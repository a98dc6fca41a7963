use std::sync::{Arc, Mutex, PoisonError};

use rand::{Rng, RngExt, SeedableRng, rngs::StdRng};
use uuid::{Builder, Uuid};

use crate::Clock;

/// Where ids and other randomness come from: UUIDv7 of the clock's time and a generator that a test can seed.
#[derive(Debug, Clone)]
pub struct Ids {
    clock: Clock,
    source: Arc<Mutex<Source>>,
}

#[derive(Debug)]
struct Source {
    random: StdRng,
    /// Of the last id.
    millis: u64,
    /// Counts the ids of one millisecond in the 12 bits after the time (RFC 9562, 6.2, method 1), so that what one process makes
    /// later also sorts later.
    counter: u16,
}

/// The highest counter; the millisecond after it is taken early.
const COUNTER_MAX: u16 = 0x0fff;

impl Ids {
    /// Ids that nobody can foresee.
    pub fn random(clock: Clock) -> Self {
        Self::new(clock, rand::make_rng())
    }

    /// The same ids for the same seed and the same times.
    pub fn seeded(clock: Clock, seed: u64) -> Self {
        Self::new(clock, StdRng::seed_from_u64(seed))
    }

    fn new(clock: Clock, random: StdRng) -> Self {
        Self { clock, source: Arc::new(Mutex::new(Source { random, millis: 0, counter: 0 })) }
    }

    /// A new UUIDv7, greater than all before it from here.
    pub fn next(&self) -> Uuid {
        let now = u64::try_from(self.clock.now().timestamp_millis()).unwrap_or_default();
        let mut source = self.source.lock().unwrap_or_else(PoisonError::into_inner);
        source.advance(now);
        let mut bytes = [0; 10];
        source.random.fill_bytes(&mut bytes);
        bytes[..2].copy_from_slice(&source.counter.to_be_bytes());
        Builder::from_unix_timestamp_millis(source.millis, &bytes).into_uuid()
    }

    /// Random bytes, for secrets and jitter.
    pub fn fill(&self, bytes: &mut [u8]) {
        self.source.lock().unwrap_or_else(PoisonError::into_inner).random.fill_bytes(bytes);
    }
}

impl Source {
    fn advance(&mut self, now: u64) {
        if now <= self.millis && self.counter < COUNTER_MAX {
            self.counter += 1;
            return;
        }
        self.millis = now.max(self.millis + 1);
        // The upper half stays free for the ids of this millisecond.
        self.counter = self.random.random_range(0..=COUNTER_MAX / 2);
    }
}

#[cfg(test)]
mod tests {
    use chrono::{TimeDelta, Utc};

    use super::Ids;
    use crate::Clock;

    #[test]
    fn ids_grow_even_within_a_millisecond_and_when_the_clock_goes_back() {
        let clock = Clock::manual(chrono::DateTime::<Utc>::UNIX_EPOCH + TimeDelta::days(20_000));
        let ids = Ids::seeded(clock.clone(), 1);
        let mut made: Vec<_> = (0..20_000).map(|_| ids.next()).collect();
        clock.advance(TimeDelta::seconds(-5));
        made.push(ids.next());
        assert!(made.windows(2).all(|pair| pair[0] < pair[1]));
        assert!(made.iter().all(|id| id.get_version_num() == 7));
    }
}
