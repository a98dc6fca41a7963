use std::collections::BTreeMap;

use sqlx::{AssertSqlSafe, PgConnection};

/// How many rows each table has.
pub type Rows = BTreeMap<String, i64>;

/// The tables of a store.
pub async fn tables(connection: &mut PgConnection) -> sqlx::Result<Vec<String>> {
    sqlx::query_scalar(
        "SELECT relname::text FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY relname",
    )
    .fetch_all(connection)
    .await
}

/// Counts what the connection can see.
pub async fn count(connection: &mut PgConnection) -> sqlx::Result<Rows> {
    let mut rows = Rows::new();
    for table in tables(connection).await? {
        let sql = format!("SELECT count(*) FROM public.{}", quoted(&table));
        // The name comes from the catalogue and is quoted.
        let counted: i64 = sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(&mut *connection).await?;
        rows.insert(table, counted);
    }
    Ok(rows)
}

/// A name in SQL.
pub fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
