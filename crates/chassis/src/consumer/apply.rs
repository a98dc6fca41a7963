//! One transaction for one batch of one workspace: inbox, effect, ledger, own events, all or nothing.

use std::panic::AssertUnwindSafe;

use futures::FutureExt as _;
use ting_events::Workspace;
use tracing::Instrument as _;

use super::{HandlerError, Incoming, Runner, incoming::Delivery, isolate, ledger};
use crate::{metrics, store::Tx};

/// Applies a batch and gives the indexes of the deliveries that wait for an earlier event. On an error nothing has happened.
pub(super) async fn apply(
    runner: &Runner,
    workspace: &Workspace,
    deliveries: &[Delivery],
) -> Result<Vec<usize>, HandlerError> {
    let stream = runner.subscription.stream;
    let mut tx = runner.store.begin(workspace).await?;
    let plan = ledger::plan(&mut tx, stream, deliveries).await?;
    handle(runner, &mut tx, &plan.apply).await?;
    ledger::advance(&mut tx, stream, &plan.reached).await?;
    isolate::park(&mut tx, stream, &plan.park, "an earlier event of the aggregate is parked").await?;
    let now = tx.now();
    tx.commit().await?;
    metrics::facts_applied(stream, now, plan.apply.iter().map(|fact| fact.time));
    Ok(plan.deferred)
}

/// Calls the handler in a span that links to what caused the facts. A panic is the fact's fault, not the service's end.
pub(super) async fn handle(runner: &Runner, tx: &mut Tx, facts: &[Incoming]) -> Result<(), HandlerError> {
    let Some(first) = facts.first() else { return Ok(()) };
    let span = tracing::info_span!(
        "consume",
        stream = runner.subscription.stream.name(),
        facts = facts.len(),
        trace_id = tracing::field::Empty
    );
    let mut linked = std::collections::HashSet::new();
    for traceparent in facts.iter().filter_map(|fact| fact.trace.traceparent.as_deref()) {
        // A batch may come from many requests; a span with more links than this is of no use to anybody.
        if linked.len() < 32 && linked.insert(traceparent) {
            ting_telemetry::link(&span, traceparent);
        }
    }
    ting_telemetry::name_trace(&span);
    tx.caused_by(first.trace.clone());
    let work = AssertUnwindSafe(runner.subscription.handler.handle(tx, facts)).catch_unwind();
    match work.instrument(span).await {
        Ok(result) => result,
        Err(panic) => Err(HandlerError::Poison(format!("the handler panicked: {}", message(&*panic)))),
    }
}

fn message(panic: &(dyn std::any::Any + Send)) -> &str {
    panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no message")
}
