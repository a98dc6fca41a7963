//! A service whose only purpose is to misbehave on demand.

use std::{borrow::Cow, collections::HashMap, sync::Arc};

use ting_chassis::{
    auth::caller,
    fault::{Code, Fault, reply},
};
use ting_proto::intake::v1::{
    BatchSubmitFeedbackRequest, BatchSubmitFeedbackResponse, BatchSubmitResponsesRequest,
    BatchSubmitResponsesResponse, Customer, GetCustomerRequest, GetCustomerResponse, GetFeedbackRequest,
    GetFeedbackResponse, ImportFeedbackRequest, ImportFeedbackResponse, ListCustomersRequest,
    ListCustomersResponse, ListFeedbackRequest, ListFeedbackResponse, ListResponsesRequest,
    ListResponsesResponse, SubmitFeedbackRequest, SubmitFeedbackResponse, SubmitResponseRequest,
    SubmitResponseResponse, UpsertCustomerRequest, UpsertCustomerResponse, get_customer_request::By,
    intake_service_server::IntakeService,
};
use tokio::sync::Semaphore;
use tonic::{Request, Response, Status, Streaming};

pub const SECRET: &str = "relation feedback, customer 17";

#[derive(Debug, thiserror::Error)]
#[error("{SECRET}")]
struct Broken;

impl Fault for Broken {
    fn code(&self) -> Code {
        Code::Internal
    }

    fn reason(&self) -> Cow<'static, str> {
        "INTERNAL".into()
    }
}

/// `GetCustomer` does what the customer id says; `ImportFeedback` counts; nothing else is there.
pub struct Pig {
    /// Gets a permit whenever a call has begun to wait.
    pub waiting: Arc<Semaphore>,
    /// Lets one waiting call go on per permit.
    pub gate: Arc<Semaphore>,
}

impl Pig {
    async fn behave(&self, request: Request<GetCustomerRequest>) -> Result<Customer, Broken> {
        let caller = caller(&request).map_err(|_| Broken)?;
        let Some(By::CustomerId(id)) = request.into_inner().by else { return Ok(Customer::default()) };
        let mut attributes = HashMap::new();
        match id.as_str() {
            "wait" => {
                self.waiting.add_permits(1);
                self.gate.acquire().await.map_err(|_| Broken)?.forget();
            }
            "panic" => panic!("{SECRET}"),
            "break" => return Err(Broken),
            "big" => drop(attributes.insert("x".to_owned(), "x".repeat(1024 * 1024))),
            _ => {}
        }
        let external_id = format!("{} {:?} {}", caller.workspace, caller.role, caller.subject);
        Ok(Customer { customer_id: id, external_id, attributes, ..Customer::default() })
    }
}

#[tonic::async_trait]
impl IntakeService for Pig {
    async fn get_customer(
        &self,
        request: Request<GetCustomerRequest>,
    ) -> Result<Response<GetCustomerResponse>, Status> {
        reply(self.behave(request).await.map(|customer| GetCustomerResponse { customer: Some(customer) }))
    }

    async fn import_feedback(
        &self,
        request: Request<Streaming<ImportFeedbackRequest>>,
    ) -> Result<Response<ImportFeedbackResponse>, Status> {
        let mut rows = request.into_inner();
        let mut received = 0;
        while rows.message().await?.is_some() {
            received += 1;
        }
        Ok(Response::new(ImportFeedbackResponse { received, ..ImportFeedbackResponse::default() }))
    }

    async fn upsert_customer(
        &self,
        _: Request<UpsertCustomerRequest>,
    ) -> Result<Response<UpsertCustomerResponse>, Status> {
        Err(nothing())
    }

    async fn list_customers(
        &self,
        _: Request<ListCustomersRequest>,
    ) -> Result<Response<ListCustomersResponse>, Status> {
        Err(nothing())
    }

    async fn submit_feedback(
        &self,
        _: Request<SubmitFeedbackRequest>,
    ) -> Result<Response<SubmitFeedbackResponse>, Status> {
        Err(nothing())
    }

    async fn batch_submit_feedback(
        &self,
        _: Request<BatchSubmitFeedbackRequest>,
    ) -> Result<Response<BatchSubmitFeedbackResponse>, Status> {
        Err(nothing())
    }

    async fn get_feedback(
        &self,
        _: Request<GetFeedbackRequest>,
    ) -> Result<Response<GetFeedbackResponse>, Status> {
        Err(nothing())
    }

    async fn list_feedback(
        &self,
        _: Request<ListFeedbackRequest>,
    ) -> Result<Response<ListFeedbackResponse>, Status> {
        Err(nothing())
    }

    async fn submit_response(
        &self,
        _: Request<SubmitResponseRequest>,
    ) -> Result<Response<SubmitResponseResponse>, Status> {
        Err(nothing())
    }

    async fn batch_submit_responses(
        &self,
        _: Request<BatchSubmitResponsesRequest>,
    ) -> Result<Response<BatchSubmitResponsesResponse>, Status> {
        Err(nothing())
    }

    async fn list_responses(
        &self,
        _: Request<ListResponsesRequest>,
    ) -> Result<Response<ListResponsesResponse>, Status> {
        Err(nothing())
    }
}

fn nothing() -> Status {
    Status::unimplemented("a guinea pig has nothing to say to this")
}
