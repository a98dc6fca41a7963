//! SQL, a file a table. Every statement names the workspace, although the walls of the database hold without it.

pub mod alert;
pub mod answer;
pub mod band;
pub mod cell;
pub mod floor;
pub mod latest;

use std::error::Error;

use ting_methods::score::Band;

use crate::domain::{
    cut::{Cut, Dimension},
    metric::Metric,
};

/// A row that the code does not understand: the constraints of the schema keep such rows out.
pub fn corrupt(error: impl Error + Send + Sync + 'static) -> sqlx::Error {
    sqlx::Error::Decode(error.into())
}

#[derive(Debug, thiserror::Error)]
#[error("{0:?} is no known {1}")]
struct UnknownName(String, &'static str);

fn metric(name: &str) -> sqlx::Result<Metric> {
    Metric::parse(name).ok_or_else(|| corrupt(UnknownName(name.to_owned(), "metric")))
}

fn cut(dimension: &str, key: String) -> sqlx::Result<Cut> {
    let known = Dimension::parse(dimension);
    let dimension = known.ok_or_else(|| corrupt(UnknownName(dimension.to_owned(), "dimension")))?;
    Ok(Cut { dimension, key })
}

/// As stored.
pub fn band_name(band: Band) -> &'static str {
    match band {
        Band::Dissatisfied => "dissatisfied",
        Band::Satisfied => "satisfied",
        Band::Delighted => "delighted",
    }
}

fn band(name: &str) -> sqlx::Result<Band> {
    let known = [Band::Dissatisfied, Band::Satisfied, Band::Delighted]
        .into_iter()
        .find(|band| band_name(*band) == name);
    known.ok_or_else(|| corrupt(UnknownName(name.to_owned(), "band")))
}
