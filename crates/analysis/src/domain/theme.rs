use chrono::NaiveDate;
use serde::Serialize;
use ting_methods::text::Level;
use uuid::Uuid;

pub const LARGE: i16 = 1;
pub const MIDDLE: i16 = 2;
pub const SMALL: i16 = 3;

/// The number of a level in the contract and the store.
pub fn level_number(level: Level) -> i16 {
    match level {
        Level::Large => LARGE,
        Level::Middle => MIDDLE,
        Level::Small => SMALL,
    }
}

/// A theme of the active run.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Theme {
    pub theme_id: Uuid,
    pub level: i16,
    /// As the model knows it.
    pub model_key: i64,
    pub parent_id: Option<Uuid>,
    pub label: String,
    pub terms: Vec<String>,
    pub size: i64,
    pub negative: i64,
    pub quote_ids: Vec<String>,
    pub quote_texts: Vec<String>,
}

/// What new comments change in a theme.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Growth {
    pub size: i64,
    pub negative: i64,
}

/// Comments of one theme in one week.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WeekCount {
    pub theme_id: Uuid,
    /// The Monday.
    pub week: NaiveDate,
    pub comments: i64,
}
