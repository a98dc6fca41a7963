//! The RPCs: translate, call, reply. No rule lives here.

use ting_chassis::{auth::caller, fault::reply};
use ting_proto::recovery::v1::{
    AcknowledgeCaseRequest, AcknowledgeCaseResponse, AssignCaseRequest, AssignCaseResponse, CloseCaseRequest,
    CloseCaseResponse, CreateEndpointRequest, CreateEndpointResponse, DeleteEndpointRequest,
    DeleteEndpointResponse, GetCaseRequest, GetCaseResponse, ListCasesRequest, ListCasesResponse,
    ListEndpointsRequest, ListEndpointsResponse, ListNotificationsRequest, ListNotificationsResponse,
    ReopenCaseRequest, ReopenCaseResponse, ResolveCaseRequest, ResolveCaseResponse,
    recovery_service_server::RecoveryService,
};
use tonic::{Request, Response, Status};

use crate::app::{self, App};

/// The service's RPCs.
pub struct Api(pub App);

#[tonic::async_trait]
impl RecoveryService for Api {
    async fn list_cases(
        &self,
        request: Request<ListCasesRequest>,
    ) -> Result<Response<ListCasesResponse>, Status> {
        let caller = caller(&request)?;
        reply(app::list_cases(&self.0, &caller, request.into_inner()).await)
    }

    async fn get_case(&self, request: Request<GetCaseRequest>) -> Result<Response<GetCaseResponse>, Status> {
        let caller = caller(&request)?;
        reply(app::get_case(&self.0, &caller, request.into_inner()).await)
    }

    async fn acknowledge_case(
        &self,
        request: Request<AcknowledgeCaseRequest>,
    ) -> Result<Response<AcknowledgeCaseResponse>, Status> {
        let caller = caller(&request)?;
        reply(app::acknowledge_case(&self.0, &caller, request.into_inner()).await)
    }

    async fn assign_case(
        &self,
        request: Request<AssignCaseRequest>,
    ) -> Result<Response<AssignCaseResponse>, Status> {
        let caller = caller(&request)?;
        reply(app::assign_case(&self.0, &caller, request.into_inner()).await)
    }

    async fn resolve_case(
        &self,
        request: Request<ResolveCaseRequest>,
    ) -> Result<Response<ResolveCaseResponse>, Status> {
        let caller = caller(&request)?;
        reply(app::resolve_case(&self.0, &caller, request.into_inner()).await)
    }

    async fn close_case(
        &self,
        request: Request<CloseCaseRequest>,
    ) -> Result<Response<CloseCaseResponse>, Status> {
        let caller = caller(&request)?;
        reply(app::close_case(&self.0, &caller, request.into_inner()).await)
    }

    async fn reopen_case(
        &self,
        request: Request<ReopenCaseRequest>,
    ) -> Result<Response<ReopenCaseResponse>, Status> {
        let caller = caller(&request)?;
        reply(app::reopen_case(&self.0, &caller, request.into_inner()).await)
    }

    async fn create_endpoint(
        &self,
        request: Request<CreateEndpointRequest>,
    ) -> Result<Response<CreateEndpointResponse>, Status> {
        let caller = caller(&request)?;
        reply(app::create_endpoint(&self.0, &caller, request.into_inner()).await)
    }

    async fn list_endpoints(
        &self,
        request: Request<ListEndpointsRequest>,
    ) -> Result<Response<ListEndpointsResponse>, Status> {
        let caller = caller(&request)?;
        reply(app::list_endpoints(&self.0, &caller, request.into_inner()).await)
    }

    async fn delete_endpoint(
        &self,
        request: Request<DeleteEndpointRequest>,
    ) -> Result<Response<DeleteEndpointResponse>, Status> {
        let caller = caller(&request)?;
        reply(app::delete_endpoint(&self.0, &caller, request.into_inner()).await)
    }

    async fn list_notifications(
        &self,
        request: Request<ListNotificationsRequest>,
    ) -> Result<Response<ListNotificationsResponse>, Status> {
        let caller = caller(&request)?;
        reply(app::list_notifications(&self.0, &caller, request.into_inner()).await)
    }
}
