use ting_chassis::grpc::GrpcConfig;
use tonic::Code;
use tonic_types::StatusExt as _;

use crate::{
    bed::{Bed, GET_CUSTOMER, customer_bytes},
    pig::SECRET,
};

#[tokio::test]
async fn a_panic_is_an_internal_error_without_text_and_the_server_lives_on() {
    let bed = Bed::start(GrpcConfig::default()).await;
    for _ in 0..3 {
        let status = bed.client().get_customer(bed.customer("panic")).await.unwrap_err();
        assert_eq!((status.code(), status.message()), (Code::Internal, "internal error"));
        assert_eq!(status.get_details_error_info().unwrap().reason, "INTERNAL");
    }
    bed.client().get_customer(bed.customer("17")).await.unwrap();
}

#[tokio::test]
async fn an_internal_error_says_nothing_of_its_cause() {
    let bed = Bed::start(GrpcConfig::default()).await;
    let status = bed.client().get_customer(bed.customer("break")).await.unwrap_err();
    assert_eq!((status.code(), status.message()), (Code::Internal, "internal error"));
    assert!(
        !format!("{status:?}").contains(SECRET)
            && !String::from_utf8_lossy(status.details()).contains(SECRET)
    );
}

#[tokio::test]
async fn the_callers_request_id_comes_back_in_headers_and_details() {
    let bed = Bed::start(GrpcConfig::default()).await;
    for (id, code) in [("17", Code::Ok), ("break", Code::Internal), ("big", Code::OutOfRange)] {
        let answer = bed.raw(GET_CUSTOMER, &[("x-request-id", "call-17")], customer_bytes(id)).await;
        assert_eq!(answer.status.code(), code);
        assert_eq!(answer.headers.get("x-request-id").unwrap(), "call-17");
        let details = answer.status.get_details_request_info();
        assert_eq!(details.map(|info| info.request_id), (code != Code::Ok).then(|| "call-17".to_owned()));
    }
}

#[tokio::test]
async fn a_request_id_that_could_forge_a_log_line_is_replaced() {
    let bed = Bed::start(GrpcConfig::default()).await;
    for bad in ["a b", "\u{e9}", &"x".repeat(4096)] {
        let answer = bed.raw(GET_CUSTOMER, &[("x-request-id", bad)], customer_bytes("17")).await;
        assert_eq!(answer.headers.get("x-request-id").unwrap().len(), 36, "{bad}");
    }
}
