//! The way of a comment, measured: floors first, then ting on the same machine in the same run.

mod bed;
mod floor_jetstream;
mod floor_postgres;
mod latency;
mod naive;
mod report;

use std::{
    collections::BTreeMap,
    path::PathBuf,
    time::{Duration, Instant},
};

use clap::Args;
use serde::Serialize;
use ting_chassis::{Clock, Ids};
use ting_servers::{Nats, NatsOptions, Postgres};

use crate::{
    corpus::{Corpus, answers},
    figures::{Spread, float, per_second},
    machine,
    processes::{Spent, peak_memory},
};
use bed::Bed;
use latency::Latency;

/// What the command line said.
#[derive(Debug, Args)]
pub struct Options {
    /// Comments in one round of ting; an answer comes with every tenth.
    #[arg(long, default_value_t = 100_000)]
    rows: u64,
    /// Three rounds instead of five, of fewer rows, and a shorter look at latency.
    #[arg(long)]
    quick: bool,
    /// Imports so many comments in one go instead and reports the most memory that each service held.
    #[arg(long, num_args = 0..=1, default_missing_value = "1000000")]
    memory: Option<u64>,
    /// Writes all figures to this file.
    #[arg(long)]
    json: Option<PathBuf>,
}

impl Options {
    fn rounds(&self) -> u64 {
        if self.quick { 3 } else { 5 }
    }

    fn rows(&self) -> u64 {
        if self.quick { self.rows.min(30_000) } else { self.rows }
    }

    fn latency_seconds(&self) -> u64 {
        if self.quick { 15 } else { 60 }
    }
}

/// Everything that was measured. Rates are rows per second: comments and answers.
#[derive(Debug, Default, Serialize)]
pub struct Figures {
    pub comments: u64,
    pub rounds: u64,
    pub servers: BTreeMap<&'static str, String>,
    pub floors: BTreeMap<&'static str, Spread>,
    pub ting: BTreeMap<&'static str, Spread>,
    /// Microseconds of processor time for a row, by who used it, while as much is imported as goes.
    pub cpu: BTreeMap<String, f64>,
    /// The same at half that rate, in small calls.
    pub cpu_paced: BTreeMap<String, f64>,
    /// Share of the machine that others used meanwhile, of 1 for one processor.
    pub foreign_load: BTreeMap<&'static str, f64>,
    pub latency: Option<Latency>,
    /// MiB.
    pub peak_memory: BTreeMap<String, f64>,
}

/// Measures what the options ask for, prints it and writes it down.
pub async fn run(options: Options) -> anyhow::Result<()> {
    let machine = machine::facts();
    let figures = match options.memory {
        Some(comments) => memory(comments).await?,
        None => measure(&options).await?,
    };
    report::print(&machine, &figures);
    if let Some(path) = &options.json {
        let all = serde_json::json!({ "machine": machine, "pipeline": figures });
        std::fs::write(path, serde_json::to_string_pretty(&all)?)?;
    }
    Ok(())
}

async fn measure(options: &Options) -> anyhow::Result<Figures> {
    let mut figures = Figures { comments: options.rows(), rounds: options.rounds(), ..Figures::default() };
    floors(options, &mut figures).await?;
    eprintln!("ting: starting");
    let mut bed = Bed::start(customers(options.rows())).await?;
    through(options, &mut bed, &mut figures).await?;
    paced(options, &bed, &mut figures).await?;
    figures.peak_memory = peak_memory(&bed.services());
    bed.stop();
    Ok(figures)
}

/// A customer for every twenty comments.
fn customers(comments: u64) -> u64 {
    comments / 20
}

/// The comments of one round of the floors.
fn floor_corpus(options: &Options, round: u64) -> Corpus {
    Corpus { name: format!("floor{round}"), seed: 1000 + round, customers: customers(options.rows()) }
}

async fn floors(options: &Options, figures: &mut Figures) -> anyhow::Result<()> {
    let (before, started) = (Spent::now(&BTreeMap::new()), Instant::now());
    let ids = Ids::random(Clock::system());
    let postgres = tokio::task::spawn_blocking(|| Postgres::start(bed::postgres_options())).await??;
    figures.servers.insert("postgres", postgres.source().to_string());
    naive::create_databases(&postgres).await?;
    let rows = options.rows() / floor_postgres::BATCH * floor_postgres::BATCH;
    let mut rates = Vec::new();
    for round in 0..options.rounds() {
        eprintln!("floor: postgres, round {}", round + 1);
        let corpus = floor_corpus(options, round);
        let took = floor_postgres::insert(&postgres.admin_url(), &corpus, rows, &ids).await?;
        rates.push(per_second(rows, took));
    }
    figures.floors.insert("1 postgres insert + outbox", Spread::of(&rates));
    for sync_always in [false, true] {
        let options_of_nats = NatsOptions { sync_always, ..NatsOptions::default() };
        let nats = tokio::task::spawn_blocking(|| Nats::start(options_of_nats)).await??;
        figures.servers.insert("nats", nats.source().to_string());
        let (mut publishing, mut taking, mut rates) = (Vec::new(), Vec::new(), Vec::new());
        for round in 0..options.rounds() {
            eprintln!("floor: jetstream and naive pipeline, round {}", round + 1);
            let took = floor_jetstream::there_and_back(&nats.url(), rows / 20).await?;
            publishing.push(per_second(rows * 5, took.publishing));
            taking.push(per_second(rows * 5, took.taking));
            let corpus = floor_corpus(options, round);
            let took = naive::run(&postgres, &nats.url(), &corpus, rows, &ids).await?;
            rates.push(per_second(rows, took));
        }
        for (name, rates) in floor_names(sync_always).into_iter().zip([publishing, taking, rates]) {
            figures.floors.insert(name, Spread::of(&rates));
        }
    }
    // While Postgres is there: what a killed server has used is nowhere to be read.
    let foreign = Spent::now(&BTreeMap::new()).since(&before).foreign();
    figures.foreign_load.insert("floors", foreign / started.elapsed().as_secs_f64());
    Ok(())
}

