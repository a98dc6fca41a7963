//! Perceived ÷ expected, for all, by attribute and by customer.

use serde::Serialize;
use ting_methods::ratio::{self as method, BandShare, Bands, ZoneSummary};
use ting_methods::score::Band;

use super::Input;
use crate::{error::CliError, output::Output};

mod reading;
mod tables;

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  ting method ratio examples/methods/ratio.csv
  ting method ratio answers.csv --tolerance 0.1 --format json

Columns: perceived (0 or more) and expected (above 0) on one scale; if you like customer, attribute (names), weight (0 or more; 1 where
the column is missing or the cell empty), adequate and desired (the zone of tolerance, adequate not above desired). A row whose
perceived or expected is empty was not answered: it is counted and left out with its weight.")]
pub struct Ratio {
    #[command(flatten)]
    input: Input,

    /// How far from 1 is still "as expected": 0 up to 0.999, in thousandths
    #[arg(long, value_name = "PART", default_value = "0.05", value_parser = permille)]
    tolerance: u32,
}

/// A part of one in whole thousandths.
pub fn permille(text: &str) -> Result<u32, String> {
    let wrong = || format!("{text} is no number of thousandths from 0 to 0.999");
    let thousandths = text.parse::<f64>().map_err(|_| wrong())? * 1000.0;
    let whole = (0..1000_u32).find(|whole| (f64::from(*whole) - thousandths).abs() < 1e-6);
    whole.ok_or_else(wrong)
}

/// The answer, as `--format json` prints it.
#[derive(Debug, Serialize)]
struct Answer {
    #[serde(flatten)]
    all: method::Ratio,
    tolerance: f64,
    /// Rows left out because perceived or expected is empty.
    unanswered: u64,
    bands: Distribution,
    zone: Option<ZoneSummary>,
    #[serde(skip_serializing_if = "Option::is_none")]
    attributes: Option<Vec<Part>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    customers: Option<Vec<Part>>,
}

/// How the bands are spread.
#[derive(Debug, Serialize)]
struct Distribution {
    /// `customers`, or `rows` where nobody says who a customer is.
    of: &'static str,
    shares: Vec<BandShare>,
}

/// One attribute or one customer.
#[derive(Debug, Serialize)]
struct Part {
    name: String,
    /// None when all of its weights are 0.
    #[serde(flatten)]
    total: Option<method::Ratio>,
    #[serde(skip_serializing_if = "Option::is_none")]
    zone: Option<ZoneSummary>,
}

pub fn run(output: &Output, command: &Ratio) -> Result<(), CliError> {
    let reading = reading::read(&command.input.file, command.tolerance)?;
    let tolerance = command.tolerance;
    let Some(all) = reading.all.totals.result(tolerance) else {
        let file = command.input.file.display();
        let message = format!(
            "{file}: no row counts: of {} answers all have the weight 0, and {} rows are unanswered",
            reading.all.totals.n(),
            reading.unanswered
        );
        return Err(CliError::failed(message, "fill in perceived and expected, or give weights above 0"));
    };
    let parts = |parts: Option<reading::Parts>| parts.map(|parts| sorted(parts, tolerance));
    let (attributes, customers) = (parts(reading.attributes), parts(reading.customers));
    let bands = match &customers {
        Some(customers) => Distribution { of: "customers", shares: shares_of(customers) },
        None => Distribution { of: "rows", shares: reading.bands.shares() },
    };
    let answer = Answer {
        all,
        tolerance: f64::from(tolerance) / 1000.0,
        unanswered: reading.unanswered,
        bands,
        zone: reading.all.zone.result(),
        attributes,
        customers,
    };
    output.show(&answer, || tables::tables(&answer))
}

/// The lowest ratio first, equal ones in the order of their names, which they come in, those without any last.
fn sorted(parts: reading::Parts, tolerance: u32) -> Vec<Part> {
    let part = |(name, tally): (String, reading::Tally)| Part {
        name,
        total: tally.totals.result(tolerance),
        zone: tally.zone.result(),
    };
    let mut parts: Vec<Part> = parts.sorted().into_iter().map(part).collect();
    let ratio = |part: &Part| part.total.map_or(f64::INFINITY, |total| total.ratio);
    parts.sort_by(|a, b| ratio(a).total_cmp(&ratio(b)));
    parts
}

fn shares_of(customers: &[Part]) -> Vec<BandShare> {
    let mut bands = Bands::default();
    customers.iter().filter_map(|customer| customer.total).for_each(|total| bands.add(total.band));
    bands.shares()
}

/// As other tables name it.
fn name(band: Band) -> &'static str {
    match band {
        Band::Dissatisfied => "dissatisfied",
        Band::Satisfied => "satisfied",
        Band::Delighted => "delighted",
    }
}
