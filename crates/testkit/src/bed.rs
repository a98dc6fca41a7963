use std::{
    marker::PhantomData,
    net::SocketAddr,
    sync::{
        OnceLock,
        atomic::{AtomicU32, Ordering},
    },
};

use async_nats::jetstream;
use chrono::TimeDelta;
use sqlx::{Connection as _, PgConnection};
use tempfile::TempDir;
use ting_chassis::{
    Clock, Ids, Server, Service, Settings,
    auth::{Caller, Grant, Issuer, KeyPair, Role, generate},
    store::Store,
};
use ting_events::{Stream, Workspace};
use ting_servers::{Finder, Nats, NatsOptions, Postgres, PostgresOptions};
use tokio_util::sync::CancellationToken;
use tonic::transport::{Channel, Endpoint};

use crate::{Bearer, Client, eventually};

/// The role that services run under: not the owner of anything.
const ROLE: &str = "ting_service";

/// One Postgres for all beds of a test binary; it ends with the process.
static POSTGRES: OnceLock<Postgres> = OnceLock::new();
static DATABASES: AtomicU32 = AtomicU32::new(0);

/// Servers, keys and a clock for one test.
pub struct Bed {
    pub nats: Nats,
    /// The clock of every service started on this bed.
    pub clock: Clock,
    keys: KeyPair,
    folder: TempDir,
}

/// A service that runs in this process.
pub struct Running<S> {
    pub grpc_address: SocketAddr,
    pub admin_address: SocketAddr,
    pub store: Store,
    /// Connects as the superuser, whom row-level security does not bind.
    pub owner_url: String,
    server: Server,
    shutdown: CancellationToken,
    service: PhantomData<S>,
}

impl Bed {
    /// Starts a NATS of its own; the Postgres is shared by the beds of the process.
    pub async fn start() -> Self {
        Self::with_clock(Clock::system()).await
    }

    /// The same with a clock that the test moves.
    pub async fn with_clock(clock: Clock) -> Self {
        let options = NatsOptions { finder: Finder::from_environment().private(), ..NatsOptions::default() };
        let nats = tokio::task::spawn_blocking(|| Nats::start(options))
            .await
            .expect("no panic")
            .expect("NATS starts");
        let folder = tempfile::tempdir().expect("a temporary folder");
        let keys = generate();
        std::fs::write(folder.path().join("public.pem"), &keys.public_pem).expect("the key is written");
        Self { nats, clock, keys, folder }
    }

    /// Starts a service on a new database. `overrides` is TOML over its defaults.
    pub async fn service<S: Service>(&self, overrides: &str) -> Running<S> {
        let owner_url = database(S::NAME).await;
        self.service_on(overrides, &owner_url).await
    }

    /// Starts a service on the database of an earlier one: a restart, or a second replica.
    pub async fn service_on<S: Service>(&self, overrides: &str, owner_url: &str) -> Running<S> {
        let file = self.folder.path().join(format!("{}.toml", S::NAME));
        let settings = self.settings(overrides, owner_url);
        std::fs::write(&file, toml::to_string(&settings).expect("TOML")).expect("the settings are written");
        let settings = Settings::<S::Config>::load(S::DEFAULT_CONFIG, Some(&file)).expect("good settings");
        let shutdown = CancellationToken::new();
        let server = Server::start::<S>(settings, self.clock.clone(), shutdown.clone())
            .await
            .expect("the service starts");
        Running {
            grpc_address: server.grpc_address,
            admin_address: server.admin_address,
            store: server.store.clone(),
            owner_url: owner_url.to_owned(),
            server,
            shutdown,
            service: PhantomData,
        }
    }

    fn settings(&self, overrides: &str, owner_url: &str) -> toml::Table {
        let url = owner_url.replacen("://ting@", &format!("://{ROLE}@"), 1);
        let base = toml::toml! {
            database = { max_connections = 8 }
            nats = { stream_max_bytes = 67_108_864 }
            auth = { page_secret = "a secret for tests" }
            relay = { poll_ms = 20 }
            audit = { every_ms = 500 }
            shutdown = { notice_ms = 0, drain_ms = 10000 }
            telemetry = { log_filter = "warn" }
        };
        let mut settings = base;
        set(&mut settings, "database", "url", url);
        set(&mut settings, "database", "owner_url", owner_url.to_owned());
        set(&mut settings, "nats", "url", self.nats.url());
        set(
            &mut settings,
            "auth",
            "public_key_file",
            self.folder.path().join("public.pem").display().to_string(),
        );
        let overrides: toml::Table = overrides.parse().expect("overrides are TOML");
        for (section, values) in overrides {
            let toml::Value::Table(values) = values else { panic!("{section} is not a section") };
            let section = settings.entry(section).or_insert_with(|| toml::Value::Table(toml::Table::new()));
            section.as_table_mut().expect("a section").extend(values);
        }
        settings
    }

