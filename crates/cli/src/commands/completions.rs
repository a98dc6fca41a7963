use clap::{Args, CommandFactory as _, ValueEnum};
use clap_complete::{Shell, generate};

use crate::{connect::Session, error::CliError};

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  ting completions bash > ~/.local/share/bash-completion/completions/ting
  ting completions zsh  > ~/.zfunc/_ting
  ting completions fish > ~/.config/fish/completions/ting.fish")]
pub struct Completions {
    #[arg(value_enum)]
    shell: KnownShell,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum KnownShell {
    Bash,
    Zsh,
    Fish,
}

pub fn run(session: &Session, command: &Completions) -> Result<(), CliError> {
    let shell = match command.shell {
        KnownShell::Bash => Shell::Bash,
        KnownShell::Zsh => Shell::Zsh,
        KnownShell::Fish => Shell::Fish,
    };
    // Into memory first: generate panics when the reader of a pipe goes away.
    let mut script = Vec::new();
    generate(shell, &mut crate::args::Args::command(), "ting", &mut script);
    session.output.line(String::from_utf8_lossy(&script).trim_end())
}
