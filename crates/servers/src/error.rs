//! Everything that can keep a server from running.

use std::io;
use std::path::PathBuf;

use crate::Version;

/// Why a server could not be found, started or stopped.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No way to a server led anywhere; says what to install and what was looked at.
    #[error("no {name} {minimum} or newer was found; {remedy}{}", listed(.passed_over))]
    NotFound { name: &'static str, minimum: Version, remedy: &'static str, passed_over: Vec<String> },
    /// Someone else listens where the server was told to listen.
    #[error("port {port} of 127.0.0.1 is taken by another program")]
    PortInUse { port: u16 },
    /// The server ended by itself instead of becoming ready.
    #[error("{name} ended while starting ({status}); its last words:\n{log}")]
    Ended { name: &'static str, status: std::process::ExitStatus, log: String },
    /// The server runs but never answered.
    #[error("{name} was not ready within {seconds} s; its last words:\n{log}")]
    NotReady { name: &'static str, seconds: u64, log: String },
    /// The data folder was made by another major version.
    #[error("{} holds data of Postgres {made_by}, but the server found is {found}: use that version or move the folder away", .folder.display())]
    OtherVersion { folder: PathBuf, made_by: String, found: Version },
    /// The caller asked to kill, stop or restart a server that the environment named.
    #[error("{name} was given by {variable}: it is not ours to stop")]
    NotOurs { name: &'static str, variable: &'static str },
    /// A tool on the way (initdb, python, pip) failed.
    #[error("{tool} failed: {output}")]
    Tool { tool: String, output: String },
    /// The operating system refused.
    #[error("could not {attempt}")]
    Io { attempt: String, source: io::Error },
}

fn listed(passed_over: &[String]) -> String {
    passed_over.iter().fold(String::new(), |text, reason| text + "\n  passed over: " + reason)
}

/// Names what was attempted when the operating system says no.
pub(crate) trait Attempting<T> {
    fn attempting(self, attempt: impl FnOnce() -> String) -> Result<T, Error>;
}

impl<T> Attempting<T> for io::Result<T> {
    fn attempting(self, attempt: impl FnOnce() -> String) -> Result<T, Error> {
        self.map_err(|source| Error::Io { attempt: attempt(), source })
    }
}
