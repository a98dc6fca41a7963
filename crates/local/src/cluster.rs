use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::Context as _;
use chrono::TimeDelta;
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};
use ting_chassis::{
    Clock, Ids,
    auth::{Caller, Grant, Issuer, KeyPair, Role, generate},
};
use ting_events::Workspace;
use ting_servers::{Nats, NatsOptions, Postgres, PostgresOptions, free_port};

use crate::{Child, ports, services};

/// The role that services run under; it owns nothing.
const ROLE: &str = "ting_service";

/// How a cluster is to run.
#[derive(Debug, Clone)]
pub struct ClusterOptions {
    /// Keeps data, keys and logs.
    pub data: PathBuf,
    /// The gateway's port; the services take the next four, their admin pages ten more. `None`: any free ports.
    pub port: Option<u16>,
    /// The program that runs a service when called with `service NAME`.
    pub program: PathBuf,
    pub postgres: PostgresOptions,
    pub nats: NatsOptions,
    /// More settings for all services, as `TING__SECTION__KEY`.
    pub settings: Vec<(String, String)>,
    /// More settings for recovery, as `TING__SECTION__KEY`.
    pub recovery: Vec<(String, String)>,
    /// Whether the page is served too.
    pub gateway: bool,
}

/// Postgres, NATS and the services, each a process.
pub struct Cluster {
    pub children: Vec<Child>,
    pub postgres: Postgres,
    pub nats: Nats,
    keys: KeyPair,
}

impl Cluster {
    /// Starts the servers and the services and waits until all are ready.
    pub async fn start(options: ClusterOptions) -> anyhow::Result<Self> {
        let ports = Ports::choose(options.port)?;
        fs::create_dir_all(options.data.join("logs"))?;
        let keys = keys(&options.data.join("keys"))?;
        let (postgres, nats) = (options.postgres.clone(), options.nats.clone());
        let postgres = tokio::task::spawn_blocking(|| Postgres::start(postgres)).await??;
        let nats = tokio::task::spawn_blocking(|| Nats::start(nats)).await??;
        make_databases(&postgres).await?;
        let mut cluster = Self { children: Vec::new(), postgres, nats, keys };
        for (index, name) in services::NAMES.into_iter().enumerate() {
            let child = cluster.service(&options, &ports, index, name);
            cluster.children.push(child);
        }
        if options.gateway {
            let child = cluster.page(&options, &ports);
            cluster.children.push(child);
        }
        for child in &mut cluster.children {
            child.start()?;
        }
        for child in &mut cluster.children {
            child.wait_ready()?;
        }
        Ok(cluster)
    }

    fn service(&self, options: &ClusterOptions, ports: &Ports, index: usize, name: &'static str) -> Child {
        let owner = self.postgres.url(&database(name));
        let (port, admin) = (ports.grpc[index], ports.admin[index]);
        let mut settings = vec![
            ("TING__DATABASE__URL".to_owned(), as_service(&owner)),
            ("TING__DATABASE__OWNER_URL".to_owned(), owner),
            ("TING__NATS__URL".to_owned(), self.nats.url()),
            // NATS sets this aside on the disk; one machine that shows ting needs no more.
            ("TING__NATS__STREAM_MAX_BYTES".to_owned(), (512 << 20).to_string()),
            ("TING__GRPC__ADDRESS".to_owned(), format!("127.0.0.1:{port}")),
            ("TING__ADMIN__ADDRESS".to_owned(), format!("127.0.0.1:{admin}")),
            ("TING__AUTH__PUBLIC_KEY_FILE".to_owned(), public_key(&options.data)),
            ("TING__AUTH__PAGE_SECRET".to_owned(), page_secret(&self.keys)),
        ];
        settings.extend(options.settings.iter().cloned());
        if name == "recovery" {
            settings.extend(options.recovery.iter().cloned());
        }
        child(options, name, port, admin, &settings)
    }

    fn page(&self, options: &ClusterOptions, ports: &Ports) -> Child {
        let mut settings = vec![
            ("TING__ADDRESS".to_owned(), format!("127.0.0.1:{}", ports.gateway)),
            ("TING__ADMIN__ADDRESS".to_owned(), format!("127.0.0.1:{}", ports.admin[4])),
            ("TING__NATS__URL".to_owned(), self.nats.url()),
            ("TING__AUTH__PUBLIC_KEY_FILE".to_owned(), public_key(&options.data)),
        ];
        for (name, port) in services::NAMES.into_iter().zip(ports.grpc) {
            settings.push((
                format!("TING__SERVICES__{}", name.to_uppercase()),
                format!("http://127.0.0.1:{port}"),
            ));
        }
        child(options, "gateway", ports.gateway, ports.admin[4], &settings)
    }

    /// The child called `name`.
    pub fn child(&mut self, name: &str) -> anyhow::Result<&mut Child> {
        self.children
            .iter_mut()
            .find(|child| child.name == name)
            .with_context(|| format!("no service {name}"))
    }

