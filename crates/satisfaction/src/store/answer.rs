use sqlx::PgConnection;

use crate::domain::answer::Answer;

/// Keeps facts. A second answer under a known id is refused: each response has one metric and one value for ever.
pub async fn insert(conn: &mut PgConnection, workspace: &str, answers: &[Answer]) -> sqlx::Result<()> {
    let responses: Vec<_> = answers.iter().map(|answer| answer.response_id).collect();
    let customers: Vec<_> = answers.iter().map(|answer| answer.customer_id).collect();
    let metrics: Vec<_> = answers.iter().map(|answer| answer.metric.name().to_owned()).collect();
    let values: Vec<_> = answers.iter().map(|answer| answer.value).collect();
    let channels: Vec<_> = answers.iter().map(|answer| answer.channel.clone()).collect();
    let touchpoints: Vec<_> = answers.iter().map(|answer| answer.touchpoint.clone()).collect();
    let times: Vec<_> = answers.iter().map(|answer| answer.answered_at).collect();
    sqlx::query!(
        r#"
        INSERT INTO answer (workspace_id, response_id, customer_id, metric, value, channel, touchpoint, answered_at)
        SELECT $1, t.response_id, t.customer_id, t.metric, t.value, t.channel, t.touchpoint, t.answered_at
        FROM UNNEST($2::uuid[], $3::uuid[], $4::text[], $5::smallint[], $6::text[], $7::text[], $8::timestamptz[])
            AS t (response_id, customer_id, metric, value, channel, touchpoint, answered_at)
        "#,
        workspace,
        &responses,
        &customers as &[Option<uuid::Uuid>],
        &metrics,
        &values,
        &channels,
        &touchpoints,
        &times,
    )
    .execute(conn)
    .await
    .map(drop)
}

/// Keeps every other writer of the workspace's scores away until the end of the transaction, so that what is read from the counts
/// holds when it is published. They would wait for each other at the counts of the whole workspace anyway.
pub async fn lock(conn: &mut PgConnection, workspace: &str) -> sqlx::Result<()> {
    sqlx::query!("SELECT pg_advisory_xact_lock(hashtextextended('ting.satisfaction.' || $1, 0))", workspace)
        .execute(conn)
        .await
        .map(drop)
}
