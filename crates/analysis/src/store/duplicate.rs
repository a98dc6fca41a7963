use sqlx::PgConnection;
use uuid::Uuid;

/// Comments under one band that are looked at; more share a phrase, not a meaning.
const LOOKED_AT: i64 = 8;

/// A comment found under bands.
#[derive(Debug)]
pub struct Candidate {
    pub bands: Vec<i64>,
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
        WITH found AS (
            SELECT b.feedback_id, array_agg(b.band) AS bands
            FROM UNNEST($2::bigint[]) AS asked (band)
            CROSS JOIN LATERAL (
                SELECT band, feedback_id FROM duplicate_band
                WHERE workspace_id = $1 AND band = asked.band
                ORDER BY feedback_id LIMIT $3
            ) AS b
            GROUP BY b.feedback_id
        )
        SELECT found.bands AS "bands!", c.feedback_id, c.text
        FROM found CROSS JOIN LATERAL (
            SELECT feedback_id, text, number FROM comment WHERE workspace_id = $1 AND feedback_id = found.feedback_id
        ) AS c
        ORDER BY c.number
        "#,
        workspace,
        bands,
        LOOKED_AT,
    )
    .fetch_all(conn)
    .await
}

/// Makes comments findable under their bands, which are distinct for each.
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
        ORDER BY t.band
        "#,
        workspace,
        bands,
        ids,
    )
    .execute(conn)
    .await
    .map(drop)
}
