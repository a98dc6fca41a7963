//! The numbers at `/metrics`. Labels are names that we chose, never what a caller sent: the number of series stays bounded.
//!
//! What a service adds of its own stands in its `metrics.rs`; docs/operating/telemetry.md lists all of them, and a test compares that
//! list with what running services show.

use std::{
    collections::BTreeMap,
    sync::OnceLock,
    time::{Duration, SystemTime},
};

use chrono::{DateTime, TimeDelta, Utc};
use metrics::{Unit, counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use ting_events::Stream;

const REQUEST_SECONDS: &str = "ting_request_seconds";
const REQUESTS_IN_FLIGHT: &str = "ting_requests_in_flight";
const REQUESTS_LIMIT: &str = "ting_requests_limit";
const HANDLER_SECONDS: &str = "ting_handler_seconds";
const FACT_AGE_SECONDS: &str = "ting_fact_age_seconds";
const CONSUMER_PENDING: &str = "ting_consumer_pending";
const EVENTS_PUBLISHED: &str = "ting_events_published_total";
const OUTBOX_PENDING: &str = "ting_outbox_pending";
const OUTBOX_OLDEST_SECONDS: &str = "ting_outbox_oldest_seconds";
const EVENTS_LOST: &str = "ting_stream_events_lost_total";
const STREAM_BYTES: &str = "ting_stream_bytes";
const STREAM_LIMIT_BYTES: &str = "ting_stream_limit_bytes";
const DEAD_LETTERS: &str = "ting_dead_letters";
const PARKED_AGGREGATES: &str = "ting_parked_aggregates";
const DATABASE_WAIT_SECONDS: &str = "ting_database_wait_seconds";
const DATABASE_CONNECTIONS: &str = "ting_database_connections";
const DATABASE_CONNECTIONS_LIMIT: &str = "ting_database_connections_limit";
const COMPONENT_UP: &str = "ting_component_up";
const BUILD_INFO: &str = "ting_build_info";
/// As every Prometheus client calls them.
const PROCESS_START: &str = "process_start_time_seconds";
const PROCESS_MEMORY: &str = "process_resident_memory_bytes";

const BUCKETS: [f64; 14] =
    [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 60.0];
/// Of what may take hours when something is down, or when much is to be done.
const LONG_BUCKETS: [f64; 12] = [0.025, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0, 60.0, 300.0, 1_800.0, 21_600.0];
/// What a service calls the time of its long work.
const LONG_RUNS: &str = "ting_run_seconds";

static HANDLE: OnceLock<PrometheusHandle> = OnceLock::new();

/// Sees to it that what is measured from here on is kept. A process has one recorder; several services of one process share it.
pub fn install() {
    recorder();
}

pub(crate) fn recorder() -> &'static PrometheusHandle {
    HANDLE.get_or_init(make)
}

fn make() -> PrometheusHandle {
    let known = "there are buckets";
    let builder = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &BUCKETS)
        .expect(known)
        .set_buckets_for_metric(Matcher::Full(FACT_AGE_SECONDS.to_owned()), &LONG_BUCKETS)
        .expect(known)
        .set_buckets_for_metric(Matcher::Full(LONG_RUNS.to_owned()), &LONG_BUCKETS)
        .expect(known);
    let recorder = builder.build_recorder();
    let handle = recorder.handle();
    if metrics::set_global_recorder(recorder).is_err() {
        tracing::warn!("metrics go to another recorder of this process");
    }
    describe();
    gauge!(BUILD_INFO, "version" => env!("CARGO_PKG_VERSION")).set(1.0);
    let started = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or(Duration::ZERO);
    gauge!(PROCESS_START).set(started.as_secs_f64());
    resident_memory();
    handle
}

fn describe() {
    for (name, help) in [
        (REQUEST_SECONDS, "How long gRPC calls take, by method and code."),
        (HANDLER_SECONDS, "How long a batch of events takes to apply, by stream."),
        (FACT_AGE_SECONDS, "How old facts are when they take effect here: from the owner's commit to ours."),
        (DATABASE_WAIT_SECONDS, "How long a transaction waits for its connection and its begin."),
    ] {
        describe_histogram!(name, Unit::Seconds, help);
    }
    for (name, help) in [
        (EVENTS_PUBLISHED, "Events that the stream has taken, by event."),
        (EVENTS_LOST, "Events that the stream had taken and lost; they are published again."),
    ] {
        describe_counter!(name, help);
    }
    for (name, help) in [
        (REQUESTS_IN_FLIGHT, "Calls that hold a place now."),
        (REQUESTS_LIMIT, "Places for calls; further ones are refused."),
        (CONSUMER_PENDING, "Events not taken yet, by stream."),
        (OUTBOX_PENDING, "Events stored and not published yet."),
        (OUTBOX_OLDEST_SECONDS, "Age of the oldest event not published yet; 0 without one."),
        (STREAM_BYTES, "Size of the service's own stream."),
        (STREAM_LIMIT_BYTES, "Size at which the stream takes no more."),
        (DEAD_LETTERS, "Facts parked because they could not be applied, and those behind them."),
        (PARKED_AGGREGATES, "Aggregates (mostly customers) that wait behind a parked fact."),
        (DATABASE_CONNECTIONS, "Connections of the pool, in use or idle."),
        (DATABASE_CONNECTIONS_LIMIT, "Connections that the pool may open."),
        (COMPONENT_UP, "Whether what the service needs answers: 1 or 0."),
        (BUILD_INFO, "Always 1; the label tells the version."),
        (PROCESS_START, "When the process started, in seconds since 1970."),
        (PROCESS_MEMORY, "Memory that the process holds."),
    ] {
        describe_gauge!(name, help);
    }
}

