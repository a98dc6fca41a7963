//! Where notifications go.

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use super::words;

/// Endpoints of one workspace, at most.
pub const MAX_ENDPOINTS: i64 = 50;

/// An endpoint that has only failed for so long is switched off.
pub const PATIENCE: TimeDelta = TimeDelta::hours(120);

words! {
    /// How an endpoint is reached.
    EndpointKind {
        Webhook = "webhook",
        Email = "email",
    }
}

/// Where notifications go; the secret is not part of what is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    pub id: Uuid,
    pub kind: EndpointKind,
    pub target: String,
    pub enabled: bool,
    pub created_at: DateTime<Utc>,
}
