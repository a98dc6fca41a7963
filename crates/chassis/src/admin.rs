//! The operator's door: whether the process lives, whether it can work, and its numbers. Not for the public.

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
    time::Duration,
};

use anyhow::Context as _;
use axum::{
    Router,
    extract::State,
    http::{StatusCode, header::CONTENT_TYPE},
    response::{IntoResponse, Response},
    routing::get,
};
use serde::{Deserialize, Serialize};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::{Readiness, metrics, readiness::Components};

/// How often measurements are folded into the histograms; nobody may come to fetch them.
const UPKEEP: Duration = Duration::from_secs(5);

/// How long a probe waits for an answer, and how much of it is read.
const PROBE_TIMEOUT: Duration = Duration::from_secs(3);
const MAX_ANSWER: u64 = 64 * 1024;

/// Where the operator's door is.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AdminConfig {
    /// Serves `/livez`, `/readyz` and `/metrics`: `127.0.0.1:9090`; port 0 takes a free one.
    pub address: String,
}

/// What `/readyz` answers.
#[derive(Serialize)]
struct Ready {
    ready: bool,
    components: Components,
}

/// Serves `/livez`, `/readyz` and `/metrics` until `shutdown`.
pub async fn serve(listener: TcpListener, readiness: Readiness, shutdown: CancellationToken) {
    let recorder = metrics::recorder();
    let router = Router::new()
        .route("/livez", get(async || "alive\n"))
        .route("/readyz", get(ready))
        .route("/metrics", get(async || ([(CONTENT_TYPE, "text/plain; version=0.0.4")], recorder.render())))
        .with_state(readiness);
    let upkeep = async {
        loop {
            tokio::time::sleep(UPKEEP).await;
            recorder.run_upkeep();
            metrics::resident_memory();
        }
    };
    tokio::select! {
        // Idle connections of a scraper must not hold up the end: nothing here is worth waiting for.
        () = shutdown.cancelled() => {}
        served = async { axum::serve(listener, router).await } => {
            if let Err(error) = served {
                tracing::error!(%error, "the operator's door is shut");
            }
        }
        () = upkeep => {}
    }
}

/// Asks the operator's door at `address` whether its process can work, as a container engine wants to know it; tells also what
/// it answered.
pub fn probe(address: &str) -> anyhow::Result<(bool, String)> {
    // A process that listens on all addresses is asked on the one that is always there.
    let address = address.replace("0.0.0.0:", "127.0.0.1:").replace("[::]:", "[::1]:");
    let mut connection =
        TcpStream::connect(&address).with_context(|| format!("nobody answers at {address}"))?;
    connection.set_read_timeout(Some(PROBE_TIMEOUT))?;
    connection.write_all(format!("GET /readyz HTTP/1.0\r\nHost: {address}\r\n\r\n").as_bytes())?;
    let mut answer = String::new();
    connection.take(MAX_ANSWER).read_to_string(&mut answer)?;
    let ready = answer.split(' ').nth(1) == Some("200");
    let body = answer.rsplit("\r\n\r\n").next().unwrap_or_default().trim();
    Ok((ready, body.to_owned()))
}

async fn ready(State(readiness): State<Readiness>) -> Response {
    let components = readiness.components();
    let ready = components.values().all(|up| *up);
    let code = if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    // Never fails: names and booleans always serialise.
    let body = serde_json::to_vec(&Ready { ready, components }).unwrap_or_default();
    (code, [(CONTENT_TYPE, "application/json")], body).into_response()
}
