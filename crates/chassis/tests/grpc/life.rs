use std::time::Duration;

use ting_chassis::{admin, grpc::GrpcConfig};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};
use tonic::Code;
use tonic_health::pb::{
    HealthCheckRequest, health_check_response::ServingStatus, health_client::HealthClient,
};
use tonic_reflection::pb::v1::{
    ServerReflectionRequest, server_reflection_client::ServerReflectionClient,
    server_reflection_request::MessageRequest, server_reflection_response::MessageResponse,
};

use crate::bed::{Bed, GET_CUSTOMER, INTAKE, PATIENCE, customer_bytes, framed, until};

async fn health(bed: &Bed, service: &str) -> ServingStatus {
    let request = HealthCheckRequest { service: service.to_owned() };
    HealthClient::new(bed.channel.clone()).check(request).await.unwrap().into_inner().status()
}

/// A door for the operator of `bed`.
async fn admin_door(bed: &Bed) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    tokio::spawn(admin::serve(listener, bed.readiness.clone(), bed.shutdown.clone()));
    address
}

/// Status and body of a page of the operator's door.
async fn page(address: &str, path: &str) -> (u16, String) {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head.split(' ').nth(1).unwrap().parse().unwrap(), body.to_owned())
}

#[tokio::test]
async fn health_and_readyz_follow_readiness_while_the_process_lives() {
    let bed = Bed::start(GrpcConfig::default()).await;
    let door = admin_door(&bed).await;
    for (up, status, code) in [
        (true, ServingStatus::Serving, 200),
        (false, ServingStatus::NotServing, 503),
        (true, ServingStatus::Serving, 200),
    ] {
        if up {
            bed.readiness.up("postgres");
        } else {
            bed.readiness.down("postgres");
        }
        for service in ["", INTAKE] {
            until("health to follow", || async { health(&bed, service).await == status }).await;
        }
        let (readyz, body) = page(&door, "/readyz").await;
        assert_eq!(readyz, code);
        assert!(body.contains(&format!("\"postgres\":{up}")), "{body}");
        assert_eq!(page(&door, "/livez").await.0, 200);
    }
}

#[tokio::test]
async fn health_needs_no_token_and_knows_no_stranger() {
    let bed = Bed::start(GrpcConfig::default()).await;
    let request = HealthCheckRequest { service: "stranger".to_owned() };
    let status = HealthClient::new(bed.channel.clone()).check(request).await.unwrap_err();
    assert_eq!(status.code(), Code::NotFound);
}

async fn listed_services(bed: &Bed) -> Result<Vec<String>, tonic::Status> {
    let request = ServerReflectionRequest {
        message_request: Some(MessageRequest::ListServices(String::new())),
        ..ServerReflectionRequest::default()
    };
    let mut client = ServerReflectionClient::new(bed.channel.clone());
    let mut answers = client.server_reflection_info(tokio_stream::iter([request])).await?.into_inner();
    let Some(MessageResponse::ListServicesResponse(list)) =
        answers.message().await?.unwrap().message_response
    else {
        panic!("another answer than a list");
    };
    Ok(list.service.into_iter().map(|service| service.name).collect())
}

#[tokio::test]
async fn reflection_lists_the_services_unless_it_is_switched_off() {
    let bed = Bed::start(GrpcConfig::default()).await;
    let services = listed_services(&bed).await.unwrap();
    for name in [INTAKE, "grpc.health.v1.Health"] {
        assert!(services.iter().any(|service| service == name), "{services:?}");
    }
    let silent = Bed::start(GrpcConfig { reflection: false, ..GrpcConfig::default() }).await;
    assert_eq!(listed_services(&silent).await.unwrap_err().code(), Code::Unimplemented);
}

#[tokio::test]
async fn metrics_count_calls_by_method_and_code_and_never_by_what_a_caller_made_up() {
    let bed = Bed::start(GrpcConfig::default()).await;
    let door = admin_door(&bed).await;
    bed.client().get_customer(bed.customer("17")).await.unwrap();
    bed.raw("/made.up/Path", &[], framed(0, b"")).await;
    bed.raw(GET_CUSTOMER, &[("authorization", "")], customer_bytes("17")).await;
    let expected = [
        format!("ting_request_seconds_count{{method=\"{GET_CUSTOMER}\",code=\"OK\"}}"),
        format!("ting_request_seconds_count{{method=\"{GET_CUSTOMER}\",code=\"UNAUTHENTICATED\"}}"),
        format!("ting_request_seconds_bucket{{method=\"{GET_CUSTOMER}\",code=\"OK\",le=\"0.25\"}}"),
        "ting_request_seconds_count{method=\"other\",code=\"UNIMPLEMENTED\"}".to_owned(),
        "process_start_time_seconds".to_owned(),
    ];
    for series in expected {
        until(&series, || async { page(&door, "/metrics").await.1.contains(&series) }).await;
    }
    assert!(!page(&door, "/metrics").await.1.contains("made.up"));
}

#[tokio::test]
async fn at_the_end_clients_are_told_calls_in_hand_are_answered_and_the_server_stops() {
    let bed = Bed::start(GrpcConfig::default()).await;
    let mut watch = HealthClient::new(bed.channel.clone())
        .watch(HealthCheckRequest::default())
        .await
        .unwrap()
        .into_inner();
    assert_eq!(watch.message().await.unwrap().unwrap().status(), ServingStatus::Serving);
    let (mut client, request) = (bed.client(), bed.customer("wait"));
    let call = tokio::spawn(async move { client.get_customer(request).await });
    bed.waiting.acquire().await.unwrap().forget();

    bed.notice.cancel();
    assert_eq!(watch.message().await.unwrap().unwrap().status(), ServingStatus::NotServing);
    bed.client().get_customer(bed.customer("17")).await.unwrap();

    bed.shutdown.cancel();
    until("the listener to close", || async { TcpStream::connect(bed.address).await.is_err() }).await;
    assert!(!bed.server.is_finished(), "a call is in hand");
    bed.gate.add_permits(1);
    call.await.unwrap().unwrap();
    assert_eq!(watch.message().await.unwrap_err().code(), Code::Unavailable);
    tokio::time::timeout(Duration::from_secs(10).min(PATIENCE), bed.server).await.unwrap().unwrap();
}
