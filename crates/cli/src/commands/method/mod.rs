//! Methods on files, without any service: a file for each, named as its page in `docs/methods/`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::{error::CliError, output::Output};

mod consistency;

/// Which method.
#[derive(Debug, Subcommand)]
#[command(after_help = "Examples:
  ting method consistency services.csv           where a service loses what customers need
  ting method consistency services.csv --format json

FILE may be - for standard input. `--format json` is a contract, documented with each method in docs/methods/.")]
pub enum Method {
    /// Tell how consistently services answer needs, and which grade to raise first
    Consistency(consistency::Consistency),
}

/// Computes it. Nothing but the files named is read or written.
pub fn run(output: &Output, method: Method) -> Result<(), CliError> {
    match method {
        Method::Consistency(command) => consistency::run(output, &command),
    }
}

/// The file that a method reads.
#[derive(Debug, Clone, Args)]
struct Input {
    /// CSV with a header, in UTF-8; - is standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,
}
