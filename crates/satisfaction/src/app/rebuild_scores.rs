use async_trait::async_trait;
use ting_chassis::{
    ops::{Projection, Rebuilt},
    store::Tx,
};

use super::refresh_bands::refresh;
use crate::{domain::expectation::Expectations, store};

/// Customers whose bands are refreshed at a time.
const CUSTOMERS: i64 = 10_000;

/// Counts, latest answers and bands, computed from the answers alone. It repairs in place and tells nobody: whoever listens was
/// told when the answers arrived.
#[derive(Debug, Clone)]
pub struct Scores {
    pub expectations: Expectations,
}

#[async_trait]
impl Projection for Scores {
    fn name(&self) -> &'static str {
        "scores"
    }

    async fn rebuild(&self, tx: &mut Tx) -> sqlx::Result<Rebuilt> {
        let workspace = tx.workspace()?.clone();
        store::answer::lock(tx, workspace.as_str()).await?;
        let cells = store::cell::rebuild(tx, workspace.as_str()).await?;
        let latest = store::latest::rebuild(tx, workspace.as_str()).await?;
        let bands = self.rebuild_bands(tx).await?;
        Ok(Rebuilt {
            rows: cells.rows + latest.rows + bands.rows,
            changed: cells.changed + latest.changed + bands.changed,
        })
    }
}

impl Scores {
    async fn rebuild_bands(&self, tx: &mut Tx) -> sqlx::Result<Rebuilt> {
        let workspace = tx.workspace()?.clone();
        let mut rebuilt =
            Rebuilt { rows: 0, changed: store::band::remove_orphans(tx, workspace.as_str()).await? };
        let mut after = None;
        loop {
            let customers = store::latest::customers(tx, workspace.as_str(), after, CUSTOMERS).await?;
            let Some(last) = customers.last() else { return Ok(rebuilt) };
            after = Some(*last);
            let refreshed = refresh(tx, workspace.as_str(), &self.expectations, &customers).await?;
            rebuilt.rows += length(customers.len());
            rebuilt.changed += length(refreshed.standings.len());
        }
    }
}

fn length(length: usize) -> i64 {
    i64::try_from(length).unwrap_or(i64::MAX)
}
