use std::path::PathBuf;

use serde::Serialize;
use ting_methods::text::{
    self as method, Assignment, Comment, Correction, Diff, FitOptions, Fitted, Guidance, LanguageCounts,
    Previous, Record, Theme, duplicates::Group,
};

use super::text::{
    Comments, Encoder, EncoderOptions, Said, Sample, Unused, previous, read_corrections, unused,
};
use crate::{error::CliError, output::Output, progress::Bar};

mod wall;

/// Cards that are placed at once.
const PIECE: usize = 8192;

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  ting method themes examples/workspace/comments.csv --id external_id
  ting method themes comments.csv --text comment --id number --save themes.ting
  ting method themes comments.csv --id number --previous themes.ting --corrections decisions.jsonl --preview
  ting method themes comments.csv --format json > themes.json

Columns: the one that --text names (what customers wrote; text by default), and the one that --id names (a name for each).
A long comment about several things becomes several cards, ID#1, ID#2, …; a card has one theme or is parked.")]
pub struct Themes {
    #[command(flatten)]
    comments: Comments,
    /// How fine the middle themes are: 0.5 gives fewer and larger ones, 4 many small ones
    #[arg(long, value_name = "NUMBER", default_value_t = 1.0, value_parser = resolution)]
    resolution: f64,
    /// Chance hangs on it: the same seed and file give the same themes
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    seed: u64,
    /// Levels shown in the table: 1 large themes only, 2 middle ones below them, 3 small ones too
    #[arg(long, value_name = "LEVEL", default_value_t = 2, value_parser = clap::value_parser!(u8).range(1..=3))]
    level: u8,
    /// Comments that are fitted at most; the others are placed by what was learnt from these
    #[arg(long, value_name = "NUMBER", default_value_t = 100_000, value_parser = sample_size)]
    sample: usize,
    /// Decisions of people, one JSON object a line
    #[arg(long, value_name = "FILE")]
    corrections: Option<PathBuf>,
    /// An earlier result (JSON) or model whose themes keep their ids and names
    #[arg(long, value_name = "FILE")]
    previous: Option<PathBuf>,
    /// Only tell what would change from the earlier result
    #[arg(long, requires = "previous", conflicts_with = "save")]
    preview: bool,
    /// Write what places new comments later: see `ting method assign`
    #[arg(long, value_name = "MODEL")]
    save: Option<PathBuf>,
    #[command(flatten)]
    encoder: EncoderOptions,
}

fn resolution(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(number) if (0.01..=100.0).contains(&number) => Ok(number),
        _ => Err("it must be a number from 0.01 to 100".to_owned()),
    }
}

fn sample_size(text: &str) -> Result<usize, String> {
    match text.parse::<usize>() {
        Ok(number) if number >= 100 => Ok(number),
        _ => Err("it must be a whole number of 100 or more".to_owned()),
    }
}

/// The answer, as `--format json` prints it.
#[derive(Debug, Serialize)]
struct Answer {
    themes: Vec<Theme>,
    assignments: Vec<Assignment>,
    parked: usize,
    duplicates: Vec<Group>,
    language: LanguageCounts,
    seed: u64,
    version: u16,
    resolution: f64,
    comments: usize,
    /// Comments that were fitted; the others were placed.
    fitted: usize,
    encoder: Option<String>,
    corrections: usize,
    unused_corrections: Vec<Unused>,
    diff: Option<Diff>,
    /// The themes of the earlier result, for those that end.
    #[serde(skip)]
    before: Vec<Theme>,
}

