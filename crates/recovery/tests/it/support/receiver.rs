use std::{
    collections::VecDeque,
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::State,
    http::{HeaderMap, Response},
};
use ting_testkit::eventually;
use tokio::{net::TcpListener, sync::Notify};

use super::spawn;

/// What the receiver does with a request.
#[derive(Clone)]
pub enum Answer {
    Status(u16),
    With(u16, &'static str, String),
    /// Answers 200 once it is told to.
    Held(Arc<Notify>),
    /// Answers 200 with a body of so many bytes.
    Long(usize),
    /// Answers 200 with a body that never ends and never comes.
    Endless,
}

/// A request that came.
#[derive(Clone)]
pub struct Received {
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Received {
    pub fn header(&self, name: &str) -> &str {
        self.headers[name].to_str().unwrap()
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

#[derive(Default)]
struct Shared {
    script: Mutex<VecDeque<Answer>>,
    received: Mutex<Vec<Received>>,
}

/// Somebody who receives webhooks and answers by a script; 200 when it is over.
pub struct Receiver {
    pub address: SocketAddr,
    shared: Arc<Shared>,
}

impl Receiver {
    pub async fn start(script: impl IntoIterator<Item = Answer>) -> Self {
        let shared =
            Arc::new(Shared { script: Mutex::new(script.into_iter().collect()), ..Shared::default() });
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = Router::new().fallback(receive).with_state(shared.clone());
        spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { address, shared }
    }

    pub fn url(&self) -> String {
        format!("http://{}/hook", self.address)
    }

    /// What has come so far.
    pub fn received(&self) -> Vec<Received> {
        self.shared.received.lock().unwrap().clone()
    }

    /// Waits for the `count`th request and gives all.
    pub async fn wait(&self, count: usize) -> Vec<Received> {
        eventually(async || {
            let received = self.received();
            if received.len() >= count {
                Ok(received)
            } else {
                Err(format!("{} requests, not {count}", received.len()))
            }
        })
        .await
    }
}

async fn receive(State(shared): State<Arc<Shared>>, headers: HeaderMap, body: Bytes) -> Response<Body> {
    shared.received.lock().unwrap().push(Received { headers, body });
    let answer = shared.script.lock().unwrap().pop_front().unwrap_or(Answer::Status(200));
    let respond = |status: u16, body: Body| Response::builder().status(status).body(body).unwrap();
    match answer {
        Answer::Status(status) => respond(status, Body::empty()),
        Answer::With(status, name, value) => {
            Response::builder().status(status).header(name, value).body(Body::empty()).unwrap()
        }
        Answer::Held(notify) => {
            notify.notified().await;
            respond(200, Body::empty())
        }
        Answer::Long(bytes) => respond(200, Body::from(vec![b'x'; bytes])),
        Answer::Endless => {
            let never = futures::stream::pending::<Result<Bytes, std::io::Error>>();
            respond(200, Body::from_stream(never))
        }
    }
}

/// A listener that only counts who comes.
pub async fn count_connections() -> (SocketAddr, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (address, count) = (listener.local_addr().unwrap(), Arc::new(AtomicUsize::new(0)));
    let counter = count.clone();
    spawn(async move {
        while listener.accept().await.is_ok() {
            counter.fetch_add(1, Ordering::SeqCst);
        }
    });
    (address, count)
}
