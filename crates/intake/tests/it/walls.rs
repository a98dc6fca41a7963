//! Workspaces do not see each other.

use ting_chassis::auth::Role;
use ting_proto::intake::v1::{
    GetCustomerRequest, GetFeedbackRequest, ListCustomersRequest, ListFeedbackRequest, ListResponsesRequest,
    SubmitResponseRequest, get_customer_request::By,
};
use tonic::Code;

use crate::stage::{Stage, assert_refused, feedback, response, submit};

#[tokio::test]
async fn what_one_workspace_has_looks_absent_to_another() {
    let stage = Stage::start().await;
    let (mut ours, mut theirs) = (stage.client("acme", Role::Owner), stage.client("rival", Role::Owner));
    let feedback_id =
        ours.submit_feedback(submit("", feedback("f-1"))).await.unwrap().into_inner().feedback_id;
    ours.submit_response(SubmitResponseRequest {
        request_id: String::new(),
        response: Some(response("r-1")),
    })
    .await
    .unwrap();
    let list = ours.list_customers(ListCustomersRequest::default()).await.unwrap().into_inner();
    let customer_id = list.customers[0].customer_id.clone();

    let result = theirs.get_feedback(GetFeedbackRequest { feedback_id }).await;
    assert_refused("feedback", result, Code::NotFound, "FEEDBACK_NOT_FOUND", "");
    for by in [By::CustomerId(customer_id.clone()), By::ExternalId("c-1".to_owned())] {
        let result = theirs.get_customer(GetCustomerRequest { by: Some(by) }).await;
        assert_refused("customer", result, Code::NotFound, "CUSTOMER_NOT_FOUND", "");
    }
    let of = ListFeedbackRequest { customer_id, ..ListFeedbackRequest::default() };
    for request in [of, ListFeedbackRequest::default()] {
        let list = theirs.list_feedback(request).await.unwrap().into_inner();
        assert_eq!((list.feedback.len(), list.total), (0, 0));
    }
    let list = theirs.list_responses(ListResponsesRequest::default()).await.unwrap().into_inner();
    assert_eq!((list.responses.len(), list.total), (0, 0));
    assert!(
        theirs
            .list_customers(ListCustomersRequest::default())
            .await
            .unwrap()
            .into_inner()
            .customers
            .is_empty()
    );
}

#[tokio::test]
async fn external_ids_and_request_ids_are_taken_per_workspace() {
    let stage = Stage::start().await;
    let (mut ours, mut theirs) = (stage.client("acme", Role::Owner), stage.client("rival", Role::Owner));
    let our = ours.submit_feedback(submit("r-1", feedback("f-1"))).await.unwrap().into_inner();
    let their = theirs.submit_feedback(submit("r-1", feedback("f-1"))).await.unwrap().into_inner();
    assert!(our.created && their.created);
    assert_ne!(our.feedback_id, their.feedback_id);
    assert_eq!((stage.count("feedback").await, stage.count("customer").await), (2, 2));
}

#[tokio::test]
async fn a_page_token_of_another_workspace_is_refused() {
    let stage = Stage::start().await;
    let (mut ours, mut theirs) = (stage.client("acme", Role::Owner), stage.client("rival", Role::Owner));
    for id in ["f-1", "f-2"] {
        ours.submit_feedback(submit("", feedback(id))).await.unwrap();
    }
    let request = ListFeedbackRequest { page_size: 1, ..ListFeedbackRequest::default() };
    let page_token = ours.list_feedback(request.clone()).await.unwrap().into_inner().next_page_token;
    assert!(!page_token.is_empty());
    let result = theirs.list_feedback(ListFeedbackRequest { page_token, ..request }).await;
    assert_refused("theirs", result, Code::InvalidArgument, "BAD_PAGE_TOKEN", "page_token");
}

#[tokio::test]
async fn every_table_has_its_wall() {
    let stage = Stage::start().await;
    let mut owner = stage.intake.owner().await;
    let sql = r"
        SELECT c.relname::text FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid
        WHERE c.relkind = 'r' AND a.attname = 'workspace_id' AND NOT (c.relrowsecurity AND c.relforcerowsecurity)
    ";
    let open: Vec<String> = sqlx::query_scalar(sql).fetch_all(&mut owner).await.unwrap();
    assert_eq!(open, Vec::<String>::new());
    let walls: i64 =
        sqlx::query_scalar("SELECT count(*) FROM pg_policies WHERE policyname = tablename || '_wall'")
            .fetch_one(&mut owner)
            .await
            .unwrap();
    let sql = r"
        SELECT count(*) FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid
        WHERE c.relkind = 'r' AND a.attname = 'workspace_id'
    ";
    let tables: i64 = sqlx::query_scalar(sql).fetch_one(&mut owner).await.unwrap();
    assert_eq!(walls, tables);
}