pub fn run(output: &Output, command: &Themes) -> Result<(), CliError> {
    let corrections = command.corrections.as_deref().map(read_corrections).transpose()?.unwrap_or_default();
    let before = command.previous.as_deref().map(previous).transpose()?;
    let mut encoder = command.encoder.open()?;
    let sample = Sample::read(&command.comments, command.sample, command.seed, &corrections)?;
    let cards = cards(&sample.comments);
    let unused = unused(&corrections, before.as_ref(), cards.iter().map(|card| card.id.as_str()))?;
    let vectors = encoder.as_mut().map(|encoder| encoder.encode(&cards)).transpose()?;
    let mut fitted =
        fit(command, &cards, &corrections, before.as_ref(), encoder.as_deref().zip(vectors.as_deref()))?;
    let (all, drawn) = (sample.all, sample.comments.len());
    if sample.is_part() {
        let known: std::collections::HashSet<String> =
            sample.comments.iter().map(|said| said.id.clone()).collect();
        place_others(&command.comments, &known, encoder.as_deref_mut(), &mut fitted)?;
    }
    if let Some(path) = &command.save {
        save(path, &fitted, corrections.len())?;
    }
    let mut answer = answer(command, fitted, &corrections, unused, (all, drawn), encoder.as_deref());
    answer.before = before.map(|before| before.themes).unwrap_or_default();
    output.show(&answer, || {
        if command.preview { wall::preview(&answer) } else { wall::tables(&answer, command.level) }
    })
}

fn cards(comments: &[Said]) -> Vec<Comment<'_>> {
    comments.iter().flat_map(|said| method::cards(&said.id, &said.text)).collect()
}

fn fit(
    command: &Themes,
    cards: &[Comment<'_>],
    corrections: &[Correction],
    previous: Option<&Previous>,
    encoded: Option<(&dyn Encoder, &[Vec<f32>])>,
) -> Result<Fitted, CliError> {
    let options = FitOptions {
        seed: command.seed,
        resolution: command.resolution,
        sample: usize::MAX,
        ..FitOptions::default()
    };
    let encoded = encoded.map(|(encoder, vectors)| method::Encoded { name: encoder.name(), vectors });
    let guidance = Guidance { corrections, previous, encoded };
    let bar = Bar::parts("themes");
    let fitted = method::fit_guided(cards, &options, &guidance, &mut |part| bar.part(part.into()));
    bar.finish();
    fitted.map_err(|error| CliError::failed(error.to_string(), "every vector needs the same length"))
}

/// Reads the file again and places what was not drawn, in constant memory but for the answers.
fn place_others(
    file: &Comments,
    drawn: &std::collections::HashSet<String>,
    mut encoder: Option<&mut (dyn Encoder + 'static)>,
    fitted: &mut Fitted,
) -> Result<(), CliError> {
    let mut waiting: Vec<Said> = Vec::new();
    let mut place = |waiting: &mut Vec<Said>, fitted: &mut Fitted| {
        let cards = cards(waiting);
        let vectors = encoder.as_mut().map(|encoder| encoder.encode(&cards)).transpose()?;
        let texts: Vec<&str> = cards.iter().map(|card| card.text).collect();
        for (card, placement) in cards.iter().zip(fitted.model.assign_all(&texts, vectors.as_deref())) {
            fitted.add(card, placement);
        }
        waiting.clear();
        Ok::<_, CliError>(())
    };
    file.each(|said| {
        if !drawn.contains(&said.id) {
            waiting.push(said);
        }
        if waiting.len() == PIECE { place(&mut waiting, fitted) } else { Ok(()) }
    })?;
    place(&mut waiting, fitted)
}

fn save(path: &std::path::Path, fitted: &Fitted, corrections: usize) -> Result<(), CliError> {
    let outcome =
        Previous { themes: fitted.themes.clone(), assignments: fitted.assignments.clone(), corrections };
    let record = Record { model: fitted.model.clone(), outcome };
    std::fs::write(path, record.to_bytes()).map_err(|error| {
        CliError::failed(
            format!("cannot write {}: {error}", path.display()),
            "name a file in a folder that is there",
        )
    })
}

fn answer(
    command: &Themes,
    fitted: Fitted,
    corrections: &[Correction],
    unused_corrections: Vec<Unused>,
    (comments, drawn): (usize, usize),
    encoder: Option<&dyn Encoder>,
) -> Answer {
    Answer {
        duplicates: fitted.duplicates(),
        themes: fitted.themes,
        assignments: fitted.assignments,
        parked: fitted.parked,
        language: fitted.languages,
        seed: command.seed,
        version: method::VERSION,
        resolution: command.resolution,
        comments,
        fitted: drawn,
        encoder: encoder.map(|encoder| encoder.name().to_owned()),
        corrections: corrections.len(),
        unused_corrections,
        diff: fitted.diff,
        before: Vec::new(),
    }
}
