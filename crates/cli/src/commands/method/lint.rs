use std::{collections::BTreeSet, path::PathBuf};

use serde::Serialize;
use ting_methods::lint::{self as method, Rule, Warning, lint};

use crate::{
    document::Document,
    error::CliError,
    output::{Cell, Column as Head, Output, Table},
};

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  ting method lint examples/methods/lint.txt
  ting method lint demanded.txt --more --format json

FILE is text in UTF-8 with one demanded quality a line, Chinese or English; blank lines and lines that begin with # are
skipped. Warnings never refuse anything: the exit status is 0 with them as well.")]
pub struct Lint {
    /// Text with one demanded quality a line; - is standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,

    /// Also warn of what is bad in requirements of any kind: comparisons without a base, all and any, open ends, ways out,
    /// what is undecided
    #[arg(long)]
    more: bool,
}

/// The answer, as `--format json` prints it.
#[derive(Debug, Serialize)]
struct Answer {
    lines: Vec<Found>,
    /// Warnings of each rule.
    counts: Vec<Count>,
}

#[derive(Debug, Serialize)]
struct Found {
    line: u64,
    #[serde(flatten)]
    result: method::Line,
}

#[derive(Debug, Serialize)]
struct Count {
    rule: Rule,
    warnings: usize,
}

pub fn run(output: &Output, command: &Lint) -> Result<(), CliError> {
    let document = Document::open(&command.file)?;
    let lines = document.lines().map(|(line, text)| Found { line, result: lint(text, command.more) });
    let lines: Vec<Found> = lines.collect();
    if lines.is_empty() {
        return Err(document.wrong(1_u64, "there are no demanded qualities in it"));
    }
    let count = |rule| Count { rule, warnings: all(&lines).filter(|warning| warning.rule == rule).count() };
    let counts = Rule::ALL.into_iter().filter(|rule| command.more || rule.is_core()).map(count).collect();
    let answer = Answer { lines, counts };
    output.show(&answer, || vec![table(&answer.lines), remedies(&answer.lines)])
}

fn all(lines: &[Found]) -> impl Iterator<Item = &Warning> {
    lines.iter().flat_map(|line| &line.result.warnings)
}

fn table(lines: &[Found]) -> Table {
    let columns = [Head::right("line"), Head::left("rule"), Head::text("phrase"), Head::text("warning")];
    let broken = lines.iter().filter(|line| !line.result.warnings.is_empty()).count();
    let mut table = Table::list(&columns, "no warnings").foot(format!(
        "{} warnings in {broken} of {} phrases; [ ] marks the place, ? is to be thought about",
        all(lines).count(),
        lines.len()
    ));
    for line in lines {
        for warning in &line.result.warnings {
            let rule = format!("{}{}", warning.rule.name(), if warning.review { "?" } else { "" });
            table.row(vec![
                line.line.to_string().into(),
                if warning.review { Cell::faint(rule) } else { Cell::warning(rule) },
                marked(&line.result.text, warning).into(),
                warning.message.as_str().into(),
            ]);
        }
    }
    table
}

/// What to do, once for each rule and suggestion.
fn remedies(lines: &[Found]) -> Table {
    let mut table = Table::list(&[Head::left("rule"), Head::text("what to do")], "");
    let told = all(lines).map(|warning| (warning.rule, warning.suggestion.as_str()));
    for (rule, suggestion) in told.collect::<BTreeSet<_>>() {
        table.row(vec![rule.name().into(), suggestion.into()]);
    }
    table
}

/// The phrase with the place in brackets, or as it is when the place is all of it.
fn marked(text: &str, warning: &Warning) -> String {
    let chars: Vec<char> = text.chars().collect();
    let part =
        |from: usize, to: usize| chars[from.min(chars.len())..to.min(chars.len())].iter().collect::<String>();
    if warning.start == 0 && warning.end == chars.len() {
        return text.to_owned();
    }
    let (before, hit) = (part(0, warning.start), part(warning.start, warning.end));
    format!("{before}[{hit}]{}", part(warning.end, chars.len()))
}
