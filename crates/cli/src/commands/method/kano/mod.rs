use std::path::PathBuf;

use clap::ValueEnum;
use serde::Serialize;
use ting_methods::kano::{
    self as method, Findings, Options, Study, Table, picture_of_coefficients, picture_of_means,
};

use super::Input;
use crate::{
    error::CliError,
    output::{Output, save_picture},
    sheet::Sheet,
};

mod evaluation;
mod read;
mod tables;

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  ting method kano examples/methods/kano.csv
  ting method kano survey.csv --by segment --rule near-tie
  ting method kano survey.csv --svg plane.svg
  ting method kano survey.csv --svg means.svg --picture continuous --cut means
  ting method kano survey.csv --table my-table.csv --format json

Columns: respondent, requirement, functional, dysfunctional (1 like, 2 must be, 3 neutral, 4 can live with, 5 dislike; with
--table short3 1 like, 2 neutral, 3 dislike); if you like importance (0 to 10; the published scale is 1 to 9) and a column to
split by, such as segment. A pair with an empty half is dropped and counted.

A table of your own is a CSV with the header functional,1,2,3,4,5 (or functional,1,2,3) and a row for each functional answer;
columns are dysfunctional answers, cells are M O A I R Q.")]
pub struct Kano {
    #[command(flatten)]
    input: Input,

    /// Split by a column, such as segment
    #[arg(long, value_name = "COLUMN")]
    by: Option<String>,

    /// Evaluation table: standard, pouliot, short3, or a file with your own
    #[arg(long, value_name = "TABLE", default_value = "standard")]
    table: String,

    /// Rule that decides the category
    #[arg(long, value_enum, default_value_t)]
    rule: Rule,

    /// Where quadrants are cut: in the middle of the scale, or at the means of the requirements
    #[arg(long, value_enum, default_value_t)]
    cut: Cut,

    /// Lead, as a share of answers, up to which the rule near-tie sees a tie
    #[arg(long, value_name = "SHARE", default_value_t = 0.06, value_parser = share)]
    near_tie: f64,

    /// Share of contradictory answers above which a question counts as misunderstood
    #[arg(long, value_name = "SHARE", default_value_t = 0.10, value_parser = share)]
    questionable: f64,

    /// Draw a picture
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,

    /// Which picture
    #[arg(long, value_enum, default_value_t)]
    picture: Picture,
}

#[derive(Debug, Clone, Copy, Default, ValueEnum)]
enum Rule {
    // The most frequent category.
    #[default]
    Mode,
    // As mode, but of two that are near each other the graver one.
    NearTie,
    // First whether it matters at all, then the most frequent.
    Blauth,
}

#[derive(Debug, Clone, Copy, Default, ValueEnum)]
enum Cut {
    // 0.5 for Better and Worse, 2 for the means of the answers.
    #[default]
    Middle,
    // The mean over all requirements shown.
    Means,
}

#[derive(Debug, Clone, Copy, Default, ValueEnum)]
enum Picture {
    // Better over Worse.
    #[default]
    BetterWorse,
    // Means of the answers as numbers, sized by importance.
    Continuous,
}

/// The answer, as `--format json` prints it.
#[derive(Debug, Serialize)]
struct Answer {
    table: Table,
    rule: method::Rule,
    by: Option<String>,
    #[serde(flatten)]
    findings: Findings,
}

pub fn run(output: &Output, command: &Kano) -> Result<(), CliError> {
    let table = evaluation::table(&command.table)?;
    let mut sheet = Sheet::open(&command.input.file)?;
    let mut study = Study::new(table);
    read::answers(&mut sheet, &mut study, command.by.as_deref())?;
    let options = command.options();
    let findings = study.findings(&options);
    if let Some(path) = &command.svg {
        let svg = match command.picture {
            Picture::BetterWorse => picture_of_coefficients(&findings),
            Picture::Continuous => picture_of_means(&findings),
        };
        save_picture(path, &svg)?;
    }
    let answer =
        Answer { table: study.table().clone(), rule: options.rule, by: command.by.clone(), findings };
    output.show(&answer, || tables::tables(&answer.findings, answer.by.is_some()))
}

impl Kano {
    fn options(&self) -> Options {
        Options {
            rule: match self.rule {
                Rule::Mode => method::Rule::Mode,
                Rule::NearTie => method::Rule::NearTie,
                Rule::Blauth => method::Rule::Blauth,
            },
            cut: match self.cut {
                Cut::Middle => method::Cut::Middle,
                Cut::Means => method::Cut::Means,
            },
            near_tie: self.near_tie,
            questionable: self.questionable,
            ..Options::default()
        }
    }
}

fn share(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(share) if (0.0..=1.0).contains(&share) => Ok(share),
        _ => Err("a share is a number from 0 to 1".to_owned()),
    }
}
