//! The life of a service: settings, store, bus, tasks, calls, and an orderly end.

use std::{process::ExitCode, sync::Arc, time::Duration};

use anyhow::Context as _;
use async_nats::jetstream;
use clap::Parser as _;
use serde::de::DeserializeOwned;
use sqlx::migrate::Migrator;
use ting_events::Stream;
use ting_proto::ops::v1::ops_service_server::OpsServiceServer;
use tokio::{net::TcpListener, signal::unix::SignalKind};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tonic::service::RoutesBuilder;

use crate::{
    Arguments, Clock, Ids, Readiness, Settings, admin,
    auth::Verifier,
    bus,
    config::DEFAULTS,
    consumer::{Runner, Subscription},
    grpc,
    input::PageKey,
    metrics,
    ops::{Examiner, Ops, Projection},
    probe::Conditions,
    stages::Stages,
    store::{Auditor, Measure, Relay, Store, migrate},
    vital::Vital,
};

/// What makes a service different from the others.
pub trait Service: Sized + Send + 'static {
    /// `intake`, `analysis`, ...; also the name of its stream.
    const NAME: &'static str;
    /// Its section of the settings, as documented TOML.
    const DEFAULT_CONFIG: &'static str;
    /// The full name of its gRPC service, for health.
    const GRPC_NAME: &'static str;
    /// What the section reads into.
    type Config: DeserializeOwned + Send + Sync;

    /// Its schema.
    fn migrator() -> &'static Migrator;

    /// Puts it together. Nothing here may wait for another service.
    fn build(context: Context<Self::Config>) -> impl Future<Output = anyhow::Result<Parts>> + Send;
}

/// What a service is given.
pub struct Context<C> {
    pub config: C,
    pub store: Store,
    pub page_key: PageKey,
    /// Background work is spawned here, so that shutdown can wait for it.
    pub tracker: TaskTracker,
    /// Cancelled when background work should finish what it has in hand.
    pub shutdown: CancellationToken,
}

/// What a service consists of, besides the tasks it has spawned.
#[derive(Default)]
pub struct Parts {
    pub routes: RoutesBuilder,
    pub subscriptions: Vec<Subscription>,
    pub projections: Vec<Arc<dyn Projection>>,
    pub measures: Vec<Arc<dyn Measure>>,
}

/// Runs a service as a process: its arguments, its signals, its exit.
pub fn main<S: Service>() -> anyhow::Result<ExitCode> {
    let arguments = Arguments::parse();
    let load = || Settings::<S::Config>::load(S::DEFAULT_CONFIG, arguments.config.as_deref());
    let looked = arguments.look(&[DEFAULTS, S::DEFAULT_CONFIG], || Ok(load()?.admin.address))?;
    if let Some(status) = looked {
        return Ok(status);
    }
    run::<S>(load()?)?;
    Ok(ExitCode::SUCCESS)
}

/// Runs a service until SIGTERM or SIGINT.
pub fn run<S: Service>(settings: Settings<S::Config>) -> anyhow::Result<()> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(async {
        let guard = ting_telemetry::init(S::NAME, &settings.telemetry)?;
        let shutdown = CancellationToken::new();
        let server = Server::start::<S>(settings, Clock::system(), shutdown.clone()).await?;
        println!("{} grpc {} admin {}", S::NAME, server.grpc_address, server.admin_address);
        let told = tokio::select! {
            result = signal() => result.map(|()| true)?,
            () = shutdown.cancelled() => false,
        };
        tracing::info!("shutting down");
        shutdown.cancel();
        server.stopped().await;
        guard.shutdown().await;
        anyhow::ensure!(told, "{} could not go on; its log says why", S::NAME);
        Ok(())
    })
}

async fn signal() -> std::io::Result<()> {
    let mut terminate = tokio::signal::unix::signal(SignalKind::terminate())?;
    tokio::select! {
        result = tokio::signal::ctrl_c() => result,
        _ = terminate.recv() => Ok(()),
    }
}

/// A running service.
pub struct Server {
    pub grpc_address: std::net::SocketAddr,
    pub admin_address: std::net::SocketAddr,
    pub store: Store,
    tracker: TaskTracker,
    drain: Duration,
}

