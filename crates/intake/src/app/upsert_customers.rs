use std::collections::HashMap;

use ting_chassis::{fault::RequestError, store::Tx};
use ting_proto::events::v1::CustomerUpdated;

use crate::{
    domain::{Customer, CustomerId, Identity, NewCustomer},
    store, writer,
};

/// A customer after an upsert.
pub struct Upserted {
    pub customer: Customer,
    pub created: bool,
}

/// Registers or updates customers, each external id at most once in `wishes`. With an `etag`, every customer must be there
/// already and have that version.
pub async fn upsert_customers(
    tx: &mut Tx,
    wishes: &[NewCustomer],
    etag: Option<&str>,
) -> Result<Vec<Upserted>, RequestError> {
    let workspace = tx.workspace()?.clone();
    let new = wishes.iter().map(|wish| (wish.external_id.as_str(), attributes(wish))).collect();
    let registered = writer::register(tx, new).await?;
    let by_id: HashMap<&str, &NewCustomer> =
        wishes.iter().map(|wish| (wish.external_id.as_str(), wish)).collect();
    let external_ids: Vec<&str> = by_id.keys().copied().collect();
    let customers = store::customer::lock(tx, &workspace, &external_ids).await?;
    let stale = |customer: &Customer| {
        registered.contains_key(&customer.external_id) || Some(&*customer.etag()) != etag
    };
    if etag.is_some() && customers.iter().any(stale) {
        return Err(RequestError::version_conflict());
    }
    // Read after the lock: a statement sees what was committed before it began.
    let ids: Vec<CustomerId> = customers.iter().map(|customer| customer.id).collect();
    let mut identities = store::identity::read(tx, &workspace, &ids).await?;
    let mut changes = Changes::default();
    for customer in customers {
        let Some(wish) = by_id.get(customer.external_id.as_str()) else { continue };
        let identity = identities.remove(&customer.id).unwrap_or_default();
        let created = registered.contains_key(&customer.external_id);
        changes.apply(wish, customer, &identity, created, tx.now());
    }
    changes.write(tx).await?;
    Ok(changes.upserted)
}

/// What is to be written.
#[derive(Default)]
struct Changes<'a> {
    upserted: Vec<Upserted>,
    /// Places in `upserted` of those that were there before and are different now.
    updated: Vec<usize>,
    identities: Vec<(CustomerId, &'a Identity)>,
}

impl<'a> Changes<'a> {
    fn apply(
        &mut self,
        wish: &'a NewCustomer,
        mut customer: Customer,
        identity: &Identity,
        created: bool,
        now: chrono::DateTime<chrono::Utc>,
    ) {
        if let Some(wished) = &wish.identity
            && wished != identity
        {
            self.identities.push((customer.id, wished));
        }
        if !created && wish.changes(&customer, identity) {
            if let Some(attributes) = &wish.attributes {
                customer.attributes.clone_from(attributes);
            }
            customer.version += 1;
            customer.updated_at = now;
            self.updated.push(self.upserted.len());
        }
        self.upserted.push(Upserted { customer, created });
    }

    async fn write(&self, tx: &mut Tx) -> sqlx::Result<()> {
        let workspace = tx.workspace()?.clone();
        if !self.identities.is_empty() {
            store::identity::write(tx, &workspace, &self.identities).await?;
        }
        if self.updated.is_empty() {
            return Ok(());
        }
        let updated: Vec<&Customer> =
            self.updated.iter().map(|place| &self.upserted[*place].customer).collect();
        store::customer::update(tx, &workspace, &updated).await?;
        let event = |customer: &Customer| {
            let customer_id = customer.id.to_string();
            (customer_id.clone(), CustomerUpdated { customer_id })
        };
        let events: Vec<_> = updated.into_iter().map(event).collect();
        tx.publish_all(&events).await
    }
}

fn attributes(wish: &NewCustomer) -> serde_json::Value {
    let pairs = wish.attributes.iter().flatten();
    pairs.map(|(key, value)| (key.clone(), serde_json::Value::String(value.clone()))).collect()
}
