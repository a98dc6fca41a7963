//! The command line that every process of ting has.

use std::{path::PathBuf, process::ExitCode};

use clap::Parser;

use crate::{InvalidSettings, Layers, admin};

/// What can be said when a process of ting is started.
#[derive(Debug, Parser)]
#[command(version)]
pub struct Arguments {
    /// A TOML file over the documented defaults.
    #[arg(long, env = "TING_CONFIG")]
    pub config: Option<PathBuf>,
    /// Shows every setting with where it comes from, says what is wrong, and ends; secrets are masked.
    #[arg(long)]
    check_config: bool,
    /// Asks the process that runs with these settings whether it can work, and ends: status 0 for yes.
    #[arg(long)]
    check_health: bool,
}

impl Arguments {
    /// Does what only looks, if that was asked for: `defaults` are those of the process, `check` reads its settings and gives the
    /// address of its operator's door.
    pub fn look(
        &self,
        defaults: &[&str],
        check: impl FnOnce() -> Result<String, InvalidSettings>,
    ) -> anyhow::Result<Option<ExitCode>> {
        if self.check_config {
            for setting in Layers::read(defaults, self.config.as_deref())?.report()? {
                println!("{setting}");
            }
            check()?;
            println!("the configuration is good");
            return Ok(Some(ExitCode::SUCCESS));
        }
        if self.check_health {
            let (ready, answer) = admin::probe(&check()?)?;
            println!("{answer}");
            return Ok(Some(if ready { ExitCode::SUCCESS } else { ExitCode::FAILURE }));
        }
        Ok(None)
    }
}
