use clap::ValueEnum;
use serde::Serialize;
use ting_methods::score::{Answers, Scale, ScoreError};

use super::score::{Figure, Look, Point, Question, run as run_score};
use crate::{
    error::CliError,
    output::{Cell, Column as Head, Output},
};

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  ting method nps examples/methods/scores.csv --column recommend
  ting method nps examples/methods/scores.csv --column recommend --by segment --svg nps.svg
  ting method nps answers.csv --column q1 --interval wald --format json

The column holds answers to \"how likely are you to recommend us?\" from 0 (not at all) to 10. What is empty, no whole number or
outside the scale is counted with its reason and left out; --strict makes it an error.")]
pub struct Nps {
    #[command(flatten)]
    question: Question,

    /// The scale of the answers: 0-10, or 1-10 where the questionnaire has no 0
    #[arg(long, value_name = "LOW-HIGH", default_value_t = Scale::NPS)]
    scale: Scale,

    /// Which interval
    #[arg(long, value_enum, default_value_t)]
    interval: Kind,
}

#[derive(Debug, Clone, Copy, Default, ValueEnum)]
enum Kind {
    /// Adjusted Wald: holds its 95 % with few answers, too
    #[default]
    Adjusted,
    /// Plain Wald: usual elsewhere, too narrow with few answers
    Wald,
}

/// The score as `--format json` prints it.
#[derive(Debug, Serialize)]
struct Scored {
    #[serde(flatten)]
    point: Point,
    promoters: u64,
    passives: u64,
    detractors: u64,
    standard_error: Option<f64>,
}

impl Figure for Scored {
    fn point(&self) -> &Point {
        &self.point
    }

    fn cells(&self) -> Vec<Cell> {
        [self.promoters, self.passives, self.detractors].map(|count| count.to_string().into()).to_vec()
    }
}

pub fn run(output: &Output, command: &Nps) -> Result<(), CliError> {
    let look = Look {
        name: "NPS",
        axis: "Net Promoter Score",
        interval: match command.interval {
            Kind::Adjusted => "adjusted Wald",
            Kind::Wald => "Wald",
        },
        decimals: 1,
        columns: [Head::right("promoters"), Head::right("passives"), Head::right("detractors")].to_vec(),
    };
    run_score(output, &command.question, command.scale, &look, |answers| score(answers, command.interval))
}

fn score(answers: &Answers, kind: Kind) -> Result<Scored, ScoreError> {
    let Some(found) = answers.nps()? else {
        let point = Point::none();
        return Ok(Scored { point, promoters: 0, passives: 0, detractors: 0, standard_error: None });
    };
    let interval = match kind {
        Kind::Adjusted => found.adjusted_wald,
        Kind::Wald => found.wald,
    };
    Ok(Scored {
        point: Point::new(found.n, found.value, Some(interval)),
        promoters: found.promoters,
        passives: found.passives,
        detractors: found.detractors,
        standard_error: Some(found.standard_error),
    })
}
