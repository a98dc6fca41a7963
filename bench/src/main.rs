//! `ting-bench`: how fast ting is on this machine, beside what the machine can do at all.
//!
//! Never part of the tests: a figure depends on the machine and on what else it does. So every run measures its own floors, and
//! ratios to them are what can be compared. Start reading at [`pipeline::run`].

mod corpus;
mod figures;
mod machine;
mod pipeline;
mod processes;
mod words;

use std::os::unix::process::CommandExt as _;

use clap::{Parser, Subcommand};

/// Measures ting on this machine.
#[derive(Debug, Parser)]
#[command(name = "ting-bench", version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// The way of a comment: from the import to the last of the stores, beside the floors of this machine.
    Pipeline(pipeline::Options),
    /// Runs one service until its standard input ends; settings come from the environment.
    #[command(hide = true)]
    Service {
        name: String,
        /// As it stands, and not changed for the benchmark.
        #[arg(long)]
        plain: bool,
    },
}

fn main() -> anyhow::Result<()> {
    match Arguments::parse().command {
        Command::Pipeline(options) => {
            tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(pipeline::run(options))
        }
        Command::Service { name, plain } if plain || name != "analysis" => ting_local::services::run(&name),
        Command::Service { name, .. } => without_automatic_runs(&name),
    }
}

/// Becomes the service with one setting more: a run that started by itself would be measured in one round and not in another.
fn without_automatic_runs(name: &str) -> anyhow::Result<()> {
    let failed = std::process::Command::new(std::env::current_exe()?)
        .args(["service", name, "--plain"])
        .env("TING__SERVICE__AUTO_REFIT", "false")
        .exec();
    Err(failed.into())
}
