use async_trait::async_trait;
use ting_proto::ops::v1::RebuildProjectionResponse;

use super::Ops;
use crate::{auth::Caller, fault::RequestError, store::Tx};

/// What a rebuild did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Rebuilt {
    /// Rows of the new projection.
    pub rows: i64,
    /// Rows that differed from the live one.
    pub changed: i64,
}

/// Something that a service computes from facts it keeps, and can therefore compute again.
#[async_trait]
pub trait Projection: Send + Sync + 'static {
    /// As operators type it.
    fn name(&self) -> &'static str;

    /// Replaces the projection of the transaction's workspace by one computed from the facts alone. It must keep the live one from
    /// changing meanwhile.
    async fn rebuild(&self, tx: &mut Tx) -> sqlx::Result<Rebuilt>;
}

pub(super) async fn rebuild(
    ops: &Ops,
    caller: &Caller,
    name: &str,
) -> Result<RebuildProjectionResponse, RequestError> {
    let projection = ops.projections.iter().find(|projection| projection.name() == name);
    let projection = projection.ok_or_else(|| {
        let text = format!("this service has no projection {name:?}; GetStatus lists them");
        RequestError::not_found("PROJECTION_NOT_FOUND", text)
    })?;
    let mut tx = ops.store.begin(&caller.workspace).await?;
    let Rebuilt { rows, changed } = projection.rebuild(&mut tx).await?;
    tx.commit().await?;
    tracing::info!(projection = name, rows, changed, subject = caller.subject, "projection rebuilt");
    Ok(RebuildProjectionResponse { rows, changed })
}
