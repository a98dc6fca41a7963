use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Utc};
use pbjson_types::Timestamp;
use serde_json::value::RawValue;
use sqlx::FromRow;
use ting_events::{Stream, Trace};
use ting_proto::ops::v1::{
    DeadLetter, DropDeadLettersResponse, ListDeadLettersRequest, ListDeadLettersResponse,
    ReplayDeadLettersResponse,
};
use uuid::Uuid;

use super::Ops;
use crate::{
    auth::Caller,
    consumer::{HandlerError, Incoming, Runner, isolate, ledger},
    fault::RequestError,
    input::{Page, Violation, page, scope},
    store::Tx,
};

/// What a list shows of a payload: every fact of ours whole, but not a megabyte of anything.
const MAX_PAYLOAD_CHARS: i32 = 65_536;
/// Bytes of one page, about: it has to go into one message.
const MAX_PAGE_BYTES: usize = 768 * 1024;
/// Of a dead letter without payload and cause.
const ROW_BYTES: usize = 512;

#[derive(FromRow)]
struct Row {
    dead_letter_id: Uuid,
    event_id: Uuid,
    event_type: String,
    aggregate_id: String,
    sequence: i64,
    occurred_at: DateTime<Utc>,
    payload: String,
    cause: String,
    parked_at: DateTime<Utc>,
}

impl From<Row> for DeadLetter {
    fn from(row: Row) -> Self {
        Self {
            dead_letter_id: row.dead_letter_id.to_string(),
            event_id: row.event_id.to_string(),
            event_type: row.event_type,
            aggregate_id: row.aggregate_id,
            sequence: row.sequence,
            cause: row.cause,
            parked_at: Some(Timestamp::from(row.parked_at)),
            payload: row.payload,
        }
    }
}

pub(super) async fn list(
    ops: &Ops,
    caller: &Caller,
    request: ListDeadLettersRequest,
) -> Result<ListDeadLettersResponse, RequestError> {
    let scope = scope(&["dead_letters", caller.workspace.as_str()]);
    let page = page(&ops.page_key, request.page_size, &request.page_token, &scope)?;
    let after: Option<Uuid> = page.after.as_ref().and_then(|cursor| cursor.first()?.parse().ok());
    let mut tx = ops.store.begin(&caller.workspace).await?;
    let mut rows: Vec<Row> = sqlx::query_as(
        r"
        SELECT dead_letter_id, event_id, event_type, aggregate_id, sequence, occurred_at,
               left(payload, $4) AS payload, cause, parked_at
        FROM dead_letter
        WHERE workspace_id = $1 AND state = 'parked' AND ($2::uuid IS NULL OR dead_letter_id > $2)
        ORDER BY dead_letter_id LIMIT $3
        ",
    )
    .bind(caller.workspace.as_str())
    .bind(after)
    .bind(page.fetch())
    .bind(MAX_PAYLOAD_CHARS)
    .fetch_all(&mut *tx)
    .await?;
    tx.rollback().await?;
    let page = Page { limit: page.limit.min(fitting(&rows)), ..page };
    let next_page_token =
        page.finish(&ops.page_key, &scope, &mut rows, |row| vec![row.dead_letter_id.to_string()]);
    Ok(ListDeadLettersResponse {
        dead_letters: rows.into_iter().map(DeadLetter::from).collect(),
        next_page_token,
    })
}

/// How many of the rows one answer can carry; the first it always can.
fn fitting(rows: &[Row]) -> i64 {
    let mut bytes = 0;
    let fit = rows.iter().take_while(|row| {
        bytes += row.payload.len() + row.cause.len() + ROW_BYTES;
        bytes <= MAX_PAGE_BYTES
    });
    i64::try_from(fit.count()).unwrap_or(i64::MAX).max(1)
}

/// Applies the parked facts of each aggregate in order, one transaction an aggregate; stops at the first that fails again.
pub(super) async fn replay(
    ops: &Ops,
    caller: &Caller,
    aggregate_id: &str,
) -> Result<ReplayDeadLettersResponse, RequestError> {
    let mut response = ReplayDeadLettersResponse::default();
    for ((stream, aggregate), count) in parked_aggregates(ops, caller, aggregate_id).await? {
        let runner = ops.runners.iter().find(|runner| runner.subscription.stream.name() == stream);
        let replayed = match runner {
            Some(runner) if !aggregate.is_empty() => {
                replay_aggregate(ops, caller, runner, &aggregate).await?
            }
            // Bytes that were no event cannot become one.
            _ => 0,
        };
        response.replayed += replayed;
        response.still_parked += count - replayed;
    }
    Ok(response)
}

async fn parked_aggregates(
    ops: &Ops,
    caller: &Caller,
    aggregate_id: &str,
) -> Result<BTreeMap<(String, String), i64>, RequestError> {
    if aggregate_id.chars().any(char::is_control) {
        let message = "contains a control character";
        return Err(Violation::new("aggregate_id", "CONTROL_CHAR", message).into());
    }
    let mut tx = ops.store.begin(&caller.workspace).await?;
    let rows: Vec<(String, String, i64)> = sqlx::query_as(
        r"
        SELECT stream, aggregate_id, count(*) FROM dead_letter
        WHERE workspace_id = $1 AND state = 'parked' AND ($2 = '' OR aggregate_id = $2)
        GROUP BY stream, aggregate_id
        ",
    )
    .bind(caller.workspace.as_str())
    .bind(aggregate_id)
    .fetch_all(&mut *tx)
    .await?;
    tx.rollback().await?;
    if rows.is_empty() && !aggregate_id.is_empty() {
        return Err(RequestError::not_found(
            "DEAD_LETTER_NOT_FOUND",
            format!("no parked event of aggregate {aggregate_id:?}"),
        ));
    }
    Ok(rows.into_iter().map(|(stream, aggregate, count)| ((stream, aggregate), count)).collect())
}

