use std::path::PathBuf;

use ting_methods::drivers::{self as method, Driver, Drivers as Found, Observations, Options, Quadrant};
use ting_methods::index::{Bootstrap, Scale};

use super::Input;
use crate::{
    error::CliError,
    output::{Cell, Column as Head, Output, Table, save_picture},
    progress::Bar,
    sheet::{Column, Sheet},
};

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  ting method drivers examples/methods/drivers.csv --outcome satisfaction --scale 1,10
  ting method drivers ratings.csv --outcome overall --drivers price,speed,care --bootstrap 2000
  ting method drivers ratings.csv --outcome overall --svg map.svg

Columns: the outcome, and a rating for each driver, numbers; all other columns are drivers unless --drivers names some (at most 20).
A row with an empty cell among them is left out and told.")]
pub struct Drivers {
    #[command(flatten)]
    input: Input,

    /// Column that is to be explained
    #[arg(long, value_name = "COLUMN")]
    outcome: String,

    /// Columns that may explain it, parted by commas [default: all others]
    #[arg(long = "drivers", value_name = "COLUMNS", value_delimiter = ',')]
    named: Vec<String>,

    /// Lowest and highest rating; puts performance on 0 to 100
    #[arg(long, value_name = "LOW,HIGH", value_parser = scale, allow_hyphen_values = true)]
    scale: Option<Scale>,

    /// Draw so many bootstrap samples for intervals
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(2..=100_000))]
    bootstrap: Option<u32>,

    /// Where chance starts; the same seed and file give the same intervals
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,

    /// Draw the map of importance and performance into this file
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,
}

fn scale(text: &str) -> Result<Scale, String> {
    let ends = text
        .split_once(',')
        .and_then(|(low, high)| Some((low.trim().parse().ok()?, high.trim().parse().ok()?)));
    match ends {
        Some((lowest, highest)) if f64::is_finite(highest - lowest) && lowest < highest => {
            Ok(Scale { lowest, highest })
        }
        _ => Err("it goes from low to high, such as 1,10".to_owned()),
    }
}

pub fn run(output: &Output, command: &Drivers) -> Result<(), CliError> {
    let file = command.input.file.display();
    let failed =
        |error| CliError::failed(format!("{file}: {error}"), "correct the file or name other columns");
    let mut sheet = Sheet::open(&command.input.file)?;
    let outcome = sheet.column(&command.outcome)?;
    let columns = chosen(&sheet, command, outcome)?;
    let names = columns.iter().map(|column| sheet.name(*column).to_owned()).collect();
    let mut observations = Observations::new(names, sheet.name(outcome).to_owned()).map_err(failed)?;
    let mut cells = Vec::with_capacity(columns.len() + 1);
    while let Some(row) = sheet.next_row()? {
        cells.clear();
        for column in columns.iter().chain([&outcome]) {
            cells.push(row.optional_number(*column)?);
        }
        observations.push(&cells).map_err(|error| row.wrong(outcome, error))?;
    }
    sheet.require_rows()?;
    let bootstrap =
        command.bootstrap.map(|samples| Bootstrap { samples: samples as usize, seed: command.seed });
    let bar = bootstrap.map(|_| Bar::parts("bootstrap"));
    let progress = |part| bar.iter().for_each(|bar| bar.part(part));
    let options = Options { scale: command.scale, bootstrap };
    let found = method::drivers(&observations, &options, &progress).map_err(failed)?;
    bar.iter().for_each(Bar::finish);
    if let Some(path) = &command.svg {
        save_picture(path, &method::draw(&found))?;
    }
    output.show(&found, || vec![table(&found, command.scale.is_some())])
}

/// The columns of the drivers: those named, otherwise all but the outcome.
fn chosen(sheet: &Sheet, command: &Drivers, outcome: Column) -> Result<Vec<Column>, CliError> {
    if command.named.is_empty() {
        let names = sheet.headers().iter().filter(|name| !name.is_empty());
        return names
            .map(|name| sheet.column(name))
            .filter(|column| !matches!(column, Ok(found) if *found == outcome))
            .collect();
    }
    let mut columns = Vec::new();
    for name in &command.named {
        let column = sheet.column(name.trim())?;
        if column == outcome {
            return Err(CliError::usage(format!("{name} is the outcome; it cannot drive itself")));
        }
        if columns.contains(&column) {
            return Err(CliError::usage(format!("the driver {name} is named twice")));
        }
        columns.push(column);
    }
    Ok(columns)
}

fn table(found: &Found, on_scale: bool) -> Table {
    let columns = [
        Head::text("driver"),
        Head::right("share"),
        Head::left("95 % interval"),
        Head::right(if on_scale { "rating 0–100" } else { "mean rating" }),
        Head::left("map"),
        Head::right("alone"),
        Head::right("last"),
        Head::right("beta"),
    ];
    let mut foot = format!(
        "n = {}, R² {:.3} of {}; alone and last: R² by itself, and added after all others",
        found.n, found.r_squared, found.outcome
    );
    for warning in &found.warnings {
        foot = format!("{foot}\n! {warning}");
    }
    let mut table = Table::list(&columns, "").foot(foot);
    for driver in &found.drivers {
        table.row(vec![
            driver.name.as_str().into(),
            driver.share.map(|share| format!("{:.1} %", 100.0 * share)).unwrap_or_default().into(),
            interval(driver).into(),
            format!("{:.1}", driver.performance).into(),
            quadrant(driver.quadrant),
            format!("{:.3}", driver.first).into(),
            format!("{:.3}", driver.last).into(),
            format!("{:.3}", driver.beta).into(),
        ]);
    }
    table
}

fn interval(driver: &Driver) -> String {
    let ends = driver.spread.low.zip(driver.spread.high);
    ends.map(|(low, high)| format!("{:.1} to {:.1}", 100.0 * low, 100.0 * high)).unwrap_or_default()
}

fn quadrant(quadrant: Quadrant) -> Cell {
    match quadrant {
        Quadrant::Weakness => Cell::bad("weakness: mend first"),
        Quadrant::Strength => Cell::good("strength: keep"),
        Quadrant::Opportunity => Cell::new("opportunity"),
        Quadrant::OverServed => Cell::new("perhaps over-served"),
    }
}
