//! SQL of `tally`.

use sqlx::PgConnection;
use ting_events::Workspace;

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counted {
    Feedback,
    Response,
}

impl Counted {
    fn name(self) -> &'static str {
        match self {
            Self::Feedback => "feedback",
            Self::Response => "response",
        }
    }
}

/// Counts rows that this transaction has inserted. To be its last statement.
pub async fn add(
    connection: &mut PgConnection,
    workspace: &Workspace,
    counted: Counted,
    rows: i64,
) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        INSERT INTO tally AS t (workspace_id, counted, rows) VALUES ($1, $2, $3)
        ON CONFLICT ON CONSTRAINT tally_pkey DO UPDATE SET rows = t.rows + excluded.rows
        "#,
        workspace.as_str(),
        counted.name(),
        rows,
    )
    .execute(connection)
    .await
    .map(drop)
}

/// How many rows there are.
pub async fn read(
    connection: &mut PgConnection,
    workspace: &Workspace,
    counted: Counted,
) -> sqlx::Result<i64> {
    let rows = sqlx::query_scalar!(
        "SELECT rows FROM tally WHERE workspace_id = $1 AND counted = $2",
        workspace.as_str(),
        counted.name(),
    )
    .fetch_optional(connection)
    .await?;
    Ok(rows.unwrap_or(0))
}
