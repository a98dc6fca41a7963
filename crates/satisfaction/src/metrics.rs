//! What satisfaction adds to the numbers at `/metrics`.

use async_trait::async_trait;
use metrics::{describe_gauge, gauge};
use ting_chassis::{
    metrics::count,
    store::{Measure, Tx},
};

use crate::store;

const ALERTS_OPEN: &str = "ting_alerts_open";

/// Says what the numbers mean.
pub fn describe() {
    describe_gauge!(ALERTS_OPEN, "Scores that are below their floor now.");
}

/// Counts alerts that stand.
pub struct Alerts;

#[async_trait]
impl Measure for Alerts {
    async fn measure(&self, tx: &mut Tx) -> sqlx::Result<()> {
        gauge!(ALERTS_OPEN).set(count(store::alert::count_open(tx).await?));
        Ok(())
    }
}