    /// Where a service answers.
    pub fn address(&self, name: &str) -> String {
        let port = self.children.iter().find(|child| child.name == name).map_or(0, |child| child.port);
        format!("http://127.0.0.1:{port}")
    }

    /// Makes a token with the cluster's own key.
    pub fn token(&self, workspace: &str, role: Role, subject: &str) -> anyhow::Result<String> {
        let caller = Caller { workspace: Workspace::parse(workspace)?, role, subject: subject.to_owned() };
        let clock = Clock::system();
        let id = Ids::random(clock.clone()).next();
        let grant = Grant { caller, issued_at: clock.now(), lifetime: TimeDelta::days(7), id };
        Ok(Issuer::from_pem(&self.keys.private_pem)?.issue(&grant)?)
    }

    /// Stops the services, then the servers.
    pub fn stop(mut self) {
        for child in &mut self.children {
            child.stop();
        }
    }
}

struct Ports {
    gateway: u16,
    grpc: [u16; 4],
    admin: [u16; 5],
}

impl Ports {
    fn choose(base: Option<u16>) -> anyhow::Result<Self> {
        let Some(base) = base else {
            let (mut grpc, mut admin) = ([0; 4], [0; 5]);
            for port in grpc.iter_mut().chain(&mut admin) {
                *port = free_port().context("no port is free")?;
            }
            return Ok(Self { gateway: free_port().context("no port is free")?, grpc, admin });
        };
        let chosen = Self {
            gateway: base,
            grpc: std::array::from_fn(|index| base + 1 + offset(index)),
            admin: std::array::from_fn(|index| base + 11 + offset(index)),
        };
        let mut wanted = vec![(base, "the page")];
        wanted.extend(chosen.grpc.into_iter().zip(services::NAMES));
        wanted.extend(chosen.admin.into_iter().map(|port| (port, "health and metrics")));
        ports::check(&wanted)?;
        Ok(chosen)
    }
}

fn offset(index: usize) -> u16 {
    // Never saturates: indexes are below five.
    u16::try_from(index).unwrap_or(u16::MAX)
}

fn child(
    options: &ClusterOptions,
    name: &'static str,
    port: u16,
    admin: u16,
    settings: &[(String, String)],
) -> Child {
    let settings: Vec<(&str, String)> =
        settings.iter().map(|(key, value)| (key.as_str(), value.clone())).collect();
    Child::new(&options.program, name, port, admin, &settings, &options.data.join("logs"))
}

/// The database of a service.
pub fn database(service: &str) -> String {
    format!("ting_{service}")
}

/// The owner's address with the service's role in it.
fn as_service(owner_url: &str) -> String {
    owner_url.replacen("://ting@", &format!("://{ROLE}@"), 1)
}

fn public_key(data: &Path) -> String {
    data.join("keys/public.pem").display().to_string()
}

/// The same after every start: derived from the key that is kept.
fn page_secret(keys: &KeyPair) -> String {
    keys.private_pem.lines().filter(|line| !line.starts_with('-')).collect()
}

/// Reads the key pair of this folder, or makes one.
fn keys(folder: &Path) -> anyhow::Result<KeyPair> {
    let (private, public) = (folder.join("private.pem"), folder.join("public.pem"));
    if let (Ok(private_pem), Ok(public_pem)) = (fs::read_to_string(&private), fs::read_to_string(&public)) {
        return Ok(KeyPair { private_pem, public_pem });
    }
    fs::create_dir_all(folder)?;
    let keys = generate();
    fs::write(&public, &keys.public_pem)?;
    write_private(&private, &keys.private_pem)?;
    Ok(keys)
}

fn write_private(path: &Path, text: &str) -> std::io::Result<()> {
    use std::{io::Write as _, os::unix::fs::OpenOptionsExt as _};
    fs::OpenOptions::new()
        .create(true)
        .truncate(true)
        .write(true)
        .mode(0o600)
        .open(path)?
        .write_all(text.as_bytes())
}

async fn make_databases(postgres: &Postgres) -> anyhow::Result<()> {
    let mut admin = PgConnection::connect(&postgres.admin_url()).await.context("connecting to Postgres")?;
    let roles: i64 = sqlx::query_scalar("SELECT count(*) FROM pg_roles WHERE rolname = $1")
        .bind(ROLE)
        .fetch_one(&mut admin)
        .await?;
    if roles == 0 {
        execute(&mut admin, format!("CREATE ROLE {ROLE} LOGIN")).await?;
    }
    for name in services::NAMES {
        let name = database(name);
        let databases: i64 = sqlx::query_scalar("SELECT count(*) FROM pg_database WHERE datname = $1")
            .bind(&name)
            .fetch_one(&mut admin)
            .await?;
        if databases == 0 {
            execute(&mut admin, format!("CREATE DATABASE {name}")).await?;
        }
    }
    Ok(())
}

/// Runs a statement made of names in this file.
async fn execute(admin: &mut PgConnection, sql: String) -> sqlx::Result<()> {
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(admin).await.map(drop)
}
