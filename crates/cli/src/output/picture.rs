use std::{fs, path::Path};

use crate::error::CliError;

/// Writes a picture where it was asked for.
pub fn save_picture(path: &Path, svg: &str) -> Result<(), CliError> {
    let failed = |error| {
        CliError::failed(
            format!("cannot write {}: {error}", path.display()),
            "name a file in a folder that is there",
        )
    };
    fs::write(path, svg).map_err(failed)?;
    anstream::eprintln!("the picture is in {}", path.display());
    Ok(())
}
