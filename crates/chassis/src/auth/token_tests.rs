use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};
use ting_events::Workspace;
use uuid::Uuid;

use super::{AuthFault, Caller, Grant, Issuer, Verifier};
use crate::auth::{KeyPair, Revocation, Role, generate, public_keys, revocations};

fn seconds_from_now(seconds: i64) -> DateTime<Utc> {
    DateTime::<Utc>::from(std::time::SystemTime::now()) + TimeDelta::seconds(seconds)
}

fn grant(issued_at: DateTime<Utc>, lifetime: TimeDelta) -> Grant {
    let workspace = Workspace::parse("acme").unwrap();
    let caller = Caller { workspace, role: Role::Agent, subject: "ann".to_owned() };
    Grant { caller, issued_at, lifetime, id: Uuid::nil() }
}

fn verify(keys: &KeyPair, authorization: &str) -> Result<Caller, AuthFault> {
    Verifier::from_pem(&keys.public_pem).unwrap().verify(Some(authorization.as_bytes()))
}

fn claims() -> Value {
    let now = seconds_from_now(0).timestamp();
    json!({
        "iss": "ting", "aud": "ting", "sub": "ann", "workspace": "acme", "role": "agent",
        "iat": now, "nbf": now, "exp": now + 600, "jti": Uuid::nil(),
    })
}

fn signed(keys: &KeyPair, header: &Header, claims: &Value) -> String {
    let key = EncodingKey::from_ed_pem(keys.private_pem.as_bytes()).unwrap();
    format!("Bearer {}", jsonwebtoken::encode(header, claims, &key).unwrap())
}

fn unsigned(header: &Value, claims: &Value, signature: &str) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("Bearer {}.{}.{signature}", part(header), part(claims))
}

#[test]
fn an_issued_token_names_its_caller_again_and_again() {
    let keys = generate();
    let grant = grant(seconds_from_now(0), TimeDelta::hours(1));
    let token = Issuer::from_pem(&keys.private_pem).unwrap().issue(&grant).unwrap();
    let verifier = Verifier::from_pem(&keys.public_pem).unwrap();
    for scheme in ["Bearer", "bearer", "BEARER"] {
        let header = format!("{scheme} {token}");
        assert_eq!(verifier.verify(Some(header.as_bytes())), Ok(grant.caller.clone()));
    }
}

#[test]
fn a_token_that_has_expired_is_refused_with_and_without_the_cache() {
    let keys = generate();
    let issuer = Issuer::from_pem(&keys.private_pem).unwrap();
    let expired = issuer.issue(&grant(seconds_from_now(-7200), TimeDelta::hours(1))).unwrap();
    assert_eq!(verify(&keys, &format!("Bearer {expired}")), Err(AuthFault::Expired));
    let cached = super::Good { caller: grant(seconds_from_now(0), TimeDelta::zero()).caller, expires: 0 };
    assert_eq!(cached.while_valid(), Err(AuthFault::Expired));
}

#[test]
fn a_missing_token_is_told_from_a_bad_one_by_its_reason_only() {
    let verifier = Verifier::from_pem(&generate().public_pem).unwrap();
    let (missing, invalid) =
        (verifier.verify(None).unwrap_err(), verifier.verify(Some(b"Bearer x")).unwrap_err());
    assert_eq!((&missing, &invalid), (&AuthFault::Missing, &AuthFault::Invalid));
    assert_eq!(missing.to_string(), invalid.to_string());
    assert_eq!(missing.to_string(), AuthFault::Expired.to_string());
}

#[test]
fn claims_that_are_not_ours_are_refused() {
    let keys = generate();
    let header = Header::new(Algorithm::EdDSA);
    assert!(verify(&keys, &signed(&keys, &header, &claims())).is_ok());
    let bad = [
        ("iss", json!("other")),
        ("aud", json!("other")),
        ("aud", Value::Null),
        ("sub", Value::Null),
        ("workspace", json!("a.b")),
        ("workspace", json!("*")),
        ("role", json!("root")),
        ("role", json!("unspecified")),
        ("role", json!(1)),
        ("nbf", json!(seconds_from_now(600).timestamp())),
        ("nbf", Value::Null),
        ("exp", Value::Null),
        ("exp", json!("tomorrow")),
        ("jti", json!("../../etc")),
    ];
    for (name, value) in bad {
        let mut changed = claims();
        changed[name] = value;
        assert_eq!(verify(&keys, &signed(&keys, &header, &changed)), Err(AuthFault::Invalid), "{changed}");
    }
}

