use serde::Serialize;
use ting_methods::{
    interval::{Interval, wilson},
    text::{self as method, Language, Tone},
};

use super::text::{Comments, shown};
use crate::{
    error::CliError,
    output::{Cell, Column as Head, Output, Table},
};

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  ting method sentiment examples/workspace/comments.csv --id external_id
  ting method sentiment comments.csv --text comment --format json

Columns: the one that --text names (what customers wrote; text by default), and the one that --id names (a name for each).
Chinese and English are understood; comments in other languages are neutral and counted apart.")]
pub struct Sentiment {
    #[command(flatten)]
    comments: Comments,
}

/// The answer, as `--format json` prints it.
#[derive(Debug, Serialize)]
struct Answer {
    rows: Vec<Row>,
    shares: Vec<Part>,
    /// Comments in a language that is not understood.
    not_understood: u64,
}

#[derive(Debug, Serialize)]
struct Row {
    id: String,
    language: Language,
    #[serde(flatten)]
    sentiment: method::Sentiment,
    #[serde(skip)]
    text: String,
}

/// How many of the comments that were understood have a tone.
#[derive(Debug, Serialize)]
struct Part {
    tone: Tone,
    comments: u64,
    n: u64,
    share: Option<f64>,
    interval: Option<Interval>,
}

pub fn run(output: &Output, command: &Sentiment) -> Result<(), CliError> {
    let mut rows = Vec::new();
    command.comments.each(|said| {
        let method::Judgement { language, sentiment, .. } = method::judge(&said.text);
        rows.push(Row { id: said.id, language, sentiment, text: shown(&said.text) });
        Ok(())
    })?;
    let shares = [Tone::Negative, Tone::Neutral, Tone::Positive].map(|tone| share(&rows, tone)).into();
    let not_understood = count(rows.iter().filter(|row| row.language == Language::Other).count());
    let answer = Answer { rows, shares, not_understood };
    output.show(&answer, || match output.format {
        crate::output::Format::Csv => vec![judged(&answer.rows)],
        _ => vec![judged(&answer.rows), summary(&answer)],
    })
}

fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

#[expect(clippy::cast_precision_loss, reason = "counts of comments stay far below 2^53")]
fn share(rows: &[Row], tone: Tone) -> Part {
    let understood = || rows.iter().filter(|row| row.language != Language::Other);
    let n = count(understood().count());
    let comments = count(understood().filter(|row| row.sentiment.tone == tone).count());
    let share = (n > 0).then(|| comments as f64 / n as f64);
    Part { tone, comments, n, share, interval: wilson(comments, n) }
}

fn word(tone: Tone) -> Cell {
    match tone {
        Tone::Negative => Cell::bad("negative"),
        Tone::Neutral => Cell::new("neutral"),
        Tone::Positive => Cell::good("positive"),
    }
}

fn judged(rows: &[Row]) -> Table {
    let heads = [
        Head::left("id"),
        Head::right("score"),
        Head::left("tone"),
        Head::text("because of"),
        Head::text("text"),
    ];
    let mut table = Table::list(&heads, "");
    for row in rows {
        let words = row.sentiment.words.iter().map(|word| format!("{} {:+.1}", word.word, word.weight));
        table.row(vec![
            row.id.as_str().into(),
            format!("{:+.2}", row.sentiment.score).into(),
            word(row.sentiment.tone),
            words.collect::<Vec<_>>().join(", ").into(),
            Cell::faint(row.text.as_str()),
        ]);
    }
    table
}

fn summary(answer: &Answer) -> Table {
    let heads =
        [Head::left("tone"), Head::right("comments"), Head::right("share"), Head::left("95 % interval")];
    let n = answer.shares.first().map_or(0, |share| share.n);
    let mut table = Table::list(&heads, "").foot(format!(
        "n = {n} comments in Chinese or English; {} in other languages or without words",
        answer.not_understood
    ));
    for share in &answer.shares {
        let percent = |value: f64| format!("{:.0} %", value * 100.0);
        let interval = share
            .interval
            .map(|interval| format!("{:.0} to {:.0} %", interval.lower * 100.0, interval.upper * 100.0));
        table.row(vec![
            word(share.tone),
            share.comments.to_string().into(),
            share.share.map(percent).unwrap_or_default().into(),
            interval.unwrap_or_default().into(),
        ]);
    }
    table
}
