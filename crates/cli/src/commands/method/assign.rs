use std::{collections::BTreeMap, path::PathBuf};

use serde::Serialize;
use ting_methods::text::{Drift, Placement, Record, VERSION, cards};

use super::text::{Comments, EncoderOptions, Said, read_record};
use crate::{
    error::CliError,
    output::{Column as Head, Output, Table},
};

/// Comments that are placed at once.
const PIECE: usize = 8192;

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  ting method themes last-year.csv --id number --save themes.ting
  ting method assign themes.ting new.csv --id number
  ting method assign themes.ting new.csv --id number --format json

Columns: the one that --text names (what customers wrote; text by default), and the one that --id names (a name for each).
Low margins are worth a look first. Nothing is learnt: when drift says so, fit again with `ting method themes`.")]
pub struct Assign {
    /// What `ting method themes --save` wrote
    #[arg(value_name = "MODEL")]
    model: PathBuf,
    #[command(flatten)]
    comments: Comments,
    #[command(flatten)]
    encoder: EncoderOptions,
}

/// The answer, as `--format json` prints it.
#[derive(Debug, Default, Serialize)]
struct Answer {
    assignments: Vec<Assigned>,
    parked: usize,
    drift: Found,
    version: u16,
}

#[derive(Debug, Serialize)]
struct Assigned {
    id: String,
    theme: Option<u32>,
    label: Option<String>,
    margin: f32,
    /// Of a parked card the theme it is nearest to, unless it is like none.
    nearest: Option<u32>,
}

/// How much the comments differ from those that were fitted.
#[derive(Debug, Default, Serialize)]
struct Found {
    seen: u64,
    /// The share that is like no theme.
    strange_share: f64,
    /// The same at the fit.
    fitted_share: f64,
    /// Whether a new fit would find new themes.
    refit: bool,
}

pub fn run(output: &Output, command: &Assign) -> Result<(), CliError> {
    let record = read_record(&command.model)?;
    let mut encoder = command.encoder.open()?;
    check_encoder(&record, encoder.as_deref().map(|encoder| encoder.name().to_owned()))?;
    let labels: BTreeMap<u32, &str> =
        record.outcome.themes.iter().map(|theme| (theme.key, theme.label.as_str())).collect();
    let mut answer = Answer { version: VERSION, ..Answer::default() };
    let mut drift = Drift::default();
    let mut place = |waiting: &mut Vec<Said>| {
        let cards: Vec<_> = waiting.iter().flat_map(|said| cards(&said.id, &said.text)).collect();
        let vectors = encoder.as_mut().map(|encoder| encoder.encode(&cards)).transpose()?;
        check_width(&record, vectors.as_deref())?;
        let texts: Vec<&str> = cards.iter().map(|card| card.text).collect();
        for (card, placement) in cards.iter().zip(record.model.assign_all(&texts, vectors.as_deref())) {
            drift.record(&placement);
            answer.assignments.push(assigned(card.id.clone(), placement, &labels));
        }
        waiting.clear();
        Ok::<_, CliError>(())
    };
    let mut waiting = Vec::new();
    command.comments.each(|said| {
        waiting.push(said);
        if waiting.len() == PIECE { place(&mut waiting) } else { Ok(()) }
    })?;
    place(&mut waiting)?;
    answer.parked = answer.assignments.iter().filter(|assigned| assigned.theme.is_none()).count();
    answer.drift = Found {
        seen: drift.seen,
        strange_share: drift.parked_share(),
        fitted_share: record.model.strange_share(),
        refit: drift.needs_refit(&record.model),
    };
    output.show(&answer, || vec![table(&answer, &labels)])
}

fn assigned(id: String, placement: Placement, labels: &BTreeMap<u32, &str>) -> Assigned {
    match placement {
        Placement::Theme { key, margin, .. } => Assigned {
            id,
            theme: Some(key),
            label: labels.get(&key).map(|label| (*label).to_owned()),
            margin,
            nearest: None,
        },
        Placement::Between { .. } | Placement::Parked => {
            Assigned { id, theme: None, label: None, margin: 0.0, nearest: placement.nearest() }
        }
    }
}

fn check_encoder(record: &Record, given: Option<String>) -> Result<(), CliError> {
    match (record.model.encoder(), given) {
        (None, None) => Ok(()),
        (Some((fitted, _)), Some(given)) if fitted == given => Ok(()),
        (Some((fitted, _)), _) => Err(CliError::failed(
            format!("the model was fitted with vectors of {fitted}"),
            format!("give --encoder {fitted} and its vectors, or fit again without"),
        )),
        (None, Some(_)) => Err(CliError::failed(
            "the model was fitted without an encoder",
            "leave --encoder out, or fit again with it",
        )),
    }
}

fn check_width(record: &Record, vectors: Option<&[Vec<f32>]>) -> Result<(), CliError> {
    let (Some((name, width)), Some(vectors)) = (record.model.encoder(), vectors) else { return Ok(()) };
    match vectors.iter().find(|vector| vector.len() != width) {
        None => Ok(()),
        Some(vector) => Err(CliError::failed(
            format!("a vector has {} numbers where those of the fit had {width}", vector.len()),
            format!("is it still the model {name}? Another one needs a new fit"),
        )),
    }
}

fn table(answer: &Answer, labels: &BTreeMap<u32, &str>) -> Table {
    let mut counts: BTreeMap<u32, (usize, f32)> = BTreeMap::new();
    for assigned in &answer.assignments {
        if let Some(theme) = assigned.theme {
            let (count, margins) = counts.entry(theme).or_default();
            *count += 1;
            *margins += assigned.margin;
        }
    }
    let mut themes: Vec<_> = counts.into_iter().collect();
    themes.sort_by(|a, b| b.1.0.cmp(&a.1.0).then(a.0.cmp(&b.0)));
    let heads = [Head::right("id"), Head::right("cards"), Head::right("mean margin"), Head::text("theme")];
    let mut table = Table::list(&heads, "no card fits a theme").foot(foot(answer));
    for (theme, (count, margins)) in themes {
        #[expect(clippy::cast_precision_loss, reason = "a mean for people")]
        let mean = margins / count as f32;
        let label = labels.get(&theme).copied().unwrap_or_default();
        table.row(vec![
            theme.to_string().into(),
            count.to_string().into(),
            format!("{mean:.2}").into(),
            label.into(),
        ]);
    }
    table
}

fn foot(answer: &Answer) -> String {
    let Found { strange_share, fitted_share, refit, .. } = answer.drift;
    let advice = if refit { "customers speak of something new: fit again" } else { "no need to fit again" };
    format!(
        "{} cards, {} parked; {:.0} % are like no theme ({:.0} % at the fit): {advice}",
        answer.assignments.len(),
        answer.parked,
        strange_share * 100.0,
        fitted_share * 100.0
    )
}
