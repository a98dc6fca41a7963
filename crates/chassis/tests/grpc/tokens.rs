use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};
use ting_chassis::{
    auth::{Role, generate},
    grpc::GrpcConfig,
};
use ting_proto::roles::ROLES;
use tonic::Code;
use tonic_types::StatusExt as _;

use crate::bed::{Bed, GET_CUSTOMER, customer_bytes, framed};

fn claims() -> Value {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    json!({
        "iss": "ting", "aud": "ting", "sub": "ann", "workspace": "acme", "role": "owner",
        "iat": now, "nbf": now, "exp": now + 600, "jti": uuid::Uuid::nil(),
    })
}

fn with(name: &str, value: Value) -> Value {
    let mut claims = claims();
    claims[name] = value;
    claims
}

#[tokio::test]
async fn a_call_reaches_its_handler_with_the_caller_of_the_token() {
    let bed = Bed::start(GrpcConfig::default()).await;
    let customer =
        bed.client().get_customer(bed.customer("17")).await.unwrap().into_inner().customer.unwrap();
    assert_eq!(customer.external_id, "acme Owner ann");
}

#[tokio::test]
async fn every_bad_token_gets_the_same_answer_but_for_its_reason() {
    let bed = Bed::start(GrpcConfig::default()).await;
    let key = EncodingKey::from_ed_pem(bed.keys.private_pem.as_bytes()).unwrap();
    let other = EncodingKey::from_ed_pem(generate().private_pem.as_bytes()).unwrap();
    let public = EncodingKey::from_secret(bed.keys.public_pem.as_bytes());
    let sign = |algorithm, claims: &Value, key: &EncodingKey| {
        format!("Bearer {}", jsonwebtoken::encode(&Header::new(algorithm), claims, key).unwrap())
    };
    let part = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let rows = [
        ("", "TOKEN_MISSING"),
        ("Bearer x", "TOKEN_INVALID"),
        ("Basic YTpi", "TOKEN_INVALID"),
        (&format!("Bearer {}.{}.", part(json!({"alg": "none"})), part(claims())), "TOKEN_INVALID"),
        (&sign(Algorithm::HS256, &claims(), &public), "TOKEN_INVALID"),
        (&sign(Algorithm::EdDSA, &claims(), &other), "TOKEN_INVALID"),
        (&sign(Algorithm::EdDSA, &with("aud", json!("other")), &key), "TOKEN_INVALID"),
        (&sign(Algorithm::EdDSA, &with("iss", json!("other")), &key), "TOKEN_INVALID"),
        (&sign(Algorithm::EdDSA, &with("role", json!("root")), &key), "TOKEN_INVALID"),
        (&sign(Algorithm::EdDSA, &with("workspace", json!("a.*")), &key), "TOKEN_INVALID"),
        (&sign(Algorithm::EdDSA, &with("exp", json!(1_000_000)), &key), "TOKEN_EXPIRED"),
    ];
    for (authorization, reason) in rows {
        let status =
            bed.raw(GET_CUSTOMER, &[("authorization", authorization)], customer_bytes("17")).await.status;
        assert_eq!(
            (status.code(), status.message()),
            (Code::Unauthenticated, "a valid bearer token is required")
        );
        assert_eq!(status.get_details_error_info().unwrap().reason, reason, "{authorization}");
    }
    let good = sign(Algorithm::EdDSA, &claims(), &key);
    let status = bed.raw(GET_CUSTOMER, &[("authorization", &good)], customer_bytes("17")).await.status;
    assert_eq!(status.code(), Code::Ok);
}

#[tokio::test]
async fn every_method_admits_exactly_the_roles_of_its_contract() {
    let bed = Bed::start(GrpcConfig::default()).await;
    let all = [Role::Owner, Role::Admin, Role::Agent, Role::Analyst, Role::Viewer, Role::Integration];
    assert!(ROLES.len() > 20, "the contracts have methods");
    for (path, allowed) in ROLES {
        for role in all {
            let bearer = bed.bearer(role);
            let status = bed.raw(path, &[("authorization", &bearer)], framed(0, b"")).await.status;
            let denied = status.code() == Code::PermissionDenied;
            assert_eq!(denied, !allowed.contains(&role), "{path} as {role:?}: {status:?}");
            assert!(!denied || status.get_details_error_info().unwrap().reason == "ROLE");
        }
        let status = bed.raw(path, &[("authorization", "")], framed(0, b"")).await.status;
        assert_eq!(status.code(), Code::Unauthenticated, "{path}");
    }
}

#[tokio::test]
async fn a_path_that_no_contract_knows_is_nobodys() {
    let bed = Bed::start(GrpcConfig::default()).await;
    for path in ["/ting.intake.v1.IntakeService/Nothing", "/nothing.Service/Nothing", "/"] {
        let status = bed.raw(path, &[], framed(0, b"")).await.status;
        assert_eq!(status.code(), Code::Unimplemented, "{path}");
    }
}
