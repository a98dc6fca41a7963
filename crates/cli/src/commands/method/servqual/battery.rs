use std::{fs, path::Path};

use serde::Deserialize;
use ting_methods::score::Scale;
use ting_methods::servqual::{Battery, Dimension};

use crate::error::CliError;

/// What a TOML file says of a battery.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Declared {
    scale: Option<String>,
    dimensions: Vec<Dimension>,
}

/// The battery of a file, or SERVQUAL; a scale given to the command counts more than that of the file.
pub fn read(path: Option<&Path>, scale: Option<Scale>) -> Result<Battery, CliError> {
    let Some(path) = path else { return Ok(Battery::standard(scale.unwrap_or(Scale::CES))) };
    let name = path.display();
    let text = fs::read_to_string(path)
        .map_err(|error| CliError::failed(format!("cannot read {name}: {error}"), "name a TOML file"))?;
    let wrong = |error: &dyn std::fmt::Display| {
        let hint = "ting method servqual --help shows such a file";
        CliError::failed(format!("{name}: {}", error.to_string().trim_end()), hint)
    };
    let declared: Declared = toml::from_str(&text).map_err(|error| wrong(&error))?;
    let own =
        declared.scale.map(|scale| scale.parse::<Scale>().map_err(|error| wrong(&error))).transpose()?;
    Battery::new(scale.or(own).unwrap_or(Scale::CES), declared.dimensions).map_err(|error| wrong(&error))
}
