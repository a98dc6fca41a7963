use std::{
    net::SocketAddr,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};

use anyhow::Context as _;
use axum::{Router, body::Bytes, extract::State, http::HeaderMap, http::StatusCode, routing::post};
use tokio::net::TcpListener;

/// A webhook as it came.
#[derive(Debug, Clone)]
pub struct Webhook {
    /// `webhook-id`: the same in every attempt.
    pub id: String,
    pub timestamp: String,
    pub signature: String,
    pub body: String,
}

/// Receives webhooks on a free port of this machine and answers 204.
#[derive(Clone)]
pub struct WebhookSink {
    pub address: SocketAddr,
    received: Arc<Mutex<Vec<Webhook>>>,
    file: Option<PathBuf>,
}

impl WebhookSink {
    /// Listens until the runtime ends; `file` gets a line for each webhook.
    pub async fn start(file: Option<PathBuf>) -> anyhow::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await.context("listening for webhooks")?;
        let sink = Self { address: listener.local_addr()?, received: Arc::default(), file };
        let router = Router::new().route("/", post(receive)).with_state(sink.clone());
        #[expect(clippy::disallowed_methods, reason = "serves as long as the process")]
        tokio::spawn(async move { axum::serve(listener, router).await });
        Ok(sink)
    }

    /// The URL to give to `CreateEndpoint`.
    pub fn url(&self) -> String {
        format!("http://{}/", self.address)
    }

    /// All that came, in order.
    pub fn received(&self) -> Vec<Webhook> {
        self.received.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

async fn receive(State(sink): State<WebhookSink>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let header =
        |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
    let webhook = Webhook {
        id: header("webhook-id"),
        timestamp: header("webhook-timestamp"),
        signature: header("webhook-signature"),
        body: String::from_utf8_lossy(&body).into_owned(),
    };
    if let Some(file) = &sink.file {
        use std::io::Write as _;
        let line = format!("{} {} {}\n", webhook.timestamp, webhook.id, webhook.body);
        let written = std::fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(file)
            .and_then(|mut file| file.write_all(line.as_bytes()));
        if written.is_err() {
            return StatusCode::INSUFFICIENT_STORAGE;
        }
    }
    sink.received.lock().unwrap_or_else(PoisonError::into_inner).push(webhook);
    StatusCode::NO_CONTENT
}