fn floor_names(sync_always: bool) -> [&'static str; 3] {
    if sync_always {
        [
            "4 jetstream publish, sync always",
            "5 jetstream consume, sync always",
            "7 naive pipeline, sync always",
        ]
    } else {
        [
            "2 jetstream publish, sync default",
            "3 jetstream consume, sync default",
            "6 naive pipeline, sync default",
        ]
    }
}

async fn through(options: &Options, bed: &mut Bed, figures: &mut Figures) -> anyhow::Result<()> {
    let rows = options.rows() + answers(options.rows());
    let (mut accepted, mut all) = (Vec::new(), Vec::new());
    let mut stores: BTreeMap<&'static str, Vec<f64>> = BTreeMap::new();
    let (mut spent, mut took) = (Spent::default(), Duration::ZERO);
    for round in 0..options.rounds() {
        let corpus =
            Corpus { name: format!("round{round}"), seed: 10 + round, customers: customers(options.rows()) };
        let services = bed.services();
        let before = Spent::now(&services);
        let arrivals = bed.import(&corpus, options.rows(), 2).await?;
        spent.add(&Spent::now(&services).since(&before));
        took += arrivals.all;
        eprintln!("ting: round {}: {:.0} rows/s", round + 1, per_second(rows, arrivals.through()));
        accepted.push(per_second(rows, arrivals.accepted));
        stores.entry("through").or_default().push(per_second(rows, arrivals.through()));
        for (store, at) in arrivals.stores {
            stores.entry(store).or_default().push(per_second(rows, at));
        }
        all.push(per_second(rows, arrivals.all));
    }
    figures.ting.insert("accepted", Spread::of(&accepted));
    figures.ting.insert("all", Spread::of(&all));
    for (store, rates) in stores {
        figures.ting.insert(store, Spread::of(&rates));
    }
    let rows = float(rows * options.rounds());
    figures.cpu = microseconds(&spent, rows);
    figures.foreign_load.insert("ting", spent.foreign() / took.as_secs_f64());
    Ok(())
}

/// Of a row, by who used them.
fn microseconds(spent: &Spent, rows: f64) -> BTreeMap<String, f64> {
    spent.by.iter().map(|(who, seconds)| (who.clone(), seconds * 1e6 / rows)).collect()
}

/// At half of what goes through.
async fn paced(options: &Options, bed: &Bed, figures: &mut Figures) -> anyhow::Result<()> {
    let rate = figures.ting.get("through").map_or(0.0, |through| through.median / 2.0);
    let corpus = Corpus { name: "paced".to_owned(), seed: 77, customers: customers(options.rows()) };
    let duration = Duration::from_secs(options.latency_seconds());
    eprintln!("ting: {rate:.0} rows/s for {} s", duration.as_secs());
    let services = bed.services();
    let before = Spent::now(&services);
    let latency = latency::measure(bed, &corpus, rate, duration).await?;
    let spent = Spent::now(&services).since(&before);
    figures.foreign_load.insert("latency", spent.foreign() / duration.as_secs_f64());
    figures.cpu_paced = microseconds(&spent, latency.rows_per_second * duration.as_secs_f64());
    figures.latency = Some(latency);
    Ok(())
}

async fn memory(comments: u64) -> anyhow::Result<Figures> {
    let mut bed = Bed::start(customers(comments)).await?;
    let corpus = Corpus { name: "large".to_owned(), seed: 5, customers: customers(comments) };
    eprintln!("ting: importing {comments} comments");
    let arrivals = bed.import(&corpus, comments, 1).await?;
    let rows = comments + answers(comments);
    let mut figures = Figures { comments, rounds: 1, ..Figures::default() };
    figures.ting.insert("accepted", Spread::of(&[per_second(rows, arrivals.accepted)]));
    figures.ting.insert("through", Spread::of(&[per_second(rows, arrivals.through())]));
    figures.peak_memory = peak_memory(&bed.services());
    bed.stop();
    Ok(figures)
}
