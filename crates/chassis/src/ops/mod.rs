//! `ting.ops.v1` of every service: what waits, what is parked, and how to put it right.

mod dead_letters;
mod rebuild;

use std::sync::Arc;

use chrono::{DateTime, Utc};
use pbjson_types::Timestamp;
use ting_proto::ops::v1::{
    ConsumerStatus, DropDeadLettersRequest, DropDeadLettersResponse, GetStatusRequest, GetStatusResponse,
    ListDeadLettersRequest, ListDeadLettersResponse, RebuildProjectionRequest, RebuildProjectionResponse,
    ReplayDeadLettersRequest, ReplayDeadLettersResponse, ops_service_server::OpsService,
};
use tonic::{Request, Response, Status};

pub use rebuild::{Projection, Rebuilt};

use crate::{
    auth::caller,
    consumer::{Runner, backlog},
    fault::{StoreError, reply},
    input::PageKey,
    store::Store,
};

/// The RPCs of one service.
pub(crate) struct Ops {
    pub service: &'static str,
    pub started_at: DateTime<Utc>,
    pub store: Store,
    pub runners: Vec<Runner>,
    pub projections: Vec<Arc<dyn Projection>>,
    pub page_key: PageKey,
}

#[tonic::async_trait]
impl OpsService for Ops {
    async fn get_status(
        &self,
        request: Request<GetStatusRequest>,
    ) -> Result<Response<GetStatusResponse>, Status> {
        let caller = caller(&request)?;
        reply(self.status(&caller).await)
    }

    async fn list_dead_letters(
        &self,
        request: Request<ListDeadLettersRequest>,
    ) -> Result<Response<ListDeadLettersResponse>, Status> {
        let caller = caller(&request)?;
        reply(dead_letters::list(self, &caller, request.into_inner()).await)
    }

    async fn replay_dead_letters(
        &self,
        request: Request<ReplayDeadLettersRequest>,
    ) -> Result<Response<ReplayDeadLettersResponse>, Status> {
        let caller = caller(&request)?;
        reply(dead_letters::replay(self, &caller, &request.into_inner().aggregate_id).await)
    }

    async fn drop_dead_letters(
        &self,
        request: Request<DropDeadLettersRequest>,
    ) -> Result<Response<DropDeadLettersResponse>, Status> {
        let caller = caller(&request)?;
        reply(dead_letters::give_up(self, &caller, &request.into_inner().aggregate_id).await)
    }

    async fn rebuild_projection(
        &self,
        request: Request<RebuildProjectionRequest>,
    ) -> Result<Response<RebuildProjectionResponse>, Status> {
        let caller = caller(&request)?;
        reply(rebuild::rebuild(self, &caller, &request.into_inner().projection).await)
    }
}

impl Ops {
    async fn status(&self, caller: &crate::auth::Caller) -> Result<GetStatusResponse, StoreError> {
        let mut tx = self.store.begin_everywhere().await?;
        let (outbox_pending, dead_letters): (i64, i64) = sqlx::query_as(
            r"
            SELECT (SELECT count(*) FROM outbox WHERE published_at IS NULL),
                   (SELECT count(*) FROM dead_letter WHERE state = 'parked' AND workspace_id = $1)
            ",
        )
        .bind(caller.workspace.as_str())
        .fetch_one(&mut *tx)
        .await?;
        tx.rollback().await?;
        let mut consumers = Vec::new();
        for runner in &self.runners {
            let backlog = backlog(runner).await.unwrap_or_default();
            consumers.push(ConsumerStatus {
                stream: runner.subscription.stream.name().to_owned(),
                pending: i64::try_from(backlog.pending).unwrap_or(i64::MAX),
                unacknowledged: i64::try_from(backlog.unacknowledged).unwrap_or(i64::MAX),
            });
        }
        Ok(GetStatusResponse {
            service: self.service.to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            started_at: Some(Timestamp::from(self.started_at)),
            outbox_pending,
            dead_letters,
            consumers,
            projections: self.projections.iter().map(|projection| projection.name().to_owned()).collect(),
        })
    }
}
