//! Use cases: what can be done, each in one transaction.

mod acknowledge_case;
mod assign_case;
mod change_case;
mod close_case;
mod create_endpoint;
mod delete_endpoint;
mod get_case;
mod list_cases;
mod list_endpoints;
mod list_notifications;
mod open_cases;
mod queue_notifications;
mod record_attempt;
mod reopen_case;
mod resolve_case;
mod view;

use std::sync::Arc;

use ting_chassis::{
    fault::RequestError,
    input::{PageKey, Violation, uuid},
    store::Store,
};
use tokio::sync::Notify;
use uuid::Uuid;

pub use acknowledge_case::acknowledge_case;
pub use assign_case::assign_case;
pub use close_case::close_case;
pub use create_endpoint::create_endpoint;
pub use delete_endpoint::delete_endpoint;
pub use get_case::get_case;
pub use list_cases::list_cases;
pub use list_endpoints::list_endpoints;
pub use list_notifications::list_notifications;
pub use open_cases::open_cases;
pub use record_attempt::{Made, record_attempt, record_refusal};
pub use reopen_case::reopen_case;
pub use resolve_case::resolve_case;

use crate::domain::address::Networks;

/// Notes and resolutions.
const MAX_NOTE_CHARS: usize = 2000;
const MAX_NOTE_BYTES: usize = 4 * MAX_NOTE_CHARS;

/// What the use cases work with.
pub struct App {
    pub store: Store,
    pub page_key: PageKey,
    pub networks: Arc<Networks>,
    /// Whether there is a server that takes e-mail.
    pub has_mail: bool,
    /// Rung when there is something to send.
    pub wake: Arc<Notify>,
}

/// Reads the cursor of a list that is ordered by id.
fn before(after: Option<&Vec<String>>) -> Result<Option<Uuid>, Violation> {
    after.and_then(|cursor| cursor.first()).map(|id| uuid("page_token", id)).transpose()
}

/// Reads an id that a filter may leave out.
fn optional_uuid(field: &str, raw: &str) -> Result<Option<Uuid>, Violation> {
    if raw.is_empty() { Ok(None) } else { uuid(field, raw).map(Some) }
}

fn case_not_found() -> RequestError {
    RequestError::not_found("CASE_NOT_FOUND", "there is no such case")
}
