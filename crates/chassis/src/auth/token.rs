use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, PoisonError, RwLock},
};

use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::{Algorithm, EncodingKey, Header, Validation, errors::ErrorKind};
use serde::{Deserialize, Serialize};
use ting_events::Workspace;
use uuid::Uuid;

use super::{AuthFault, Caller, InvalidKey, role, role_name, trust::Trust};

/// `iss` and `aud` of every token.
const TING: &str = "ting";
/// How far clocks may be apart.
const LEEWAY_SECONDS: u64 = 30;
/// Longer ones are no tokens of ours.
const MAX_TOKEN_BYTES: usize = 4096;
/// Tokens whose signature is known to be good: checking one costs more than all else that the server does for a call.
const CACHED_TOKENS: usize = 4096;

#[derive(Debug, Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    sub: String,
    workspace: String,
    role: String,
    iat: i64,
    nbf: i64,
    exp: i64,
    jti: Uuid,
}

/// What a token is to say.
#[derive(Debug, Clone)]
pub struct Grant {
    pub caller: Caller,
    pub issued_at: DateTime<Utc>,
    pub lifetime: TimeDelta,
    /// `jti`, for the audit.
    pub id: Uuid,
}

/// Makes tokens.
pub struct Issuer(EncodingKey);

impl Issuer {
    /// Takes the private key: Ed25519 as PKCS #8 in PEM.
    pub fn from_pem(private: &str) -> Result<Self, InvalidKey> {
        Ok(Self(EncodingKey::from_ed_pem(private.as_bytes())?))
    }

    /// Signs a token.
    pub fn issue(&self, grant: &Grant) -> Result<String, InvalidKey> {
        let claims = Claims {
            iss: TING.to_owned(),
            aud: TING.to_owned(),
            sub: grant.caller.subject.clone(),
            workspace: grant.caller.workspace.to_string(),
            role: role_name(grant.caller.role).to_owned(),
            iat: grant.issued_at.timestamp(),
            nbf: grant.issued_at.timestamp(),
            exp: (grant.issued_at + grant.lifetime).timestamp(),
            jti: grant.id,
        };
        Ok(jsonwebtoken::encode(&Header::new(Algorithm::EdDSA), &claims, &self.0)?)
    }
}

impl fmt::Debug for Issuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Issuer(..)")
    }
}

/// Checks tokens: EdDSA with the configured keys and nothing that the token's header proposes.
#[derive(Clone)]
pub struct Verifier(Arc<Inner>);

struct Inner {
    validation: Validation,
    state: RwLock<State>,
}

struct State {
    trust: Trust,
    /// Counts what was trusted, so that a token checked by the old is not remembered by the new.
    generation: u64,
    good: HashMap<String, Good>,
}

/// A token that was checked, and what may change about it.
#[derive(Clone)]
struct Good {
    caller: Caller,
    expires: u64,
}

impl Verifier {
    /// Takes the public key, or several: Ed25519 as SPKI in PEM; and what was revoked.
    pub fn from_pem(public: &str) -> Result<Self, InvalidKey> {
        let state = State { trust: Trust::parse(public)?, generation: 0, good: HashMap::new() };
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.leeway = LEEWAY_SECONDS;
        validation.validate_nbf = true;
        validation.set_issuer(&[TING]);
        validation.set_audience(&[TING]);
        validation.set_required_spec_claims(&["exp", "nbf", "iss", "aud", "sub"]);
        Ok(Self(Arc::new(Inner { validation, state: RwLock::new(state) })))
    }

    /// Finds the caller in the value of an `authorization` header.
    pub fn verify(&self, authorization: Option<&[u8]>) -> Result<Caller, AuthFault> {
        let header = authorization.ok_or(AuthFault::Missing)?;
        let token = str::from_utf8(header).ok().and_then(bearer).ok_or(AuthFault::Invalid)?;
        let (good, generation) = {
            let state = self.0.state.read().unwrap_or_else(PoisonError::into_inner);
            if let Some(good) = state.good.get(token) {
                return good.while_valid();
            }
            (self.check(&state.trust, token)?, state.generation)
        };
        let mut state = self.0.state.write().unwrap_or_else(PoisonError::into_inner);
        if state.good.len() >= CACHED_TOKENS {
            state.good.clear();
        }
        if state.generation == generation {
            state.good.insert(token.to_owned(), good.clone());
        }
        Ok(good.caller)
    }

    /// Takes other keys and revocations; gives how many of each. With a text that is not good, everything stays as it is.
    pub fn replace(&self, public: &str) -> Result<(usize, usize), InvalidKey> {
        let trust = Trust::parse(public)?;
        let counts = (trust.keys.len(), trust.revocations());
        let mut state = self.0.state.write().unwrap_or_else(PoisonError::into_inner);
        state.trust = trust;
        state.generation += 1;
        state.good.clear();
        Ok(counts)
    }

    fn check(&self, trust: &Trust, token: &str) -> Result<Good, AuthFault> {
        let claims = self.claims(trust, token)?;
        let workspace = Workspace::parse(&claims.workspace).map_err(|_| AuthFault::Invalid)?;
        let role = role(&claims.role).ok_or(AuthFault::Invalid)?;
        let expires = u64::try_from(claims.exp).map_err(|_| AuthFault::Invalid)?;
        if trust.refuses(claims.jti, &claims.workspace, &claims.sub, claims.iat) {
            return Err(AuthFault::Revoked);
        }
        Ok(Good { caller: Caller { workspace, role, subject: claims.sub }, expires })
    }

    /// What the token says, if one of the keys has signed it.
    fn claims(&self, trust: &Trust, token: &str) -> Result<Claims, AuthFault> {
        for key in &trust.keys {
            match jsonwebtoken::decode::<Claims>(token, key, &self.0.validation) {
                Ok(decoded) => return Ok(decoded.claims),
                Err(error) if matches!(error.kind(), ErrorKind::InvalidSignature) => {}
                Err(error) => return Err(fault_of(error.kind())),
            }
        }
        Err(AuthFault::Invalid)
    }
}

impl Good {
    fn while_valid(&self) -> Result<Caller, AuthFault> {
        if jsonwebtoken::get_current_timestamp() > self.expires.saturating_add(LEEWAY_SECONDS) {
            return Err(AuthFault::Expired);
        }
        Ok(self.caller.clone())
    }
}

impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Verifier(..)")
    }
}

/// RFC 6750: the scheme is spelled in any case.
fn bearer(header: &str) -> Option<&str> {
    let (scheme, token) = header.split_once(' ')?;
    (scheme.eq_ignore_ascii_case("bearer") && token.len() <= MAX_TOKEN_BYTES).then(|| token.trim())
}

fn fault_of(kind: &ErrorKind) -> AuthFault {
    match kind {
        ErrorKind::ExpiredSignature => AuthFault::Expired,
        // The enumeration is open, and every other failure is the same to a caller.
        _ => AuthFault::Invalid,
    }
}

#[cfg(test)]
#[path = "token_tests.rs"]
mod tests;
