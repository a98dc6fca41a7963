use std::time::Duration;

use bytes::Bytes;
use http::{Request, StatusCode, Uri, header};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use serde::Deserialize;
use serde_json::json;
use ting_methods::text::Comment;
use tokio::runtime::Runtime;

use super::Encoder;
use crate::{error::CliError, progress::Bar};

/// Texts sent at once.
const BATCH: usize = 64;
const TIMEOUT: Duration = Duration::from_mins(2);
const MOST_BYTES: usize = 64 << 20;
/// Characters shown of an answer that is an error.
const SHOWN: usize = 200;

/// An OpenAI-compatible embeddings endpoint.
pub struct Endpoint {
    name: String,
    uri: Uri,
    key: Option<String>,
    client: Client<HttpsConnector<HttpConnector>, Full<Bytes>>,
    runtime: Runtime,
}

#[derive(Deserialize)]
struct Answer {
    data: Vec<Embedding>,
}

#[derive(Deserialize)]
struct Embedding {
    index: usize,
    embedding: Vec<f32>,
}

impl Endpoint {
    pub fn new(name: String, url: &str, key: Option<String>) -> Result<Self, CliError> {
        let uri: Uri =
            url.parse().map_err(|error| CliError::usage(format!("--embeddings {url}: {error}")))?;
        if !matches!(uri.scheme_str(), Some("http" | "https")) || uri.host().is_none() {
            return Err(CliError::usage(format!(
                "--embeddings {url}: it must be a whole http or https address"
            )));
        }
        let connector =
            HttpsConnectorBuilder::new().with_webpki_roots().https_or_http().enable_http1().build();
        let client = Client::builder(TokioExecutor::new()).build(connector);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        Ok(Self { name, uri, key, client, runtime })
    }

    fn wrong(&self, message: impl std::fmt::Display) -> CliError {
        CliError::failed(
            format!("{}: {message}", self.uri),
            "see that the embeddings server runs and knows the model",
        )
    }

    async fn post(&self, texts: &[&str]) -> Result<Vec<Vec<f32>>, CliError> {
        // Servers refuse empty texts.
        let input: Vec<&str> =
            texts.iter().map(|text| if text.trim().is_empty() { "-" } else { *text }).collect();
        let body = json!({ "model": self.name, "input": input }).to_string();
        let mut request = Request::post(&self.uri).header(header::CONTENT_TYPE, "application/json");
        if let Some(key) = &self.key {
            request = request.header(header::AUTHORIZATION, format!("Bearer {key}"));
        }
        let request = request.body(Full::from(body)).map_err(|error| self.wrong(error))?;
        let answer = self.client.request(request).await.map_err(|error| self.wrong(chain(&error)))?;
        let status = answer.status();
        let body = Limited::new(answer.into_body(), MOST_BYTES)
            .collect()
            .await
            .map_err(|error| self.wrong(error))?;
        self.vectors(status, &body.to_bytes(), texts.len())
    }

    fn vectors(&self, status: StatusCode, body: &[u8], expected: usize) -> Result<Vec<Vec<f32>>, CliError> {
        if !status.is_success() {
            let told: String = String::from_utf8_lossy(body).chars().take(SHOWN).collect();
            return Err(self.wrong(format_args!("it answers {status}: {told}")));
        }
        let Answer { data } = serde_json::from_slice(body)
            .map_err(|error| self.wrong(format_args!("no embeddings: {error}")))?;
        let mut vectors = vec![Vec::new(); expected];
        for Embedding { index, embedding } in data {
            match vectors.get_mut(index) {
                Some(vector) if !embedding.is_empty() => *vector = embedding,
                _ => {
                    return Err(self.wrong(format_args!(
                        "an embedding for text {index} of {expected} is empty or not asked for"
                    )));
                }
            }
        }
        if vectors.iter().any(Vec::is_empty) {
            return Err(self.wrong(format_args!("fewer than {expected} embeddings")));
        }
        Ok(vectors)
    }
}

fn chain(error: &dyn std::error::Error) -> String {
    let mut told = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        told = format!("{told}: {error}");
        source = error.source();
    }
    told
}

impl Encoder for Endpoint {
    fn name(&self) -> &str {
        &self.name
    }

    fn encode(&mut self, cards: &[Comment<'_>]) -> Result<Vec<Vec<f32>>, CliError> {
        let bar = Bar::bytes("embeddings", cards.len() as u64);
        let mut vectors = Vec::with_capacity(cards.len());
        for batch in cards.chunks(BATCH) {
            let texts: Vec<&str> = batch.iter().map(|card| card.text).collect();
            let answer =
                self.runtime.block_on(async { tokio::time::timeout(TIMEOUT, self.post(&texts)).await });
            vectors.extend(answer.map_err(|_| self.wrong("no answer in two minutes"))??);
            bar.at(vectors.len() as u64);
        }
        bar.finish();
        Ok(vectors)
    }
}
