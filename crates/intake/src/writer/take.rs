//! Takes voices into the store, in batches, and tells the others of the new ones.

use std::{
    borrow::Cow,
    collections::{BTreeSet, HashMap, HashSet, hash_map::Entry},
};

use ting_chassis::store::Tx;
use ting_proto::events::v1::CustomerRegisteredItem;
use uuid::Uuid;

use super::voice::{Taken, Voice};
use crate::{
    domain::CustomerId,
    store::{self, Row, customer::Registration},
};

/// Stores the voices that are new, publishes their facts, and says of each what became of it. Of several with one external id
/// the first is taken.
pub async fn take_in<V: Voice>(tx: &mut Tx, voices: &[&V]) -> sqlx::Result<Vec<Taken>> {
    let workspace = tx.workspace()?.clone();
    let named: BTreeSet<&str> = voices.iter().filter_map(|voice| voice.customer()).collect();
    let customers = find_or_register(tx, &named).await?;
    let Lineup { rows, places } = line_up(tx, voices, &customers);
    let now = tx.now();
    let inserted: HashSet<Uuid> = V::insert(tx, &workspace, &rows, now).await?.into_iter().collect();
    let known = if inserted.len() == rows.len() {
        HashMap::new()
    } else {
        let others: Vec<&str> =
            rows.iter().filter(|row| !inserted.contains(&row.id)).map(|row| &*row.external_id).collect();
        V::known(tx, &workspace, &others).await?
    };
    let facts = rows.iter().filter(|row| inserted.contains(&row.id)).map(|row| {
        let aggregate = row.customer_id.unwrap_or(row.id);
        (aggregate.to_string(), V::fact(row))
    });
    tx.publish_bulk(facts.collect()).await?;
    let taken = places.iter().map(|place| {
        let row = &rows[place.row];
        if inserted.contains(&row.id) {
            return Ok(Taken { id: row.id, created: place.first });
        }
        // Nothing is ever deleted: what stood in the way of the insert is still there.
        let id = known.get(&*row.external_id).copied().ok_or(sqlx::Error::RowNotFound)?;
        Ok(Taken { id, created: false })
    });
    taken.collect()
}

/// Voices as rows, one for each external id.
struct Lineup<'a, V> {
    rows: Vec<Row<'a, V>>,
    /// For each voice, its row.
    places: Vec<Place>,
}

struct Place {
    row: usize,
    /// Whether the row is made of this voice and not of an earlier one with the same external id.
    first: bool,
}

fn line_up<'a, V: Voice>(
    tx: &Tx,
    voices: &[&'a V],
    customers: &HashMap<String, CustomerId>,
) -> Lineup<'a, V> {
    let mut lineup =
        Lineup { rows: Vec::with_capacity(voices.len()), places: Vec::with_capacity(voices.len()) };
    let mut seen: HashMap<&str, usize> = HashMap::with_capacity(voices.len());
    for &voice in voices {
        let next = lineup.rows.len();
        if let Some(external_id) = voice.external_id() {
            match seen.entry(external_id) {
                Entry::Occupied(earlier) => {
                    lineup.places.push(Place { row: *earlier.get(), first: false });
                    continue;
                }
                Entry::Vacant(vacant) => {
                    vacant.insert(next);
                }
            }
        }
        let id = tx.next_id();
        let external_id = voice.external_id().map_or_else(|| Cow::Owned(id.to_string()), Cow::Borrowed);
        let customer_id = voice.customer().and_then(|customer| customers.get(customer)).copied();
        lineup.rows.push(Row { id, external_id, customer_id, voice });
        lineup.places.push(Place { row: next, first: true });
    }
    lineup
}

/// The ids of the customers named; those not known yet are registered.
async fn find_or_register(tx: &mut Tx, named: &BTreeSet<&str>) -> sqlx::Result<HashMap<String, CustomerId>> {
    if named.is_empty() {
        return Ok(HashMap::new());
    }
    let workspace = tx.workspace()?.clone();
    let all: Vec<&str> = named.iter().copied().collect();
    let mut customers = store::customer::ids(tx, &workspace, &all).await?;
    let missing: Vec<&str> = all.into_iter().filter(|id| !customers.contains_key(*id)).collect();
    if missing.is_empty() {
        return Ok(customers);
    }
    let new =
        missing.iter().map(|external_id| (*external_id, serde_json::Value::Object(serde_json::Map::new())));
    let registered = register(tx, new.collect()).await?;
    // Registered by somebody else at the same moment: visible now that the insert has waited for them.
    let others: Vec<&str> = missing.into_iter().filter(|id| !registered.contains_key(*id)).collect();
    if !others.is_empty() {
        customers.extend(store::customer::ids(tx, &workspace, &others).await?);
    }
    customers.extend(registered);
    Ok(customers)
}

/// Registers customers with their attributes and tells of them; gives the ids of those that were not there before.
pub async fn register(
    tx: &mut Tx,
    new: Vec<(&str, serde_json::Value)>,
) -> sqlx::Result<HashMap<String, CustomerId>> {
    let workspace = tx.workspace()?.clone();
    let registrations: Vec<Registration<'_>> = new
        .into_iter()
        .map(|(external_id, attributes)| Registration { customer_id: tx.next_id(), external_id, attributes })
        .collect();
    let now = tx.now();
    let inserted: HashSet<CustomerId> =
        store::customer::insert(tx, &workspace, &registrations, now).await?.into_iter().collect();
    let registered: HashMap<String, CustomerId> = registrations
        .iter()
        .filter(|new| inserted.contains(&new.customer_id))
        .map(|new| (new.external_id.to_owned(), new.customer_id))
        .collect();
    let facts = registered.iter().map(|(external_id, customer_id)| {
        let item =
            CustomerRegisteredItem { external_id: external_id.clone(), ..CustomerRegisteredItem::default() };
        (customer_id.to_string(), item)
    });
    tx.publish_bulk(facts.collect()).await?;
    Ok(registered)
}
