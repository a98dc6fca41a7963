use std::sync::Arc;

use axum::{
    extract::{Request, State},
    http::{HeaderName, HeaderValue, StatusCode, header},
    middleware::Next,
    response::Response,
};

use super::{Context, refusal};
use crate::i18n::{Language, Text};

/// Longer addresses than any of ours are refused.
const MAX_URI_BYTES: usize = 2048;

/// On every answer: nothing is loaded but what we serve, nothing is stored, nobody frames the page.
const HEADERS: [(HeaderName, HeaderValue); 9] = [
    (
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(
            "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; \
             object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
        ),
    ),
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
    (HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin")),
    (HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("same-origin")),
    (
        HeaderName::from_static("permissions-policy"),
        HeaderValue::from_static("camera=(), geolocation=(), microphone=()"),
    ),
    // The page depends on both.
    (header::VARY, HeaderValue::from_static("Cookie, Accept-Language")),
];

const STRICT_TRANSPORT: HeaderValue = HeaderValue::from_static("max-age=31536000; includeSubDomains");

/// Refuses what no browser asks for, and puts [`HEADERS`] on whatever the answer is.
pub async fn protect(
    State(context): State<Arc<Context>>,
    language: Language,
    request: Request,
    next: Next,
) -> Response {
    let mut answer = match misfit(&request) {
        Some(code) => refusal(code, language, Text::BadRequest),
        None => next.run(request).await,
    };
    // An event stream has a weaker rule of its own, which would let it be stored.
    for (name, value) in HEADERS {
        answer.headers_mut().insert(name, value);
    }
    if context.https() {
        answer.headers_mut().insert(header::STRICT_TRANSPORT_SECURITY, STRICT_TRANSPORT);
    }
    answer
}

fn misfit(request: &Request) -> Option<StatusCode> {
    let uri = request.uri();
    let length = uri.path().len() + uri.query().map_or(0, str::len);
    if length > MAX_URI_BYTES {
        return Some(StatusCode::URI_TOO_LONG);
    }
    let grpc = |name| {
        request.headers().get(name).is_some_and(|value| value.as_bytes().starts_with(b"application/grpc"))
    };
    (grpc(header::CONTENT_TYPE) || grpc(header::ACCEPT)).then_some(StatusCode::UNSUPPORTED_MEDIA_TYPE)
}
