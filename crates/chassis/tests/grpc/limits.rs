use std::time::{Duration, Instant};

use ting_chassis::grpc::GrpcConfig;
use ting_proto::intake::v1::{
    GetCustomerRequest, ImportFeedbackRequest, get_customer_request::By,
    intake_service_client::IntakeServiceClient,
};
use tokio_stream::StreamExt as _;
use tonic::Code;
use tonic_health::pb::{HealthCheckRequest, health_client::HealthClient};
use tonic_types::StatusExt as _;

use crate::bed::{Bed, GET_CUSTOMER, IMPORT, PATIENCE, customer_bytes, framed, until};

fn reason(status: &tonic::Status) -> String {
    status.get_details_error_info().unwrap().reason
}

#[tokio::test]
async fn a_message_over_the_limit_is_refused_and_one_at_the_limit_taken() {
    let bed = Bed::start(GrpcConfig::default()).await;
    let limit = GrpcConfig::default().max_message_bytes;
    let overhead = customer_bytes(&"x".repeat(limit - 100)).len() - 5 - (limit - 100);
    // The answer repeats the id and would be too large itself.
    let external =
        |size: usize| bed.signed(GetCustomerRequest { by: Some(By::ExternalId("x".repeat(size))) });
    bed.client().get_customer(external(limit - overhead)).await.unwrap();
    let refused = bed.client().get_customer(external(limit - overhead + 1)).await.unwrap_err();
    assert_eq!((refused.code(), reason(&refused).as_str()), (Code::OutOfRange, "MESSAGE_TOO_LARGE"));
}

#[tokio::test]
async fn an_answer_over_the_limit_is_an_error_and_not_half_an_answer() {
    let bed = Bed::start(GrpcConfig::default()).await;
    let refused = bed.client().get_customer(bed.customer("big")).await.unwrap_err();
    assert_eq!((refused.code(), reason(&refused).as_str()), (Code::OutOfRange, "MESSAGE_TOO_LARGE"));
}

#[tokio::test]
async fn a_length_of_two_gigabytes_is_refused_at_its_prefix() {
    let bed = Bed::start(GrpcConfig::default()).await;
    for path in [GET_CUSTOMER, IMPORT] {
        let answer = bed.raw(path, &[], &[0, 0x7f, 0xff, 0xff, 0xff, 1][..]).await;
        assert_eq!(answer.status.code(), Code::OutOfRange, "{path}");
    }
}

#[tokio::test]
async fn a_call_over_its_deadline_is_answered_deadline_exceeded() {
    let config = GrpcConfig { default_deadline_ms: 100, max_deadline_ms: 200, ..GrpcConfig::default() };
    let bed = Bed::start(config).await;
    for timeout in ["", "5S", "1x"] {
        let started = Instant::now();
        let answer = bed.raw(GET_CUSTOMER, &[("grpc-timeout", timeout)], customer_bytes("wait")).await;
        assert_eq!(
            (answer.status.code(), reason(&answer.status).as_str()),
            (Code::DeadlineExceeded, "DEADLINE")
        );
        assert!(
            started.elapsed() >= Duration::from_millis(if timeout == "5S" { 200 } else { 100 }),
            "{timeout}"
        );
    }
}

#[tokio::test]
async fn a_stream_has_a_longer_deadline_but_has_one() {
    let config = GrpcConfig { default_deadline_ms: 1, max_stream_deadline_ms: 300, ..GrpcConfig::default() };
    let bed = Bed::start(config).await;
    let rows = || tokio_stream::iter(vec![ImportFeedbackRequest::default(); 3]);
    let answer = bed.client().import_feedback(bed.signed(rows())).await.unwrap();
    assert_eq!(answer.into_inner().received, 3);
    let endless = rows().chain(tokio_stream::pending());
    let cut =
        tokio::time::timeout(PATIENCE, bed.client().import_feedback(bed.signed(endless))).await.unwrap();
    assert_eq!(cut.unwrap_err().code(), Code::DeadlineExceeded);
}

