//! All of ting, started for a benchmark, with a way to feed it and a look into its stores.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use anyhow::{Context as _, ensure};
use futures::{future::try_join_all, stream};
use sqlx::{Connection as _, PgConnection};
use tempfile::TempDir;
use ting_chassis::auth::Role;
use ting_local::{Cluster, ClusterOptions};
use ting_proto::{
    analysis::v1::{
        GetRunRequest, RunState, StartRunRequest, analysis_service_client::AnalysisServiceClient,
    },
    intake::v1::{ImportFeedbackResponse, intake_service_client::IntakeServiceClient},
};
use ting_servers::{NatsOptions, PostgresOptions};
use tonic::{
    Request,
    transport::{Channel, Endpoint},
};

use crate::corpus::{Corpus, answers};

pub const WORKSPACE: &str = "bench";
/// Comments that the themes are built from before anything is measured.
const FIRST_COMMENTS: u64 = 2_000;
/// Longer than any round can take on a machine that works.
const PATIENCE: Duration = Duration::from_mins(20);
/// Of the looks into the stores: each costs less than a millisecond.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// How the servers run, for the floors as for ting.
pub fn postgres_options() -> PostgresOptions {
    PostgresOptions { durable: true, shared_buffers_mebibytes: 256, ..PostgresOptions::default() }
}

fn settings() -> Vec<(String, String)> {
    // NATS sets the room of every stream aside: four times the usual 8 GiB is more than many a disk has.
    let changed = [("TING__TELEMETRY__LOG_FILTER", "warn"), ("TING__NATS__STREAM_MAX_BYTES", "2147483648")];
    changed.map(|(key, value)| (key.to_owned(), value.to_owned())).into()
}

/// A cluster that is fed.
pub struct Bed {
    cluster: Cluster,
    token: String,
    intake: PgConnection,
    /// The three that follow intake.
    sinks: Vec<(&'static str, PgConnection)>,
    // Keys and logs; last, so that it goes last.
    _folder: TempDir,
}

/// When each store had everything, from the start of an import.
#[derive(Debug, Clone)]
pub struct Arrivals {
    pub accepted: Duration,
    pub stores: BTreeMap<&'static str, Duration>,
    /// What analysis and satisfaction told of it was in recovery, too.
    pub all: Duration,
}

impl Arrivals {
    /// When the last of the three stores had what intake took in.
    pub fn through(&self) -> Duration {
        self.stores.values().copied().max().unwrap_or_default()
    }
}

impl Bed {
    /// Starts everything and has themes built from the first comments.
    pub async fn start(customers: u64) -> anyhow::Result<Self> {
        let folder = TempDir::with_prefix("ting-bench-")?;
        let options = ClusterOptions {
            data: folder.path().to_owned(),
            port: None,
            program: std::env::current_exe()?,
            postgres: postgres_options(),
            nats: NatsOptions { sync_always: true, ..NatsOptions::default() },
            settings: settings(),
            recovery: Vec::new(),
            gateway: false,
        };
        let cluster = Cluster::start(options).await?;
        let token = cluster.token(WORKSPACE, Role::Admin, "bench")?;
        let intake = connect(&cluster, "intake").await?;
        let mut sinks = Vec::new();
        for name in ["analysis", "satisfaction", "recovery"] {
            sinks.push((name, connect(&cluster, name).await?));
        }
        let mut bed = Self { cluster, token, intake, sinks, _folder: folder };
        bed.import(&Corpus { name: "first".to_owned(), seed: 1, customers }, FIRST_COMMENTS, 1).await?;
        bed.build_themes().await?;
        Ok(bed)
    }

    /// The process ids of the services.
    pub fn services(&self) -> BTreeMap<u32, &'static str> {
        self.cluster.children.iter().filter_map(|child| Some((child.id()?, child.name))).collect()
    }

    pub fn stop(self) {
        self.cluster.stop();
    }

    /// A connection to the database of a service.
    pub async fn connect(&self, service: &str) -> anyhow::Result<PgConnection> {
        connect(&self.cluster, service).await
    }

    pub async fn client(&self) -> anyhow::Result<IntakeServiceClient<Channel>> {
        Ok(IntakeServiceClient::new(self.channel("intake").await?))
    }

    pub fn request<T>(&self, message: T) -> anyhow::Result<Request<T>> {
        let mut request = Request::new(message);
        let bearer = format!("Bearer {}", self.token).parse().context("a token is a header")?;
        request.metadata_mut().insert("authorization", bearer);
        Ok(request)
    }

    /// Imports `comments` and their answers over `clients` streams and waits until all is everywhere.
    pub async fn import(&mut self, corpus: &Corpus, comments: u64, clients: u64) -> anyhow::Result<Arrivals> {
        let before = self.facts().await?;
        let started = Instant::now();
        let streams = (0..clients).map(|client| self.import_share(corpus, client, clients, comments));
        let shares = try_join_all(streams).await?;
        let accepted = started.elapsed();
        let rows = comments + answers(comments);
        let created: u64 = shares.iter().map(|share| share.created).sum();
        ensure!(created == rows, "{created} of {rows} rows were taken in: {shares:?}");
        let stores = self.wait_for_stores(started).await?;
        let all = self.wait_for_recovery(started).await?;
        self.check(before, comments).await?;
        Ok(Arrivals { accepted, stores, all })
    }