/// Reports a call that has ended.
pub(crate) fn request_seconds(method: &'static str, code: &'static str, taken: Duration) {
    histogram!(REQUEST_SECONDS, "method" => method, "code" => code).record(taken.as_secs_f64());
}

/// Reports how many calls may run at once.
pub(crate) fn requests_limit(calls: usize) {
    gauge!(REQUESTS_IN_FLIGHT).increment(0.0);
    gauge!(REQUESTS_LIMIT).set(size(calls));
}

/// A call that runs; over when dropped.
pub(crate) struct InFlight(());

impl InFlight {
    pub fn new() -> Self {
        gauge!(REQUESTS_IN_FLIGHT).increment(1.0);
        Self(())
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        gauge!(REQUESTS_IN_FLIGHT).decrement(1.0);
    }
}

/// Reports a batch of events that was applied.
pub(crate) fn handler_seconds(stream: &'static str, seconds: f64) {
    histogram!(HANDLER_SECONDS, "stream" => stream).record(seconds);
}

/// Reports facts that took effect at `now`, by when they were made.
pub(crate) fn facts_applied(
    stream: Stream,
    now: DateTime<Utc>,
    made: impl IntoIterator<Item = DateTime<Utc>>,
) {
    // The facts of one event share their time.
    let mut counts: BTreeMap<DateTime<Utc>, usize> = BTreeMap::new();
    for time in made {
        *counts.entry(time).or_default() += 1;
    }
    let ages = histogram!(FACT_AGE_SECONDS, "stream" => stream.name());
    for (time, facts) in counts {
        ages.record_many(seconds(now - time), facts);
    }
}

/// Reports how many events of a stream wait to be applied.
pub(crate) fn consumer_pending(stream: &'static str, events: u64) {
    gauge!(CONSUMER_PENDING, "stream" => stream).set(number(events));
}

/// Reports events that the stream has taken, by their subjects.
pub(crate) fn events_published<'a>(subjects: impl Iterator<Item = &'a str>) {
    let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
    // ting.<workspace>.<service>.<event>.v1.p00
    for event in subjects.filter_map(|subject| subject.split('.').nth(3)) {
        *counts.entry(event).or_default() += 1;
    }
    for (event, events) in counts {
        counter!(EVENTS_PUBLISHED, "event" => event.to_owned()).increment(events);
    }
}

/// What waits in the chassis' tables.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Waiting {
    pub outbox: i64,
    pub oldest: TimeDelta,
    pub dead_letters: i64,
    pub parked_aggregates: i64,
}

/// Reports what waits.
pub(crate) fn waiting(waiting: Waiting) {
    gauge!(OUTBOX_PENDING).set(count(waiting.outbox));
    gauge!(OUTBOX_OLDEST_SECONDS).set(seconds(waiting.oldest));
    gauge!(DEAD_LETTERS).set(count(waiting.dead_letters));
    gauge!(PARKED_AGGREGATES).set(count(waiting.parked_aggregates));
}

/// Reports the size of the service's own stream and what it lacks of what it had taken.
pub(crate) fn stream(bytes: u64, limit: i64, lost: u64) {
    gauge!(STREAM_BYTES).set(number(bytes));
    gauge!(STREAM_LIMIT_BYTES).set(count(limit));
    counter!(EVENTS_LOST).increment(lost);
}

/// Reports how long a transaction has waited for its begin.
pub(crate) fn database_wait(taken: Duration) {
    histogram!(DATABASE_WAIT_SECONDS).record(taken.as_secs_f64());
}

/// Reports the pool of connections.
pub(crate) fn database_connections(open: u32, idle: usize, limit: u32) {
    let idle = u32::try_from(idle).unwrap_or(u32::MAX).min(open);
    gauge!(DATABASE_CONNECTIONS, "state" => "in_use").set(f64::from(open - idle));
    gauge!(DATABASE_CONNECTIONS, "state" => "idle").set(f64::from(idle));
    gauge!(DATABASE_CONNECTIONS_LIMIT).set(f64::from(limit));
}

/// Reports whether something that the service needs answers.
pub(crate) fn component_up(component: &'static str, up: bool) {
    gauge!(COMPONENT_UP, "component" => component).set(if up { 1.0 } else { 0.0 });
}

/// Reports the memory of the process, where the kernel tells it.
pub(crate) fn resident_memory() {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<u64>().ok());
    if let Some(kilobytes) = kilobytes {
        gauge!(PROCESS_MEMORY).set(number(kilobytes * 1024));
    }
}

/// A count as a measurement; what cannot be is 0.
pub fn count(count: i64) -> f64 {
    number(u64::try_from(count).unwrap_or_default())
}

/// A size as a measurement.
pub fn size(size: usize) -> f64 {
    number(u64::try_from(size).unwrap_or(u64::MAX))
}

/// A time span as a measurement; clocks of two machines may differ, and no age is below 0.
pub fn seconds(span: TimeDelta) -> f64 {
    span.to_std().unwrap_or_default().as_secs_f64()
}

#[expect(clippy::cast_precision_loss, reason = "nobody counts to 2^53")]
fn number(count: u64) -> f64 {
    count as f64
}
