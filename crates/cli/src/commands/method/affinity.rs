use std::path::{Path, PathBuf};

use serde::Serialize;
use ting_methods::affinity::{
    AffinityError, Finding, Islands, Options, Outline, Problem, Voice, islands, review,
};

use crate::{
    document::Document,
    error::CliError,
    output::{Cell, Column as Head, Output, Table, rounded},
    sheet::Sheet,
};

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  ting method affinity examples/methods/affinity.txt                          propose islands
  ting method affinity tree.txt --check                                       check the tree you made of them
  ting method affinity tree.txt --check --voices voices.csv                   and that no voice got lost

FILE has one demanded quality a line. With --check it is a tree: a line belongs to the nearest line above it that is indented
less; lines with nothing below them are demanded qualities, the others names of islands. Blank lines and lines that begin with
# are skipped. Columns of --voices: voice, quality (as in the tree; empty if there is none), discarded (why, if it was left
out); a voice may stand on several lines. With --check the exit status is 1 if something is wrong, 0 if only doubtful.")]
pub struct Affinity {
    /// Text with one demanded quality a line, or a tree; - is standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,

    /// Check a tree instead of proposing islands
    #[arg(long)]
    check: bool,

    /// CSV of what customers said and what became of it
    #[arg(long, value_name = "FILE", requires = "check")]
    voices: Option<PathBuf>,

    /// Labels that an island holds at most
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u16).range(2..=50), conflicts_with = "check")]
    largest: u16,

    /// Mean similarity from which on islands are joined, above 0 to 1
    #[arg(long, default_value_t = 0.1, conflicts_with = "check")]
    similarity: f64,
}

/// The answer to a list, as `--format json` prints it.
#[derive(Debug, Serialize)]
struct Proposal {
    n: usize,
    islands: Vec<Island>,
    alone: Vec<Label>,
    duplicates: Vec<Duplicate>,
}

#[derive(Debug, Serialize)]
struct Island {
    labels: Vec<Label>,
    similarity: f64,
    shared: Vec<String>,
}

#[derive(Debug, Clone, Serialize)]
struct Label {
    line: u64,
    text: String,
}

#[derive(Debug, Serialize)]
struct Duplicate {
    #[serde(flatten)]
    label: Label,
    earlier_line: u64,
}

/// The answer to a tree.
#[derive(Debug, Serialize)]
struct Review {
    valid: bool,
    leaves: usize,
    islands: usize,
    levels: usize,
    findings: Vec<Finding>,
}

pub fn run(output: &Output, command: &Affinity) -> Result<(), CliError> {
    let document = Document::open(&command.file)?;
    if command.check { check(output, command, &document) } else { propose(output, command, &document) }
}

fn propose(output: &Output, command: &Affinity, document: &Document) -> Result<(), CliError> {
    let labels: Vec<Label> =
        document.lines().map(|(line, text)| Label { line, text: text.to_owned() }).collect();
    let texts: Vec<&str> = labels.iter().map(|label| label.text.as_str()).collect();
    let options = Options { largest: usize::from(command.largest), similarity: command.similarity };
    let found = islands(&texts, &options).map_err(|error| match error {
        AffinityError::Options => CliError::usage(format!("--similarity: {error}")),
        AffinityError::Blank { at } => document.wrong(labels[at].line, &error.to_string()),
        AffinityError::Empty => document.wrong(1_u64, &error.to_string()),
        AffinityError::TooMany { .. } => document.refuse(&error.to_string()),
    })?;
    let proposal = proposal(&labels, found);
    output.show(&proposal, || vec![islands_table(&proposal)])
}

fn proposal(labels: &[Label], found: Islands) -> Proposal {
    let label = |at: usize| labels[at].clone();
    let island = |island: ting_methods::affinity::Island| Island {
        labels: island.labels.into_iter().map(label).collect(),
        similarity: island.similarity,
        shared: island.shared,
    };
    let duplicate =
        |(at, earlier): (usize, usize)| Duplicate { label: label(at), earlier_line: labels[earlier].line };
    Proposal {
        n: labels.len(),
        islands: found.islands.into_iter().map(island).collect(),
        alone: found.alone.into_iter().map(label).collect(),
        duplicates: found.duplicates.into_iter().map(duplicate).collect(),
    }
}

