//! The gRPC face of intake: who calls, the use case, the answer. No rule lives here.

use std::sync::Arc;

use ting_chassis::{
    auth::caller,
    fault::{reply, status},
};
use ting_proto::intake::v1::{
    BatchSubmitFeedbackRequest, BatchSubmitFeedbackResponse, BatchSubmitResponsesRequest,
    BatchSubmitResponsesResponse, GetCustomerRequest, GetCustomerResponse, GetFeedbackRequest,
    GetFeedbackResponse, ImportFeedbackRequest, ImportFeedbackResponse, ListCustomersRequest,
    ListCustomersResponse, ListFeedbackRequest, ListFeedbackResponse, ListResponsesRequest,
    ListResponsesResponse, SubmitFeedbackRequest, SubmitFeedbackResponse, SubmitResponseRequest,
    SubmitResponseResponse, UpsertCustomerRequest, UpsertCustomerResponse,
    intake_service_server::{IntakeService, IntakeServiceServer},
};
use tonic::{Request, Response, Status, Streaming};

use crate::app::{self, App, ImportError};

/// The service, ready for the routes of a server.
pub fn server(app: Arc<App>) -> IntakeServiceServer<Grpc> {
    // The limits are the chassis' own: its server measures every message before it gets here.
    IntakeServiceServer::new(Grpc(app))
        .max_decoding_message_size(usize::MAX)
        .max_encoding_message_size(usize::MAX)
}

/// Translates calls to use cases.
#[derive(Debug)]
pub struct Grpc(Arc<App>);

type Answer<T> = Result<Response<T>, Status>;

#[tonic::async_trait]
impl IntakeService for Grpc {
    async fn upsert_customer(
        &self,
        request: Request<UpsertCustomerRequest>,
    ) -> Answer<UpsertCustomerResponse> {
        let caller = caller(&request)?;
        reply(app::upsert_customer(&self.0, &caller, request.into_inner()).await)
    }

    async fn get_customer(&self, request: Request<GetCustomerRequest>) -> Answer<GetCustomerResponse> {
        let caller = caller(&request)?;
        reply(app::get_customer(&self.0, &caller, request.into_inner()).await)
    }

    async fn list_customers(&self, request: Request<ListCustomersRequest>) -> Answer<ListCustomersResponse> {
        let caller = caller(&request)?;
        reply(app::list_customers(&self.0, &caller, request.into_inner()).await)
    }

    async fn submit_feedback(
        &self,
        request: Request<SubmitFeedbackRequest>,
    ) -> Answer<SubmitFeedbackResponse> {
        let caller = caller(&request)?;
        reply(app::submit_feedback(&self.0, &caller, request.into_inner()).await)
    }

    async fn batch_submit_feedback(
        &self,
        request: Request<BatchSubmitFeedbackRequest>,
    ) -> Answer<BatchSubmitFeedbackResponse> {
        let caller = caller(&request)?;
        reply(app::batch_submit_feedback(&self.0, &caller, request.into_inner()).await)
    }

    async fn import_feedback(
        &self,
        request: Request<Streaming<ImportFeedbackRequest>>,
    ) -> Answer<ImportFeedbackResponse> {
        let caller = caller(&request)?;
        match app::import_feedback(&self.0, &caller, request.into_inner()).await {
            Ok(answer) => Ok(Response::new(answer)),
            // What broke the stream is an answer already.
            Err(ImportError::Broken(status)) => Err(status),
            Err(ImportError::Request(error)) => Err(status(&error)),
        }
    }

    async fn get_feedback(&self, request: Request<GetFeedbackRequest>) -> Answer<GetFeedbackResponse> {
        let caller = caller(&request)?;
        reply(app::get_feedback(&self.0, &caller, request.into_inner()).await)
    }

    async fn list_feedback(&self, request: Request<ListFeedbackRequest>) -> Answer<ListFeedbackResponse> {
        let caller = caller(&request)?;
        reply(app::list_feedback(&self.0, &caller, request.into_inner()).await)
    }

    async fn submit_response(
        &self,
        request: Request<SubmitResponseRequest>,
    ) -> Answer<SubmitResponseResponse> {
        let caller = caller(&request)?;
        reply(app::submit_response(&self.0, &caller, request.into_inner()).await)
    }

    async fn batch_submit_responses(
        &self,
        request: Request<BatchSubmitResponsesRequest>,
    ) -> Answer<BatchSubmitResponsesResponse> {
        let caller = caller(&request)?;
        reply(app::batch_submit_responses(&self.0, &caller, request.into_inner()).await)
    }

    async fn list_responses(&self, request: Request<ListResponsesRequest>) -> Answer<ListResponsesResponse> {
        let caller = caller(&request)?;
        reply(app::list_responses(&self.0, &caller, request.into_inner()).await)
    }
}
