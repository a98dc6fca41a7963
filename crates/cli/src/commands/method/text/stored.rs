use std::path::Path;

use ting_methods::text::{ModelError, Previous, Record};

use crate::error::CliError;

/// Reads what `themes --save` wrote.
pub fn read_record(path: &Path) -> Result<Record, CliError> {
    record(path, &read(path)?)
}

/// Reads the outcome of an earlier run: what `--save` wrote, or its JSON.
pub fn previous(path: &Path) -> Result<Previous, CliError> {
    let bytes = read(path)?;
    if Record::is_one(&bytes) {
        return Ok(record(path, &bytes)?.outcome);
    }
    serde_json::from_slice(&bytes).map_err(|error| {
        CliError::failed(
            format!("{} is no result of themes: {error}", path.display()),
            "name what `ting method themes --save FILE` or `--format json > FILE` wrote",
        )
    })
}

fn read(path: &Path) -> Result<Vec<u8>, CliError> {
    std::fs::read(path).map_err(|error| {
        CliError::failed(
            format!("cannot read {}: {error}", path.display()),
            "`ting method themes FILE --save MODEL` makes a model",
        )
    })
}

fn record(path: &Path, bytes: &[u8]) -> Result<Record, CliError> {
    Record::from_bytes(bytes).map_err(|error| {
        let hint = match error {
            ModelError::Malformed => "name what `ting method themes FILE --save MODEL` wrote",
            ModelError::Version { .. } => "fit again: ting method themes FILE --save MODEL",
        };
        CliError::failed(format!("{}: {error}", path.display()), hint)
    })
}
