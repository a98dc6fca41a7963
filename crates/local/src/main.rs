//! `ting-local`: the demonstration, and each service as a child process of it.

use std::path::PathBuf;

use clap::{Parser, Subcommand};

/// Runs all of ting on this machine.
#[derive(Debug, Parser)]
#[command(name = "ting-local", version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Starts everything, takes in the sample data, prints a report and stays until Ctrl-C.
    Demo {
        /// Keeps all data.
        #[arg(long, default_value = ".ting")]
        data: PathBuf,
        /// Ends after the report.
        #[arg(long, env = "DEMO_EXIT", value_parser = clap::builder::BoolishValueParser::new(), num_args = 0..=1, default_missing_value = "true", default_value = "false")]
        exit: bool,
        /// The page; the services take the next ports.
        #[arg(long, default_value_t = 7100)]
        port: u16,
        /// Takes in the sample workspace only.
        #[arg(long)]
        small: bool,
    },
    /// Starts everything on free ports, empty, prints where it is as one line of JSON, and stays until its standard input ends.
    Up {
        /// Keeps all data.
        #[arg(long, default_value = ".ting/up")]
        data: PathBuf,
    },
    /// Runs one service until its standard input ends or it is told to stop; settings come from the environment.
    #[command(hide = true)]
    Service { name: String },
}

fn main() -> anyhow::Result<()> {
    match Arguments::parse().command {
        Command::Demo { data, exit, port, small } => {
            ting_local::demo::run(&ting_local::demo::Options { data, exit, port, small })
        }
        Command::Up { data } => ting_local::up::run(&data),
        Command::Service { name } => ting_local::services::run(&name),
    }
}
