//! SQL of `customer_identity`.

use std::collections::HashMap;

use sqlx::PgConnection;
use ting_events::Workspace;
use uuid::Uuid;

use crate::domain::{CustomerId, Identity};

/// The identities of these customers, as far as any are known.
pub async fn read(
    connection: &mut PgConnection,
    workspace: &Workspace,
    ids: &[CustomerId],
) -> sqlx::Result<HashMap<CustomerId, Identity>> {
    let rows = sqlx::query!(
        r#"
        SELECT customer_id, name, email, phone FROM customer_identity
        WHERE workspace_id = $1 AND customer_id = ANY($2)
        "#,
        workspace.as_str(),
        ids,
    )
    .fetch_all(connection)
    .await?;
    let identity = |name, email, phone| Identity { name, email, phone };
    Ok(rows.into_iter().map(|row| (row.customer_id, identity(row.name, row.email, row.phone))).collect())
}

/// Writes identities over what was known.
pub async fn write(
    connection: &mut PgConnection,
    workspace: &Workspace,
    identities: &[(CustomerId, &Identity)],
) -> sqlx::Result<()> {
    let ids: Vec<Uuid> = identities.iter().map(|(id, _)| *id).collect();
    let names: Vec<&str> = identities.iter().map(|(_, identity)| identity.name.as_str()).collect();
    let emails: Vec<&str> = identities.iter().map(|(_, identity)| identity.email.as_str()).collect();
    let phones: Vec<&str> = identities.iter().map(|(_, identity)| identity.phone.as_str()).collect();
    sqlx::query!(
        r#"
        INSERT INTO customer_identity (workspace_id, customer_id, name, email, phone)
        SELECT $1, t.customer_id, t.name, t.email, t.phone
        FROM UNNEST($2::uuid[], $3::text[], $4::text[], $5::text[]) AS t (customer_id, name, email, phone)
        ON CONFLICT ON CONSTRAINT customer_identity_pkey
        DO UPDATE SET name = excluded.name, email = excluded.email, phone = excluded.phone
        "#,
        workspace.as_str(),
        &ids,
        &names as &[&str],
        &emails as &[&str],
        &phones as &[&str],
    )
    .execute(connection)
    .await
    .map(drop)
}
