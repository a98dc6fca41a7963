use std::{error::Error, io, sync::Arc, time::Duration};

use bytes::Bytes;
use chrono::{DateTime, Utc};
use http::{Method, Request, Response, Uri, header};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use tokio::time::Instant;

use super::guard::{Blocked, GuardedResolver, check_literal};
use crate::domain::{
    address::Networks,
    delivery::{Outcome, Reason},
    retry,
    secret::Secret,
};

/// Bytes of an answer that are read, at most. What the receiver says is not kept.
const MAX_ANSWER_BYTES: usize = 16 * 1024;
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
const USER_AGENT: &str = concat!("ting/", env!("CARGO_PKG_VERSION"));

/// What is posted.
pub struct Post<'a> {
    pub url: &'a str,
    /// The same in every attempt: by it the receiver knows a repetition.
    pub id: &'a str,
    pub secret: &'a Secret,
    pub body: &'a str,
    pub now: DateTime<Utc>,
}

/// Posts webhooks, but not into private networks. Follows no redirect.
pub struct Webhooks {
    client: Client<HttpsConnector<HttpConnector<GuardedResolver>>, Full<Bytes>>,
    networks: Arc<Networks>,
    timeout: Duration,
}

impl Webhooks {
    pub fn new(networks: Arc<Networks>, timeout: Duration) -> Self {
        let mut http = HttpConnector::new_with_resolver(GuardedResolver::new(Arc::clone(&networks)));
        http.enforce_http(false);
        http.set_nodelay(true);
        http.set_connect_timeout(Some(CONNECT_TIMEOUT));
        let https = HttpsConnectorBuilder::new()
            .with_webpki_roots()
            .https_or_http()
            .enable_http1()
            .wrap_connector(http);
        // No connection is used twice: each attempt passes the guard.
        let client = Client::builder(TokioExecutor::new()).pool_max_idle_per_host(0).build(https);
        Self { client, networks, timeout }
    }

    /// Makes one attempt.
    pub async fn post(&self, post: &Post<'_>) -> Outcome {
        let Ok(uri) = post.url.parse::<Uri>() else { return Outcome::unanswered(Reason::Connect) };
        if check_literal(uri.host().unwrap_or_default(), &self.networks).is_err() {
            return Outcome::unanswered(Reason::BlockedIp);
        }
        let Ok(request) = request(uri, post) else { return Outcome::unanswered(Reason::Connect) };
        let deadline = Instant::now() + self.timeout;
        match tokio::time::timeout_at(deadline, self.client.request(request)).await {
            Err(_) => Outcome::unanswered(Reason::Timeout),
            Ok(Err(error)) => Outcome::unanswered(reason(&error)),
            Ok(Ok(response)) => {
                let retry_after =
                    response.headers().get(header::RETRY_AFTER).and_then(|value| value.to_str().ok());
                let retry_after = retry_after.and_then(|value| retry::retry_after(value, post.now));
                let outcome = Outcome::of_status(response.status().as_u16(), retry_after);
                // The status is the answer; a slow or endless body changes nothing, and takes no longer than the attempt may.
                let _ = tokio::time::timeout_at(deadline, drain(response)).await;
                outcome
            }
        }
    }
}

fn request(uri: Uri, post: &Post<'_>) -> http::Result<Request<Full<Bytes>>> {
    let timestamp = post.now.timestamp();
    Request::builder()
        .method(Method::POST)
        .uri(uri)
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::USER_AGENT, USER_AGENT)
        .header("webhook-id", post.id)
        .header("webhook-timestamp", timestamp)
        .header("webhook-signature", post.secret.sign(post.id, timestamp, post.body))
        .body(Full::new(Bytes::copy_from_slice(post.body.as_bytes())))
}

/// Reads the answer, so that the receiver can finish, up to the limit.
async fn drain(response: Response<Incoming>) {
    let mut body = response.into_body();
    let mut bytes = 0;
    while let Some(Ok(frame)) = body.frame().await {
        bytes += frame.data_ref().map_or(0, Bytes::len);
        if bytes > MAX_ANSWER_BYTES {
            return;
        }
    }
}

fn reason(error: &(dyn Error + 'static)) -> Reason {
    let mut next = Some(error);
    while let Some(error) = next {
        if error.is::<Blocked>() {
            return Reason::BlockedIp;
        }
        if error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::TimedOut) {
            return Reason::Timeout;
        }
        next = error.source();
    }
    Reason::Connect
}
