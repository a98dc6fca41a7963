//! Who is signed in. Sessions live in memory: after a restart people sign in again, and nothing that opens the page lies on a disk.

use std::{
    collections::HashMap,
    fmt::Write as _,
    sync::{Arc, Mutex, PoisonError},
};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;
use ting_chassis::{
    Clock,
    auth::{AuthFault, Caller, Verifier},
};
use tokio_util::sync::CancellationToken;

use crate::{config::SessionConfig, metrics};

/// Somebody who has shown a good token.
pub struct Session {
    pub caller: Caller,
    /// Goes with every call to a service, and nowhere else.
    pub token: String,
    /// Comes back with every form, as a proof that our page sent it.
    pub form_key: String,
    /// Cancelled when the session ends before its time.
    pub ended: CancellationToken,
    pub expires_at: DateTime<Utc>,
}

struct Entry {
    session: Arc<Session>,
    used_at: DateTime<Utc>,
}

/// All sessions, by id.
pub struct Sessions {
    verifier: Verifier,
    clock: Clock,
    config: SessionConfig,
    entries: Mutex<HashMap<String, Entry>>,
}

impl Sessions {
    pub fn new(verifier: Verifier, clock: Clock, config: SessionConfig) -> Self {
        Self { verifier, clock, config, entries: Mutex::default() }
    }

    /// Checks a token and opens a session with a new id, whatever id the browser had before.
    pub fn open(&self, token: &str) -> Result<(String, Arc<Session>), AuthFault> {
        let caller = self.verifier.verify(Some(format!("Bearer {token}").as_bytes()))?;
        let now = self.clock.now();
        let most = now + TimeDelta::hours(i64::from(self.config.max_hours));
        let expires_at = expiry(token).ok_or(AuthFault::Invalid)?.min(most);
        if expires_at <= now {
            return Err(AuthFault::Expired);
        }
        let session = Arc::new(Session {
            caller,
            token: token.to_owned(),
            form_key: random_id(),
            ended: CancellationToken::new(),
            expires_at,
        });
        let id = random_id();
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        self.make_room(&mut entries, now);
        entries.insert(id.clone(), Entry { session: session.clone(), used_at: now });
        metrics::sessions(entries.len());
        Ok((id, session))
    }

    /// Finds a session that has not ended, and counts as using it.
    pub fn find(&self, id: &str) -> Option<Arc<Session>> {
        let now = self.clock.now();
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = entries.get_mut(id)?;
        if self.is_over(entry, now) {
            end(&mut entries, id);
            return None;
        }
        entry.used_at = now;
        Some(entry.session.clone())
    }

    /// Ends a session and everything that runs on its behalf.
    pub fn close(&self, id: &str) {
        end(&mut self.entries.lock().unwrap_or_else(PoisonError::into_inner), id);
    }

    fn is_over(&self, entry: &Entry, now: DateTime<Utc>) -> bool {
        let idle = TimeDelta::minutes(i64::from(self.config.idle_minutes));
        now >= entry.session.expires_at || now >= entry.used_at + idle
    }

    fn make_room(&self, entries: &mut HashMap<String, Entry>, now: DateTime<Utc>) {
        if entries.len() < self.config.max_sessions {
            return;
        }
        let over: Vec<String> =
            entries.iter().filter(|(_, entry)| self.is_over(entry, now)).map(|(id, _)| id.clone()).collect();
        for id in &over {
            end(entries, id);
        }
        while entries.len() >= self.config.max_sessions {
            let Some(oldest) =
                entries.iter().min_by_key(|(_, entry)| entry.used_at).map(|(id, _)| id.clone())
            else {
                return;
            };
            end(entries, &oldest);
        }
    }
}

fn end(entries: &mut HashMap<String, Entry>, id: &str) {
    if let Some(entry) = entries.remove(id) {
        entry.session.ended.cancel();
        metrics::sessions(entries.len());
    }
}

/// 256 bits that nobody can guess.
pub(crate) fn random_id() -> String {
    let bytes: [u8; 32] = rand::random();
    bytes.iter().fold(String::with_capacity(64), |mut id, byte| {
        // Never fails: writing to a string.
        let _ = write!(id, "{byte:02x}");
        id
    })
}

