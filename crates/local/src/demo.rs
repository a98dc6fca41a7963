//! `make demo`: everything in one go, and a report.

use std::{
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use anyhow::{Context as _, ensure};
use ting_chassis::auth::Role;
use ting_proto::{
    analysis::v1::{StartRunRequest, analysis_service_client::AnalysisServiceClient},
    recovery::v1::{
        CreateEndpointRequest, EndpointKind, ListEndpointsRequest,
        recovery_service_client::RecoveryServiceClient,
    },
    satisfaction::v1::{SetFloorRequest, satisfaction_service_client::SatisfactionServiceClient},
    types::v1::{Dimension, Metric},
};
use ting_servers::{NatsOptions, PostgresOptions};
use tonic::transport::Endpoint;

use crate::{
    Cluster, ClusterOptions,
    data::{self, Taken, Ting},
    quiet::{Until, quiet, with},
    report,
    sinks::{MailSink, WebhookSink},
};

/// The workspace of the demonstration.
pub const WORKSPACE: &str = "demo";

/// What the command line said.
pub struct Options {
    pub data: PathBuf,
    pub exit: bool,
    pub port: u16,
    pub small: bool,
}

/// Runs the demonstration.
pub fn run(options: &Options) -> anyhow::Result<()> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(demo(options))
}

async fn demo(options: &Options) -> anyhow::Result<()> {
    let started = Instant::now();
    let repository = repository()?;
    let folder = std::path::absolute(&options.data)?;
    std::fs::create_dir_all(&folder)?;
    let _held = hold(&folder)?;
    let webhooks = WebhookSink::start(Some(folder.join("webhooks.log"))).await?;
    let mails = MailSink::start(Some(folder.join("mail"))).await?;
    println!("ting 听 starts on this machine; its data is in {}", folder.display());
    let cluster = Cluster::start(cluster_options(options, &folder, &mails)?).await?;
    println!("  Postgres   {}", cluster.postgres.source());
    println!("  NATS       {}", cluster.nats.source());
    println!(
        "  services   intake, analysis, satisfaction, recovery and the page, ready after {}",
        seconds(started)
    );

    let token = cluster.token(WORKSPACE, Role::Admin, "demo")?;
    prepare(&cluster, &token, &webhooks).await?;
    let ting = ting(&cluster, &token, &folder)?;
    let files = files(&repository, &folder, options.small)?;
    let taking = Instant::now();
    let mut sum = Taken::default();
    for file in files {
        println!("  taking in {}", file.strip_prefix(&repository).unwrap_or(&file).display());
        if file.ends_with("bad.csv") {
            println!("  (its bad rows are there to be refused)");
        }
        sum += tokio::task::block_in_place(|| ting.import(&file))?;
    }
    let accepted = taking.elapsed();
    settle(&cluster, Until::Stored).await?;
    let through = taking.elapsed();
    settle(&cluster, Until::Done).await?;
    themes(&cluster, &token).await?;

    let figures = report::Figures { taken: sum, accepted, through, all: started.elapsed() };
    report::print(&cluster, &token, &figures, &webhooks, &mails).await?;
    report::next_steps(&cluster, &token, &folder, &ting.program);
    if options.exit {
        cluster.stop();
        return Ok(());
    }
    println!("\nting stays up until Ctrl-C.");
    tokio::signal::ctrl_c().await?;
    println!("\nstopping");
    cluster.stop();
    Ok(())
}

/// One demonstration at a time on one folder: the lock goes with the process.
fn hold(folder: &Path) -> anyhow::Result<std::fs::File> {
    let file = std::fs::File::create(folder.join("lock"))?;
    file.try_lock().with_context(|| format!("another demonstration uses {}", folder.display()))?;
    Ok(file)
}

fn cluster_options(options: &Options, folder: &Path, mails: &MailSink) -> anyhow::Result<ClusterOptions> {
    let recovery = [
        ("TING__SERVICE__SMTP_URL", mails.url()),
        ("TING__SERVICE__WEBHOOK_ALLOW_NETWORKS", "127.0.0.0/8".to_owned()),
    ];
    Ok(ClusterOptions {
        data: folder.to_owned(),
        port: Some(options.port),
        program: std::env::current_exe()?,
        postgres: PostgresOptions {
            durable: true,
            data: Some(folder.join("postgres")),
            shared_buffers_mebibytes: 256,
            ..PostgresOptions::default()
        },
        nats: NatsOptions { store: Some(folder.join("nats")), sync_always: true, ..NatsOptions::default() },
        settings: Vec::new(),
        recovery: recovery.map(|(key, value)| (key.to_owned(), value)).into(),
        gateway: true,
    })
}