impl Server {
    /// Migrates, connects, and serves until `shutdown`.
    pub async fn start<S: Service>(
        settings: Settings<S::Config>,
        clock: Clock,
        shutdown: CancellationToken,
    ) -> anyhow::Result<Self> {
        // Before anything is measured.
        metrics::install();
        let stream = Stream::of(S::NAME).context("the service has no stream")?;
        let ids = Ids::random(clock.clone());
        let readiness = Readiness::new(&["postgres", "nats"]);
        migrate(&settings.database, S::migrator()).await.context("migrating the database")?;
        let store = Store::open(&settings.database, clock, ids)?;
        let jetstream = bus::connect(&settings.nats, S::NAME, readiness.clone()).await?;
        let public_key = std::fs::read_to_string(&settings.auth.public_key_file)
            .with_context(|| format!("reading auth.public_key_file {}", settings.auth.public_key_file))?;
        let verifier = Verifier::from_pem(&public_key)
            .with_context(|| format!("auth.public_key_file {}", settings.auth.public_key_file))?;
        let (tracker, stages) = (TaskTracker::new(), Stages::new(&shutdown, &settings.shutdown));
        let page_key = PageKey::new(settings.auth.page_secret.as_bytes());
        let parts = S::build(Context {
            config: settings.service,
            store: store.clone(),
            page_key: page_key.clone(),
            tracker: tracker.clone(),
            shutdown: stages.work.clone(),
        })
        .await?;
        let conditions = Conditions::new(store.clock.clone());
        let bus = Bus {
            service: S::NAME,
            stream,
            store: store.clone(),
            jetstream,
            nats: settings.nats,
            conditions: conditions.clone(),
        };
        bus.ensure_stream().await?;
        let vital = Vital { tracker: tracker.clone(), work: stages.work.clone(), shutdown: shutdown.clone() };
        let auditor = bus.auditor(settings.audit.clone(), parts.measures.clone());
        bus.spawn_publishing(&vital, settings.relay, auditor);
        let runners = bus.spawn_consumers(&vital, &parts.subscriptions, &settings.consumer);
        tracker.spawn(verifier.clone().watch(
            settings.auth.public_key_file.clone(),
            public_key,
            stages.serve.clone(),
        ));
        tracker.spawn(conditions.clone().follow(readiness.clone(), stages.serve.clone()));
        tracker.spawn(readiness.clone().watch_store(store.clone(), stages.serve.clone()));

        let ops = Ops {
            service: S::NAME,
            started_at: store.clock.now(),
            store: store.clone(),
            runners,
            projections: parts.projections,
            page_key,
            auditor: bus.auditor(settings.audit, parts.measures),
            examiner: Examiner {
                service: S::NAME,
                stream,
                store: store.clone(),
                migrator: S::migrator(),
                jetstream: bus.jetstream,
                nats: bus.nats,
                public_key_file: settings.auth.public_key_file,
                conditions,
            },
        };
        let mut routes = parts.routes;
        routes.add_service(
            OpsServiceServer::new(ops)
                .max_decoding_message_size(settings.grpc.max_message_bytes)
                .max_encoding_message_size(settings.grpc.max_message_bytes),
        );
        let admin_listener = listen(&settings.admin.address).await?;
        let grpc_listener = listen(&settings.grpc.address).await?;
        let (admin_address, grpc_address) = (admin_listener.local_addr()?, grpc_listener.local_addr()?);
        tracker.spawn(admin::serve(admin_listener, readiness.clone(), stages.serve.clone()));
        let server = grpc::GrpcServer {
            config: settings.grpc,
            verifier,
            readiness,
            service_names: vec![S::GRPC_NAME, "ting.ops.v1.OpsService"],
            notice: shutdown,
            shutdown: stages.serve.clone(),
        };
        tracker.spawn(server.serve(grpc_listener, routes.routes()));
        tracker.close();
        tracing::info!(service = S::NAME, grpc = %grpc_address, admin = %admin_address, "serving");
        Ok(Self {
            grpc_address,
            admin_address,
            store,
            tracker,
            drain: Duration::from_millis(settings.shutdown.drain_ms),
        })
    }

    /// Waits, after shutdown has begun, until everything in hand is done or the patience is over.
    pub async fn stopped(self) {
        if tokio::time::timeout(self.drain, self.tracker.wait()).await.is_err() {
            tracing::warn!("not everything was finished in time; it is done again after the next start");
        }
    }
}

/// The service's side of NATS.
struct Bus {
    service: &'static str,
    stream: Stream,
    store: Store,
    jetstream: jetstream::Context,
    nats: crate::NatsConfig,
    conditions: Conditions,
}

impl Bus {
    fn definition(&self, stream: Stream) -> jetstream::stream::Config {
        stream.config(self.nats.replicas, self.nats.stream_max_bytes)
    }

    async fn ensure_stream(&self) -> anyhow::Result<()> {
        bus::ensure_stream(&self.jetstream, self.definition(self.stream))
            .await
            .with_context(|| format!("creating the stream {}", self.stream.name()))
    }

    fn auditor(&self, config: crate::AuditConfig, measures: Vec<Arc<dyn Measure>>) -> Auditor {
        Auditor {
            store: self.store.clone(),
            jetstream: self.jetstream.clone(),
            stream: self.stream,
            definition: self.definition(self.stream),
            config,
            measures,
        }
    }

    fn spawn_publishing(&self, vital: &Vital, relay: crate::RelayConfig, auditor: Auditor) {
        let (store, jetstream, stream) = (self.store.clone(), self.jetstream.clone(), self.stream);
        let conditions = self.conditions.clone();
        let relay = Relay { store, jetstream, stream, config: relay, conditions };
        vital.spawn("relay", relay.run(vital.work.clone()));
        vital.spawn("auditor", auditor.run(vital.work.clone()));
    }

    fn spawn_consumers(
        &self,
        vital: &Vital,
        subscriptions: &[Subscription],
        consumer: &crate::ConsumerConfig,
    ) -> Vec<Runner> {
        let runners = subscriptions.iter().map(|subscription| Runner {
            service: self.service,
            subscription: subscription.clone(),
            store: self.store.clone(),
            jetstream: self.jetstream.clone(),
            definition: self.definition(subscription.stream),
            config: consumer.clone(),
        });
        let runners: Vec<Runner> = runners.collect();
        for runner in &runners {
            runner.clone().spawn(vital);
        }
        runners
    }
}

async fn listen(address: &str) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| format!("listening on {address}"))
}
