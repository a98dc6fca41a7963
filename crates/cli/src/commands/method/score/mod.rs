//! What `nps`, `csat` and `ces` share: one question, answered on a declared scale, scored for all and by group.

use std::path::PathBuf;

use serde::Serialize;
use ting_methods::score::{Answers, Interval, Scale, ScoreError};

use super::Input;
use super::excluded::Excluded;
use crate::{
    error::CliError,
    output::{Cell, Column as Head, Output, save_picture},
};

mod picture;
mod reading;
mod tables;

/// Below so many answers a score shows a direction and no more.
const DIRECTIONAL: u64 = 30;

/// Which question of which file.
#[derive(Debug, clap::Args)]
pub struct Question {
    #[command(flatten)]
    input: Input,

    /// Column with the answers
    #[arg(long, value_name = "COLUMN")]
    column: String,

    /// Column whose values are groups, such as a segment or a branch
    #[arg(long, value_name = "COLUMN")]
    by: Option<String>,

    /// Fail on the first answer that does not count instead of leaving it out
    #[arg(long)]
    strict: bool,

    /// Draw the scores with their intervals
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,
}

/// How the scores of a method look.
pub struct Look {
    /// What it is called.
    pub name: &'static str,
    /// What its number is.
    pub axis: &'static str,
    /// What its interval is.
    pub interval: &'static str,
    pub decimals: usize,
    /// Columns beside score, interval and n.
    pub columns: Vec<Head>,
}

/// What every score has. Values that do not exist are none.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Point {
    pub n: u64,
    pub score: Option<f64>,
    pub low: Option<f64>,
    pub high: Option<f64>,
}

impl Point {
    pub fn new(n: u64, score: f64, interval: Option<Interval>) -> Self {
        let (low, high) = (interval.map(|found| found.lower), interval.map(|found| found.upper));
        Self { n, score: Some(score), low, high }
    }

    /// Nobody answered.
    pub fn none() -> Self {
        Self { n: 0, score: None, low: None, high: None }
    }
}

/// The score of one method.
pub trait Figure: Serialize {
    fn point(&self) -> &Point;

    /// For the columns of [`Look`].
    fn cells(&self) -> Vec<Cell>;
}

/// The answer, as `--format json` prints it.
#[derive(Debug, Serialize)]
struct Answer<F> {
    column: String,
    scale: String,
    interval: &'static str,
    #[serde(flatten)]
    all: F,
    /// From the lowest answer of the scale to the highest.
    distribution: Vec<u64>,
    excluded: Excluded,
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    groups: Option<Vec<Group<F>>>,
}

#[derive(Debug, Serialize)]
struct Group<F> {
    #[serde(rename = "group")]
    name: String,
    #[serde(flatten)]
    figure: F,
    excluded: u64,
    /// Fewer than 30 answers: too few to rely on.
    directional: bool,
}

/// Reads the file and shows its scores.
pub fn run<F: Figure>(
    output: &Output,
    question: &Question,
    scale: Scale,
    look: &Look,
    score: impl Fn(&Answers) -> Result<F, ScoreError>,
) -> Result<(), CliError> {
    // A scale that the score does not have is told before a long file is read.
    let score = |answers: &Answers| score(answers).map_err(|error| CliError::usage(error.to_string()));
    score(&Answers::new(scale))?;
    let reading = reading::read(question, scale)?;
    let mut groups = Vec::with_capacity(reading.groups.len());
    for (name, found) in reading.groups.sorted() {
        let figure = score(&found.answers)?;
        let directional = figure.point().n < DIRECTIONAL;
        groups.push(Group { name, figure, excluded: found.excluded, directional });
    }
    sort(&mut groups);
    let answer = Answer {
        column: reading.column,
        scale: scale.to_string(),
        interval: look.interval,
        all: score(&reading.all)?,
        distribution: reading.all.counts().to_vec(),
        excluded: reading.excluded,
        groups: reading.by.is_some().then_some(groups),
        by: reading.by,
    };
    if let Some(path) = &question.svg {
        save_picture(path, &picture::draw(&answer, look))?;
    }
    output.show(&answer, || tables::tables(&answer, look))
}

/// The highest score first, equal ones in the order of their names, which they come in; groups without a score last.
fn sort<F: Figure>(groups: &mut [Group<F>]) {
    let score = |group: &Group<F>| group.figure.point().score.unwrap_or(f64::NEG_INFINITY);
    groups.sort_by(|a, b| score(b).total_cmp(&score(a)));
}
