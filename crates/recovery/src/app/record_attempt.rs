use chrono::{DateTime, Utc};
use ting_chassis::store::{Store, Tx};
use ting_events::Workspace;
use ting_proto::events::v1::{NotificationDelivered, NotificationFailed};

use crate::{
    domain::delivery::{Failure, NotificationState, Outcome, Settlement},
    store::{self, attempt::NewAttempt, notification::Claim},
};

/// Why a notification failed that was not even tried.
const DISABLED: &str = "ENDPOINT_DISABLED";

/// An attempt that was made.
#[derive(Debug, Clone, Copy)]
pub struct Made {
    pub at: DateTime<Utc>,
    pub took_ms: i64,
    pub outcome: Outcome,
}

/// Writes an attempt down and puts the notification and the endpoint into the states that follow from it.
#[tracing::instrument(name = "recovery.record_attempt", skip_all, fields(notification.id = %claim.notification_id))]
pub async fn record_attempt(
    store: &Store,
    workspace: &Workspace,
    claim: &Claim,
    made: Made,
) -> sqlx::Result<()> {
    let mut tx = store.begin(workspace).await?;
    let now = tx.now();
    let settlement = made.outcome.settle(claim.attempts, now, dice(store));
    store::attempt::insert(&mut tx, workspace, &attempt(claim, made)).await?;
    let (state, next) = match settlement {
        Settlement::Delivered => (NotificationState::Delivered, None),
        Settlement::Again { at } => (NotificationState::Pending, Some(at)),
        Settlement::Failed { .. } => (NotificationState::Failed, None),
    };
    // Another sender has it when the lease ran out: its result counts, this one stays in the list of attempts.
    if store::notification::settle(&mut tx, workspace, claim, state, next).await? {
        publish(&mut tx, claim, settlement).await?;
    }
    judge_endpoint(&mut tx, workspace, claim, made.outcome, now).await?;
    tx.commit().await
}

/// Gives a notification up whose endpoint takes no more.
#[tracing::instrument(name = "recovery.record_refusal", skip_all, fields(notification.id = %claim.notification_id))]
pub async fn record_refusal(store: &Store, workspace: &Workspace, claim: &Claim) -> sqlx::Result<()> {
    let mut tx = store.begin(workspace).await?;
    if store::notification::settle(&mut tx, workspace, claim, NotificationState::Failed, None).await? {
        publish_failed(&mut tx, claim, DISABLED).await?;
    }
    tx.commit().await
}

fn attempt(claim: &Claim, made: Made) -> NewAttempt {
    NewAttempt {
        notification_id: claim.notification_id,
        number: claim.attempts,
        at: made.at,
        succeeded: made.outcome.result.is_ok(),
        code: made.outcome.code,
        reason: made.outcome.result.err().map_or("", |(reason, _)| reason.as_str()),
        took_ms: made.took_ms,
    }
}

async fn publish(tx: &mut Tx, claim: &Claim, settlement: Settlement) -> sqlx::Result<()> {
    match settlement {
        Settlement::Delivered => {
            let event = NotificationDelivered {
                notification_id: claim.notification_id.to_string(),
                case_id: claim.case_id.to_string(),
                kind: claim.kind.to_string(),
                attempts: claim.attempts,
            };
            tx.publish(&event.case_id, &event).await
        }
        Settlement::Again { .. } => Ok(()),
        Settlement::Failed { reason } => publish_failed(tx, claim, reason.as_str()).await,
    }
}

async fn publish_failed(tx: &mut Tx, claim: &Claim, reason: &str) -> sqlx::Result<()> {
    let event = NotificationFailed {
        notification_id: claim.notification_id.to_string(),
        case_id: claim.case_id.to_string(),
        kind: claim.kind.to_string(),
        attempts: claim.attempts,
        reason: reason.to_owned(),
    };
    tx.publish(&event.case_id, &event).await
}

async fn judge_endpoint(
    tx: &mut Tx,
    workspace: &Workspace,
    claim: &Claim,
    outcome: Outcome,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    let Err((_, failure)) = outcome.result else {
        return store::endpoint::succeeded(tx, workspace, claim.endpoint_id).await;
    };
    let gone = failure == Failure::Gone;
    if store::endpoint::failed(tx, workspace, claim.endpoint_id, gone, now).await? {
        tracing::warn!(endpoint.id = %claim.endpoint_id, gone, "endpoint disabled");
        store::notification::hasten(tx, workspace, claim.endpoint_id, now).await?;
    }
    Ok(())
}

fn dice(store: &Store) -> u32 {
    let mut bytes = [0; 4];
    store.ids.fill(&mut bytes);
    u32::from_be_bytes(bytes)
}
