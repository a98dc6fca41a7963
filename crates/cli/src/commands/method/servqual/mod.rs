//! SERVQUAL and other batteries of items that are asked twice.

use std::path::PathBuf;

use serde::Serialize;
use ting_methods::score::Scale;
use ting_methods::servqual::{self as method, Gap};

use super::Input;
use super::excluded::Excluded;
use crate::{
    error::CliError,
    output::{Output, save_picture},
};

mod battery;
mod picture;
mod reading;
mod tables;

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  ting method servqual examples/methods/servqual.csv
  ting method servqual examples/methods/servqual.csv --svg gaps.svg
  ting method servqual branches.csv --battery battery.toml --format json

Columns: E1 to E22 (expected) and P1 to P22 (perceived), one row for each respondent; if you like the points out of 100 that the
respondent gave each dimension: W_tangibles, W_reliability, W_responsiveness, W_assurance, W_empathy, all five or none. What is empty,
no number or outside the scale is counted with its reason and left out with its partner; --strict makes it an error.

Another battery is a TOML file; its columns are E and P followed by the item, and W_ followed by the dimension:
  scale = \"1-5\"
  [[dimensions]]
  name = \"digital\"
  items = [\"app\", \"site\"]")]
pub struct Servqual {
    #[command(flatten)]
    input: Input,

    /// The dimensions and items of another battery than SERVQUAL's 22 items
    #[arg(long, value_name = "TOML")]
    battery: Option<PathBuf>,

    /// The scale of the answers [default: that of the battery, or 1-7]
    #[arg(long, value_name = "LOW-HIGH")]
    scale: Option<Scale>,

    /// Which of the five gaps the file is about: 5 compares what customers expect and perceive
    #[arg(long, value_name = "1-5", default_value_t = 5, value_parser = clap::value_parser!(u8).range(1..=5))]
    gap: u8,

    /// Fail on the first answer that does not count instead of leaving it out
    #[arg(long)]
    strict: bool,

    /// Draw the gaps of dimensions and items with their intervals
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,
}

/// The answer, as `--format json` prints it.
#[derive(Debug, Serialize)]
struct Answer {
    scale: String,
    gap: GapWords,
    #[serde(flatten)]
    found: method::Servqual,
    /// Respondents whose points did not sum up to 100; their shares were taken.
    points_not_100: u64,
    /// Respondents who left out points; only their unweighted gap counts.
    without_points: u64,
    excluded: Excluded,
}

/// Which gap it is, in words.
#[derive(Debug, Serialize)]
struct GapWords {
    number: u8,
    expected: &'static str,
    perceived: &'static str,
    /// The degree of the consistency model that tells of the same loss.
    degree: &'static str,
}

pub fn run(output: &Output, command: &Servqual) -> Result<(), CliError> {
    let battery = battery::read(command.battery.as_deref(), command.scale)?;
    let gap = Gap::numbered(command.gap).unwrap_or(Gap::Perception);
    let reading = reading::read(&command.input.file, battery, command.strict)?;
    let (expected, perceived) = gap.sides();
    let answer = Answer {
        scale: reading.survey.battery().scale.to_string(),
        gap: GapWords { number: gap.number(), expected, perceived, degree: gap.degree() },
        found: reading.survey.result(),
        points_not_100: reading.points_not_100,
        without_points: reading.without_points,
        excluded: reading.excluded,
    };
    if let Some(path) = &command.svg {
        save_picture(path, &picture::draw(&answer))?;
    }
    output.show(&answer, || tables::tables(&answer))
}

/// An item whose name is only a number says so.
fn item_name(item: &str) -> String {
    if item.chars().all(|char| char.is_ascii_digit()) { format!("item {item}") } else { item.to_owned() }
}
