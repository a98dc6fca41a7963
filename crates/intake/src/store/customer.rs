//! SQL of `customer`.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, types::Json};
use ting_events::Workspace;
use uuid::Uuid;

use crate::domain::{Attributes, Customer, CustomerId};

struct Row {
    customer_id: Uuid,
    external_id: String,
    attributes: Json<Attributes>,
    version: i64,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

impl From<Row> for Customer {
    fn from(row: Row) -> Self {
        let Row { customer_id, external_id, attributes: Json(attributes), version, created_at, updated_at } =
            row;
        Self { id: customer_id, external_id, attributes, version, created_at, updated_at }
    }
}

/// The ids of the customers with these external ids, as far as there are any.
pub async fn ids(
    connection: &mut PgConnection,
    workspace: &Workspace,
    external_ids: &[&str],
) -> sqlx::Result<HashMap<String, CustomerId>> {
    let rows = sqlx::query!(
        r#"
        SELECT c.external_id, c.customer_id FROM UNNEST($2::text[]) AS asked (id)
        CROSS JOIN LATERAL (
            SELECT external_id, customer_id FROM customer WHERE workspace_id = $1 AND external_id = asked.id
        ) AS c
        "#,
        workspace.as_str(),
        external_ids as &[&str],
    )
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(|row| (row.external_id, row.customer_id)).collect())
}

/// A customer to be registered.
pub struct Registration<'a> {
    pub customer_id: CustomerId,
    pub external_id: &'a str,
    pub attributes: serde_json::Value,
}

/// Inserts the customers whose external ids are not taken, and gives the ids of those.
pub async fn insert(
    connection: &mut PgConnection,
    workspace: &Workspace,
    registrations: &[Registration<'_>],
    now: DateTime<Utc>,
) -> sqlx::Result<Vec<CustomerId>> {
    let ids: Vec<Uuid> = registrations.iter().map(|new| new.customer_id).collect();
    let external_ids: Vec<&str> = registrations.iter().map(|new| new.external_id).collect();
    let attributes: Vec<&serde_json::Value> = registrations.iter().map(|new| &new.attributes).collect();
    // In the order of the external ids, so that two writers cannot wait for each other.
    sqlx::query_scalar!(
        r#"
        INSERT INTO customer (workspace_id, customer_id, external_id, attributes, version, created_at, updated_at)
        SELECT $1, t.customer_id, t.external_id, t.attributes, 1, $5, $5
        FROM UNNEST($2::uuid[], $3::text[], $4::jsonb[]) AS t (customer_id, external_id, attributes)
        ORDER BY t.external_id COLLATE "C"
        ON CONFLICT ON CONSTRAINT customer_external_id_key DO NOTHING
        RETURNING customer_id
        "#,
        workspace.as_str(),
        &ids,
        &external_ids as &[&str],
        &attributes as &[&serde_json::Value],
        now,
    )
    .fetch_all(connection)
    .await
}

/// Reads customers and keeps others from changing them until the end of the transaction.
pub async fn lock(
    connection: &mut PgConnection,
    workspace: &Workspace,
    external_ids: &[&str],
) -> sqlx::Result<Vec<Customer>> {
    let rows = sqlx::query_as!(
        Row,
        r#"
        SELECT customer_id, external_id, attributes AS "attributes: Json<Attributes>", version, created_at, updated_at
        FROM customer
        WHERE workspace_id = $1 AND external_id = ANY($2)
        ORDER BY external_id COLLATE "C"
        FOR UPDATE
        "#,
        workspace.as_str(),
        external_ids as &[&str],
    )
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(Customer::from).collect())
}

/// Writes the attributes, version and time of customers that were changed.
pub async fn update(
    connection: &mut PgConnection,
    workspace: &Workspace,
    customers: &[&Customer],
) -> sqlx::Result<()> {
    let ids: Vec<Uuid> = customers.iter().map(|customer| customer.id).collect();
    let attributes: Vec<Json<&Attributes>> =
        customers.iter().map(|customer| Json(&customer.attributes)).collect();
    let versions: Vec<i64> = customers.iter().map(|customer| customer.version).collect();
    let times: Vec<DateTime<Utc>> = customers.iter().map(|customer| customer.updated_at).collect();
    sqlx::query!(
        r#"
        UPDATE customer AS c SET attributes = t.attributes, version = t.version, updated_at = t.updated_at
        FROM UNNEST($2::uuid[], $3::jsonb[], $4::bigint[], $5::timestamptz[])
            AS t (customer_id, attributes, version, updated_at)
        WHERE c.workspace_id = $1 AND c.customer_id = t.customer_id
        "#,
        workspace.as_str(),
        &ids,
        &attributes as &[Json<&Attributes>],
        &versions,
        &times,
    )
    .execute(connection)
    .await
    .map(drop)
}

/// The customer with this id.
pub async fn by_id(
    connection: &mut PgConnection,
    workspace: &Workspace,
    customer_id: CustomerId,
) -> sqlx::Result<Option<Customer>> {
    let row = sqlx::query_as!(
        Row,
        r#"
        SELECT customer_id, external_id, attributes AS "attributes: Json<Attributes>", version, created_at, updated_at
        FROM customer
        WHERE workspace_id = $1 AND customer_id = $2
        "#,
        workspace.as_str(),
        customer_id,
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(Customer::from))
}

/// The customer with this external id.
pub async fn by_external_id(
    connection: &mut PgConnection,
    workspace: &Workspace,
    external_id: &str,
) -> sqlx::Result<Option<Customer>> {
    let row = sqlx::query_as!(
        Row,
        r#"
        SELECT customer_id, external_id, attributes AS "attributes: Json<Attributes>", version, created_at, updated_at
        FROM customer
        WHERE workspace_id = $1 AND external_id = $2
        "#,
        workspace.as_str(),
        external_id,
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(Customer::from))
}

/// Customers registered before `before`, newest first: ids are UUIDv7.
pub async fn list(
    connection: &mut PgConnection,
    workspace: &Workspace,
    before: CustomerId,
    limit: i64,
) -> sqlx::Result<Vec<Customer>> {
    let rows = sqlx::query_as!(
        Row,
        r#"
        SELECT customer_id, external_id, attributes AS "attributes: Json<Attributes>", version, created_at, updated_at
        FROM customer
        WHERE workspace_id = $1 AND customer_id < $2
        ORDER BY customer_id DESC
        LIMIT $3
        "#,
        workspace.as_str(),
        before,
        limit,
    )
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(Customer::from).collect())
}
