//! `ting.ops.v1` of every service: what waits, what is parked, and how to put it right.

mod dead_letters;
mod examine;
mod rebuild;

use std::{sync::Arc, time::Duration};

use chrono::{DateTime, Utc};
use pbjson_types::Timestamp;
use ting_proto::ops::v1::{
    AuditStreamRequest, AuditStreamResponse, ConsumerStatus, DropDeadLettersRequest, DropDeadLettersResponse,
    ExamineRequest, ExamineResponse, GetStatusRequest, GetStatusResponse, ListDeadLettersRequest,
    ListDeadLettersResponse, RebuildProjectionRequest, RebuildProjectionResponse, ReplayDeadLettersRequest,
    ReplayDeadLettersResponse, ops_service_server::OpsService,
};
use tonic::{Request, Response, Status};

pub(crate) use examine::Examiner;
pub use rebuild::{Projection, Rebuilt};

use crate::{
    auth::caller,
    consumer::{Backlog, Runner, backlog},
    fault::{StoreError, reply},
    input::PageKey,
    store::{Auditor, Store},
};

/// How long NATS may take to say what waits.
const NATS_PATIENCE: Duration = Duration::from_secs(3);
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The RPCs of one service.
pub(crate) struct Ops {
    pub service: &'static str,
    pub started_at: DateTime<Utc>,
    pub store: Store,
    pub runners: Vec<Runner>,
    pub projections: Vec<Arc<dyn Projection>>,
    pub page_key: PageKey,
    pub examiner: Examiner,
    pub auditor: Auditor,
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

    async fn examine(&self, request: Request<ExamineRequest>) -> Result<Response<ExamineResponse>, Status> {
        caller(&request)?;
        Ok(Response::new(ExamineResponse {
            service: self.service.to_owned(),
            version: VERSION.to_owned(),
            started_at: Some(Timestamp::from(self.started_at)),
            dependencies: self.examiner.examine(&self.runners).await,
            now: Some(Timestamp::from(self.store.clock.now())),
        }))
    }

    async fn audit_stream(
        &self,
        request: Request<AuditStreamRequest>,
    ) -> Result<Response<AuditStreamResponse>, Status> {
        caller(&request)?;
        reply(self.auditor.audit_now().await.map(|audit| AuditStreamResponse {
            stream: self.auditor.stream.name().to_owned(),
            published: audit.published,
            lost: audit.lost,
            pending: audit.pending,
        }))
    }
}

/// Says how far behind a consumer is, and does not wait for a NATS that is away.
async fn consumer(runner: &Runner) -> ConsumerStatus {
    let asked = tokio::time::timeout(NATS_PATIENCE, backlog(runner)).await;
    let known = asked.ok().and_then(Result::ok);
    let Backlog { pending, unacknowledged } = known.unwrap_or_default();
    ConsumerStatus {
        stream: runner.subscription.stream.name().to_owned(),
        pending: i64::try_from(pending).unwrap_or(i64::MAX),
        unacknowledged: i64::try_from(unacknowledged).unwrap_or(i64::MAX),
        unknown: known.is_none(),
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
        let (schema, common_schema) = examine::schemas(&self.store, self.examiner.migrator).await?;
        let consumers = futures::future::join_all(self.runners.iter().map(consumer)).await;
        Ok(GetStatusResponse {
            service: self.service.to_owned(),
            version: VERSION.to_owned(),
            started_at: Some(Timestamp::from(self.started_at)),
            outbox_pending,
            dead_letters,
            consumers,
            projections: self.projections.iter().map(|projection| projection.name().to_owned()).collect(),
            schema: Some(schema),
            common_schema: Some(common_schema),
        })
    }
}
