//! Runs a command beside a private Postgres and NATS: `ting-servers run [--durable] -- CMD ARGS...`.

use std::os::unix::process::ExitStatusExt;
use std::process::{Command, ExitCode};

use anyhow::{Context, bail};
use ting_servers::{Nats, NatsOptions, Postgres, PostgresOptions};

const USAGE: &str = "usage: ting-servers run [--durable] -- CMD ARGS...";

fn main() -> anyhow::Result<ExitCode> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (options, command) = match arguments.iter().position(|argument| argument == "--") {
        Some(end) => (&arguments[..end], &arguments[end + 1..]),
        None => bail!(USAGE),
    };
    let durable = match options.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["run"] => false,
        ["run", "--durable"] => true,
        _ => bail!(USAGE),
    };
    let (program, arguments) = command.split_first().context(USAGE)?;
    let postgres = Postgres::start(PostgresOptions { durable, ..PostgresOptions::default() })?;
    let nats = Nats::start(NatsOptions { sync_always: durable, ..NatsOptions::default() })?;
    eprintln!("Postgres: {}\nNATS: {}", postgres.source(), nats.source());
    let status = Command::new(program)
        .args(arguments)
        .env("TING_POSTGRES_URL", postgres.admin_url())
        .env("TING_NATS_URL", nats.url())
        .status()
        .with_context(|| format!("could not run {program}"))?;
    // As shells do: a command that a signal ended counts as 128 and the signal.
    let code = status.code().or_else(|| status.signal().map(|signal| 128 + signal));
    Ok(ExitCode::from(code.and_then(|code| u8::try_from(code).ok()).unwrap_or(1)))
}
