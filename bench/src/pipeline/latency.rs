//! From the answer of intake until a row can be seen in each store, while comments come at a steady rate.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use serde::Serialize;
use sqlx::PgConnection;
use ting_proto::intake::v1::{
    BatchSubmitFeedbackRequest, BatchSubmitResponsesRequest, intake_service_client::IntakeServiceClient,
};
use tokio::{task::JoinSet, time::MissedTickBehavior};
use tonic::{Request, transport::Channel};
use uuid::Uuid;

use super::Bed;
use crate::{
    corpus::Corpus,
    figures::{Percentiles, float, milliseconds, per_second},
};

/// Rows in one call.
const BATCH: u64 = 50;
/// Every so many calls bring answers to a question instead of comments.
const ANSWERS_EVERY: u64 = 11;
/// Rows that are watched for, in a second; more would measure the watching.
const PROBES_PER_SECOND: f64 = 40.0;
const LOOK_EVERY: Duration = Duration::from_millis(2);
/// How long the last ones are waited for.
const PATIENCE: Duration = Duration::from_secs(30);
/// Calls at once; the pace falls behind, and says so, when more would be needed.
const CALLS: usize = 128;

/// What came of it; times in milliseconds.
#[derive(Debug, Serialize)]
pub struct Latency {
    pub wanted_rows_per_second: f64,
    pub rows_per_second: f64,
    /// From the call to its answer.
    pub accept: Percentiles,
    /// From the answer to the row.
    pub stores: BTreeMap<&'static str, Percentiles>,
    pub refused_calls: u64,
    pub missing: usize,
}

/// A row that was accepted and is looked for in one store.
type Sought = HashMap<Uuid, Instant>;

/// One store, what is looked for in it, and what took how long.
#[derive(Clone, Default)]
struct Watch {
    sought: Arc<Mutex<Sought>>,
    found: Arc<Mutex<Vec<f64>>>,
}

impl Watch {
    fn seek(&self, id: Uuid, accepted: Instant) {
        lock(&self.sought).insert(id, accepted);
    }

    /// Looks for what is sought, until the task is ended.
    async fn look(self, mut connection: PgConnection, sql: &'static str) -> sqlx::Result<()> {
        loop {
            tokio::time::sleep(LOOK_EVERY).await;
            let ids: Vec<Uuid> = lock(&self.sought).keys().copied().collect();
            if ids.is_empty() {
                continue;
            }
            let seen: Vec<Uuid> = sqlx::query_scalar(sql)
                .bind(super::bed::WORKSPACE)
                .bind(&ids)
                .fetch_all(&mut connection)
                .await?;
            for id in seen {
                if let Some(accepted) = lock(&self.sought).remove(&id) {
                    lock(&self.found).push(milliseconds(accepted.elapsed()));
                }
            }
        }
    }
}

/// One look-up for each id: a filter with all ids would read whole tables for as long as Postgres has no statistics of them.
const SEEK: [(&str, &str); 3] = [
    (
        "analysis",
        r"
        SELECT asked.id FROM UNNEST($2::uuid[]) AS asked (id) CROSS JOIN LATERAL
            (SELECT 1 FROM comment AS c WHERE c.workspace_id = $1 AND c.feedback_id = asked.id OFFSET 0) AS found
        ",
    ),
    (
        "satisfaction",
        r"
        SELECT asked.id FROM UNNEST($2::uuid[]) AS asked (id) CROSS JOIN LATERAL
            (SELECT 1 FROM answer AS a WHERE a.workspace_id = $1 AND a.response_id = asked.id OFFSET 0) AS found
        ",
    ),
    (
        "recovery",
        r"
        SELECT asked.id FROM UNNEST($2::uuid[]) AS asked (id) CROSS JOIN LATERAL
            (SELECT 1 FROM applied AS a WHERE a.workspace_id = $1 AND a.stream = 'TING_INTAKE'
                AND a.aggregate_id = asked.id::text OFFSET 0) AS found
        ",
    ),
];

/// Sends `rate` rows per second for `duration` and watches some of them arrive.
pub async fn measure(bed: &Bed, corpus: &Corpus, rate: f64, duration: Duration) -> anyhow::Result<Latency> {
    let watches: BTreeMap<&'static str, Watch> =
        SEEK.iter().map(|(name, _)| (*name, Watch::default())).collect();
    let mut watching = JoinSet::new();
    for (name, sql) in SEEK {
        watching.spawn(watches[name].clone().look(bed.connect(name).await?, sql));
    }
    let (tally, took) = send(bed, corpus, rate, duration, &watches).await?;
    let rows_per_second = per_second(tally.answered * BATCH, took);
    let missing = wait_for_last(&watches, &mut watching).await?;
    Ok(Latency {
        wanted_rows_per_second: rate,
        rows_per_second,
        accept: Percentiles::of(&tally.took),
        stores: watches.iter().map(|(name, watch)| (*name, Percentiles::of(&lock(&watch.found)))).collect(),
        refused_calls: tally.refused,
        missing,
    })
}