/// Where the examples are: the folder of the workspace, from wherever this is called below it.
fn repository() -> anyhow::Result<PathBuf> {
    let here = std::env::current_dir()?;
    let found = here.ancestors().find(|folder| folder.join("examples/workspace").is_dir());
    found.map(Path::to_owned).context("examples/workspace is not here; run this inside the repository")
}

/// The command that people use, beside this one.
fn ting(cluster: &Cluster, token: &str, folder: &Path) -> anyhow::Result<Ting> {
    let program = std::env::current_exe()?.with_file_name("ting");
    ensure!(
        program.exists(),
        "{} is not there; build it with cargo build --package ting-cli",
        program.display()
    );
    let environment = report::environment(cluster, token, folder);
    Ok(Ting { program, environment })
}

fn files(repository: &Path, folder: &Path, small: bool) -> anyhow::Result<Vec<PathBuf>> {
    let mut files = data::sample(repository);
    if small {
        return Ok(files);
    }
    match data::reviews(repository, &folder.join("reviews"))? {
        Some(reviews) => files.extend(reviews),
        None => println!("  going on with the sample workspace alone"),
    }
    Ok(files)
}

/// Sets up where notifications go and below which score somebody should know; a second time changes nothing.
async fn prepare(cluster: &Cluster, token: &str, webhooks: &WebhookSink) -> anyhow::Result<()> {
    let mut recovery =
        RecoveryServiceClient::new(Endpoint::from_shared(cluster.address("recovery"))?.connect().await?);
    let listed =
        recovery.list_endpoints(with(token, ListEndpointsRequest::default())?).await?.into_inner().endpoints;
    for endpoint in listed.iter().filter(|endpoint| endpoint.kind() == EndpointKind::Webhook) {
        // The receiver has another port at each start.
        let request = ting_proto::recovery::v1::DeleteEndpointRequest {
            endpoint_id: endpoint.endpoint_id.clone(),
            ..Default::default()
        };
        recovery.delete_endpoint(with(token, request)?).await?;
    }
    let mail_known = listed.iter().any(|endpoint| endpoint.kind() == EndpointKind::Email);
    let mut wanted = vec![(EndpointKind::Webhook, webhooks.url())];
    if !mail_known {
        wanted.push((EndpointKind::Email, "service-desk@example.com".to_owned()));
    }
    for (kind, target) in wanted {
        let request = CreateEndpointRequest { kind: kind.into(), target, ..Default::default() };
        recovery.create_endpoint(with(token, request)?).await?;
    }
    let mut satisfaction = SatisfactionServiceClient::new(
        Endpoint::from_shared(cluster.address("satisfaction"))?.connect().await?,
    );
    for (metric, minimum) in [(Metric::Nps, 20.0), (Metric::Csat, 75.0), (Metric::Ces, 4.5)] {
        let request = SetFloorRequest {
            metric: metric.into(),
            dimension: Dimension::Workspace.into(),
            minimum,
            window_days: 30,
            minimum_n: 20,
            ..Default::default()
        };
        satisfaction.set_floor(with(token, request)?).await?;
    }
    Ok(())
}

async fn settle(cluster: &Cluster, until: Until) -> anyhow::Result<()> {
    let mut said = Instant::now();
    quiet(cluster, WORKSPACE, until, Duration::from_mins(10), |what| {
        if said.elapsed() > Duration::from_secs(3) {
            println!("  waiting: {what}");
            said = Instant::now();
        }
    })
    .await
}

/// Has the themes built from all that is there, whatever runs have been made on the way.
async fn themes(cluster: &Cluster, token: &str) -> anyhow::Result<()> {
    let mut analysis =
        AnalysisServiceClient::new(Endpoint::from_shared(cluster.address("analysis"))?.connect().await?);
    let started = analysis.start_run(with(token, StartRunRequest::default())?).await;
    if let Err(status) = started
        && status.code() != tonic::Code::FailedPrecondition
    {
        return Err(status.into());
    }
    settle(cluster, Until::Done).await
}

fn seconds(since: Instant) -> String {
    format!("{:.1} s", since.elapsed().as_secs_f64())
}
