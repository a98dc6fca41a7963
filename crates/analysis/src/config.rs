use std::time::Duration;

use chrono::TimeDelta;
use serde::Deserialize;

use crate::domain::overview::Rules;

/// The service's own settings; `config.default.toml` says what each is for.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    pub first_run_comments: i64,
    pub quiet_ms: i64,
    pub gathered_comments: i64,
    pub auto_refit: bool,
    pub drift_share: f64,
    pub drift_comments: i64,
    pub growth: f64,
    pub patience_ms: i64,
    pub max_run_comments: i64,
    pub poll_ms: u64,
    pub heartbeat_ms: u64,
    pub stale_after_ms: i64,
    pub models_in_memory: usize,
}

impl Config {
    /// When a new run is worth it, and when it may start by itself.
    pub fn rules(&self) -> Rules {
        Rules {
            first_run_comments: self.first_run_comments,
            gathered_comments: self.gathered_comments,
            drift_share: self.drift_share,
            drift_comments: self.drift_comments,
            growth: self.growth,
            quiet: TimeDelta::milliseconds(self.quiet_ms),
            patience: TimeDelta::milliseconds(self.patience_ms),
        }
    }

    pub(crate) fn poll(&self) -> Duration {
        Duration::from_millis(self.poll_ms.max(10))
    }

    pub(crate) fn heartbeat(&self) -> Duration {
        Duration::from_millis(self.heartbeat_ms.max(10))
    }

    pub(crate) fn stale_after(&self) -> TimeDelta {
        TimeDelta::milliseconds(self.stale_after_ms)
    }
}
