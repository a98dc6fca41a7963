use std::collections::HashMap;

use serde::Serialize;
use ting_methods::text::{
    Comment,
    duplicates::{self as method, FOLD, SIMILAR},
};

use super::text::{Comments, shown};
use crate::{
    error::CliError,
    output::{Column as Head, Output, Table},
};

/// Pairs that the table shows; the JSON has all.
const PAIRS: usize = 20;

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  ting method duplicates examples/workspace/comments.csv --id external_id
  ting method duplicates comments.csv --text comment --threshold 0.7 --format json

Columns: the one that --text names (what customers wrote; text by default), and the one that --id names (a name for each).
Comments that share nine tenths of their character pieces are one statement; those that share less are shown in pairs.")]
pub struct Duplicates {
    #[command(flatten)]
    comments: Comments,
    /// The least share of pieces in common that makes two comments alike, from 0.6 to 0.9
    #[arg(long, value_name = "SHARE", default_value_t = SIMILAR, value_parser = threshold)]
    threshold: f64,
}

fn threshold(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(share) if (SIMILAR..=FOLD).contains(&share) => Ok(share),
        _ => Err(format!("it must be a number from {SIMILAR} to {FOLD}")),
    }
}

/// The answer, as `--format json` prints it.
#[derive(Debug, Serialize)]
struct Answer {
    #[serde(flatten)]
    found: method::Duplicates,
    comments: usize,
    threshold: f64,
}

pub fn run(output: &Output, command: &Duplicates) -> Result<(), CliError> {
    let said = command.comments.all()?;
    let comments: Vec<Comment<'_>> =
        said.iter().map(|said| Comment { id: said.id.clone(), text: &said.text }).collect();
    let found = method::duplicates(&comments, command.threshold);
    let answer = Answer { found, comments: said.len(), threshold: command.threshold };
    output.show(&answer, || {
        let texts: HashMap<&str, &str> =
            said.iter().map(|said| (said.id.as_str(), said.text.as_str())).collect();
        vec![groups(&answer, &texts), pairs(&answer, &texts)]
    })
}

fn groups(answer: &Answer, texts: &HashMap<&str, &str>) -> Table {
    let heads = [Head::left("keep"), Head::right("repeated"), Head::text("by"), Head::text("text")];
    let folded: usize = answer.found.groups.iter().map(|group| group.folded.len()).sum();
    let mut table = Table::list(&heads, "no comment repeats another")
        .foot(format!("{folded} of {} comments repeat another in nearly the same words", answer.comments));
    for group in &answer.found.groups {
        table.row(vec![
            group.keep.as_str().into(),
            group.folded.len().to_string().into(),
            group.folded.join(" ").into(),
            shown(texts.get(group.keep.as_str()).copied().unwrap_or_default()).into(),
        ]);
    }
    table
}

fn pairs(answer: &Answer, texts: &HashMap<&str, &str>) -> Table {
    let heads = [
        Head::left("a"),
        Head::left("b"),
        Head::right("alike"),
        Head::text("text of a"),
        Head::text("text of b"),
    ];
    let similar = &answer.found.similar;
    let mut table = Table::list(&heads, "no two of the rest are alike");
    for pair in similar.iter().take(PAIRS) {
        let text = |id: &str| shown(texts.get(id).copied().unwrap_or_default());
        table.row(vec![
            pair.a.as_str().into(),
            pair.b.as_str().into(),
            format!("{:.2}", pair.jaccard).into(),
            text(&pair.a).into(),
            text(&pair.b).into(),
        ]);
    }
    if similar.len() > PAIRS {
        table = table.foot(format!("and {} more; --format json has all", similar.len() - PAIRS));
    }
    table
}
