//! Calls that no honest client makes: strange deadlines, compression nobody agreed on, headers by the thousand.

use std::time::{Duration, Instant};

use http_body_util::{BodyExt as _, Full};
use hyper_util::rt::{TokioExecutor, TokioIo};
use ting_chassis::{auth::Role, grpc::GrpcConfig};
use tokio::net::TcpStream;
use tonic::{
    Code, Status,
    metadata::{MetadataKey, MetadataValue},
};
use tonic_types::StatusExt as _;

use crate::bed::{Bed, GET_CUSTOMER, IMPORT, PATIENCE, customer_bytes, framed};

fn told(status: &Status) -> (Code, String) {
    (status.code(), status.get_details_error_info().map(|info| info.reason).unwrap_or_default())
}

fn deadline() -> (Code, String) {
    (Code::DeadlineExceeded, "DEADLINE".to_owned())
}

/// A call with a timeout whose client does not watch the clock itself, as tonic's does.
async fn wait_for(bed: &Bed, timeout: &str) -> Status {
    let stream = TokioIo::new(TcpStream::connect(bed.address).await.unwrap());
    let (mut sender, connection) =
        hyper::client::conn::http2::handshake(TokioExecutor::new(), stream).await.unwrap();
    tokio::spawn(connection);
    let request = http::Request::post(format!("http://{}{GET_CUSTOMER}", bed.address))
        .header("content-type", "application/grpc")
        .header("te", "trailers")
        .header("authorization", bed.bearer(Role::Owner))
        .header("grpc-timeout", timeout)
        .body(Full::new(customer_bytes("wait")))
        .unwrap();
    let response = tokio::time::timeout(PATIENCE, sender.send_request(request)).await.unwrap().unwrap();
    let (parts, body) = response.into_parts();
    let trailers = body.collect().await.unwrap().trailers().cloned().unwrap_or_default();
    Status::from_header_map(&parts.headers).or_else(|| Status::from_header_map(&trailers)).unwrap()
}

#[tokio::test]
async fn short_timeouts_end_a_call_whatever_the_default_is() {
    let bed = Bed::start(GrpcConfig { default_deadline_ms: 60_000, ..GrpcConfig::default() }).await;
    for timeout in ["0n", "1n", "0S", "999u", "1m", "20m"] {
        for _ in 0..20 {
            let status = wait_for(&bed, timeout).await;
            assert_eq!(told(&status), deadline(), "{timeout}: {status:?}");
        }
    }
}

#[tokio::test]
async fn long_timeouts_are_cut_and_those_of_no_form_are_as_if_absent() {
    let config = GrpcConfig { default_deadline_ms: 100, max_deadline_ms: 200, ..GrpcConfig::default() };
    let bed = Bed::start(config).await;
    let rows = [
        ("99999999H", 200),
        ("1M", 200),
        ("1x", 100),
        ("-1S", 100),
        ("1.5S", 100),
        ("123456789m", 100),
        ("S", 100),
        ("", 100),
    ];
    for (timeout, millis) in rows {
        let started = Instant::now();
        let answer = bed.raw(GET_CUSTOMER, &[("grpc-timeout", timeout)], customer_bytes("wait")).await;
        assert_eq!(told(&answer.status), deadline(), "{timeout}");
        assert!(started.elapsed() >= Duration::from_millis(millis), "{timeout}");
    }
}

#[tokio::test]
async fn compressed_messages_are_refused_unread() {
    let bed = Bed::start(GrpcConfig::default()).await;
    // What a compressed message would grow to does not matter where nothing is ever unpacked.
    let bomb = framed(1, &[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3].repeat(100));
    for path in [GET_CUSTOMER, IMPORT] {
        for encoding in ["gzip", "deflate", "zstd", "identity,foo", "foo"] {
            let status = bed.raw(path, &[("grpc-encoding", encoding)], bomb.clone()).await.status;
            assert_eq!(status.code(), Code::Unimplemented, "{encoding}: {status:?}");
        }
        for encoding in ["", "identity"] {
            let status = bed.raw(path, &[("grpc-encoding", encoding)], bomb.clone()).await.status;
            let expected = (Code::InvalidArgument, "BAD_PROTO".to_owned());
            assert_eq!(told(&status), expected, "{encoding:?}: {status:?}");
        }
    }
    bed.client().get_customer(bed.customer("17")).await.unwrap();
}

#[tokio::test]
async fn headers_by_the_thousand_or_by_the_kilobyte_are_refused() {
    let bed = Bed::start(GrpcConfig::default()).await;
    for (count, bytes) in [(1000, 1), (1, 64 * 1024), (4, 8 * 1024)] {
        let mut request = bed.customer("17");
        for number in 0..count {
            let key = MetadataKey::from_bytes(format!("x-{number}").as_bytes()).unwrap();
            request.metadata_mut().insert(key, MetadataValue::try_from("x".repeat(bytes)).unwrap());
        }
        let status = bed.client().get_customer(request).await.unwrap_err();
        assert_ne!(status.code(), Code::Ok, "{count} of {bytes}");
        bed.client().get_customer(bed.customer("17")).await.unwrap();
    }
}

#[tokio::test]
async fn headers_that_nobody_reads_may_say_anything() {
    let bed = Bed::start(GrpcConfig::default()).await;
    let rows = [
        ("x-strange-bin", "!!! no base64"),
        ("traceparent", "00-garbage-01"),
        ("tracestate", "=,=,="),
        ("x-forwarded-for", "127.0.0.1"),
    ];
    for (name, value) in rows {
        let status = bed.raw(GET_CUSTOMER, &[(name, value)], customer_bytes("17")).await.status;
        assert_eq!(status.code(), Code::Ok, "{name}: {status:?}");
    }
}