#[tokio::test]
async fn calls_beyond_the_limit_are_shed_at_once_while_probes_get_through() {
    let bed = Bed::start(GrpcConfig { max_concurrent_requests: 1, ..GrpcConfig::default() }).await;
    let (mut client, request) = (bed.client(), bed.customer("wait"));
    let first = tokio::spawn(async move { client.get_customer(request).await });
    bed.waiting.acquire().await.unwrap().forget();

    let shed = bed.client().get_customer(bed.customer("other")).await.unwrap_err();
    assert_eq!((shed.code(), reason(&shed).as_str()), (Code::ResourceExhausted, "OVERLOADED"));
    assert!(shed.get_details_retry_info().unwrap().retry_delay.is_some());
    HealthClient::new(bed.channel.clone()).check(HealthCheckRequest::default()).await.unwrap();

    bed.gate.add_permits(1);
    first.await.unwrap().unwrap();
    // The place is free when the answer is sent, which may be a moment after it is read.
    until("the place of the first call", || async {
        bed.client().get_customer(bed.customer("other")).await.is_ok()
    })
    .await;
}

#[tokio::test]
async fn a_caller_who_goes_away_frees_its_place() {
    let bed = Bed::start(GrpcConfig { max_concurrent_requests: 1, ..GrpcConfig::default() }).await;
    let (mut client, request) = (bed.client(), bed.customer("wait"));
    let first = tokio::spawn(async move { client.get_customer(request).await });
    bed.waiting.acquire().await.unwrap().forget();
    first.abort();
    until("the place of the caller who left", || async {
        bed.client().get_customer(bed.customer("other")).await.is_ok()
    })
    .await;
}

#[tokio::test]
async fn calls_beyond_the_limit_of_a_connection_wait_and_other_connections_do_not() {
    let bed = Bed::start(GrpcConfig { max_concurrent_streams: 1, ..GrpcConfig::default() }).await;
    let (mut client, request) = (bed.client(), bed.customer("wait"));
    let first = tokio::spawn(async move { client.get_customer(request).await });
    bed.waiting.acquire().await.unwrap().forget();
    let (mut client, request) = (bed.client(), bed.customer("second"));
    let second = tokio::spawn(async move { client.get_customer(request).await });

    let mut other = IntakeServiceClient::connect(format!("http://{}", bed.address)).await.unwrap();
    for _ in 0..50 {
        other.get_customer(bed.customer("other")).await.unwrap();
    }
    assert!(!second.is_finished());
    bed.gate.add_permits(1);
    first.await.unwrap().unwrap();
    second.await.unwrap().unwrap();
}

#[tokio::test]
async fn headers_over_the_limit_are_refused() {
    let bed = Bed::start(GrpcConfig::default()).await;
    let long = "x".repeat(17 * 1024);
    let mut request = bed.customer("other");
    request.metadata_mut().insert("x-long", long.parse().unwrap());
    bed.client().get_customer(request).await.unwrap_err();
    bed.client().get_customer(bed.customer("other")).await.unwrap();
}

#[tokio::test]
async fn bytes_that_are_no_message_are_the_callers_fault() {
    let bed = Bed::start(GrpcConfig::default()).await;
    let mut nested = vec![0x0a, 0x00];
    for _ in 0..200 {
        nested = [vec![0x13], nested, vec![0x14]].concat();
    }
    let rows = [
        ("invalid UTF-8", framed(0, &[0x0a, 2, 0xff, 0xfe])),
        ("truncated varint", framed(0, &[0x0a, 0x80])),
        ("length beyond the end", framed(0, &[0x0a, 0xff, 0xff, 0xff, 0xff, 7, 1])),
        ("wrong wire type", framed(0, &[0x08, 1])),
        ("groups 200 deep", framed(0, &nested)),
        ("tag 0", framed(0, &[0])),
        ("a strange compression flag", framed(2, b"")),
        ("a cut off message", framed(0, b"1234").slice(..7)),
        ("a cut off prefix", framed(0, b"").slice(..3)),
        ("no message", bytes::Bytes::new()),
    ];
    for (what, body) in rows {
        let status = bed.raw(GET_CUSTOMER, &[], body).await.status;
        assert_eq!(
            (status.code(), reason(&status).as_str()),
            (Code::InvalidArgument, "BAD_PROTO"),
            "{what}: {status:?}"
        );
    }
    let status = bed.raw(IMPORT, &[], framed(0, &[0x12, 1, 0xff])).await.status;
    assert_eq!((status.code(), reason(&status).as_str()), (Code::InvalidArgument, "BAD_PROTO"));
}
