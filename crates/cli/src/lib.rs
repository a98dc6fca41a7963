//! The `ting` command: talks to the services as any other client would, takes files in, and runs methods on files.
//!
//! It owns no rule of the services: what it checks itself is what a message cannot carry, such as a date that is none. Start
//! with [`args`] (what can be said), then [`commands`] (what happens then); [`connect`] finds the services, [`sheet`] reads
//! and [`document`] read the files of methods, [`output`] prints.

use std::process::ExitCode;

use clap::Parser as _;

pub mod args;
pub mod commands;
pub mod connect;
pub mod document;
pub mod error;
pub mod import;
pub mod output;
pub mod pages;
pub mod profile;
pub mod progress;
pub mod sheet;
pub mod values;

use args::Args;
use commands::Command;
use connect::Session;
use error::CliError;
use output::Output;

/// Runs the command that the process was started with.
pub fn main() -> ExitCode {
    let args = Args::parse();
    // Methods work on files alone: neither a profile nor a network can be in their way.
    if let Command::Method(method) = args.command {
        let done = commands::method::run(&Output::new(args.global.format), method);
        return done.map_or_else(|error| error.report(), |()| ExitCode::SUCCESS);
    }
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return CliError::from(error).report(),
    };
    let ended = runtime.block_on(run(args));
    // A reader thread may still wait for a disk; nobody needs its answer any more.
    runtime.shutdown_background();
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => error.report(),
    }
}

async fn run(args: Args) -> Result<(), CliError> {
    let session = Session::new(&args.global)?;
    commands::run(&session, args.command).await
}