    async fn import_share(
        &self,
        corpus: &Corpus,
        client: u64,
        clients: u64,
        comments: u64,
    ) -> anyhow::Result<ImportFeedbackResponse> {
        let share = (client..comments).step_by(usize::try_from(clients)?);
        let rows = stream::iter(corpus.clone().import(share));
        let answer = self.client().await?.import_feedback(self.request(rows)?).await?;
        Ok(answer.into_inner())
    }

    /// Waits until each store has taken every event of intake; when that was, for each.
    async fn wait_for_stores(
        &mut self,
        started: Instant,
    ) -> anyhow::Result<BTreeMap<&'static str, Duration>> {
        let published = count(&mut self.intake, OUTBOX).await?;
        let mut arrived = BTreeMap::new();
        while arrived.len() < self.sinks.len() {
            for (name, connection) in &mut self.sinks {
                if !arrived.contains_key(name) && taken(connection, "TING_INTAKE").await? == published {
                    arrived.insert(*name, started.elapsed());
                }
            }
            look_again(started, "the stores").await?;
        }
        Ok(arrived)
    }

    /// Waits until recovery has taken what the other two have told.
    async fn wait_for_recovery(&mut self, started: Instant) -> anyhow::Result<Duration> {
        loop {
            let (mut told, mut heard) = (0, 0);
            for (name, connection) in &mut self.sinks {
                if *name == "recovery" {
                    heard += taken(connection, "TING_ANALYSIS").await?;
                    heard += taken(connection, "TING_SATISFACTION").await?;
                } else {
                    told += count(connection, OUTBOX).await?;
                }
            }
            if told == heard {
                return Ok(started.elapsed());
            }
            look_again(started, "recovery").await?;
        }
    }

    /// Comments, answers and facts in the stores.
    async fn facts(&mut self) -> anyhow::Result<[i64; 3]> {
        let mut facts = [0; 3];
        for (place, (_, connection)) in self.sinks.iter_mut().enumerate() {
            facts[place] = count(connection, FACTS[place]).await?;
        }
        Ok(facts)
    }

    /// Counts rows, once: nothing is missing and nothing came twice.
    async fn check(&mut self, before: [i64; 3], comments: u64) -> anyhow::Result<()> {
        let after = self.facts().await?;
        let sequences =
            count(&mut self.intake, "SELECT sum(sequence)::bigint FROM aggregate WHERE workspace_id = $1");
        let sequences = sequences.await?;
        let new = [after[0] - before[0], after[1] - before[1]];
        let expected = [i64::try_from(comments)?, i64::try_from(answers(comments))?];
        ensure!(new == expected, "comments and answers: {new:?}, not {expected:?}");
        ensure!(after[2] == sequences, "recovery applied {} of {sequences} facts", after[2]);
        Ok(())
    }

    async fn build_themes(&mut self) -> anyhow::Result<()> {
        let mut analysis = AnalysisServiceClient::new(self.channel("analysis").await?);
        let started = Instant::now();
        let run = analysis.start_run(self.request(StartRunRequest::default())?).await?.into_inner().run;
        let run_id = run.context("a run was started")?.run_id;
        loop {
            let request = self.request(GetRunRequest { run_id: run_id.clone() })?;
            let run = analysis.get_run(request).await?.into_inner().run.context("a run is there")?;
            match run.state() {
                RunState::Finished => {
                    ensure!(run.themes > 0, "the run found no themes");
                    break;
                }
                RunState::Failed => anyhow::bail!("the run failed"),
                RunState::Running | RunState::Unspecified => look_again(started, "the themes").await?,
            }
        }
        self.wait_for_recovery(started).await.map(drop)
    }

    async fn channel(&self, service: &str) -> anyhow::Result<Channel> {
        Ok(Endpoint::from_shared(self.cluster.address(service))?.connect().await?)
    }
}

const OUTBOX: &str = "SELECT count(*) FROM outbox WHERE workspace_id = $1";
/// Of analysis, satisfaction and recovery.
const FACTS: [&str; 3] = [
    "SELECT count(*) FROM comment WHERE workspace_id = $1",
    "SELECT count(*) FROM answer WHERE workspace_id = $1",
    "SELECT coalesce(sum(sequence), 0)::bigint FROM applied WHERE workspace_id = $1 AND stream = 'TING_INTAKE'",
];

async fn connect(cluster: &Cluster, service: &str) -> anyhow::Result<PgConnection> {
    let mut connection = PgConnection::connect(&cluster.postgres.url(&format!("ting_{service}"))).await?;
    sqlx::query("SELECT set_config('app.workspace_id', $1, false)")
        .bind(WORKSPACE)
        .execute(&mut connection)
        .await?;
    Ok(connection)
}

async fn count(connection: &mut PgConnection, sql: &'static str) -> sqlx::Result<i64> {
    sqlx::query_scalar(sql).bind(WORKSPACE).fetch_one(connection).await
}

/// Events of a stream that have taken effect in a store.
async fn taken(connection: &mut PgConnection, stream: &str) -> sqlx::Result<i64> {
    sqlx::query_scalar("SELECT count(*) FROM inbox WHERE workspace_id = $1 AND stream = $2")
        .bind(WORKSPACE)
        .bind(stream)
        .fetch_one(connection)
        .await
}

async fn look_again(started: Instant, what: &str) -> anyhow::Result<()> {
    ensure!(started.elapsed() < PATIENCE, "{what}: not done after {PATIENCE:?}");
    tokio::time::sleep(LOOK_EVERY).await;
    Ok(())
}
