use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use ting_events::Workspace;
use uuid::Uuid;

use crate::domain::{
    case::{Case, CaseState},
    rule::{Cause, Severity},
};

/// What keeps a second case of the same customer and cause from being open.
pub const ONE_OPEN: &str = "recovery_case_one_open";

/// A case to be opened, or to be counted on the one that is there.
pub struct Sighting {
    /// Of the case, should it be new.
    pub case_id: Uuid,
    pub about_id: Uuid,
    pub customer_id: Option<Uuid>,
    pub feedback_id: Option<Uuid>,
    pub cause: Cause,
    pub occurrences: i64,
}

/// The case of each sighting: a new one, or the one that was there with more occurrences. No two sightings may be of one case.
pub async fn sight(
    conn: &mut PgConnection,
    workspace: &Workspace,
    sightings: &[Sighting],
    now: DateTime<Utc>,
) -> sqlx::Result<Vec<Case>> {
    let ids: Vec<_> = sightings.iter().map(|sighting| sighting.case_id).collect();
    let about: Vec<_> = sightings.iter().map(|sighting| sighting.about_id).collect();
    let customers: Vec<_> = sightings.iter().map(|sighting| sighting.customer_id).collect();
    let feedback: Vec<_> = sightings.iter().map(|sighting| sighting.feedback_id).collect();
    let causes: Vec<_> = sightings.iter().map(|sighting| sighting.cause.as_str().to_owned()).collect();
    let severities: Vec<_> =
        sightings.iter().map(|sighting| sighting.cause.severity().as_str().to_owned()).collect();
    let occurrences: Vec<_> = sightings.iter().map(|sighting| sighting.occurrences).collect();
    sqlx::query_file_as!(
        Case,
        "queries/case/sight.sql",
        workspace.as_str(),
        &ids,
        &about,
        &customers as &[Option<Uuid>],
        &feedback as &[Option<Uuid>],
        &causes,
        &severities,
        &occurrences,
        now,
    )
    .fetch_all(conn)
    .await
}

/// A case.
pub async fn get(
    conn: &mut PgConnection,
    workspace: &Workspace,
    case_id: Uuid,
) -> sqlx::Result<Option<Case>> {
    sqlx::query_as!(
        Case,
        r#"
        SELECT case_id AS id, about_id, customer_id, cause AS "cause: Cause", state AS "state: CaseState", severity AS "severity: Severity",
               assignee, resolution, feedback_id, occurrences, version, opened_at, acknowledged_at, resolved_at, closed_at
        FROM recovery_case
        WHERE workspace_id = $1 AND case_id = $2
        "#,
        workspace.as_str(),
        case_id,
    )
    .fetch_optional(conn)
    .await
}

/// A case that nobody else changes until the transaction ends.
pub async fn lock(
    conn: &mut PgConnection,
    workspace: &Workspace,
    case_id: Uuid,
) -> sqlx::Result<Option<Case>> {
    sqlx::query_as!(
        Case,
        r#"
        SELECT case_id AS id, about_id, customer_id, cause AS "cause: Cause", state AS "state: CaseState", severity AS "severity: Severity",
               assignee, resolution, feedback_id, occurrences, version, opened_at, acknowledged_at, resolved_at, closed_at
        FROM recovery_case
        WHERE workspace_id = $1 AND case_id = $2
        FOR NO KEY UPDATE
        "#,
        workspace.as_str(),
        case_id,
    )
    .fetch_optional(conn)
    .await
}

/// Stores what a step has changed.
pub async fn update(conn: &mut PgConnection, workspace: &Workspace, case: &Case) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        UPDATE recovery_case
        SET state = $3, assignee = $4, resolution = $5, version = $6, acknowledged_at = $7, resolved_at = $8, closed_at = $9
        WHERE workspace_id = $1 AND case_id = $2
        "#,
        workspace.as_str(),
        case.id,
        case.state.as_str(),
        case.assignee,
        case.resolution,
        case.version,
        case.acknowledged_at,
        case.resolved_at,
        case.closed_at,
    )
    .execute(conn)
    .await
    .map(drop)
}

/// Cases of a workspace, last opened first, below `before` in that order.
pub async fn list(
    conn: &mut PgConnection,
    workspace: &Workspace,
    state: Option<CaseState>,
    customer_id: Option<Uuid>,
    before: Option<Uuid>,
    limit: i64,
) -> sqlx::Result<Vec<Case>> {
    sqlx::query_as!(
        Case,
        r#"
        SELECT case_id AS id, about_id, customer_id, cause AS "cause: Cause", state AS "state: CaseState", severity AS "severity: Severity",
               assignee, resolution, feedback_id, occurrences, version, opened_at, acknowledged_at, resolved_at, closed_at
        FROM recovery_case
        WHERE workspace_id = $1
          AND ($2::text IS NULL OR state = $2)
          AND ($3::uuid IS NULL OR customer_id = $3)
          AND ($4::uuid IS NULL OR case_id < $4)
        ORDER BY case_id DESC
        LIMIT $5
        "#,
        workspace.as_str(),
        state.map(CaseState::as_str),
        customer_id,
        before,
        limit,
    )
    .fetch_all(conn)
    .await
}

/// How many cases a workspace has.
pub struct Totals {
    /// Not closed.
    pub open: i64,
    pub total: i64,
}

/// Counts the cases of a workspace.
pub async fn totals(conn: &mut PgConnection, workspace: &Workspace) -> sqlx::Result<Totals> {
    sqlx::query_as!(
        Totals,
        r#"
        SELECT count(*) FILTER (WHERE state <> 'closed') AS "open!", count(*) AS "total!"
        FROM recovery_case
        WHERE workspace_id = $1
        "#,
        workspace.as_str(),
    )
    .fetch_one(conn)
    .await
}

/// Cases of all workspaces in one state.
pub struct Backlog {
    pub state: CaseState,
    pub cases: i64,
    /// When the one that waits longest was opened.
    pub oldest: DateTime<Utc>,
}

/// Counts the cases of all workspaces that are not closed.
pub async fn backlog(conn: &mut PgConnection) -> sqlx::Result<Vec<Backlog>> {
    sqlx::query_as!(
        Backlog,
        r#"
        SELECT state AS "state: CaseState", count(*) AS "cases!", min(opened_at) AS "oldest!"
        FROM recovery_case
        WHERE state <> 'closed'
        GROUP BY state
        "#,
    )
    .fetch_all(conn)
    .await
}