#[test]
fn only_eddsa_with_our_key_counts_whatever_the_header_proposes() {
    let (keys, other) = (generate(), generate());
    let public = EncodingKey::from_secret(keys.public_pem.as_bytes());
    let confused = jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims(), &public).unwrap();
    let mut kid = Header::new(Algorithm::EdDSA);
    kid.kid = Some("../../dev/null".to_owned());
    let mut jku = Header::new(Algorithm::EdDSA);
    jku.jku = Some("https://evil.example/jwks".to_owned());
    let attempts = [
        unsigned(&json!({"alg": "none", "typ": "JWT"}), &claims(), ""),
        unsigned(&json!({"alg": "None"}), &claims(), "AAAA"),
        unsigned(&json!({"alg": "EdDSA"}), &claims(), ""),
        format!("Bearer {confused}"),
        signed(&other, &Header::new(Algorithm::EdDSA), &claims()),
        signed(&other, &kid, &claims()),
        signed(&other, &jku, &claims()),
        format!("Basic {confused}"),
        format!("Bearer {}", "x".repeat(10_240)),
        "Bearer".to_owned(),
        "Bearer ..".to_owned(),
    ];
    for attempt in attempts {
        assert_eq!(
            verify(&keys, &attempt),
            Err(AuthFault::Invalid),
            "{}",
            attempt.chars().take(80).collect::<String>()
        );
    }
}

#[test]
fn a_private_key_verifies_nothing_and_a_public_key_signs_nothing() {
    let keys = generate();
    assert!(Verifier::from_pem(&keys.private_pem).is_err());
    assert!(Issuer::from_pem(&keys.public_pem).is_err());
    assert!(Verifier::from_pem("no key").is_err());
}

fn token(keys: &KeyPair) -> String {
    let grant = grant(seconds_from_now(0), TimeDelta::hours(1));
    format!("Bearer {}", Issuer::from_pem(&keys.private_pem).unwrap().issue(&grant).unwrap())
}

#[test]
fn tokens_of_two_keys_are_good_until_the_old_one_is_taken_away() {
    let (old, new) = (generate(), generate());
    let verifier = Verifier::from_pem(&old.public_pem).unwrap();
    let (of_old, of_new) = (token(&old), token(&new));
    let verify = |token: &str| verifier.verify(Some(token.as_bytes())).map(drop);
    assert_eq!((verify(&of_old), verify(&of_new)), (Ok(()), Err(AuthFault::Invalid)));
    let both = format!("{}{}", new.public_pem, old.public_pem);
    assert_eq!(verifier.replace(&both).unwrap(), (2, 0));
    assert_eq!((verify(&of_old), verify(&of_new)), (Ok(()), Ok(())));
    assert_eq!(public_keys(&both), [new.public_pem.clone(), old.public_pem.clone()]);
    verifier.replace(&new.public_pem).unwrap();
    // Not even from the cache.
    assert_eq!((verify(&of_old), verify(&of_new)), (Err(AuthFault::Invalid), Ok(())));
}

#[test]
fn a_token_of_an_old_key_lapses_as_any_other() {
    let (old, new) = (generate(), generate());
    let issuer = Issuer::from_pem(&old.private_pem).unwrap();
    let lapsed = issuer.issue(&grant(seconds_from_now(-7200), TimeDelta::hours(1))).unwrap();
    let verifier = Verifier::from_pem(&format!("{}{}", new.public_pem, old.public_pem)).unwrap();
    assert_eq!(verifier.verify(Some(format!("Bearer {lapsed}").as_bytes())), Err(AuthFault::Expired));
}

#[test]
fn what_was_revoked_is_refused_and_nothing_else() {
    let keys = generate();
    let verifier = Verifier::from_pem(&keys.public_pem).unwrap();
    let token = token(&keys);
    let verify = |revocation: &Revocation| {
        let text = format!("{}{}\n", keys.public_pem, revocation.line());
        assert_eq!(revocations(&text), [revocation.line()]);
        verifier.replace(&text).unwrap();
        verifier.verify(Some(token.as_bytes())).map(drop)
    };
    let subject = |workspace: &str, subject: &str, seconds: i64| Revocation::Subject {
        workspace: workspace.to_owned(),
        subject: subject.to_owned(),
        until: seconds_from_now(seconds).timestamp(),
    };
    assert_eq!(verify(&Revocation::Token(Uuid::max())), Ok(()));
    assert_eq!(verify(&Revocation::Token(Uuid::nil())), Err(AuthFault::Revoked));
    assert_eq!(verify(&subject("acme", "ann", 60)), Err(AuthFault::Revoked));
    assert_eq!(verify(&subject("acme", "ann", -60)), Ok(()));
    assert_eq!(verify(&subject("other", "ann", 60)), Ok(()));
    assert_eq!(verify(&subject("acme", "ann lee", 60)), Ok(()));
}

#[test]
fn a_revocation_that_cannot_be_read_is_an_error_and_changes_nothing() {
    let (keys, other) = (generate(), generate());
    let verifier = Verifier::from_pem(&keys.public_pem).unwrap();
    for line in ["Revoked-Token: x", "Revoked-Subject: acme ann", "Revoked-Subject: acme soon ann"] {
        let told = verifier.replace(&format!("{line}\n{}", other.public_pem)).unwrap_err().to_string();
        assert!(told.contains("line 1"), "{told}");
    }
    assert!(verifier.replace("").is_err());
    assert!(verifier.verify(Some(token(&keys).as_bytes())).is_ok());
}
