//! The numbers at `/metrics`. Labels are names that we chose, never what a caller sent: the number of series stays bounded.

use std::{
    sync::OnceLock,
    time::{Duration, SystemTime},
};

use metrics::{Unit, describe_gauge, describe_histogram, gauge, histogram};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};

/// How long calls take, by method and code.
const REQUEST_SECONDS: &str = "ting_request_seconds";
/// How long a batch of events takes to apply, by stream.
const HANDLER_SECONDS: &str = "ting_handler_seconds";
/// Events stored and not published yet.
const OUTBOX_PENDING: &str = "ting_outbox_pending";
/// Events not taken yet, by stream.
const CONSUMER_PENDING: &str = "ting_consumer_pending";
/// Events parked.
const DEAD_LETTERS: &str = "ting_dead_letters";
/// As every Prometheus client calls it.
const PROCESS_START: &str = "process_start_time_seconds";

const BUCKETS: [f64; 14] =
    [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 60.0];

static HANDLE: OnceLock<PrometheusHandle> = OnceLock::new();

/// The process's one recorder; several services of one process share it.
pub(crate) fn recorder() -> &'static PrometheusHandle {
    HANDLE.get_or_init(install)
}

fn install() -> PrometheusHandle {
    let builder = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &BUCKETS)
        .expect("there are buckets");
    let recorder = builder.build_recorder();
    let handle = recorder.handle();
    if metrics::set_global_recorder(recorder).is_err() {
        tracing::warn!("metrics go to another recorder of this process");
    }
    describe_histogram!(REQUEST_SECONDS, Unit::Seconds, "How long calls take, by method and code.");
    describe_histogram!(
        HANDLER_SECONDS,
        Unit::Seconds,
        "How long a batch of events takes to apply, by stream."
    );
    describe_gauge!(OUTBOX_PENDING, "Events stored and not published yet.");
    describe_gauge!(CONSUMER_PENDING, "Events not taken yet, by stream.");
    describe_gauge!(DEAD_LETTERS, "Events parked.");
    describe_gauge!(PROCESS_START, Unit::Seconds, "When the process started, in seconds since 1970.");
    let started = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or(Duration::ZERO);
    gauge!(PROCESS_START).set(started.as_secs_f64());
    handle
}

/// Reports a call that has ended.
pub(crate) fn request_seconds(method: &'static str, code: &'static str, taken: Duration) {
    histogram!(REQUEST_SECONDS, "method" => method, "code" => code).record(taken.as_secs_f64());
}

/// Reports a batch of events that was applied.
pub(crate) fn handler_seconds(stream: &'static str, seconds: f64) {
    histogram!(HANDLER_SECONDS, "stream" => stream).record(seconds);
}

/// Reports how many events wait to be published.
pub(crate) fn outbox_pending(events: i64) {
    gauge!(OUTBOX_PENDING).set(number(u64::try_from(events).unwrap_or_default()));
}

/// Reports how many events of a stream wait to be applied.
pub(crate) fn consumer_pending(stream: &'static str, events: u64) {
    gauge!(CONSUMER_PENDING, "stream" => stream).set(number(events));
}

/// Reports how many events are parked.
pub(crate) fn dead_letters(events: i64) {
    gauge!(DEAD_LETTERS).set(number(u64::try_from(events).unwrap_or_default()));
}

#[expect(clippy::cast_precision_loss, reason = "nobody counts to 2^53")]
fn number(count: u64) -> f64 {
    count as f64
}