    /// A token for a caller of this bed.
    pub fn token(&self, workspace: &str, role: Role) -> String {
        let issuer = Issuer::from_pem(&self.keys.private_pem).expect("a good key");
        let now = Clock::system().now();
        let caller = Caller {
            workspace: Workspace::parse(workspace).expect("a workspace"),
            role,
            subject: "tester".to_owned(),
        };
        let id = Ids::random(Clock::system()).next();
        issuer.issue(&Grant { caller, issued_at: now, lifetime: TimeDelta::hours(1), id }).expect("a token")
    }

    /// A channel to `address` whose calls carry a token.
    pub fn client(&self, address: SocketAddr, workspace: &str, role: Role) -> Client {
        let bearer = format!("Bearer {}", self.token(workspace, role)).parse().expect("a header");
        Client::new(channel(address), Bearer(bearer))
    }

    /// The bed's `JetStream`.
    pub async fn jetstream(&self) -> jetstream::Context {
        jetstream::new(async_nats::connect(self.nats.url()).await.expect("NATS answers"))
    }

    /// All events of a stream so far, oldest first, as JSON.
    pub async fn events(&self, stream: Stream) -> Vec<serde_json::Value> {
        let jetstream = self.jetstream().await;
        let Ok(mut handle) = jetstream.get_stream(stream.name()).await else { return Vec::new() };
        let state = handle.info().await.expect("the stream answers").state.clone();
        let mut events = Vec::new();
        for sequence in state.first_sequence..=state.last_sequence {
            if let Ok(message) = handle.get_raw_message(sequence).await {
                events.push(serde_json::from_slice(&message.payload).expect("events are JSON"));
            }
        }
        events
    }
}

impl<S: Service> Running<S> {
    /// A channel whose calls carry a token.
    pub fn client(&self, bed: &Bed, workspace: &str, role: Role) -> Client {
        bed.client(self.grpc_address, workspace, role)
    }

    /// Waits until nothing is left to publish.
    pub async fn outbox_empty(&self) {
        eventually(async || {
            let mut tx = self.store.begin_everywhere().await.map_err(|error| error.to_string())?;
            let pending: i64 = sqlx::query_scalar("SELECT count(*) FROM outbox WHERE published_at IS NULL")
                .fetch_one(&mut *tx)
                .await
                .map_err(|error| error.to_string())?;
            if pending == 0 { Ok(()) } else { Err(format!("{pending} events in the outbox")) }
        })
        .await;
    }

    /// Connects past the walls, to look at what is really there.
    pub async fn owner(&self) -> PgConnection {
        PgConnection::connect(&self.owner_url).await.expect("Postgres answers")
    }

    /// Ends the service in good order.
    pub async fn stop(self) {
        self.shutdown.cancel();
        self.server.stopped().await;
    }
}

fn channel(address: SocketAddr) -> Channel {
    Endpoint::from_shared(format!("http://{address}")).expect("an address").connect_lazy()
}

fn set(settings: &mut toml::Table, section: &str, key: &str, value: String) {
    let section =
        settings.get_mut(section).and_then(toml::Value::as_table_mut).expect("a section of the base");
    section.insert(key.to_owned(), toml::Value::String(value));
}

/// Makes an empty database and gives its address as the owner.
async fn database(service: &str) -> String {
    let name = format!("test_{}_{}_{service}", std::process::id(), DATABASES.fetch_add(1, Ordering::Relaxed));
    let start =
        || POSTGRES.get_or_init(|| Postgres::start(PostgresOptions::default()).expect("Postgres starts"));
    let postgres = tokio::task::spawn_blocking(start).await.expect("no panic");
    let mut admin = PgConnection::connect(&postgres.admin_url()).await.expect("Postgres answers");
    // Names are made here, not taken from anybody.
    let role = format!(
        "DO $$ BEGIN CREATE ROLE {ROLE} LOGIN; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$"
    );
    sqlx::raw_sql(sqlx::AssertSqlSafe(role)).execute(&mut admin).await.expect("the role is made");
    let create = format!("CREATE DATABASE {name}");
    sqlx::raw_sql(sqlx::AssertSqlSafe(create)).execute(&mut admin).await.expect("the database is made");
    postgres.url(&name)
}
