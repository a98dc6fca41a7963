use std::collections::HashMap;
use std::fs;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use ting_methods::segments::{
    Observations, SILHOUETTE_ROWS, Scale, Segments as Found, SegmentsError, Settings, Start, picture, plane,
    segments,
};

use super::Input;
use crate::{
    error::CliError,
    output::{Output, harmless, save_picture},
    progress::Bar,
    sheet::{Column, Row, Sheet},
};

mod tables;

const COLUMNS_HINT: &str =
    "name the column that names rows with --id, or the columns to compare with --columns a,b,c";

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  ting method segments examples/methods/segments.csv --id customer
  ting method segments customers.csv --id customer --k 3 --svg segments.svg
  ting method segments customers.csv --id customer --columns logins,deposits --scale minmax --labels labels.csv

Columns: any columns of numbers, one row for each customer (or whatever is to be grouped). Every column is compared unless
--columns names those that are; a column named by --id only names rows. Cells must not be empty.")]
pub struct Segments {
    #[command(flatten)]
    input: Input,
    /// Column that names the rows; lines of the file without it
    #[arg(long, value_name = "COLUMN")]
    id: Option<String>,
    /// Columns to compare, with commas between them; all without it
    #[arg(long, value_name = "COLUMNS", value_delimiter = ',')]
    columns: Vec<String>,
    /// How many segments: a number, or a range of which the largest mean silhouette is taken
    #[arg(long, value_name = "K", default_value = "2..10", value_parser = range)]
    k: RangeInclusive<usize>,
    /// How columns are made comparable
    #[arg(long, value_enum, default_value_t)]
    scale: Scaling,
    /// Chance hangs on it: the same seed and file give the same answer
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Segments rows that stand alone like all others instead of setting them aside
    #[arg(long)]
    keep_outliers: bool,
    /// Where the search starts
    #[arg(long, value_enum, default_value_t)]
    start: Starting,
    /// Rows up to which silhouettes are exact; of more rows as many are drawn, and the error is shown
    #[arg(long, value_name = "ROWS", default_value_t = SILHOUETTE_ROWS, value_parser = rows)]
    silhouette_rows: usize,
    /// Writes the segment of every row into a CSV file
    #[arg(long, value_name = "FILE")]
    labels: Option<PathBuf>,
    /// Draws silhouettes, rows and profiles
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, Default, ValueEnum)]
enum Scaling {
    /// (x − mean) / standard deviation
    #[default]
    Zscore,
    /// (x − smallest) / (largest − smallest)
    Minmax,
    /// as they are, for columns of one unit
    Raw,
}

#[derive(Debug, Clone, Copy, Default, ValueEnum)]
enum Starting {
    /// k-means++, many times
    #[default]
    Scattered,
    /// the first k rows, once; to compare with other programs
    First,
}

/// `3` or `2..10`.
fn range(text: &str) -> Result<RangeInclusive<usize>, String> {
    let (least, most) = text.split_once("..").unwrap_or((text, text));
    let number = |part: &str| part.trim().parse::<usize>().ok().filter(|k| (2..=1000).contains(k));
    match (number(least), number(most.trim_start_matches('='))) {
        (Some(least), Some(most)) if least <= most => Ok(least..=most),
        _ => Err("a number from 2 to 1000, or a range such as 2..10".to_owned()),
    }
}

fn rows(text: &str) -> Result<usize, String> {
    let rows = text.parse().ok().filter(|rows| (10..=50_000).contains(rows));
    rows.ok_or_else(|| "a number from 10 to 50000".to_owned())
}

