use std::path::PathBuf;

use clap::{Args as ClapArgs, Parser, builder::Styles, builder::styling::AnsiColor};

use crate::{commands::Command, output::Format};

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Green.on_default().bold())
    .usage(AnsiColor::Green.on_default().bold())
    .literal(AnsiColor::Cyan.on_default().bold())
    .placeholder(AnsiColor::Cyan.on_default());

const EXAMPLES: &str = "Examples:
  ting ops doctor                                  see whether everything runs
  ting import customers.csv comments.csv           take in what customers said
  ting themes                                      see what they talk about
  ting scores --by touchpoint --metric csat        see where it hurts
  ting cases list --state open                     see who waits for an answer
  ting events tail                                 watch it happen
  ting method consistency FILE.csv                 compute a method on a file; needs no service

Connection, by flag, environment or profile; the first of them that says something counts:
  --profile FILE                      TING_PROFILE                (~/.config/ting/profile.toml)
  --token TOKEN                       TING_TOKEN                  token
  --ca-file FILE                      TING_CA_FILE                ca_file
  --intake-address HOST:PORT          TING_INTAKE_ADDRESS         [addresses] intake
  --analysis-address HOST:PORT        TING_ANALYSIS_ADDRESS       [addresses] analysis
  --satisfaction-address HOST:PORT    TING_SATISFACTION_ADDRESS   [addresses] satisfaction
  --recovery-address HOST:PORT        TING_RECOVERY_ADDRESS       [addresses] recovery
  --nats URL                          TING_NATS_URL               [addresses] nats
Without any, the services are looked for on this machine, on ports 7101 to 7104, and NATS on 4222.

Exit status: 0 when all went well, 1 when it failed or rows were refused, 2 for wrong use.";

/// Listens to customers: takes in what they say, shows what they need, and wins back those who were let down.
#[derive(Debug, Parser)]
#[command(name = "ting", version, styles = STYLES, after_help = EXAMPLES, max_term_width = 110)]
pub struct Args {
    #[command(flatten)]
    pub global: Global,
    #[command(subcommand)]
    pub command: Command,
}

/// What every command understands.
#[derive(Debug, Clone, Default, ClapArgs)]
pub struct Global {
    /// How results are printed: for people, for programs (proto3 JSON, whole), for spreadsheets
    #[arg(long, global = true, value_enum, default_value_t, env = "TING_FORMAT", hide_env = true)]
    pub format: Format,

    #[command(flatten)]
    pub connection: Connection,
}

/// Where the services are and who calls; each overrides the profile. Only the help of the whole command tells of them.
#[derive(Debug, Clone, Default, ClapArgs)]
pub struct Connection {
    /// Profile with token and addresses
    #[arg(long, global = true, env = "TING_PROFILE", value_name = "FILE", hide = true)]
    pub profile: Option<PathBuf>,

    /// Bearer token; better kept in the environment or the profile, where other users cannot see it
    #[arg(
        long,
        global = true,
        env = "TING_TOKEN",
        value_name = "TOKEN",
        hide_env_values = true,
        hide = true
    )]
    pub token: Option<String>,

    /// Certificate authority (PEM) that signed the services' certificates, for https addresses
    #[arg(long, global = true, env = "TING_CA_FILE", value_name = "FILE", hide = true)]
    pub ca_file: Option<PathBuf>,

    /// Address of intake [default: 127.0.0.1:7101]
    #[arg(long, global = true, env = "TING_INTAKE_ADDRESS", value_name = "ADDRESS", hide = true)]
    pub intake_address: Option<String>,

    /// Address of analysis [default: 127.0.0.1:7102]
    #[arg(long, global = true, env = "TING_ANALYSIS_ADDRESS", value_name = "ADDRESS", hide = true)]
    pub analysis_address: Option<String>,

    /// Address of satisfaction [default: 127.0.0.1:7103]
    #[arg(long, global = true, env = "TING_SATISFACTION_ADDRESS", value_name = "ADDRESS", hide = true)]
    pub satisfaction_address: Option<String>,

    /// Address of recovery [default: 127.0.0.1:7104]
    #[arg(long, global = true, env = "TING_RECOVERY_ADDRESS", value_name = "ADDRESS", hide = true)]
    pub recovery_address: Option<String>,

    /// Address of NATS [default: nats://127.0.0.1:4222]
    #[arg(
        long = "nats",
        global = true,
        env = "TING_NATS_URL",
        value_name = "URL",
        hide_env_values = true,
        hide = true
    )]
    pub nats_url: Option<String>,
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    use clap::{CommandFactory as _, Parser as _};

    use super::Args;

    #[test]
    fn the_grammar_has_no_contradictions() {
        Args::command().debug_assert();
    }

    #[test]
    fn every_command_has_examples() {
        fn check(command: &clap::Command) {
            let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
            assert!(help.contains("Examples:"), "ting … {} has no examples", command.get_name());
            command.get_subcommands().for_each(check);
        }
        check(&Args::command());
    }

    /// `ting ...` in blocks of shell and between backticks.
    fn shown(page: &str) -> impl Iterator<Item = &str> {
        let words = page.lines().flat_map(|line| line.split('`')).map(str::trim);
        words
            .filter(|words| words.starts_with("ting "))
            .map(|words| words.split(" #").next().unwrap_or(words))
    }

    #[test]
    fn every_command_of_the_runbooks_is_one() {
        let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/operating/runbooks");
        let mut commands = 0;
        for entry in fs::read_dir(docs).unwrap() {
            let path = entry.unwrap().path();
            for command in shown(&fs::read_to_string(&path).unwrap()) {
                let parsed = Args::try_parse_from(command.split_whitespace());
                assert!(parsed.is_ok(), "{}: {command}: {}", path.display(), parsed.unwrap_err());
                commands += 1;
            }
        }
        assert!(commands > 30, "only {commands} were found");
    }
}
