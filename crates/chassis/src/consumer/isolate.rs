//! Finds the fact that cannot be applied, parks it with the later ones of its aggregate, and lets the others pass.

use std::collections::{HashMap, HashSet};

use async_nats::jetstream::Message;
use chrono::{DateTime, Utc};
use ting_events::{Stream, Workspace};
use uuid::Uuid;

use super::{HandlerError, Incoming, Runner, apply, incoming::Delivery, ledger};
use crate::{metrics, store::Tx};

/// Applies the facts of one event each in a savepoint. What cannot be applied is parked if it is at fault itself, or on the last
/// try; otherwise the whole event is put off.
pub(super) async fn apply_one_by_one(
    runner: &Runner,
    workspace: &Workspace,
    delivery: &Delivery,
    last_try: bool,
) -> Result<Vec<usize>, HandlerError> {
    let stream = runner.subscription.stream;
    let mut tx = runner.store.begin(workspace).await?;
    let plan = ledger::plan(&mut tx, stream, std::slice::from_ref(delivery)).await?;
    let mut outcome = Outcome::default();
    for fact in plan.apply {
        apply_fact(runner, &mut tx, fact, last_try, &mut outcome).await?;
    }
    ledger::advance(&mut tx, stream, &outcome.reached).await?;
    park(&mut tx, stream, &plan.park, "an earlier event of the aggregate is parked").await?;
    let now = tx.now();
    tx.commit().await?;
    metrics::facts_applied(stream, now, outcome.applied);
    Ok(plan.deferred)
}

#[derive(Default)]
struct Outcome {
    reached: HashMap<String, i64>,
    /// When the applied facts were made.
    applied: Vec<DateTime<Utc>>,
    parked: HashSet<String>,
}

async fn apply_fact(
    runner: &Runner,
    tx: &mut Tx,
    fact: Incoming,
    last_try: bool,
    outcome: &mut Outcome,
) -> Result<(), HandlerError> {
    let stream = runner.subscription.stream;
    if outcome.parked.contains(&fact.aggregate_id) {
        park(tx, stream, &[fact], "an earlier event of the aggregate is parked").await?;
        return Ok(());
    }
    let result = in_savepoint(runner, tx, &fact).await?;
    let cause = match result {
        Ok(()) => {
            outcome.applied.push(fact.time);
            outcome.reached.insert(fact.aggregate_id, fact.sequence);
            return Ok(());
        }
        Err(HandlerError::Poison(cause)) => cause,
        Err(HandlerError::Unknown(cause)) if last_try => cause,
        Err(error) => return Err(error),
    };
    tracing::error!(event.id = %fact.event_id, aggregate = fact.aggregate_id, cause, "fact parked");
    outcome.parked.insert(fact.aggregate_id.clone());
    park(tx, stream, &[fact], &cause).await?;
    Ok(())
}

/// Applies one fact; when that fails, everything it wrote is taken back and the transaction goes on.
pub(crate) async fn in_savepoint(
    runner: &Runner,
    tx: &mut Tx,
    fact: &Incoming,
) -> Result<Result<(), HandlerError>, HandlerError> {
    sqlx::query("SAVEPOINT fact").execute(&mut **tx).await?;
    let result = apply::handle(runner, tx, std::slice::from_ref(fact)).await;
    let end = if result.is_ok() { "RELEASE SAVEPOINT fact" } else { "ROLLBACK TO SAVEPOINT fact" };
    sqlx::query(end).execute(&mut **tx).await?;
    Ok(result)
}

/// Stores facts as dead letters.
pub(super) async fn park(tx: &mut Tx, stream: Stream, facts: &[Incoming], cause: &str) -> sqlx::Result<()> {
    for fact in facts {
        let letter = Letter {
            event_id: fact.event_id,
            event_type: &fact.event_type,
            aggregate_id: &fact.aggregate_id,
            sequence: fact.sequence,
            occurred_at: fact.time,
            payload: fact.data.get(),
        };
        letter.store(tx, stream, cause).await?;
    }
    Ok(())
}

/// Stores a message that is no event. It belongs to no aggregate, so nothing waits behind it.
pub(super) async fn park_message(
    runner: &Runner,
    workspace: &Workspace,
    message: &Message,
    cause: &str,
) -> sqlx::Result<()> {
    let mut tx = runner.store.begin(workspace).await?;
    let event_id = tx.next_id();
    // Postgres keeps no NUL in text.
    let payload = String::from_utf8_lossy(&message.payload).replace('\0', "\u{fffd}");
    let letter = Letter {
        event_id,
        event_type: "",
        aggregate_id: "",
        sequence: 0,
        occurred_at: tx.now(),
        payload: &payload,
    };
    letter.store(&mut tx, runner.subscription.stream, cause).await?;
    tx.commit().await
}

struct Letter<'a> {
    event_id: Uuid,
    event_type: &'a str,
    aggregate_id: &'a str,
    sequence: i64,
    occurred_at: DateTime<Utc>,
    payload: &'a str,
}

impl Letter<'_> {
    async fn store(&self, tx: &mut Tx, stream: Stream, cause: &str) -> sqlx::Result<()> {
        let workspace = tx.workspace()?.clone();
        let (id, now) = (tx.next_id(), tx.now());
        sqlx::query(
            r"
            INSERT INTO dead_letter (workspace_id, dead_letter_id, stream, event_id, event_type, aggregate_id, sequence,
                                     occurred_at, payload, cause, state, parked_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'parked', $11)
            ON CONFLICT ON CONSTRAINT dead_letter_fact_key DO NOTHING
            ",
        )
        .bind(workspace.as_str())
        .bind(id)
        .bind(stream.name())
        .bind(self.event_id)
        .bind(self.event_type)
        .bind(self.aggregate_id)
        .bind(self.sequence)
        .bind(self.occurred_at)
        .bind(self.payload)
        .bind(cause.replace('\0', ""))
        .bind(now)
        .execute(&mut **tx)
        .await
        .map(drop)
    }
}
