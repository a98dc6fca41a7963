use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use ting_events::Workspace;
use uuid::Uuid;

use crate::domain::case::{Case, CaseState};

/// Entries and bytes of notes that one answer holds, at most; the oldest are left out. An answer has 1 MiB.
const MAX_ENTRIES: i64 = 1000;
const MAX_BYTES: i64 = 512 * 1024;

/// Something that happened to a case.
pub struct Entry {
    pub at: DateTime<Utc>,
    pub actor: String,
    pub from: Option<CaseState>,
    pub to: CaseState,
    pub note: String,
}

/// Something to be written down: what made `case` what it is now.
pub struct NewEntry<'a> {
    pub case: &'a Case,
    pub from: Option<CaseState>,
    pub note: String,
}

/// Appends to the histories of cases, one entry each.
pub async fn append(
    conn: &mut PgConnection,
    workspace: &Workspace,
    actor: &str,
    at: DateTime<Utc>,
    entries: &[NewEntry<'_>],
) -> sqlx::Result<()> {
    let cases: Vec<_> = entries.iter().map(|entry| entry.case.id).collect();
    let numbers: Vec<_> = entries.iter().map(|entry| entry.case.version).collect();
    let from: Vec<_> =
        entries.iter().map(|entry| entry.from.map(|state| state.as_str().to_owned())).collect();
    let to: Vec<_> = entries.iter().map(|entry| entry.case.state.as_str().to_owned()).collect();
    let notes: Vec<_> = entries.iter().map(|entry| entry.note.clone()).collect();
    sqlx::query!(
        r#"
        INSERT INTO case_entry (workspace_id, case_id, number, at, actor, from_state, to_state, note)
        SELECT $1, t.case_id, t.number, $3, $2, t.from_state, t.to_state, t.note
        FROM UNNEST($4::uuid[], $5::bigint[], $6::text[], $7::text[], $8::text[])
            AS t (case_id, number, from_state, to_state, note)
        "#,
        workspace.as_str(),
        actor,
        at,
        &cases,
        &numbers,
        &from as &[Option<String>],
        &to,
        &notes,
    )
    .execute(conn)
    .await
    .map(drop)
}

/// The history of a case, oldest first.
pub async fn list(conn: &mut PgConnection, workspace: &Workspace, case_id: Uuid) -> sqlx::Result<Vec<Entry>> {
    sqlx::query_as!(
        Entry,
        r#"
        SELECT at, actor, from_state AS "from: CaseState", to_state AS "to: CaseState", note
        FROM (
            SELECT number, at, actor, from_state, to_state, note,
                   sum(octet_length(note)) OVER (ORDER BY number DESC) AS bytes
            FROM case_entry
            WHERE workspace_id = $1 AND case_id = $2
            ORDER BY number DESC
            LIMIT $3
        ) AS newest
        WHERE bytes <= $4
        ORDER BY number
        "#,
        workspace.as_str(),
        case_id,
        MAX_ENTRIES,
        MAX_BYTES,
    )
    .fetch_all(conn)
    .await
}
