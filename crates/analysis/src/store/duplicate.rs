use sqlx::PgConnection;
use uuid::Uuid;

/// Comments under one band that are looked at; more share a phrase, not a meaning.
const LOOKED_AT: i64 = 8;

/// A comment found under a band.
#[derive(Debug)]
pub struct Candidate {
    pub band: i64,
    pub feedback_id: Uuid,
    pub text: String,
}

/// The comments under each of the bands, the earliest first.
pub async fn candidates(
    conn: &mut PgConnection,
    workspace: &str,
    bands: &[i64],
) -> sqlx::Result<Vec<Candidate>> {
    sqlx::query_as!(
        Candidate,
        r#"
        SELECT found.band AS "band!", found.feedback_id AS "feedback_id!", c.text
        FROM UNNEST($2::bigint[]) AS asked (band)
        CROSS JOIN LATERAL (
            SELECT b.band, b.feedback_id FROM duplicate_band b
            WHERE b.workspace_id = $1 AND b.band = asked.band
            ORDER BY b.feedback_id LIMIT $3
        ) found
        JOIN comment c ON c.workspace_id = $1 AND c.feedback_id = found.feedback_id
        ORDER BY c.number
        "#,
        workspace,
        bands,
        LOOKED_AT,
    )
    .fetch_all(conn)
    .await
}

/// Makes comments findable under their bands.
pub async fn insert(
    conn: &mut PgConnection,
    workspace: &str,
    bands: &[i64],
    ids: &[Uuid],
) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        INSERT INTO duplicate_band (workspace_id, band, feedback_id)
        SELECT $1, t.band, t.id FROM UNNEST($2::bigint[], $3::uuid[]) AS t (band, id)
        ON CONFLICT (workspace_id, band, feedback_id) DO NOTHING
        "#,
        workspace,
        bands,
        ids,
    )
    .execute(conn)
    .await
    .map(drop)
}
