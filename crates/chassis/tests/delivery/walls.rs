use sqlx::{Connection as _, PgConnection};
use ting_testkit::Bed;

use crate::notes::{Notes, workspace};

async fn note(tx: &mut PgConnection, workspace: &str, aggregate: &str) -> sqlx::Result<()> {
    sqlx::query("INSERT INTO note (workspace_id, aggregate_id, sequence, text) VALUES ($1, $2, 1, 'x')")
        .bind(workspace)
        .bind(aggregate)
        .execute(tx)
        .await
        .map(drop)
}

async fn visible(tx: &mut PgConnection) -> Vec<String> {
    sqlx::query_scalar("SELECT workspace_id FROM note ORDER BY workspace_id").fetch_all(tx).await.unwrap()
}

#[tokio::test]
async fn a_query_that_forgets_the_workspace_still_sees_its_own_rows_only() {
    let bed = Bed::start().await;
    // One connection, so that what a transaction leaves behind would be seen by the next.
    let service = bed.service::<Notes>("[database]\nmax_connections = 1\nacquire_timeout_ms = 30000\n").await;
    let store = ting_chassis::store::Store::clone(&service.store);
    for name in ["acme", "other"] {
        let mut tx = store.begin(&workspace(name)).await.unwrap();
        note(&mut tx, name, "anna").await.unwrap();
        tx.commit().await.unwrap();
    }
    for name in ["acme", "other", "acme", "third"] {
        let mut tx = store.begin(&workspace(name)).await.unwrap();
        let expected: &[&str] = if name == "third" { &[] } else { &[name] };
        assert_eq!(visible(&mut tx).await, expected);
    }
    let mut everywhere = store.begin_everywhere().await.unwrap();
    assert!(
        visible(&mut everywhere).await.is_empty(),
        "only the chassis' own tables honour work for every workspace"
    );
    drop(everywhere);
    service.stop().await;
}

#[tokio::test]
async fn a_row_of_another_workspace_cannot_be_written() {
    let bed = Bed::start().await;
    let service = bed.service::<Notes>("").await;
    let mut tx = service.store.begin(&workspace("acme")).await.unwrap();
    let refused = note(&mut tx, "other", "anna").await.unwrap_err();
    assert!(refused.to_string().contains("row-level security"), "{refused}");
    service.stop().await;
}

#[tokio::test]
async fn every_table_with_a_workspace_has_walls_that_bind_even_the_owner() {
    let bed = Bed::start().await;
    let service = bed.service::<Notes>("").await;
    let mut owner = service.owner().await;
    let open: Vec<String> = sqlx::query_scalar(
        r"
        SELECT c.relname::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'workspace_id'
        WHERE n.nspname = 'public' AND c.relkind = 'r'
          AND NOT (c.relrowsecurity AND c.relforcerowsecurity
                   AND EXISTS (SELECT 1 FROM pg_policy p WHERE p.polrelid = c.oid))
        ",
    )
    .fetch_all(&mut owner)
    .await
    .unwrap();
    assert_eq!(open, Vec::<String>::new());
    owner.close().await.unwrap();
    service.stop().await;
}

#[tokio::test]
async fn migrating_again_and_from_two_places_at_once_changes_nothing() {
    let bed = Bed::start().await;
    let first = bed.service::<Notes>("").await;
    let (second, third) = tokio::join!(
        bed.service_on::<Notes>("", &first.owner_url),
        bed.service_on::<Notes>("", &first.owner_url)
    );
    for service in [first, second, third] {
        service.stop().await;
    }
}
