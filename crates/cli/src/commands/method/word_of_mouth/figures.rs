use std::{collections::BTreeMap, fs, path::Path};

use serde::Deserialize;
use ting_methods::word_of_mouth::{Parameter, Parameters};

use crate::error::CliError;

/// Figures given on the command line, with the defaults and who quotes them in their help.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Figures")]
pub struct Options {
    /// People whom a dissatisfied customer tells [default: 22, reading list 003-5 after Schneider and Bowen 1999]
    #[arg(long, value_name = "FIGURE", value_parser = figure)]
    dissatisfied_tells: Option<Given>,

    /// People whom a satisfied customer tells [default: 8, as above]
    #[arg(long, value_name = "FIGURE", value_parser = figure)]
    satisfied_tells: Option<Given>,

    /// People whom a highly satisfied customer tells [default: 10, 003-5 "10 and more"]
    #[arg(long, value_name = "FIGURE", value_parser = figure)]
    highly_satisfied_tells: Option<Given>,

    /// Dissatisfied customers who keep silent for each who complains [default: 20, 003-1]
    #[arg(long, value_name = "FIGURE", value_parser = figure)]
    silent_per_complainer: Option<Given>,

    /// New customers whom 100 satisfied ones bring [default: 15-25, 003-1 and 004-14]
    #[arg(long, value_name = "FIGURE", value_parser = figure)]
    new_per_100_satisfied: Option<Given>,

    /// Cost of winning a customer, in times of keeping one [default: 5-20, 004-14, 003-1, 002-3]
    #[arg(long, value_name = "FIGURE", value_parser = figure)]
    acquisition_ratio: Option<Given>,

    /// Good impressions that make up for a bad one [default: 12, 003-1, also attributed to R. Newell-Legner]
    #[arg(long, value_name = "FIGURE", value_parser = figure)]
    impressions_to_offset: Option<Given>,

    /// Percent that mending a bad first impression costs in addition [default: 25-50, 003-1]
    #[arg(long, value_name = "FIGURE", value_parser = figure)]
    first_impression_percent: Option<Given>,

    /// Percent that 5 points more of loyal customers add to the profit [default: 25-85, 003-1]
    #[arg(long, value_name = "FIGURE", value_parser = figure)]
    loyalty_profit_percent: Option<Given>,

    /// How much oftener a highly satisfied customer buys again [default: 6, 003-5, second-hand]
    #[arg(long, value_name = "FIGURE", value_parser = figure)]
    repurchase_ratio: Option<Given>,
}

/// A figure of the user's own.
#[derive(Debug, Clone, Copy)]
struct Given {
    low: f64,
    high: f64,
}

/// `9` or `9-15`.
fn figure(text: &str) -> Result<Given, String> {
    let number =
        |text: &str| text.trim().parse::<f64>().ok().filter(|number| number.is_finite() && *number >= 0.0);
    let (low, high) = text.split_once('-').unwrap_or((text, text));
    match (number(low), number(high)) {
        (Some(low), Some(high)) if low <= high => Ok(Given { low, high }),
        _ => Err(format!("{text} is no figure such as 9 or 9-15")),
    }
}

impl Options {
    fn named(&self) -> [(&'static str, Option<Given>); 10] {
        [
            ("dissatisfied_tells", self.dissatisfied_tells),
            ("satisfied_tells", self.satisfied_tells),
            ("highly_satisfied_tells", self.highly_satisfied_tells),
            ("silent_per_complainer", self.silent_per_complainer),
            ("new_per_100_satisfied", self.new_per_100_satisfied),
            ("acquisition_ratio", self.acquisition_ratio),
            ("impressions_to_offset", self.impressions_to_offset),
            ("first_impression_percent", self.first_impression_percent),
            ("loyalty_profit_percent", self.loyalty_profit_percent),
            ("repurchase_ratio", self.repurchase_ratio),
        ]
    }
}

/// A figure of a TOML file. Nobody can judge a figure without its source.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Declared {
    low: f64,
    high: Option<f64>,
    source: String,
}

/// The figures to reckon with: defaults, then the file, then the options.
pub fn read(path: Option<&Path>, options: &Options) -> Result<Parameters, CliError> {
    let mut figures = Parameters::default();
    if let Some(path) = path {
        take(&mut figures, path)?;
    }
    for (name, given) in options.named() {
        if let (Some(Given { low, high }), Some(figure)) = (given, figures.of_mut(name)) {
            *figure = Parameter { low, high, source: "given on the command line".to_owned() };
        }
    }
    Ok(figures)
}

fn take(figures: &mut Parameters, path: &Path) -> Result<(), CliError> {
    let file = path.display();
    let text = fs::read_to_string(path)
        .map_err(|error| CliError::failed(format!("cannot read {file}: {error}"), "name a TOML file"))?;
    let wrong = |message: &dyn std::fmt::Display| {
        let hint = "ting method word-of-mouth --help shows such a file";
        CliError::failed(format!("{file}: {}", message.to_string().trim_end()), hint)
    };
    let declared: BTreeMap<String, Declared> = toml::from_str(&text).map_err(|error| wrong(&error))?;
    for (name, Declared { low, high, source }) in declared {
        let figure =
            figures.of_mut(&name).ok_or_else(|| wrong(&format_args!("there is no figure {name}")))?;
        let high = high.unwrap_or(low);
        if !(0.0..=1e12).contains(&low) || !(low..=1e12).contains(&high) || source.trim().is_empty() {
            let message =
                format!("{name}: low and high must be 0 or more, low not above high, and source not empty");
            return Err(wrong(&message));
        }
        *figure = Parameter { low, high, source };
    }
    Ok(())
}
