use std::{fs, path::PathBuf};

use clap::ValueEnum;
use ting_methods::index::{self as method, Answers, Bootstrap, Model, Options};

mod tables;

use crate::{
    error::CliError,
    output::{Output, save_picture},
    progress::Bar,
    sheet::{Column, Sheet},
};

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  ting method index --model ecsi --data examples/methods/index.csv
  ting method index --model ecsi --data survey.csv --bootstrap 5000 --svg paths.svg
  ting method index --model ecsi --print-model > mine.toml       to change, then --model mine.toml
  ting method index --model mine.toml --data survey.csv --format json

Columns: one for each indicator of the model, numbers; an empty cell is a question that was not answered. --print-model names them:
ecsi has image1 to 4, expectation1 to 3, quality1 to 5, value1 to 2, satisfaction1 to 3, loyalty1 to 3; answers from 1 to 10.")]
pub struct Index {
    /// Model that comes with ting (scsb, acsi, ecsi, ccsi, ecsi-mobi), or a TOML file of your own
    #[arg(long, value_name = "NAME|FILE")]
    model: PathBuf,

    /// CSV with a header, in UTF-8; - is standard input
    #[arg(long, value_name = "FILE", required_unless_present = "print_model")]
    data: Option<PathBuf>,

    /// How latent variables are estimated from those beside them
    #[arg(long, value_enum, default_value_t)]
    scheme: Scheme,

    /// Standardise each item, or put items from their scale on 0 to 100 and only centre them
    #[arg(long, value_enum, default_value_t)]
    standardize: Standardize,

    /// Put the mean of the column where an answer is missing, or leave the row out
    #[arg(long, value_enum, default_value_t)]
    missing: Missing,

    /// Draw so many bootstrap samples for standard errors and intervals; 5000 are plenty
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(2..=100_000))]
    bootstrap: Option<u32>,

    /// Where chance starts; the same seed and file give the same intervals
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,

    /// Draw the paths into this file
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,

    /// Write the index of every customer into this CSV file
    #[arg(long, value_name = "FILE")]
    scores: Option<PathBuf>,

    /// Print the model and do nothing else
    #[arg(long)]
    print_model: bool,
}

#[derive(Debug, Clone, Copy, Default, ValueEnum)]
enum Scheme {
    /// Regression on causes, correlation with effects
    #[default]
    Path,
    /// The sign of the correlation
    Centroid,
    /// The correlation
    Factorial,
}

#[derive(Debug, Clone, Copy, Default, ValueEnum)]
enum Standardize {
    /// All items count alike
    #[default]
    Item,
    /// Items that vary more count more
    Raw,
}

#[derive(Debug, Clone, Copy, Default, ValueEnum)]
enum Missing {
    /// Keep the row
    #[default]
    Mean,
    /// Leave the row out
    Listwise,
}

pub fn run(output: &Output, command: &Index) -> Result<(), CliError> {
    let text = model_text(command)?;
    let name = command.model.display();
    let model = Model::parse(&text).map_err(|error| {
        CliError::failed(
            format!("{name}, {error}"),
            "ting method index --model ecsi --print-model shows one that is whole",
        )
    })?;
    let Some(data) = command.data.as_ref().filter(|_| !command.print_model) else {
        return output.line(text.trim_end());
    };
    let survey = Survey::read(&model, Sheet::open(data)?)?;
    let options = command.options();
    let failed = |error: method::IndexError| {
        CliError::failed(
            format!("{}: {error}", data.display()),
            "correct the file or the model and run it again",
        )
    };
    let bar = command.bootstrap.map(|_| Bar::parts("bootstrap"));
    let progress = |part| bar.iter().for_each(|bar| bar.part(part));
    let found = method::index(&model, &survey.answers, &options, &progress).map_err(failed)?;
    bar.iter().for_each(Bar::finish);
    if let Some(path) = &command.scores {
        let scores = method::scores(&model, &survey.answers, &options).map_err(failed)?;
        survey.save(path, &model, &scores)?;
    }
    if let Some(path) = &command.svg {
        save_picture(path, &method::draw(&model, &found))?;
    }
    output.show(&found, || tables::tables(&found))
}

/// The text of a model: by its name, otherwise from a file.
fn model_text(command: &Index) -> Result<String, CliError> {
    let name = command.model.display().to_string();
    if let Some(text) = Model::shipped(&name) {
        return Ok(text.to_owned());
    }
    let shipped = Model::SHIPPED.map(|(name, _)| name).join(", ");
    fs::read_to_string(&command.model).map_err(|error| {
        CliError::failed(
            format!("there is no model {name}, and as a file it cannot be read: {error}"),
            format!("ting comes with {shipped}"),
        )
    })
}

impl Index {
    fn options(&self) -> Options {
        Options {
            scheme: match self.scheme {
                Scheme::Path => method::Scheme::Path,
                Scheme::Centroid => method::Scheme::Centroid,
                Scheme::Factorial => method::Scheme::Factorial,
            },
            standardize: match self.standardize {
                Standardize::Item => method::Standardize::Item,
                Standardize::Raw => method::Standardize::Raw,
            },
            missing: match self.missing {
                Missing::Mean => method::Missing::Mean,
                Missing::Listwise => method::Missing::Listwise,
            },
            bootstrap: self.bootstrap.map(|samples| Bootstrap { samples: samples as usize, seed: self.seed }),
        }
    }
}

/// The answers of a file, and on which line each row stands.
struct Survey {
    answers: Answers,
    lines: Vec<u64>,
}

impl Survey {
    fn read(model: &Model, mut sheet: Sheet) -> Result<Self, CliError> {
        let columns: Vec<Column> =
            model.indicators().map(|indicator| sheet.column(indicator)).collect::<Result<_, _>>()?;
        let mut survey = Self { answers: Answers::new(model), lines: Vec::new() };
        let mut cells = Vec::with_capacity(columns.len());
        while let Some(row) = sheet.next_row()? {
            cells.clear();
            for column in &columns {
                cells.push(row.optional_number(*column)?);
            }
            survey.answers.push(model, &cells).map_err(|error| row.wrong(columns[0], error))?;
            survey.lines.push(row.line());
        }
        sheet.require_rows()?;
        Ok(survey)
    }

    fn save(&self, path: &PathBuf, model: &Model, scores: &method::Scores) -> Result<(), CliError> {
        let failed = |error: csv::Error| {
            CliError::failed(
                format!("cannot write {}: {error}", path.display()),
                "name a file in a folder that is there",
            )
        };
        let mut writer = csv::Writer::from_path(path).map_err(failed)?;
        let names = model.latents().iter().map(|latent| latent.name.as_str());
        writer.write_record(["line"].into_iter().chain(names)).map_err(failed)?;
        for (row, index) in scores.rows.iter().zip(&scores.index) {
            let cells =
                index.iter().map(|index| index.map(|index| format!("{index:.4}")).unwrap_or_default());
            writer.write_record([self.lines[*row].to_string()].into_iter().chain(cells)).map_err(failed)?;
        }
        writer.flush()?;
        anstream::eprintln!("the scores are in {}", path.display());
        Ok(())
    }
}
