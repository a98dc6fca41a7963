//! The table of roles, call by call, on the services themselves.

use http::uri::PathAndQuery;
use ting_chassis::auth::role_name;
use ting_local::services::NAMES;
use ting_proto::roles::{ROLES, Role};
use tonic::{Code, Request, client::Grpc};
use tonic_prost::ProstCodec;

use crate::bed::{SystemBed, WORKSPACE, with};

const ALL: [Role; 6] =
    [Role::Owner, Role::Admin, Role::Agent, Role::Analyst, Role::Viewer, Role::Integration];

/// What an empty message may be answered with by a handler that was reached.
const REACHED: [Code; 4] = [Code::Ok, Code::InvalidArgument, Code::NotFound, Code::FailedPrecondition];

#[tokio::test(flavor = "multi_thread")]
async fn every_call_lets_in_the_roles_of_the_table_and_nobody_else() {
    let bed = SystemBed::start().await;
    let tokens = ALL.map(|role| (role, bed.cluster.token(WORKSPACE, role, role_name(role)).unwrap()));
    for (path, allowed) in ROLES {
        for service in services_of(path) {
            let nobody = call(&bed, service, path, Request::new(())).await;
            assert_eq!(nobody, Code::Unauthenticated, "{path} of {service} without a token");
            for (role, token) in &tokens {
                let code = call(&bed, service, path, with(token, ())).await;
                if allowed.contains(role) {
                    assert!(REACHED.contains(&code), "{path} of {service} as {role:?}: {code:?}");
                } else {
                    assert_eq!(code, Code::PermissionDenied, "{path} of {service} as {role:?}");
                }
            }
        }
    }
}

/// The services that serve a path: its own, and all of them what is for operators.
fn services_of(path: &str) -> Vec<&'static str> {
    let package = path.trim_start_matches("/ting.").split('.').next().unwrap();
    let services: Vec<_> = NAMES.into_iter().filter(|name| package == "ops" || package == *name).collect();
    assert!(!services.is_empty(), "{path} belongs to no service");
    services
}

/// Calls with an empty message, which is the same on the wire for a stream of one.
async fn call(bed: &SystemBed, service: &str, path: &'static str, request: Request<()>) -> Code {
    let mut client = Grpc::new(bed.channel(service));
    client.ready().await.unwrap();
    let codec = ProstCodec::<(), ()>::default();
    match client.unary(request, PathAndQuery::from_static(path), codec).await {
        Ok(_) => Code::Ok,
        Err(status) => status.code(),
    }
}
