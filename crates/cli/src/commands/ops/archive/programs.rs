use std::{
    ffi::OsString,
    path::PathBuf,
    process::{Output, Stdio},
};

use anyhow::Context as _;
use clap::Args;
use tokio::{
    io::AsyncReadExt as _,
    process::{Child, Command},
};

use super::Address;
use crate::error::CliError;

/// Where the programs of Postgres are.
#[derive(Debug, Clone, Args)]
pub struct Programs {
    /// Folder with pg_dump and pg_restore [default: PATH]
    #[arg(long, value_name = "DIR", env = "TING_PG_BIN", hide_env = true)]
    pg_bin: Option<PathBuf>,
}

/// A program of Postgres that is there.
#[derive(Debug, Clone)]
pub struct Program {
    path: OsString,
    name: &'static str,
    /// As it says itself, such as `17.6`.
    pub version: String,
}

impl Programs {
    /// Finds a program and asks for its version.
    pub async fn find(&self, name: &'static str) -> Result<Program, CliError> {
        let path = match &self.pg_bin {
            Some(folder) => folder.join(name).into_os_string(),
            None => name.into(),
        };
        let missing = |cause: String| {
            CliError::failed(
                format!("{} cannot be used: {cause}", path.display()),
                "install the client programs of Postgres (Debian: postgresql-client-17, Homebrew: libpq), or name their \
                 folder in TING_PG_BIN",
            )
        };
        let output = Command::new(&path).arg("--version").stdin(Stdio::null()).output().await;
        let output = output.map_err(|error| missing(error.to_string()))?;
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        let version =
            said.split_whitespace().find(|word| word.starts_with(|first: char| first.is_ascii_digit()));
        let version = version.ok_or_else(|| missing("it does not say its version".to_owned()))?.to_owned();
        Ok(Program { path, name, version })
    }
}

impl Program {
    /// Refuses when the program is older than what it is to read.
    pub fn reads(&self, what: &str, version: &str) -> Result<(), CliError> {
        let needed = major(version);
        if major(&self.version) >= needed {
            return Ok(());
        }
        Err(CliError::failed(
            format!("{} is of version {}, and {what} of version {version}", self.name, self.version),
            format!(
                "install {} {needed} or newer (Debian: postgresql-client-{needed}), or name its folder in TING_PG_BIN",
                self.name
            ),
        ))
    }

    /// Prepares a run against a store. The child ends with us.
    pub fn command(&self, address: &Address) -> Command {
        let mut command = Command::new(&self.path);
        command.envs(address.environment()).kill_on_drop(true).stderr(Stdio::piped());
        command
    }

    /// Starts a prepared run.
    pub fn start(&self, command: &mut Command) -> Result<Child, CliError> {
        Ok(command.spawn().with_context(|| format!("cannot start {}", self.name))?)
    }

    /// Refuses when a run has failed, with what it said.
    pub fn succeeded(&self, output: &Output, address: &Address) -> Result<(), CliError> {
        if output.status.success() {
            return Ok(());
        }
        let said = String::from_utf8_lossy(&output.stderr);
        Err(CliError::failed(
            format!(
                "{} failed on the store of {} at {}: {}",
                self.name,
                address.service.name(),
                address.shown(),
                said.trim()
            ),
            "see whether the server has room, and whether the role may do it",
        ))
    }
}

/// Runs `work` beside a child while what the child complains about is read, so that neither waits for the other; then waits for the
/// child's end.
pub async fn run_beside<T>(
    mut child: Child,
    work: impl Future<Output = Result<T, CliError>>,
) -> Result<(T, Output), CliError> {
    let complaints = child.stderr.take();
    let listen = async {
        let mut said = Vec::new();
        if let Some(mut complaints) = complaints {
            complaints.read_to_end(&mut said).await?;
        }
        std::io::Result::Ok(said)
    };
    let (done, said) = tokio::join!(work, listen);
    let status = child.wait().await?;
    Ok((done?, Output { status, stdout: Vec::new(), stderr: said? }))
}

/// The number that decides about compatibility: 17 of `17.6`.
pub fn major(version: &str) -> u32 {
    let digits = version.find(|character: char| !character.is_ascii_digit()).unwrap_or(version.len());
    version[..digits].parse().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::{Program, major};

    #[test]
    fn the_major_version_is_the_first_number() {
        for (version, number) in [("15.18", 15), ("18beta1", 18), ("9.6.24", 9), ("x", 0)] {
            assert_eq!(major(version), number, "{version}");
        }
    }

    #[test]
    fn an_older_program_is_refused_with_what_to_install() {
        let program = Program { path: "pg_dump".into(), name: "pg_dump", version: "15.18".to_owned() };
        assert!(program.reads("the Postgres of intake is", "15.2").is_ok());
        let error = program.reads("the Postgres of intake is", "17.6").unwrap_err();
        assert_eq!(
            error.to_string(),
            "pg_dump is of version 15.18, and the Postgres of intake is of version 17.6"
        );
        assert!(error.hint().unwrap().contains("pg_dump 17 or newer"));
    }
}
