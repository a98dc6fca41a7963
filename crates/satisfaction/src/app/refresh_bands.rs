use std::collections::BTreeMap;

use pbjson_types::Timestamp;
use sqlx::PgConnection;
use ting_chassis::store::Tx;
use ting_methods::score::Band;
use ting_proto::events::v1::BandChangedItem;
use uuid::Uuid;

use crate::{
    domain::expectation::{Expectations, Standing},
    store, wire,
};

/// What [`refresh`] has changed.
#[derive(Debug, Default)]
pub struct Refreshed {
    /// Customers who stand otherwise than before, if only by their latest answer.
    pub standings: BTreeMap<Uuid, Standing>,
    /// The bands of those of them who had one.
    pub bands_before: BTreeMap<Uuid, Band>,
}

/// Compares the latest answers of `customers` with what was expected and stores what is new.
pub async fn refresh(
    conn: &mut PgConnection,
    workspace: &str,
    expectations: &Expectations,
    customers: &[Uuid],
) -> sqlx::Result<Refreshed> {
    let mut refreshed = Refreshed::default();
    if customers.is_empty() {
        return Ok(refreshed);
    }
    let latest = store::latest::of(conn, workspace, customers).await?;
    let before = store::band::of(conn, workspace, customers).await?;
    for answers in latest.chunk_by(|one, other| one.customer_id == other.customer_id) {
        let Some(standing) = expectations.stand(answers) else { continue };
        let customer_id = answers[0].customer_id;
        let known = before.get(&customer_id);
        if known == Some(&standing) {
            continue;
        }
        refreshed.standings.insert(customer_id, standing);
        refreshed.bands_before.extend(known.map(|known| (customer_id, known.band)));
    }
    if !refreshed.standings.is_empty() {
        store::band::set(conn, workspace, &refreshed.standings).await?;
    }
    Ok(refreshed)
}

/// Refreshes the bands of `customers` and tells of those that are other ones now.
pub async fn refresh_and_announce(
    tx: &mut Tx,
    expectations: &Expectations,
    customers: &[Uuid],
) -> sqlx::Result<()> {
    let workspace = tx.workspace()?.clone();
    let Refreshed { standings, bands_before } =
        refresh(tx, workspace.as_str(), expectations, customers).await?;
    let facts = standings.iter().filter_map(|(customer_id, standing)| {
        let before = bands_before.get(customer_id).copied();
        (before != Some(standing.band)).then(|| (customer_id.to_string(), changed(before, standing)))
    });
    tx.publish_bulk(facts.collect()).await
}

fn changed(before: Option<Band>, standing: &Standing) -> BandChangedItem {
    BandChangedItem {
        from: before.map(wire::band_number).unwrap_or_default(),
        to: wire::band_number(standing.band),
        ratio: wire::ratio(standing),
        answered_at: Some(Timestamp::from(standing.answered_at)),
        // The chassis names aggregate and sequence.
        ..BandChangedItem::default()
    }
}
