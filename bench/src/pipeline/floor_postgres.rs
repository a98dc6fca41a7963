//! What Postgres can do: batched inserts with an event for each hundred rows, and nothing else.

use std::time::{Duration, Instant};

use anyhow::Context as _;
use futures::future::try_join_all;
use sqlx::{Connection as _, PgConnection};
use ting_chassis::Ids;
use uuid::Uuid;

use crate::corpus::Corpus;

/// Rows in one transaction.
pub const BATCH: u64 = 1000;
/// Rows that one event tells of.
pub const ENVELOPE: usize = 100;
/// Connections that insert at the same time.
pub const WRITERS: u64 = 2;

/// Rows of a table in the shape of intake's feedback.
#[derive(Debug, Clone, Default)]
pub struct Columns {
    pub ids: Vec<Uuid>,
    pub external_ids: Vec<String>,
    pub kinds: Vec<i32>,
    pub texts: Vec<String>,
    pub channels: Vec<String>,
    pub touchpoints: Vec<String>,
}

impl Columns {
    /// The comments of these rows.
    pub fn of(corpus: &Corpus, rows: impl Iterator<Item = u64>, ids: &Ids) -> Self {
        let mut columns = Self::default();
        for row in rows {
            let comment = corpus.comment(row);
            columns.ids.push(ids.next());
            columns.external_ids.push(comment.external_id);
            columns.kinds.push(comment.kind);
            columns.texts.push(comment.text);
            columns.channels.push(comment.channel);
            columns.touchpoints.push(comment.touchpoint);
        }
        columns
    }

    /// Inserts all rows.
    pub async fn insert(&self, connection: &mut PgConnection) -> sqlx::Result<()> {
        sqlx::query(
            r"
            INSERT INTO feedback (workspace_id, feedback_id, external_id, kind, text, channel, touchpoint, occurred_at)
            SELECT 'bench', t.*, now()
            FROM UNNEST($1::uuid[], $2::text[], $3::int[], $4::text[], $5::text[], $6::text[]) AS t
            ",
        )
        .bind(&self.ids)
        .bind(&self.external_ids)
        .bind(&self.kinds)
        .bind(&self.texts)
        .bind(&self.channels)
        .bind(&self.touchpoints)
        .execute(connection)
        .await
        .map(drop)
    }
}

/// Makes the tables, empty.
pub async fn prepare(url: &str, unique_external_id: bool) -> anyhow::Result<()> {
    let mut connection = PgConnection::connect(url).await.context("connecting to Postgres")?;
    sqlx::raw_sql(
        r"
        DROP TABLE IF EXISTS feedback, outbox;
        CREATE TABLE feedback (
            workspace_id text NOT NULL, feedback_id uuid NOT NULL, external_id text NOT NULL, kind int NOT NULL,
            text text NOT NULL, channel text NOT NULL, touchpoint text NOT NULL, occurred_at timestamptz NOT NULL,
            PRIMARY KEY (workspace_id, feedback_id)
        );
        CREATE TABLE outbox (event_id uuid PRIMARY KEY, payload bytea NOT NULL);
        ",
    )
    .execute(&mut connection)
    .await?;
    if unique_external_id {
        sqlx::raw_sql("CREATE UNIQUE INDEX ON feedback (workspace_id, external_id)")
            .execute(&mut connection)
            .await?;
    }
    Ok(())
}

/// Inserts `rows` comments over [`WRITERS`] connections; generating them is not counted.
pub async fn insert(url: &str, corpus: &Corpus, rows: u64, ids: &Ids) -> anyhow::Result<Duration> {
    prepare(url, true).await?;
    let batches: Vec<Columns> =
        (0..rows / BATCH).map(|batch| Columns::of(corpus, batch * BATCH..(batch + 1) * BATCH, ids)).collect();
    let shares = batches.chunks(batches.len().div_ceil(usize::try_from(WRITERS)?));
    let mut connections = Vec::new();
    for share in shares {
        connections.push((PgConnection::connect(url).await?, share));
    }
    let started = Instant::now();
    try_join_all(connections.into_iter().map(|(connection, share)| insert_share(connection, share, ids)))
        .await?;
    Ok(started.elapsed())
}

async fn insert_share(mut connection: PgConnection, share: &[Columns], ids: &Ids) -> sqlx::Result<()> {
    for batch in share {
        let mut tx = connection.begin().await?;
        batch.insert(&mut tx).await?;
        let (events, payloads): (Vec<Uuid>, Vec<Vec<u8>>) =
            batch.texts.chunks(ENVELOPE).map(|texts| (ids.next(), texts.concat().into_bytes())).unzip();
        sqlx::query("INSERT INTO outbox SELECT * FROM UNNEST($1::uuid[], $2::bytea[])")
            .bind(events)
            .bind(payloads)
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
    }
    Ok(())
}
