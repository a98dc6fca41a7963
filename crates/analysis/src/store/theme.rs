use std::collections::BTreeMap;

use chrono::NaiveDate;
use sqlx::{PgConnection, types::Json};
use uuid::Uuid;

use crate::domain::theme::{Growth, Theme, WeekCount};

/// Weeks of a trend.
const TREND_WEEKS: i64 = 26;

/// Lists the themes of a level, largest first; `after` is size and id of the last one of the page before.
pub async fn list(
    conn: &mut PgConnection,
    workspace: &str,
    level: i16,
    after: Option<(i64, Uuid)>,
    limit: i64,
) -> sqlx::Result<Vec<Theme>> {
    let (after_size, after_id) = after.unzip();
    sqlx::query_as!(
        Theme,
        r#"
        SELECT theme_id, level, model_key, parent_id, label, terms, size, negative, quote_ids, quote_texts FROM theme
        WHERE workspace_id = $1 AND level = $2 AND ($3::bigint IS NULL OR (-size, theme_id) > (-$3, $4::uuid))
        ORDER BY size DESC, theme_id LIMIT $5
        "#,
        workspace,
        level,
        after_size,
        after_id,
        limit,
    )
    .fetch_all(conn)
    .await
}

pub async fn get(conn: &mut PgConnection, workspace: &str, theme_id: Uuid) -> sqlx::Result<Option<Theme>> {
    sqlx::query_as!(
        Theme,
        r#"
        SELECT theme_id, level, model_key, parent_id, label, terms, size, negative, quote_ids, quote_texts FROM theme
        WHERE workspace_id = $1 AND theme_id = $2
        "#,
        workspace,
        theme_id,
    )
    .fetch_optional(conn)
    .await
}

/// All themes of all levels.
pub async fn all(conn: &mut PgConnection, workspace: &str) -> sqlx::Result<Vec<Theme>> {
    sqlx::query_as!(
        Theme,
        r#"
        SELECT theme_id, level, model_key, parent_id, label, terms, size, negative, quote_ids, quote_texts FROM theme
        WHERE workspace_id = $1 ORDER BY level, model_key
        "#,
        workspace,
    )
    .fetch_all(conn)
    .await
}

/// The middle themes inside a large one.
pub async fn children(conn: &mut PgConnection, workspace: &str, parent_id: Uuid) -> sqlx::Result<Vec<Uuid>> {
    sqlx::query_scalar!(
        "SELECT theme_id FROM theme WHERE workspace_id = $1 AND parent_id = $2",
        workspace,
        parent_id
    )
    .fetch_all(conn)
    .await
}

/// The last weeks that have comments, for each of the themes, oldest first.
pub async fn trends(
    conn: &mut PgConnection,
    workspace: &str,
    themes: &[Uuid],
) -> sqlx::Result<Vec<WeekCount>> {
    sqlx::query_as!(
        WeekCount,
        r#"
        SELECT theme_id, week, comments FROM (
            SELECT theme_id, week, comments, row_number() OVER (PARTITION BY theme_id ORDER BY week DESC) AS place
            FROM theme_week WHERE workspace_id = $1 AND theme_id = ANY($2) AND comments > 0
        ) recent
        WHERE place <= $3 ORDER BY theme_id, week
        "#,
        workspace,
        themes,
        TREND_WEEKS,
    )
    .fetch_all(conn)
    .await
}

/// Adds new comments to the counts of their themes.
pub async fn grow(
    conn: &mut PgConnection,
    workspace: &str,
    growth: &BTreeMap<Uuid, Growth>,
) -> sqlx::Result<()> {
    let ids: Vec<Uuid> = growth.keys().copied().collect();
    let sizes: Vec<i64> = growth.values().map(|growth| growth.size).collect();
    let negatives: Vec<i64> = growth.values().map(|growth| growth.negative).collect();
    sqlx::query!(
        r#"
        UPDATE theme SET size = size + t.more, negative = negative + t.negative_more
        FROM UNNEST($2::uuid[], $3::bigint[], $4::bigint[]) AS t (id, more, negative_more)
        WHERE workspace_id = $1 AND theme_id = t.id
        "#,
        workspace,
        &ids,
        &sizes,
        &negatives,
    )
    .execute(conn)
    .await
    .map(drop)
}

/// Adds new comments to the weeks of their themes.
pub async fn grow_weeks(
    conn: &mut PgConnection,
    workspace: &str,
    growth: &BTreeMap<(Uuid, NaiveDate), i64>,
) -> sqlx::Result<()> {
    let (ids, weeks): (Vec<Uuid>, Vec<NaiveDate>) = growth.keys().copied().unzip();
    let counts: Vec<i64> = growth.values().copied().collect();
    sqlx::query!(
        r#"
        INSERT INTO theme_week AS w (workspace_id, theme_id, week, comments)
        SELECT $1, t.id, t.week, t.more FROM UNNEST($2::uuid[], $3::date[], $4::bigint[]) AS t (id, week, more)
        ON CONFLICT (workspace_id, theme_id, week) DO UPDATE SET comments = w.comments + excluded.comments
        "#,
        workspace,
        &ids,
        &weeks,
        &counts,
    )
    .execute(conn)
    .await
    .map(drop)
}

/// Stores the themes of a run in the place of the ones before, with the sizes that the run has found.
pub async fn replace(
    conn: &mut PgConnection,
    workspace: &str,
    run_id: Uuid,
    themes: &[Theme],
) -> sqlx::Result<()> {
    sqlx::query!("DELETE FROM theme WHERE workspace_id = $1", workspace).execute(&mut *conn).await?;
    sqlx::query!(
        r#"
        INSERT INTO theme (workspace_id, theme_id, run_id, level, model_key, parent_id, label, terms, size, negative,
            quote_ids, quote_texts)
        SELECT $1, t.theme_id, $2, t.level, t.model_key, t.parent_id, t.label, t.terms, t.size, 0, t.quote_ids, t.quote_texts
        FROM jsonb_to_recordset($3) AS t (theme_id uuid, level smallint, model_key bigint, parent_id uuid, label text, terms text[],
            size bigint, quote_ids text[], quote_texts text[])
        "#,
        workspace,
        run_id,
        Json(themes) as _,
    )
    .execute(conn)
    .await
    .map(drop)
}
