use axum::{body::Body, response::Response};
use http::{HeaderMap, header::CONTENT_TYPE};
use ting_proto::codec::BAD_PROTO;
use tonic::{Code, Status};
use tonic_types::StatusExt as _;

use super::request_id::{self, RequestId};
use crate::fault::DOMAIN;

/// Puts the request id into the answer, and into an error also what tonic's own errors lack.
pub(super) fn complete(response: Response, id: &RequestId) -> Response {
    let mut response = match Status::from_header_map(response.headers()) {
        Some(status) if status.code() != Code::Ok => detailed(&status, id).into_http::<Body>(),
        _ => response,
    };
    response.headers_mut().insert(request_id::HEADER, id.header());
    response
}

/// The same for an error that ends an answer which has begun.
pub(super) fn completed_trailers(status: &Status, id: &RequestId) -> HeaderMap {
    let mut trailers = detailed(status, id).into_http::<()>().into_parts().0.headers;
    trailers.remove(CONTENT_TYPE);
    trailers
}

fn detailed(status: &Status, id: &RequestId) -> Status {
    let mut details = status.get_error_details();
    if details.error_info().is_none() {
        details.set_error_info(reason(status), DOMAIN, []);
    }
    details.set_request_info(id.as_str(), "");
    Status::with_error_details_and_metadata(
        status.code(),
        status.message(),
        details,
        status.metadata().clone(),
    )
}

/// The reason of an error that is not from our own code.
fn reason(status: &Status) -> &'static str {
    match status.code() {
        Code::InvalidArgument if status.message().starts_with(BAD_PROTO) => "BAD_PROTO",
        Code::OutOfRange => "MESSAGE_TOO_LARGE",
        code => code_name(code),
    }
}

/// A code as the gRPC documentation writes it.
pub(super) fn code_name(code: Code) -> &'static str {
    match code {
        Code::Ok => "OK",
        Code::Cancelled => "CANCELLED",
        Code::Unknown => "UNKNOWN",
        Code::InvalidArgument => "INVALID_ARGUMENT",
        Code::DeadlineExceeded => "DEADLINE_EXCEEDED",
        Code::NotFound => "NOT_FOUND",
        Code::AlreadyExists => "ALREADY_EXISTS",
        Code::PermissionDenied => "PERMISSION_DENIED",
        Code::ResourceExhausted => "RESOURCE_EXHAUSTED",
        Code::FailedPrecondition => "FAILED_PRECONDITION",
        Code::Aborted => "ABORTED",
        Code::OutOfRange => "OUT_OF_RANGE",
        Code::Unimplemented => "UNIMPLEMENTED",
        Code::Internal => "INTERNAL",
        Code::Unavailable => "UNAVAILABLE",
        Code::DataLoss => "DATA_LOSS",
        Code::Unauthenticated => "UNAUTHENTICATED",
    }
}
