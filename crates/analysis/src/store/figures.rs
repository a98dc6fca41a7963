use sqlx::PgConnection;

/// Counts size and negative of the themes of levels 1 and 2 anew, from the comments; gives how many had other numbers.
pub async fn recount_themes(conn: &mut PgConnection, workspace: &str) -> sqlx::Result<u64> {
    let changed = sqlx::query!(
        r#"
        WITH middle AS (
            SELECT t.theme_id, t.parent_id, count(c.feedback_id) AS size, count(c.feedback_id) FILTER (WHERE c.negative) AS negative
            FROM theme t LEFT JOIN comment c ON c.workspace_id = $1 AND c.theme_id = t.theme_id
            WHERE t.workspace_id = $1 AND t.level = 2
            GROUP BY t.theme_id, t.parent_id
        ), counted AS (
            SELECT theme_id, size, negative FROM middle
            UNION ALL
            SELECT l.theme_id, coalesce(sum(m.size), 0)::bigint, coalesce(sum(m.negative), 0)::bigint
            FROM theme l LEFT JOIN middle m ON m.parent_id = l.theme_id
            WHERE l.workspace_id = $1 AND l.level = 1
            GROUP BY l.theme_id
        )
        UPDATE theme t SET size = counted.size, negative = counted.negative
        FROM counted
        WHERE t.workspace_id = $1 AND t.theme_id = counted.theme_id
          AND (t.size, t.negative) IS DISTINCT FROM (counted.size, counted.negative)
        "#,
        workspace,
    )
    .execute(conn)
    .await?;
    Ok(changed.rows_affected())
}

/// Counts the weeks of the themes of levels 1 and 2 anew, from the comments; gives how many rows were added, changed or removed.
pub async fn recount_weeks(conn: &mut PgConnection, workspace: &str) -> sqlx::Result<u64> {
    let removed = sqlx::query!(
        r#"
        DELETE FROM theme_week w
        WHERE w.workspace_id = $1 AND NOT EXISTS (
            SELECT 1 FROM comment c JOIN theme t ON t.workspace_id = $1 AND t.theme_id = c.theme_id
            WHERE c.workspace_id = $1 AND c.week = w.week AND w.theme_id IN (t.theme_id, t.parent_id)
        )
        "#,
        workspace,
    )
    .execute(&mut *conn)
    .await?;
    let changed = sqlx::query!(
        r#"
        WITH middle AS (
            SELECT t.theme_id, t.parent_id, c.week, count(*) AS comments
            FROM comment c JOIN theme t ON t.workspace_id = $1 AND t.theme_id = c.theme_id
            WHERE c.workspace_id = $1
            GROUP BY t.theme_id, t.parent_id, c.week
        )
        INSERT INTO theme_week AS w (workspace_id, theme_id, week, comments)
        SELECT $1, theme_id, week, comments FROM middle
        UNION ALL
        SELECT $1, parent_id, week, sum(comments)::bigint FROM middle WHERE parent_id IS NOT NULL GROUP BY parent_id, week
        ON CONFLICT (workspace_id, theme_id, week) DO UPDATE SET comments = excluded.comments
        WHERE w.comments <> excluded.comments
        "#,
        workspace,
    )
    .execute(conn)
    .await?;
    Ok(removed.rows_affected() + changed.rows_affected())
}

/// Empties the weeks before a run counts them anew.
pub async fn clear_weeks(conn: &mut PgConnection, workspace: &str) -> sqlx::Result<()> {
    sqlx::query!("DELETE FROM theme_week WHERE workspace_id = $1", workspace).execute(conn).await.map(drop)
}

/// How many rows the counts have: themes of levels 1 and 2, their weeks, and the overview.
pub async fn rows(conn: &mut PgConnection, workspace: &str) -> sqlx::Result<i64> {
    sqlx::query_scalar!(
        r#"
        SELECT (SELECT count(*) FROM theme WHERE workspace_id = $1 AND level < 3)
             + (SELECT count(*) FROM theme_week WHERE workspace_id = $1)
             + (SELECT count(*) FROM overview WHERE workspace_id = $1) AS "rows!"
        "#,
        workspace,
    )
    .fetch_one(conn)
    .await
}
