//! What the other services publish, turned into cases.

pub mod analysis;
pub mod intake;
pub mod satisfaction;

use ting_chassis::consumer::HandlerError;
use uuid::Uuid;

/// Reads an id of an event; one that is none can never be applied.
fn id(field: &str, raw: &str) -> Result<Uuid, HandlerError> {
    Uuid::try_parse(raw).map_err(|_| HandlerError::Poison(format!("{field} {raw:?} is not an id")))
}

/// Like [`id`], but may be empty.
fn optional_id(field: &str, raw: &str) -> Result<Option<Uuid>, HandlerError> {
    if raw.is_empty() { Ok(None) } else { id(field, raw).map(Some) }
}
