//! Checks that several requests share.

use chrono::NaiveDate;
use ting_chassis::input::{Violation, day, enumeration, optional_enumeration, required, token, uuid};
use ting_proto::{satisfaction::v1::DayRange, types::v1 as types};
use uuid::Uuid;

use crate::{
    domain::{
        cut::{Cut, Dimension},
        days::Days,
        metric::Metric,
    },
    wire,
};

pub fn metric(raw: i32) -> Result<Metric, Violation> {
    required("metric", wire::metric(enumeration("metric", raw)?))
}

pub fn dimension(raw: i32) -> Result<Dimension, Violation> {
    required("dimension", wire::dimension(enumeration("dimension", raw)?))
}

/// Like [`dimension`], but unspecified means the whole workspace.
pub fn dimension_or_workspace(raw: i32) -> Result<Dimension, Violation> {
    let known = optional_enumeration::<types::Dimension>("dimension", raw)?;
    Ok(known.and_then(wire::dimension).unwrap_or(Dimension::Workspace))
}

/// A key that `dimension` can have.
pub fn cut(dimension: Dimension, key: &str) -> Result<Cut, Violation> {
    let key = match dimension {
        Dimension::Workspace if key.is_empty() => String::new(),
        Dimension::Workspace => {
            return Err(Violation::new("key", "BAD_KEY", "is not empty, as that of the workspace is"));
        }
        Dimension::Customer => uuid("key", key)?.to_string(),
        Dimension::Touchpoint | Dimension::Channel => token("key", key)?,
    };
    Ok(Cut { dimension, key })
}

/// A range of days with open ends.
pub fn days(raw: Option<DayRange>) -> Result<Days, Violation> {
    let (from, to) = ends(raw)?;
    Days::between(from, to).map_err(|bad| Violation::new("days", "BAD_RANGE", bad.to_string()))
}

/// A range of days with both ends.
pub fn trend_days(raw: Option<DayRange>) -> Result<Days, Violation> {
    let (from, to) = ends(raw)?;
    let (from, to) = (required("days.from", from)?, required("days.to", to)?);
    Days::trend(from, to).map_err(|bad| Violation::new("days", "BAD_RANGE", bad.to_string()))
}

fn ends(raw: Option<DayRange>) -> Result<(Option<NaiveDate>, Option<NaiveDate>), Violation> {
    let DayRange { from, to } = raw.unwrap_or_default();
    Ok((day("days.from", from)?, day("days.to", to)?))
}

/// The id that a page goes on from.
pub fn cursor_id(after: Option<&[String]>) -> Result<Option<Uuid>, Violation> {
    after.map(|cursor| part(cursor, 0)).transpose()
}

/// One part of the place that a page goes on from. Tokens are sealed, so a part that does not read is no token of ours.
pub fn part<T: std::str::FromStr>(cursor: &[String], index: usize) -> Result<T, Violation> {
    let part = cursor.get(index).and_then(|part| part.parse().ok());
    part.ok_or_else(|| Violation::new("page_token", "BAD_PAGE_TOKEN", "is not a token of this query"))
}
