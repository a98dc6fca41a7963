use serde::Serialize;
use ting_methods::forecast::{Delphi, Round, delphi_picture};

use super::{Forecast, values};
use crate::{
    error::CliError,
    output::{Cell, Column as Head, Output, Table, save_picture},
    sheet::Sheet,
};

/// The answer, as `--format json` prints it.
#[derive(Debug, Serialize)]
struct Answer {
    method: &'static str,
    /// Quartile range by median up to which experts agree.
    limit: f64,
    /// The first round in which they do.
    consensus_round: Option<i64>,
    rounds: Vec<Round>,
}

pub fn run(output: &Output, command: &Forecast) -> Result<(), CliError> {
    let rounds = read(command)?.rounds(command.consensus);
    if let Some(path) = &command.svg {
        save_picture(path, &delphi_picture(&rounds))?;
    }
    let consensus_round = rounds.iter().find(|round| round.consensus == Some(true)).map(|round| round.round);
    let answer = Answer { method: "delphi", limit: command.consensus, consensus_round, rounds };
    output.show(&answer, || vec![table(&answer)])
}

fn read(command: &Forecast) -> Result<Delphi, CliError> {
    let mut sheet = Sheet::open(&command.input.file)?;
    let round = sheet.column("round")?;
    let estimate = match (&command.column, sheet.optional_column("estimate")) {
        (None, Some(column)) => column,
        (named, _) => values(&sheet, named.as_deref(), Some(round))?,
    };
    let mut delphi = Delphi::new();
    while let Some(row) = sheet.next_row()? {
        let number = row.whole(round, &(1..=1000), "a round")?;
        let value = row.number(estimate)?;
        if !delphi.push(number, value) {
            return Err(row.wrong(estimate, format_args!("{value} is no number between −1e150 and 1e150")));
        }
    }
    sheet.require_rows()?;
    Ok(delphi)
}

fn table(answer: &Answer) -> Table {
    let heads = [
        Head::right("round"),
        Head::right("n"),
        Head::right("median"),
        Head::right("quartiles"),
        Head::right("range"),
        Head::right("iqr / median"),
        Head::left("the experts"),
    ];
    let limit = answer.limit;
    let end = match answer.consensus_round {
        Some(round) => format!("they agree from round {round} on: stop there, and take its median"),
        None => "they do not agree yet: tell them median and quartiles, and ask again".to_owned(),
    };
    let mut table = Table::list(&heads, "")
        .foot(format!("agreed when the quartile range is at most {limit} of the median; {end}"));
    for round in &answer.rounds {
        let told = match round.consensus {
            Some(true) => Cell::good("agree"),
            Some(false) => Cell::warning("do not agree"),
            None if round.n == 1 => Cell::faint("are one only"),
            None => Cell::faint("cannot be judged around 0"),
        };
        table.row(vec![
            round.round.to_string().into(),
            round.n.to_string().into(),
            round.median.to_string().into(),
            format!("{} to {}", round.lower_quartile, round.upper_quartile).into(),
            format!("{} to {}", round.lowest, round.highest).into(),
            round.ratio.map(|ratio| format!("{ratio:.3}")).unwrap_or_default().into(),
            told,
        ]);
    }
    table
}
