use std::{fs, path::PathBuf};

use anyhow::Context as _;
use chrono::TimeDelta;
use clap::Args;
use ting_chassis::{
    Ids,
    auth::{Caller, Grant, Issuer, Role},
};
use ting_events::Workspace;

use crate::commands::token::{PRIVATE, keys, workspace, write_new};
use crate::{connect::Session, error::CliError};

/// What docker-compose.yml asks for, with a sample in place of every secret.
const EXAMPLE: &str = include_str!("../../../../../.env.example");
const SAMPLE: &str = "change-me";
/// Letters and digits alone: they need no escape in a URL, a shell or a configuration.
const ALPHABET: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
/// 32 characters of 5 bits each.
const SECRET_LENGTH: usize = 32;
const FIRST_TOKEN_DAYS: i64 = 30;

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  ting ops init                           in the folder of docker-compose.yml
  ting ops init --folder /etc/ting --workspace acme
  docker compose up --detach --build --wait && TING_PROFILE=profile.toml ting ops doctor")]
pub struct Init {
    /// Where .env, keys/ and profile.toml are written; nothing that is there is overwritten
    #[arg(long, value_name = "DIR", default_value = ".")]
    folder: PathBuf,
    /// The workspace of the first token
    #[arg(long, value_name = "NAME", default_value = "main", value_parser = workspace)]
    workspace: Workspace,
}

/// Makes every secret that an installation needs.
pub fn run(session: &Session, init: &Init) -> Result<(), CliError> {
    let folder = &init.folder;
    fs::create_dir_all(folder).with_context(|| format!("cannot make the folder {}", folder.display()))?;
    // Keys first: without them the rest is of no use, and with old ones it must not change.
    keys(&folder.join("keys"))?;
    write_new(&folder.join(".env"), &environment(&session.ids), true)?;
    write_new(&folder.join("profile.toml"), &profile(session, init)?, true)?;
    anstream::eprintln!(
        "{}  holds fresh passwords for every user of Postgres and NATS",
        folder.join(".env").display()
    );
    anstream::eprintln!(
        "{}  lets `ting` in as owner of {} for {FIRST_TOKEN_DAYS} days",
        folder.join("profile.toml").display(),
        init.workspace,
    );
    anstream::eprintln!(
        "next: docker compose up --detach --build --wait, then TING_PROFILE={} ting ops doctor",
        folder.join("profile.toml").display()
    );
    Ok(())
}

/// The example with fresh secrets.
fn environment(ids: &Ids) -> String {
    let line = |line: &str| match line.strip_suffix(SAMPLE) {
        Some(name) if name.ends_with('=') => format!("{name}{}\n", secret(ids)),
        _ => format!("{line}\n"),
    };
    EXAMPLE.lines().map(line).collect()
}

fn secret(ids: &Ids) -> String {
    let mut bytes = [0_u8; SECRET_LENGTH];
    ids.fill(&mut bytes);
    // A word for NATS, which would take digits in front for a number.
    std::iter::once('s')
        .chain(bytes.iter().map(|byte| char::from(ALPHABET[usize::from(byte % 32)])))
        .collect()
}

fn profile(session: &Session, init: &Init) -> Result<String, CliError> {
    let path = init.folder.join("keys").join(PRIVATE);
    let pem = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let grant = Grant {
        caller: Caller {
            workspace: init.workspace.clone(),
            role: Role::Owner,
            subject: "ting-ops-init".to_owned(),
        },
        issued_at: session.clock.now(),
        lifetime: TimeDelta::days(FIRST_TOKEN_DAYS),
        id: session.ids.next(),
    };
    let token = Issuer::from_pem(&pem).and_then(|issuer| issuer.issue(&grant));
    let token = token.map_err(|error| CliError::Other(anyhow::anyhow!("{}: {error}", path.display())))?;
    Ok(format!("# The first way in; make others with ting token create.\ntoken = \"{token}\"\n"))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use ting_chassis::{Clock, Ids};

    use super::{EXAMPLE, environment, secret};

    #[test]
    fn every_sample_becomes_a_secret_of_its_own_and_the_rest_stays() {
        let made = environment(&Ids::random(Clock::system()));
        let samples = EXAMPLE.lines().filter(|line| line.ends_with("=change-me")).count();
        let changed: BTreeSet<&str> = made
            .lines()
            .zip(EXAMPLE.lines())
            .filter(|(new, old)| new != old)
            .filter_map(|(new, _)| new.split_once('=').map(|(_, secret)| secret))
            .collect();
        assert!(samples > 15);
        assert_eq!(changed.len(), samples, "each has another secret");
        assert!(!made.contains("=change-me"));
        assert_eq!(made.lines().count(), EXAMPLE.lines().count());
    }

    #[test]
    fn secrets_are_long_plain_words() {
        let secret = secret(&Ids::random(Clock::system()));
        assert!(
            secret.len() > 32 && secret.starts_with('s') && secret.chars().all(|c| c.is_ascii_alphanumeric())
        );
    }
}
