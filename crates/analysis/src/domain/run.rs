use chrono::{DateTime, Utc};
use uuid::Uuid;

/// Of the theme method; raised when the same comments and seed would give other themes.
pub const METHOD_VERSION: &str = "themes-1";

/// Fewer comments make no themes worth the name.
pub const FEWEST_COMMENTS: i64 = 30;

/// After so many broken beginnings a run is given up.
pub const MOST_TRIES: i32 = 3;

/// Why a run was started.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    Asked,
    First,
    Drift,
}

impl Cause {
    pub fn name(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::First => "first",
            Self::Drift => "drift",
        }
    }
}

/// One execution of the theme method.
#[derive(Debug, Clone)]
pub struct Run {
    pub run_id: Uuid,
    /// `running`, `finished`, `failed`.
    pub state: String,
    pub cause: String,
    pub version: String,
    pub seed: i64,
    pub progress: f64,
    pub comments: i64,
    pub themes: i64,
    pub parked: i64,
    pub started_at: DateTime<Utc>,
    pub finished_at: Option<DateTime<Utc>>,
    pub error: String,
}

impl Run {
    /// A run that nobody has begun yet.
    pub fn new(run_id: Uuid, cause: Cause, seed: i64, now: DateTime<Utc>) -> Self {
        Self {
            run_id,
            state: "running".to_owned(),
            cause: cause.name().to_owned(),
            version: METHOD_VERSION.to_owned(),
            seed,
            progress: 0.0,
            comments: 0,
            themes: 0,
            parked: 0,
            started_at: now,
            finished_at: None,
            error: String::new(),
        }
    }
}
