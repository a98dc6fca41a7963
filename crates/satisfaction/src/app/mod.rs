//! Use cases, a file each: check, one transaction, answer.

pub mod apply_answers;
mod ask;
pub mod get_score;
pub mod get_trend;
pub mod list_alerts;
pub mod list_bands;
pub mod list_floors;
pub mod list_scores;
pub mod rebuild_scores;
mod refresh_bands;
pub mod set_floor;
mod watch_floors;

use ting_chassis::{input::PageKey, store::Store};

/// What use cases work with.
#[derive(Debug, Clone)]
pub struct App {
    pub store: Store,
    pub page_key: PageKey,
}