pub fn run(output: &Output, command: &Segments) -> Result<(), CliError> {
    let observations = read(command)?;
    let settings = Settings {
        k: command.k.clone(),
        scale: match command.scale {
            Scaling::Zscore => Scale::Zscore,
            Scaling::Minmax => Scale::Minmax,
            Scaling::Raw => Scale::Raw,
        },
        seed: command.seed,
        keep_outliers: command.keep_outliers,
        start: match command.start {
            Starting::Scattered => Start::Scattered,
            Starting::First => Start::First,
        },
        silhouette_rows: command.silhouette_rows,
    };
    let bar = Bar::parts("segmenting");
    let found = segments(&observations, &settings, &|part| bar.part(part));
    bar.finish();
    let found = found.map_err(|error| explain(&command.input.file, &error))?;
    if let Some(path) = &command.labels {
        save_labels(path, &found)?;
    }
    if let Some((path, plane)) = command.svg.as_ref().zip(plane(&observations, &found)) {
        save_picture(path, &picture(&found, &plane))?;
    }
    output.show(&found, || tables::tables(&found))
}

fn read(command: &Segments) -> Result<Observations, CliError> {
    let mut sheet = Sheet::open(&command.input.file)?;
    let id = command.id.as_deref().map(|name| sheet.column(name)).transpose()?;
    let columns = compared(&sheet, command, id)?;
    let names = columns.iter().map(|column| sheet.name(*column).to_owned()).collect();
    let mut observations =
        Observations::new(names).map_err(|error| CliError::failed(error.to_string(), COLUMNS_HINT))?;
    let mut seen: HashMap<String, u64> = HashMap::new();
    let mut values = Vec::with_capacity(columns.len());
    while let Some(row) = sheet.next_row()? {
        values.clear();
        for column in &columns {
            values.push(row.number(*column).map_err(suggest_columns)?);
        }
        let name = name(&row, id, &mut seen)?;
        observations.push(&name, &values).map_err(|error| {
            let SegmentsError::Value { column, .. } = error else {
                return suggest_columns(row.wrong(columns[0], &error));
            };
            row.wrong(columns[column], &error)
        })?;
    }
    sheet.require_rows()?;
    Ok(observations)
}

/// The columns to compare.
fn compared(sheet: &Sheet, command: &Segments, id: Option<Column>) -> Result<Vec<Column>, CliError> {
    let names: Vec<&str> = if command.columns.is_empty() {
        sheet.headers().iter().map(String::as_str).collect()
    } else {
        command.columns.iter().map(|name| name.trim()).collect()
    };
    let columns: Vec<Column> = names.into_iter().map(|name| sheet.column(name)).collect::<Result<_, _>>()?;
    Ok(columns.into_iter().filter(|column| Some(*column) != id).collect())
}

fn name(row: &Row<'_>, id: Option<Column>, seen: &mut HashMap<String, u64>) -> Result<String, CliError> {
    let Some(column) = id else { return Ok(row.line().to_string()) };
    let name = row.required(column)?;
    match seen.insert(name.to_owned(), row.line()) {
        Some(earlier) => Err(row.wrong(column, format_args!("{name} is there already, in line {earlier}"))),
        None => Ok(name.to_owned()),
    }
}

fn suggest_columns(error: CliError) -> CliError {
    match error {
        CliError::Failed { message, .. } => CliError::failed(message, COLUMNS_HINT),
        error => error,
    }
}

fn explain(file: &Path, error: &SegmentsError) -> CliError {
    let hint = match error {
        SegmentsError::TooFewRows { distinct, .. } if *distinct > 1 => "ask for fewer segments with --k",
        _ => "segments need rows that differ",
    };
    CliError::failed(format!("{}: {error}", file.display()), hint)
}

/// The segment of every row; nothing for one set aside.
fn save_labels(path: &Path, found: &Found) -> Result<(), CliError> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let written = (|| {
        writer.write_record(["id", "segment"])?;
        for row in &found.labels {
            let label = row.label.map(|label| label.to_string()).unwrap_or_default();
            writer.write_record([harmless(&row.id).as_ref(), &label])?;
        }
        Ok::<_, csv::Error>(())
    })();
    written.map_err(anyhow::Error::from)?;
    let bytes = writer.into_inner().map_err(|error| CliError::Other(error.into_error().into()))?;
    let failed = |error| {
        CliError::failed(
            format!("cannot write {}: {error}", path.display()),
            "name a file in a folder that is there",
        )
    };
    fs::write(path, bytes).map_err(failed)?;
    anstream::eprintln!("the segment of every row is in {}", path.display());
    Ok(())
}
