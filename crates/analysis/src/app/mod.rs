//! The use cases: each opens its transaction, or is given one, and keeps the order of locks that the crate's documentation names.

pub mod advise_run;
mod build_themes;
mod classify_feedback;
pub mod execute_run;
mod list_comments;
mod list_runs;
mod list_themes;
mod models;
pub mod rebuild_themes;
mod settle_run;
mod start_run;

use std::sync::Arc;

use ting_chassis::{input::PageKey, store::Store};
use tokio::sync::Notify;

pub use classify_feedback::classify_feedback;
pub use list_comments::list_comments;
pub use list_runs::{get_run, list_runs};
pub use list_themes::{get_theme, list_themes};
pub use start_run::start_run;

use crate::Config;

/// What every use case needs.
#[derive(Clone)]
pub struct App {
    pub(crate) config: Arc<Config>,
    pub(crate) store: Store,
    pub(crate) page_key: PageKey,
    models: Arc<models::Models>,
    /// Rung when there is a run to execute.
    runs: Arc<Notify>,
}

impl App {
    pub(crate) fn new(config: Config, store: Store, page_key: PageKey) -> Self {
        let models = Arc::new(models::Models::new(config.models_in_memory));
        Self { config: Arc::new(config), store, page_key, models, runs: Arc::new(Notify::new()) }
    }
}

/// Runs arithmetic where it keeps no caller waiting. A panic in it goes on here.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(error) => match error.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            // Only when the runtime ends, and then nobody reads the answer.
            Err(_) => std::future::pending().await,
        },
    }
}
