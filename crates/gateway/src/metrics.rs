//! The gateway's own numbers at `/metrics`.

use std::time::Instant;

use axum::{extract::Request, middleware::Next, response::Response};
use metrics::{Unit, describe_gauge, describe_histogram, gauge, histogram};
use ting_chassis::metrics::size;

const REQUEST_SECONDS: &str = "ting_http_request_seconds";
const SESSIONS: &str = "ting_sessions";
const LIVE_CONNECTIONS: &str = "ting_live_connections";
const LIVE_CONNECTIONS_LIMIT: &str = "ting_live_connections_limit";

/// Paths by which requests are told apart; whatever else a browser asks for counts as `other`.
const ROUTES: [&str; 7] =
    ["/", "/session", "/session/end", "/events", "/assets/app.js", "/assets/app.css", "/assets/icon.svg"];

/// Says what the numbers mean, and how many pages may be open at once.
pub fn describe(live_connections: usize) {
    describe_histogram!(
        REQUEST_SECONDS,
        Unit::Seconds,
        "How long HTTP requests take until the answer begins, by route and status."
    );
    describe_gauge!(SESSIONS, "Sessions that are kept; one that nobody uses goes when room is needed.");
    describe_gauge!(LIVE_CONNECTIONS, "Pages that are open and kept current.");
    describe_gauge!(LIVE_CONNECTIONS_LIMIT, "Pages that may be open at once.");
    sessions(0);
    self::live_connections(0);
    gauge!(LIVE_CONNECTIONS_LIMIT).set(size(live_connections));
}

/// Measures every request.
pub async fn measure(request: Request, next: Next) -> Response {
    let started = Instant::now();
    let path = request.uri().path();
    let route = ROUTES.into_iter().find(|route| *route == path).unwrap_or("other");
    let answer = next.run(request).await;
    let code = answer.status().as_u16().to_string();
    histogram!(REQUEST_SECONDS, "route" => route, "code" => code).record(started.elapsed().as_secs_f64());
    answer
}

/// Reports how many sessions are kept.
pub fn sessions(sessions: usize) {
    gauge!(SESSIONS).set(size(sessions));
}

/// Reports how many pages are open.
pub fn live_connections(connections: usize) {
    gauge!(LIVE_CONNECTIONS).set(size(connections));
}