fn islands_table(proposal: &Proposal) -> Table {
    let columns = [
        Head::left("island"),
        Head::right("line"),
        Head::text("demanded quality"),
        Head::right("similarity"),
        Head::text("shared"),
    ];
    let mut table = Table::list(&columns, "").foot(format!(
        "{} labels, {} islands, {} alone, {} said twice; a proposal by words: move what means something else, then name the islands",
        proposal.n,
        proposal.islands.len(),
        proposal.alone.len(),
        proposal.duplicates.len()
    ));
    let row = |island: String, label: &Label, similarity: String, shared: String| {
        vec![
            island.into(),
            label.line.to_string().into(),
            label.text.as_str().into(),
            similarity.into(),
            shared.into(),
        ]
    };
    for (number, island) in (1..).zip(&proposal.islands) {
        for (at, label) in island.labels.iter().enumerate() {
            let first = at == 0;
            let similarity = if first { rounded(island.similarity, 2) } else { String::new() };
            let shared = if first { island.shared.join(" ") } else { String::new() };
            table.row(row(number.to_string(), label, similarity, shared));
        }
    }
    for label in &proposal.alone {
        table.row(row("alone".to_owned(), label, String::new(), String::new()));
    }
    for Duplicate { label, earlier_line } in &proposal.duplicates {
        table.row(row("twice".to_owned(), label, String::new(), format!("as line {earlier_line}")));
    }
    table
}

fn check(output: &Output, command: &Affinity, document: &Document) -> Result<(), CliError> {
    let outline = Outline::parse(&document.text)
        .map_err(|error| document.wrong(u64::try_from(error.line()).unwrap_or(1), &error.to_string()))?;
    let voices = command.voices.as_deref().map(read_voices).transpose()?.unwrap_or_default();
    let findings = review(&outline, &voices);
    let nodes = outline.nodes();
    let leaves = nodes.iter().filter(|(_, node)| node.is_leaf()).count();
    let answer = Review {
        valid: !findings.iter().any(|finding| finding.problem.is_wrong()),
        leaves,
        islands: nodes.len() - leaves,
        levels: nodes.iter().map(|(level, _)| *level).max().unwrap_or_default(),
        findings,
    };
    output.show(&answer, || vec![findings_table(&answer)])?;
    if answer.valid { Ok(()) } else { Err(CliError::Told) }
}

fn read_voices(path: &Path) -> Result<Vec<Voice>, CliError> {
    let mut sheet = Sheet::open(path)?;
    let (voice, quality) = (sheet.column("voice")?, sheet.column("quality")?);
    let discarded = sheet.optional_column("discarded");
    let mut voices = Vec::new();
    while let Some(row) = sheet.next_row()? {
        let told = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        voices.push(Voice {
            voice: row.required(voice)?.to_owned(),
            quality: told(row.text(quality)),
            discarded: discarded.and_then(|column| told(row.text(column))),
            line: row.line(),
        });
    }
    sheet.require_rows()?;
    Ok(voices)
}

fn findings_table(answer: &Review) -> Table {
    let columns =
        [Head::left("is"), Head::left("in"), Head::right("line"), Head::text("text"), Head::text("what")];
    let Review { leaves, islands, levels, .. } = answer;
    let mut table = Table::list(&columns, "nothing is wrong or doubtful")
        .foot(format!("{leaves} demanded qualities, {islands} islands, {levels} levels"));
    for finding in &answer.findings {
        let voices = matches!(finding.problem, Problem::VoiceLost | Problem::QualityUnknown);
        table.row(vec![
            if finding.problem.is_wrong() { Cell::bad("wrong") } else { Cell::warning("doubtful") },
            if voices { "voices" } else { "tree" }.into(),
            finding.line.to_string().into(),
            finding.text.as_str().into(),
            explained(finding).into(),
        ]);
    }
    table
}

fn explained(finding: &Finding) -> String {
    let other = finding.other_line.map(|line| format!(" on line {line}")).unwrap_or_default();
    let rule = finding.rule.map(ting_methods::lint::Rule::name).unwrap_or_default();
    match finding.problem {
        Problem::LeafTwice => format!("it stands already{other}"),
        Problem::NameIsLeaf => format!("the island is called like the demanded quality{other}"),
        Problem::VoiceLost => "it leads to no demanded quality and was not discarded".to_owned(),
        Problem::QualityUnknown => "it is no demanded quality of the tree".to_owned(),
        Problem::IslandOfOne => "one label is no island".to_owned(),
        Problem::IslandTooLarge => "more than 7 labels: there may be two islands in it".to_owned(),
        Problem::NoIsland => "it is in no island".to_owned(),
        Problem::TooDeep => "it is on a fourth level".to_owned(),
        Problem::NamePhrasing => format!("the name breaks phrasing rule {rule}"),
    }
}
