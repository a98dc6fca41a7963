use async_trait::async_trait;
use ting_chassis::{
    ops::{Projection, Rebuilt},
    store::Tx,
};

use crate::store;

/// Sizes, negatives and weeks of the themes, and the counts of the overview, computed again from the comments.
#[derive(Debug)]
pub struct Themes;

#[async_trait]
impl Projection for Themes {
    fn name(&self) -> &'static str {
        "themes"
    }

    async fn rebuild(&self, tx: &mut Tx) -> sqlx::Result<Rebuilt> {
        let workspace = tx.workspace()?.clone();
        let workspace = workspace.as_str();
        store::overview::lock(tx, workspace).await?;
        let themes = store::figures::recount_themes(tx, workspace).await?;
        let weeks = store::figures::recount_weeks(tx, workspace).await?;
        let overview = store::overview::recount(tx, workspace).await?;
        let rows = store::figures::rows(tx, workspace).await?;
        Ok(Rebuilt { rows, changed: i64::try_from(themes + weeks + u64::from(overview)).unwrap_or(i64::MAX) })
    }
}
