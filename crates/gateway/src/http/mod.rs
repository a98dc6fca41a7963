//! What browsers can ask for, and how they are answered.

mod assets;
mod cookie;
mod events;
mod guard;
mod page;
mod query;
mod sign_in;

use std::sync::Arc;

use axum::{
    Router,
    extract::DefaultBodyLimit,
    http::{StatusCode, header},
    middleware,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use maud::Markup;
use ting_chassis::Clock;
use tokio::sync::Semaphore;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    config::LiveConfig,
    i18n::{Language, Text},
    live::{Bus, Rooms},
    metrics,
    services::Services,
    session::Sessions,
    view,
};

/// Longer bodies than a token needs are refused.
const MAX_BODY_BYTES: usize = 8 * 1024;
/// Pages put together at once; each asks all services.
const PAGES_AT_ONCE: usize = 64;

/// What every request may need.
pub struct Context {
    pub sessions: Arc<Sessions>,
    pub services: Arc<Services>,
    pub rooms: Arc<Rooms>,
    pub bus: Bus,
    pub clock: Clock,
    pub live: LiveConfig,
    /// Empty, or the address that browsers see.
    pub public_url: String,
    pub tracker: TaskTracker,
    pub shutdown: CancellationToken,
    pub pages: Semaphore,
}

impl Context {
    pub fn pages() -> Semaphore {
        Semaphore::new(PAGES_AT_ONCE)
    }

    fn https(&self) -> bool {
        self.public_url.starts_with("https://")
    }
}

/// All routes; whatever the answer, it carries the headers of [`guard`].
pub fn router(context: Arc<Context>) -> Router {
    Router::new()
        .route("/", get(page::show))
        .route("/session", post(sign_in::sign_in).get(sign_in::is_signed_in))
        .route("/session/end", post(sign_in::sign_out))
        .route("/events", get(events::listen))
        .route("/assets/app.js", get(assets::script))
        .route("/assets/app.css", get(assets::style))
        .route("/assets/icon.svg", get(assets::icon))
        .fallback(async |language: Language| refusal(StatusCode::NOT_FOUND, language, Text::NotFound))
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
        .layer(middleware::from_fn_with_state(context.clone(), guard::protect))
        .layer(middleware::from_fn(metrics::measure))
        .with_state(context)
}

fn html(code: StatusCode, page: Markup) -> Response {
    (code, [(header::CONTENT_TYPE, "text/html; charset=utf-8")], page.into_string()).into_response()
}

/// A page that says why there is no other.
fn refusal(code: StatusCode, language: Language, text: Text) -> Response {
    html(code, view::message(language, text))
}