/// Calls at the pace; gives what came of the calls, and how long all took.
async fn send(
    bed: &Bed,
    corpus: &Corpus,
    rate: f64,
    duration: Duration,
    watches: &BTreeMap<&'static str, Watch>,
) -> anyhow::Result<(Tally, Duration)> {
    let pace = Duration::from_secs_f64(float(BATCH) / rate);
    let probe_every = (float(1) / pace.as_secs_f64() / PROBES_PER_SECOND).ceil().max(1.0);
    let mut ticks = tokio::time::interval(pace);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Burst);
    let (mut calls, mut tally) = (JoinSet::new(), Tally::default());
    let client = bed.client().await?;
    let (started, mut number, mut next_probe) = (Instant::now(), 0u64, 0.0);
    while started.elapsed() < duration {
        ticks.tick().await;
        while let Some(call) = calls.try_join_next() {
            tally.add(&call);
        }
        if calls.len() >= CALLS
            && let Some(call) = calls.join_next().await
        {
            tally.add(&call);
        }
        // Answers are always probes: they are one call in eleven.
        let probed = number.is_multiple_of(ANSWERS_EVERY) || float(number) >= next_probe;
        if float(number) >= next_probe {
            next_probe += probe_every;
        }
        let call = Call::new(bed, corpus, number, probed.then_some(watches))?;
        calls.spawn(call.make(client.clone()));
        number += 1;
    }
    while let Some(call) = calls.join_next().await {
        tally.add(&call);
    }
    Ok((tally, started.elapsed()))
}

/// Waits until all that is sought is found; gives how many are not.
async fn wait_for_last(
    watches: &BTreeMap<&'static str, Watch>,
    watching: &mut JoinSet<sqlx::Result<()>>,
) -> anyhow::Result<usize> {
    let until = Instant::now() + PATIENCE;
    loop {
        let missing = watches.values().map(|watch| lock(&watch.sought).len()).sum();
        if missing == 0 || Instant::now() > until {
            watching.abort_all();
            return Ok(missing);
        }
        tokio::time::sleep(LOOK_EVERY).await;
        if let Some(ended) = watching.try_join_next() {
            // They look until they are ended: this one failed.
            ended??;
        }
    }
}

#[derive(Default)]
struct Tally {
    answered: u64,
    refused: u64,
    took: Vec<f64>,
}

impl Tally {
    fn add(&mut self, call: &Result<Result<Duration, tonic::Status>, tokio::task::JoinError>) {
        match call {
            Ok(Ok(took)) => {
                self.answered += 1;
                self.took.push(milliseconds(*took));
            }
            Ok(Err(_)) | Err(_) => self.refused += 1,
        }
    }
}

/// One call, and where its first row is looked for.
enum Call {
    Comments(Request<BatchSubmitFeedbackRequest>, Vec<Watch>),
    Answers(Request<BatchSubmitResponsesRequest>, Vec<Watch>),
}

impl Call {
    fn new(
        bed: &Bed,
        corpus: &Corpus,
        number: u64,
        watches: Option<&BTreeMap<&'static str, Watch>>,
    ) -> anyhow::Result<Self> {
        let rows = number * BATCH..(number + 1) * BATCH;
        let request_id = format!("{}-{number}", corpus.name);
        let of = |names: &[&str]| {
            names.iter().filter_map(|name| watches?.get(name).cloned()).collect::<Vec<Watch>>()
        };
        if number.is_multiple_of(ANSWERS_EVERY) {
            let mut responses: Vec<_> = rows.map(|row| corpus.answer(row)).collect();
            // Nobody's, so that it waits for no earlier fact of a customer, and its aggregate is its own.
            responses[0].customer_external_id.clear();
            let request = bed.request(BatchSubmitResponsesRequest { request_id, responses })?;
            return Ok(Self::Answers(request, of(&["satisfaction"])));
        }
        let mut feedback: Vec<_> = rows.map(|row| corpus.comment(row)).collect();
        feedback[0].customer_external_id.clear();
        let request = bed.request(BatchSubmitFeedbackRequest { request_id, feedback })?;
        Ok(Self::Comments(request, of(&["analysis", "recovery"])))
    }

    async fn make(self, mut client: IntakeServiceClient<Channel>) -> Result<Duration, tonic::Status> {
        let started = Instant::now();
        let (first, watches) = match self {
            Self::Comments(request, watches) => {
                let results = client.batch_submit_feedback(request).await?.into_inner().results;
                (results.into_iter().next().map(|result| result.feedback_id), watches)
            }
            Self::Answers(request, watches) => {
                let results = client.batch_submit_responses(request).await?.into_inner().results;
                (results.into_iter().next().map(|result| result.response_id), watches)
            }
        };
        let accepted = Instant::now();
        if let Some(id) = first.and_then(|id| Uuid::parse_str(&id).ok()) {
            for watch in watches {
                watch.seek(id, accepted);
            }
        }
        Ok(accepted - started)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
