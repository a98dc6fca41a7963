//! Translates calls into use cases and their results into answers. No rule lives here.

pub(crate) mod proto;

use ting_chassis::{auth::caller, fault::reply};
use ting_proto::analysis::v1::{
    GetRunRequest, GetRunResponse, GetThemeRequest, GetThemeResponse, ListCommentsRequest,
    ListCommentsResponse, ListRunsRequest, ListRunsResponse, ListThemesRequest, ListThemesResponse,
    StartRunRequest, StartRunResponse, analysis_service_server::AnalysisService,
};
use tonic::{Request, Response, Status};

use crate::app::{self, App};

/// The RPCs of the service.
pub(crate) struct Grpc {
    pub app: App,
}

#[tonic::async_trait]
impl AnalysisService for Grpc {
    async fn list_themes(
        &self,
        request: Request<ListThemesRequest>,
    ) -> Result<Response<ListThemesResponse>, Status> {
        let caller = caller(&request)?;
        reply(app::list_themes(&self.app, &caller, request.into_inner()).await)
    }

    async fn get_theme(
        &self,
        request: Request<GetThemeRequest>,
    ) -> Result<Response<GetThemeResponse>, Status> {
        let caller = caller(&request)?;
        reply(app::get_theme(&self.app, &caller, request.into_inner()).await)
    }

    async fn list_comments(
        &self,
        request: Request<ListCommentsRequest>,
    ) -> Result<Response<ListCommentsResponse>, Status> {
        let caller = caller(&request)?;
        reply(app::list_comments(&self.app, &caller, request.into_inner()).await)
    }

    async fn start_run(
        &self,
        request: Request<StartRunRequest>,
    ) -> Result<Response<StartRunResponse>, Status> {
        let caller = caller(&request)?;
        reply(app::start_run(&self.app, &caller, request.into_inner()).await)
    }

    async fn get_run(&self, request: Request<GetRunRequest>) -> Result<Response<GetRunResponse>, Status> {
        let caller = caller(&request)?;
        reply(app::get_run(&self.app, &caller, request.into_inner()).await)
    }

    async fn list_runs(
        &self,
        request: Request<ListRunsRequest>,
    ) -> Result<Response<ListRunsResponse>, Status> {
        let caller = caller(&request)?;
        reply(app::list_runs(&self.app, &caller, request.into_inner()).await)
    }
}