async fn replay_aggregate(
    ops: &Ops,
    caller: &Caller,
    runner: &Runner,
    aggregate: &str,
) -> Result<i64, RequestError> {
    let mut tx = ops.store.begin(&caller.workspace).await?;
    let stream = runner.subscription.stream;
    let mut last = ledger::applied(&mut tx, stream, &[aggregate]).await?.get(aggregate).copied().unwrap_or(0);
    let rows = lock_parked(&mut tx, stream, aggregate).await?;
    let mut replayed = Vec::new();
    for row in rows {
        let fact = incoming(&row)?;
        // One in between has not come yet: what is behind it has to wait.
        if fact.sequence > last + 1 {
            break;
        }
        if fact.sequence <= last {
            replayed.push(row.dead_letter_id);
            continue;
        }
        match isolate::in_savepoint(runner, &mut tx, &fact).await {
            Ok(Ok(())) => {
                last = fact.sequence;
                replayed.push(row.dead_letter_id);
            }
            Ok(Err(error)) => {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    aggregate,
                    "dead letter stays parked"
                );
                break;
            }
            Err(error) => return Err(away(error)),
        }
    }
    ledger::advance(&mut tx, stream, &HashMap::from([(aggregate.to_owned(), last)])).await?;
    settle(&mut tx, &replayed, "replayed").await?;
    tx.commit().await?;
    Ok(i64::try_from(replayed.len()).unwrap_or(i64::MAX))
}

fn incoming(row: &Row) -> Result<Incoming, RequestError> {
    let data = RawValue::from_string(row.payload.clone())
        .map_err(|error| RequestError::from(sqlx::Error::Decode(error.into())))?;
    let trace = Trace { causation_id: Some(row.event_id), ..Trace::default() };
    Ok(Incoming {
        event_id: row.event_id,
        event_type: row.event_type.clone(),
        time: row.occurred_at,
        aggregate_id: row.aggregate_id.clone(),
        sequence: row.sequence,
        data,
        trace,
    })
}

fn away(error: HandlerError) -> RequestError {
    match error {
        HandlerError::Away(error) => RequestError::Store(error),
        other => sqlx::Error::Protocol(other.to_string()).into(),
    }
}

async fn lock_parked(tx: &mut Tx, stream: Stream, aggregate: &str) -> sqlx::Result<Vec<Row>> {
    let workspace = tx.workspace()?.clone();
    sqlx::query_as(
        r"
        SELECT dead_letter_id, event_id, event_type, aggregate_id, sequence, occurred_at, payload, cause, parked_at
        FROM dead_letter
        WHERE workspace_id = $1 AND stream = $2 AND aggregate_id = $3 AND state = 'parked'
        ORDER BY sequence, dead_letter_id FOR UPDATE
        ",
    )
    .bind(workspace.as_str())
    .bind(stream.name())
    .bind(aggregate)
    .fetch_all(&mut **tx)
    .await
}

async fn settle(tx: &mut Tx, ids: &[Uuid], state: &str) -> sqlx::Result<()> {
    let (workspace, now) = (tx.workspace()?.clone(), tx.now());
    sqlx::query("UPDATE dead_letter SET state = $3, settled_at = $4 WHERE workspace_id = $1 AND dead_letter_id = ANY ($2)")
        .bind(workspace.as_str())
        .bind(ids)
        .bind(state)
        .bind(now)
        .execute(&mut **tx)
        .await
        .map(drop)
}

/// Marks all parked facts of an aggregate as dropped and lets what comes after them pass.
pub(super) async fn give_up(
    ops: &Ops,
    caller: &Caller,
    aggregate_id: &str,
) -> Result<DropDeadLettersResponse, RequestError> {
    let mut dropped = 0;
    for (stream, aggregate) in parked_aggregates(ops, caller, aggregate_id).await?.into_keys() {
        let Some(stream) = Stream::ALL.into_iter().find(|known| known.name() == stream) else { continue };
        if aggregate != aggregate_id {
            continue;
        }
        let mut tx = ops.store.begin(&caller.workspace).await?;
        let rows = lock_parked(&mut tx, stream, &aggregate).await?;
        let ids: Vec<Uuid> = rows.iter().map(|row| row.dead_letter_id).collect();
        settle(&mut tx, &ids, "dropped").await?;
        // Up to the last of them: one that is still on its way is given up as well, or what follows would wait for ever.
        if let Some(last) = rows.last().filter(|row| row.sequence > 0) {
            ledger::advance(&mut tx, stream, &HashMap::from([(aggregate, last.sequence)])).await?;
        }
        tx.commit().await?;
        dropped += i64::try_from(ids.len()).unwrap_or(i64::MAX);
        tracing::warn!(aggregate = aggregate_id, dropped, subject = caller.subject, "dead letters dropped");
    }
    Ok(DropDeadLettersResponse { dropped })
}
