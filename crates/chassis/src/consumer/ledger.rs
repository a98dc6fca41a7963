//! What a stream's events have done here so far: inbox, applied sequences, parked aggregates.

use std::collections::{HashMap, HashSet};

use ting_events::Stream;
use uuid::Uuid;

use super::{Incoming, incoming::Delivery};
use crate::store::Tx;

/// Records which of the events are new here; the others took effect before.
pub(super) async fn take(tx: &mut Tx, stream: Stream, event_ids: &[Uuid]) -> sqlx::Result<HashSet<Uuid>> {
    let workspace = tx.workspace()?.clone();
    let now = tx.now();
    let fresh: Vec<Uuid> = sqlx::query_scalar(
        r"
        INSERT INTO inbox (workspace_id, stream, event_id, taken_at)
        SELECT $1, $2, t.id, $4 FROM UNNEST($3::uuid[]) AS t (id) ORDER BY t.id
        ON CONFLICT (workspace_id, stream, event_id) DO NOTHING
        RETURNING event_id
        ",
    )
    .bind(workspace.as_str())
    .bind(stream.name())
    .bind(event_ids)
    .bind(now)
    .fetch_all(&mut **tx)
    .await?;
    Ok(fresh.into_iter().collect())
}

/// Gives events back that wait for an earlier one.
pub(super) async fn give_back(tx: &mut Tx, stream: Stream, event_ids: &[Uuid]) -> sqlx::Result<()> {
    if event_ids.is_empty() {
        return Ok(());
    }
    let workspace = tx.workspace()?.clone();
    sqlx::query("DELETE FROM inbox WHERE workspace_id = $1 AND stream = $2 AND event_id = ANY ($3)")
        .bind(workspace.as_str())
        .bind(stream.name())
        .bind(event_ids)
        .execute(&mut **tx)
        .await
        .map(drop)
}

/// Where each aggregate stands, locked against another replica that works on the same.
pub(crate) async fn applied(
    tx: &mut Tx,
    stream: Stream,
    aggregates: &[&str],
) -> sqlx::Result<HashMap<String, i64>> {
    let workspace = tx.workspace()?.clone();
    let rows: Vec<(String, i64)> = sqlx::query_as(
        r"
        -- One look into the index for each; `= ANY` is planned as a scan of the whole workspace. The ids come sorted, so that two
        -- replicas lock in the same order.
        SELECT a.aggregate_id, a.sequence FROM UNNEST($3::text[]) AS asked (id)
        CROSS JOIN LATERAL (
            SELECT aggregate_id, sequence FROM applied
            WHERE workspace_id = $1 AND stream = $2 AND aggregate_id = asked.id
            FOR UPDATE
        ) AS a
        ",
    )
    .bind(workspace.as_str())
    .bind(stream.name())
    .bind(aggregates)
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows.into_iter().collect())
}

/// The aggregates among these that have a dead letter waiting.
pub(super) async fn parked(
    tx: &mut Tx,
    stream: Stream,
    aggregates: &[&str],
) -> sqlx::Result<HashSet<String>> {
    let workspace = tx.workspace()?.clone();
    let rows: Vec<String> = sqlx::query_scalar(
        r"
        SELECT asked.id FROM UNNEST($3::text[]) AS asked (id)
        WHERE EXISTS (
            SELECT FROM dead_letter AS d
            WHERE d.workspace_id = $1 AND d.stream = $2 AND d.aggregate_id = asked.id AND d.state = 'parked'
        )
        ",
    )
    .bind(workspace.as_str())
    .bind(stream.name())
    .bind(aggregates)
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows.into_iter().collect())
}

/// Records how far each aggregate has come.
pub(crate) async fn advance(tx: &mut Tx, stream: Stream, reached: &HashMap<String, i64>) -> sqlx::Result<()> {
    if reached.is_empty() {
        return Ok(());
    }
    let workspace = tx.workspace()?.clone();
    let (aggregates, sequences): (Vec<&str>, Vec<i64>) =
        reached.iter().map(|(id, last)| (id.as_str(), *last)).unzip();
    sqlx::query(
        r"
        INSERT INTO applied (workspace_id, stream, aggregate_id, sequence)
        SELECT $1, $2, t.id, t.sequence FROM UNNEST($3::text[], $4::bigint[]) AS t (id, sequence) ORDER BY t.id
        ON CONFLICT (workspace_id, stream, aggregate_id) DO UPDATE SET sequence = excluded.sequence
        ",
    )
    .bind(workspace.as_str())
    .bind(stream.name())
    .bind(aggregates)
    .bind(sequences)
    .execute(&mut **tx)
    .await
    .map(drop)
}

/// A batch sorted by what is to become of it.
#[derive(Default)]
pub(super) struct Plan {
    /// To be applied, in order.
    pub apply: Vec<Incoming>,
    /// To be parked behind an earlier fact of their aggregate.
    pub park: Vec<Incoming>,
    /// Where the aggregates will stand.
    pub reached: HashMap<String, i64>,
    /// Deliveries, by index, that wait for an earlier event.
    pub deferred: Vec<usize>,
}

/// Reads the ledger for a batch and decides.
pub(super) async fn plan(tx: &mut Tx, stream: Stream, deliveries: &[Delivery]) -> sqlx::Result<Plan> {
    let ids: Vec<Uuid> = deliveries.iter().map(|delivery| delivery.event_id).collect();
    let mut fresh = take(tx, stream, &ids).await?;
    let aggregates: HashSet<&str> = deliveries
        .iter()
        .filter(|delivery| fresh.contains(&delivery.event_id))
        .flat_map(|delivery| delivery.facts.iter().map(|fact| fact.aggregate_id.as_str()))
        .collect();
    let mut aggregates: Vec<&str> = aggregates.into_iter().collect();
    aggregates.sort_unstable();
    let applied = applied(tx, stream, &aggregates).await?;
    let parked = parked(tx, stream, &aggregates).await?;
    let mut plan = Plan::default();
    for (index, delivery) in deliveries.iter().enumerate() {
        // Removed, so that the same event twice in one batch counts once.
        if fresh.remove(&delivery.event_id) && !admit(&mut plan, delivery, &applied, &parked) {
            plan.deferred.push(index);
        }
    }
    let deferred: Vec<Uuid> = plan.deferred.iter().map(|index| deliveries[*index].event_id).collect();
    give_back(tx, stream, &deferred).await?;
    Ok(plan)
}

/// Adds to the plan what can be applied of an event now; false when some of its facts come too early. What was applied is
/// recognised by its sequence when the event is tried again.
fn admit(
    plan: &mut Plan,
    delivery: &Delivery,
    applied: &HashMap<String, i64>,
    parked: &HashSet<String>,
) -> bool {
    let (mut park, mut whole) = (Vec::new(), true);
    for fact in &delivery.facts {
        let aggregate = &fact.aggregate_id;
        let last = plan.reached.get(aggregate).or_else(|| applied.get(aggregate)).copied().unwrap_or(0);
        if fact.sequence <= last {
            continue;
        }
        if parked.contains(aggregate) {
            park.push(fact.clone());
        } else if fact.sequence > last + 1 {
            whole = false;
        } else {
            plan.reached.insert(aggregate.clone(), fact.sequence);
            plan.apply.push(fact.clone());
        }
    }
    if whole {
        plan.park.append(&mut park);
    }
    whole
}
