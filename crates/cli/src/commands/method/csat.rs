use serde::Serialize;
use ting_methods::score::{Answers, Scale, ScoreError};

use super::score::{Figure, Look, Point, Question, run as run_score};
use crate::{
    error::CliError,
    output::{Cell, Column as Head, Output},
};

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  ting method csat examples/methods/scores.csv --column satisfied
  ting method csat examples/methods/scores.csv --column satisfied --by segment --svg csat.svg
  ting method csat answers.csv --column q2 --scale 1-10 --top 3

The column holds answers to \"how satisfied are you?\", the best answer being the highest. What is empty, no whole number or outside
the scale is counted with its reason and left out; --strict makes it an error.")]
pub struct Csat {
    #[command(flatten)]
    question: Question,

    /// The scale of the answers
    #[arg(long, value_name = "LOW-HIGH", default_value_t = Scale::CSAT)]
    scale: Scale,

    /// How many of the highest answers are satisfied
    #[arg(long, value_name = "ANSWERS", default_value_t = 2)]
    top: usize,
}

/// The score as `--format json` prints it.
#[derive(Debug, Serialize)]
struct Scored {
    #[serde(flatten)]
    point: Point,
    satisfied: u64,
    mean: Option<f64>,
    standard_deviation: Option<f64>,
}

impl Figure for Scored {
    fn point(&self) -> &Point {
        &self.point
    }

    fn cells(&self) -> Vec<Cell> {
        let mean = self.mean.map(|mean| format!("{mean:.2}")).unwrap_or_default();
        vec![self.satisfied.to_string().into(), mean.into()]
    }
}

pub fn run(output: &Output, command: &Csat) -> Result<(), CliError> {
    let look = Look {
        name: "CSAT",
        axis: "percent satisfied",
        interval: "Wilson",
        decimals: 1,
        columns: [Head::right("satisfied"), Head::right("mean")].to_vec(),
    };
    run_score(output, &command.question, command.scale, &look, |answers| score(answers, command.top))
}

fn score(answers: &Answers, top: usize) -> Result<Scored, ScoreError> {
    let Some(found) = answers.csat(top)? else {
        return Ok(Scored { point: Point::none(), satisfied: 0, mean: None, standard_deviation: None });
    };
    Ok(Scored {
        point: Point::new(found.n, found.percent, Some(found.interval)),
        satisfied: found.satisfied,
        mean: Some(found.mean),
        standard_deviation: found.standard_deviation,
    })
}
