use sqlx::PgConnection;
use uuid::Uuid;

/// The model of a run; `None` when another run has taken its place.
pub async fn read(conn: &mut PgConnection, workspace: &str, run_id: Uuid) -> sqlx::Result<Option<Vec<u8>>> {
    sqlx::query_scalar!("SELECT bytes FROM model WHERE workspace_id = $1 AND run_id = $2", workspace, run_id)
        .fetch_optional(conn)
        .await
}

/// Stores the model of a run in the place of the one before.
pub async fn replace(
    conn: &mut PgConnection,
    workspace: &str,
    run_id: Uuid,
    bytes: &[u8],
) -> sqlx::Result<()> {
    sqlx::query!("DELETE FROM model WHERE workspace_id = $1", workspace).execute(&mut *conn).await?;
    sqlx::query!(
        "INSERT INTO model (workspace_id, run_id, bytes) VALUES ($1, $2, $3)",
        workspace,
        run_id,
        bytes
    )
    .execute(conn)
    .await
    .map(drop)
}
