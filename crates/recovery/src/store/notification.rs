use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use ting_events::Workspace;
use uuid::Uuid;

use crate::domain::{delivery::NotificationState, endpoint::EndpointKind, message::NotificationKind};

/// A message about a case to one endpoint.
pub struct Notification {
    pub id: Uuid,
    pub case_id: Uuid,
    pub endpoint_id: Uuid,
    pub kind: NotificationKind,
    pub state: NotificationState,
    pub created_at: DateTime<Utc>,
    pub next_attempt_at: Option<DateTime<Utc>>,
}

/// A notification to be made.
pub struct NewNotification {
    pub notification_id: Uuid,
    pub case_id: Uuid,
    pub endpoint_id: Uuid,
    pub body: String,
}

/// Queues notifications; those that were queued before stay as they are.
pub async fn queue(
    conn: &mut PgConnection,
    workspace: &Workspace,
    kind: NotificationKind,
    new: &[NewNotification],
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    let ids: Vec<_> = new.iter().map(|new| new.notification_id).collect();
    let cases: Vec<_> = new.iter().map(|new| new.case_id).collect();
    let endpoints: Vec<_> = new.iter().map(|new| new.endpoint_id).collect();
    let bodies: Vec<_> = new.iter().map(|new| new.body.clone()).collect();
    sqlx::query!(
        r#"
        INSERT INTO notification (workspace_id, notification_id, case_id, endpoint_id, kind, body, state, created_at,
                                  next_attempt_at, attempts)
        SELECT $1, t.notification_id, t.case_id, t.endpoint_id, $2, t.body, 'pending', $3, $3, 0
        FROM UNNEST($4::uuid[], $5::uuid[], $6::uuid[], $7::text[]) AS t (notification_id, case_id, endpoint_id, body)
        ON CONFLICT ON CONSTRAINT notification_once DO NOTHING
        "#,
        workspace.as_str(),
        kind.as_str(),
        now,
        &ids,
        &cases,
        &endpoints,
        &bodies,
    )
    .execute(conn)
    .await
    .map(drop)
}

/// A notification that one sender has to itself until `claimed_until`, with all it takes to send it.
#[derive(Debug)]
pub struct Claim {
    pub workspace_id: String,
    pub notification_id: Uuid,
    pub case_id: Uuid,
    pub endpoint_id: Uuid,
    pub kind: NotificationKind,
    pub body: String,
    /// The number of the attempt to be made.
    pub attempts: i32,
    pub claimed_until: DateTime<Utc>,
    pub endpoint_kind: EndpointKind,
    pub target: String,
    pub secret: Option<String>,
    /// False when the endpoint takes no more: nothing is to be sent then.
    pub enabled: bool,
}

/// How much a sender takes at once.
#[derive(Debug, Clone, Copy)]
pub struct Share {
    pub notifications: i64,
    /// On their way to one endpoint at the same time, over all replicas.
    pub per_endpoint: i64,
}

/// Takes notifications that are due, of all workspaces, the longest waiting first. Endpoint by endpoint: one that is slow or has
/// much to take must not keep the others waiting.
pub async fn claim(
    conn: &mut PgConnection,
    share: Share,
    now: DateTime<Utc>,
    until: DateTime<Utc>,
) -> sqlx::Result<Vec<Claim>> {
    sqlx::query_file_as!(
        Claim,
        "queries/notification/claim.sql",
        now,
        until,
        share.notifications,
        share.per_endpoint
    )
    .fetch_all(conn)
    .await
}

/// Puts a claimed notification into its next state, unless the claim has meanwhile passed to another sender; false then.
pub async fn settle(
    conn: &mut PgConnection,
    workspace: &Workspace,
    claim: &Claim,
    state: NotificationState,
    next_attempt_at: Option<DateTime<Utc>>,
) -> sqlx::Result<bool> {
    sqlx::query!(
        r#"
        UPDATE notification
        SET state = $4, next_attempt_at = $5, claimed_until = NULL
        WHERE workspace_id = $1 AND notification_id = $2 AND state = 'pending' AND claimed_until = $3
        "#,
        workspace.as_str(),
        claim.notification_id,
        claim.claimed_until,
        state.as_str(),
        next_attempt_at,
    )
    .execute(conn)
    .await
    .map(|done| done.rows_affected() == 1)
}

/// Makes what waits for an endpoint due, so that senders find that it takes no more.
pub async fn hasten(
    conn: &mut PgConnection,
    workspace: &Workspace,
    endpoint_id: Uuid,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        UPDATE notification SET next_attempt_at = $3
        WHERE workspace_id = $1 AND endpoint_id = $2 AND state = 'pending' AND claimed_until IS NULL AND next_attempt_at > $3
        "#,
        workspace.as_str(),
        endpoint_id,
        now,
    )
    .execute(conn)
    .await
    .map(drop)
}

/// Notifications of a workspace, newest first, below `before` in that order.
pub async fn list(
    conn: &mut PgConnection,
    workspace: &Workspace,
    case_id: Option<Uuid>,
    state: Option<NotificationState>,
    before: Option<Uuid>,
    limit: i64,
) -> sqlx::Result<Vec<Notification>> {
    sqlx::query_as!(
        Notification,
        r#"
        SELECT notification_id AS id, case_id, endpoint_id, kind AS "kind: NotificationKind", state AS "state: NotificationState",
               created_at, next_attempt_at
        FROM notification
        WHERE workspace_id = $1
          AND ($2::uuid IS NULL OR case_id = $2)
          AND ($3::text IS NULL OR state = $3)
          AND ($4::uuid IS NULL OR notification_id < $4)
        ORDER BY notification_id DESC
        LIMIT $5
        "#,
        workspace.as_str(),
        case_id,
        state.map(NotificationState::as_str),
        before,
        limit,
    )
    .fetch_all(conn)
    .await
}

/// How many notifications a workspace has, by their state.
pub struct Totals {
    pub delivered: i64,
    pub pending: i64,
    pub failed: i64,
}

/// Counts the notifications of a workspace.
pub async fn totals(conn: &mut PgConnection, workspace: &Workspace) -> sqlx::Result<Totals> {
    sqlx::query_as!(
        Totals,
        r#"
        SELECT count(*) FILTER (WHERE state = 'delivered') AS "delivered!",
               count(*) FILTER (WHERE state = 'pending') AS "pending!",
               count(*) FILTER (WHERE state = 'failed') AS "failed!"
        FROM notification
        WHERE workspace_id = $1
        "#,
        workspace.as_str(),
    )
    .fetch_one(conn)
    .await
}

/// Counts the notifications of all workspaces that are neither delivered nor given up, and among them those that were due before
/// `limit` and that nobody has in hand.
pub async fn count_pending(conn: &mut PgConnection, limit: DateTime<Utc>) -> sqlx::Result<(i64, i64)> {
    let counts = sqlx::query!(
        r#"
        SELECT count(*) AS "pending!",
               count(*) FILTER (WHERE next_attempt_at < $1 AND coalesce(claimed_until < $1, true)) AS "overdue!"
        FROM notification
        WHERE state = 'pending'
        "#,
        limit,
    )
    .fetch_one(conn)
    .await?;
    Ok((counts.pending, counts.overdue))
}
