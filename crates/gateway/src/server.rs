//! The life of the gateway: settings, connections, requests, and an orderly end.

use std::{net::SocketAddr, process::ExitCode, sync::Arc, time::Duration};

use anyhow::Context as _;
use clap::Parser as _;
use ting_chassis::{Arguments, Clock, Readiness, admin, auth::Verifier, metrics::install};
use tokio::{net::TcpListener, signal::unix::SignalKind};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    config::{DEFAULTS, Settings},
    http,
    live::{Bus, Rooms},
    metrics,
    services::Services,
    session::Sessions,
};

/// Runs the gateway as a process: its arguments, its signals, its exit.
pub fn main() -> anyhow::Result<ExitCode> {
    let arguments = Arguments::parse();
    let load = || Settings::load(arguments.config.as_deref());
    if let Some(status) = arguments.look(&[DEFAULTS], || Ok(load()?.admin.address))? {
        return Ok(status);
    }
    run(load()?)?;
    Ok(ExitCode::SUCCESS)
}

/// Runs the gateway until SIGTERM or SIGINT.
pub fn run(settings: Settings) -> anyhow::Result<()> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(async {
        let guard = ting_telemetry::init("gateway", &settings.telemetry)?;
        let shutdown = CancellationToken::new();
        let gateway = Gateway::start(settings, Clock::system(), shutdown.clone()).await?;
        println!("gateway http {} admin {}", gateway.address, gateway.admin_address);
        signal().await?;
        tracing::info!("shutting down");
        shutdown.cancel();
        gateway.stopped().await;
        drop(guard);
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

/// A running gateway.
pub struct Gateway {
    pub address: SocketAddr,
    pub admin_address: SocketAddr,
    tracker: TaskTracker,
    drain: Duration,
}

impl Gateway {
    /// Serves until `shutdown`. Neither a service nor NATS has to be there: the page says what is away, and recovers.
    pub async fn start(
        settings: Settings,
        clock: Clock,
        shutdown: CancellationToken,
    ) -> anyhow::Result<Self> {
        // Before anything is measured.
        install();
        metrics::describe(settings.live.max_connections);
        let file = &settings.auth.public_key_file;
        let key =
            std::fs::read_to_string(file).with_context(|| format!("reading auth.public_key_file {file}"))?;
        let verifier = Verifier::from_pem(&key).with_context(|| format!("auth.public_key_file {file}"))?;
        let (tracker, stop) = (TaskTracker::new(), CancellationToken::new());
        tracker.spawn(verifier.clone().watch(file.clone(), key, stop.clone()));
        let readiness = Readiness::new(&["nats"]);
        let bus = Bus::connect(&settings.nats, clock.clone(), readiness.clone()).await?;
        let services = Arc::new(Services::new(&settings.services, clock.clone())?);
        let rooms = Rooms::new(services.clone(), settings.live.clone(), tracker.clone(), stop.clone());
        bus.spawn(&tracker, &rooms, &stop);
        let context = Arc::new(http::Context {
            sessions: Arc::new(Sessions::new(verifier, clock.clone(), settings.session)),
            services,
            rooms,
            bus,
            clock,
            live: settings.live,
            public_url: settings.public_url,
            tracker: tracker.clone(),
            shutdown: stop.clone(),
            pages: http::Context::pages(),
        });
        let (listener, admin_listener) =
            (listen(&settings.address).await?, listen(&settings.admin.address).await?);
        let (address, admin_address) = (listener.local_addr()?, admin_listener.local_addr()?);
        tracker.spawn(admin::serve(admin_listener, readiness.clone(), stop.clone()));
        tracker.spawn(serve(listener, http::router(context), stop.clone()));
        tracker.spawn(end(shutdown, readiness, stop, Duration::from_millis(settings.shutdown.notice_ms)));
        tracker.close();
        tracing::info!(%address, %admin_address, "serving");
        Ok(Self { address, admin_address, tracker, drain: Duration::from_millis(settings.shutdown.drain_ms) })
    }

    /// Waits, after shutdown has begun, until requests in hand are answered or the patience is over.
    pub async fn stopped(self) {
        if tokio::time::timeout(self.drain, self.tracker.wait()).await.is_err() {
            tracing::warn!("not every page was closed in time");
        }
    }
}

async fn serve(listener: TcpListener, router: axum::Router, stop: CancellationToken) {
    let served = axum::serve(listener, router).with_graceful_shutdown(stop.cancelled_owned()).await;
    if let Err(error) = served {
        tracing::error!(%error, "the page is not served any more");
    }
}

/// The end in two steps: balancers see that the gateway is not ready, then pages and requests end.
async fn end(shutdown: CancellationToken, readiness: Readiness, stop: CancellationToken, notice: Duration) {
    shutdown.cancelled().await;
    readiness.down("nats");
    tokio::time::sleep(notice).await;
    stop.cancel();
}

async fn listen(address: &str) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| format!("listening on {address}"))
}
