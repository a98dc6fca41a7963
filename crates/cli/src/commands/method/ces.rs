use serde::Serialize;
use ting_methods::score::{Answers, Scale, ScoreError};

use super::score::{Figure, Look, Point, Question, run as run_score};
use crate::{
    error::CliError,
    output::{Cell, Column as Head, Output},
};

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  ting method ces examples/methods/scores.csv --column easy
  ting method ces examples/methods/scores.csv --column easy --by segment --svg ces.svg
  ting method ces answers.csv --column q3 --scale 1-5

The column holds answers to \"how easy was it?\" from 1 (very hard) to 7 (very easy). What is empty, no whole number or outside the
scale is counted with its reason and left out; --strict makes it an error.")]
pub struct Ces {
    #[command(flatten)]
    question: Question,

    /// The scale of the answers, its highest the easiest
    #[arg(long, value_name = "LOW-HIGH", default_value_t = Scale::CES)]
    scale: Scale,
}

/// The score as `--format json` prints it.
#[derive(Debug, Serialize)]
struct Scored {
    #[serde(flatten)]
    point: Point,
    standard_deviation: Option<f64>,
    easy_percent: Option<f64>,
    /// Why there is no interval.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
}

impl Figure for Scored {
    fn point(&self) -> &Point {
        &self.point
    }

    fn cells(&self) -> Vec<Cell> {
        let decimal = |value: Option<f64>, decimals: usize| {
            value.map(|value| format!("{value:.decimals$}")).unwrap_or_default()
        };
        vec![decimal(self.standard_deviation, 2).into(), decimal(self.easy_percent, 1).into()]
    }
}

pub fn run(output: &Output, command: &Ces) -> Result<(), CliError> {
    let look = Look {
        name: "CES",
        axis: "mean effort, higher is easier",
        interval: "Student's t",
        decimals: 2,
        columns: [Head::right("deviation"), Head::right("% easy")].to_vec(),
    };
    run_score(output, &command.question, command.scale, &look, score)
}

// The same shape as its neighbours, whose scores need more of the scale.
#[expect(clippy::unnecessary_wraps, reason = "what the shared run takes")]
fn score(answers: &Answers) -> Result<Scored, ScoreError> {
    let Some(found) = answers.ces() else {
        let reason = Some("there are no answers");
        return Ok(Scored { point: Point::none(), standard_deviation: None, easy_percent: None, reason });
    };
    Ok(Scored {
        point: Point::new(found.n, found.mean, found.interval),
        standard_deviation: found.standard_deviation,
        easy_percent: Some(found.easy_percent),
        reason: found.interval.is_none().then_some("one answer says nothing of the spread"),
    })
}