/// When a token ends. To be asked only after the token was verified: nothing is checked here.
fn expiry(token: &str) -> Option<DateTime<Utc>> {
    #[derive(Deserialize)]
    struct Claims {
        exp: i64,
    }
    let claims = URL_SAFE_NO_PAD.decode(token.split('.').nth(1)?).ok()?;
    let claims: Claims = serde_json::from_slice(&claims).ok()?;
    DateTime::from_timestamp_secs(claims.exp)
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use ting_chassis::{
        Clock,
        auth::{Caller, Grant, Issuer, Role, Verifier, generate},
    };
    use ting_events::Workspace;

    use super::Sessions;
    use crate::config::SessionConfig;

    /// Sessions with a clock that stands, and a token of `hours`.
    fn sessions(hours: i64, max_sessions: usize) -> (Sessions, Clock, String) {
        let clock = Clock::manual(Clock::system().now());
        let keys = generate();
        let workspace = Workspace::parse("acme").unwrap();
        let caller = Caller { workspace, role: Role::Agent, subject: "ann".to_owned() };
        let grant = Grant {
            caller,
            issued_at: clock.now(),
            lifetime: TimeDelta::hours(hours),
            id: uuid::Uuid::nil(),
        };
        let token = Issuer::from_pem(&keys.private_pem).unwrap().issue(&grant).unwrap();
        let config = SessionConfig { max_hours: 12, idle_minutes: 30, max_sessions };
        (Sessions::new(Verifier::from_pem(&keys.public_pem).unwrap(), clock.clone(), config), clock, token)
    }

    fn use_until(sessions: &Sessions, clock: &Clock, id: &str, minutes: i64) {
        for _ in 0..minutes / 20 {
            clock.advance(TimeDelta::minutes(20));
            assert!(sessions.find(id).is_some());
        }
    }

    #[test]
    fn every_sign_in_makes_a_new_id_of_256_bits() {
        let (sessions, _, token) = sessions(1, 10);
        let (first, second) = (sessions.open(&token).unwrap().0, sessions.open(&token).unwrap().0);
        assert_ne!(first, second);
        assert_eq!(first.len(), 64);
    }

    #[test]
    fn a_session_ends_with_its_token() {
        let (sessions, clock, token) = sessions(1, 10);
        let (id, session) = sessions.open(&token).unwrap();
        use_until(&sessions, &clock, &id, 40);
        clock.advance(TimeDelta::minutes(20));
        assert!(sessions.find(&id).is_none());
        assert!(session.ended.is_cancelled());
    }

    #[test]
    fn a_long_token_makes_no_long_session() {
        let (sessions, clock, token) = sessions(24 * 30, 10);
        let (id, _) = sessions.open(&token).unwrap();
        use_until(&sessions, &clock, &id, 12 * 60 - 20);
        clock.advance(TimeDelta::minutes(20));
        assert!(sessions.find(&id).is_none());
    }

    #[test]
    fn a_session_that_nobody_uses_ends_and_so_does_one_that_is_closed() {
        let (sessions, clock, token) = sessions(5, 10);
        let (idle, _) = sessions.open(&token).unwrap();
        clock.advance(TimeDelta::minutes(30));
        assert!(sessions.find(&idle).is_none());
        let (closed, session) = sessions.open(&token).unwrap();
        sessions.close(&closed);
        assert!(sessions.find(&closed).is_none());
        assert!(session.ended.is_cancelled());
    }

    #[test]
    fn the_one_used_longest_ago_gives_way() {
        let (sessions, clock, token) = sessions(5, 2);
        let (first, _) = sessions.open(&token).unwrap();
        clock.advance(TimeDelta::minutes(1));
        let (second, _) = sessions.open(&token).unwrap();
        clock.advance(TimeDelta::minutes(1));
        sessions.find(&first);
        clock.advance(TimeDelta::minutes(1));
        let (third, _) = sessions.open(&token).unwrap();
        assert!(sessions.find(&second).is_none());
        assert!(sessions.find(&first).is_some() && sessions.find(&third).is_some());
    }

    #[test]
    fn a_tampered_token_opens_nothing() {
        let (sessions, _, token) = sessions(1, 10);
        let parts: Vec<&str> = token.split('.').collect();
        let other_claims = sessions.open(&token).unwrap().0;
        for bad in [
            String::new(),
            "x".to_owned(),
            format!("{}.{}.", parts[0], parts[1]),
            format!("{}.{}.{}", parts[0], other_claims, parts[2]),
            format!("{token}A"),
            token[1..].to_owned(),
        ] {
            assert!(sessions.open(&bad).is_err(), "{bad}");
        }
    }
}
