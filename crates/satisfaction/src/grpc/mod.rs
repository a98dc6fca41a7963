//! The contract: read the caller, call the use case, reply. No rule lives here.

use ting_chassis::{auth::caller, fault::reply};
use ting_proto::satisfaction::v1::{
    GetScoreRequest, GetScoreResponse, GetTrendRequest, GetTrendResponse, ListAlertsRequest,
    ListAlertsResponse, ListBandsRequest, ListBandsResponse, ListFloorsRequest, ListFloorsResponse,
    ListScoresRequest, ListScoresResponse, SetFloorRequest, SetFloorResponse,
    satisfaction_service_server::SatisfactionService,
};
use tonic::{Request, Response, Status};

use crate::app::{
    App, get_score::get_score, get_trend::get_trend, list_alerts::list_alerts, list_bands::list_bands,
    list_floors::list_floors, list_scores::list_scores, set_floor::set_floor,
};

/// The calls of `ting.satisfaction.v1.SatisfactionService`.
#[derive(Debug, Clone)]
pub struct Calls {
    pub app: App,
}

#[tonic::async_trait]
impl SatisfactionService for Calls {
    async fn get_score(
        &self,
        request: Request<GetScoreRequest>,
    ) -> Result<Response<GetScoreResponse>, Status> {
        let caller = caller(&request)?;
        reply(get_score(&self.app, &caller, request.into_inner()).await)
    }

    async fn list_scores(
        &self,
        request: Request<ListScoresRequest>,
    ) -> Result<Response<ListScoresResponse>, Status> {
        let caller = caller(&request)?;
        reply(list_scores(&self.app, &caller, request.into_inner()).await)
    }

    async fn get_trend(
        &self,
        request: Request<GetTrendRequest>,
    ) -> Result<Response<GetTrendResponse>, Status> {
        let caller = caller(&request)?;
        reply(get_trend(&self.app, &caller, request.into_inner()).await)
    }

    async fn list_bands(
        &self,
        request: Request<ListBandsRequest>,
    ) -> Result<Response<ListBandsResponse>, Status> {
        let caller = caller(&request)?;
        reply(list_bands(&self.app, &caller, request.into_inner()).await)
    }

    async fn set_floor(
        &self,
        request: Request<SetFloorRequest>,
    ) -> Result<Response<SetFloorResponse>, Status> {
        let caller = caller(&request)?;
        reply(set_floor(&self.app, &caller, request.into_inner()).await)
    }

    async fn list_floors(
        &self,
        request: Request<ListFloorsRequest>,
    ) -> Result<Response<ListFloorsResponse>, Status> {
        let caller = caller(&request)?;
        reply(list_floors(&self.app, &caller, request.into_inner()).await)
    }

    async fn list_alerts(
        &self,
        request: Request<ListAlertsRequest>,
    ) -> Result<Response<ListAlertsResponse>, Status> {
        let caller = caller(&request)?;
        reply(list_alerts(&self.app, &caller, request.into_inner()).await)
    }
}
