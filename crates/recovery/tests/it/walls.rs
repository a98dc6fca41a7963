//! Workspaces do not see each other.

use ting_chassis::auth::Role;
use ting_proto::recovery::v1::{
    AcknowledgeCaseRequest, DeleteEndpointRequest, GetCaseRequest, ListCasesRequest, ListEndpointsRequest,
    ListNotificationsRequest,
};
use tonic::Code;

use crate::support::{Feed, LOCAL, Receiver, Scene, refusal};

#[tokio::test(flavor = "multi_thread")]
async fn another_workspace_finds_nothing_and_changes_nothing() {
    let (mut scene, receiver) = (Scene::start(LOCAL).await, Receiver::start([]).await);
    let endpoint_id = scene.webhook(&receiver.url()).await.endpoint.unwrap().endpoint_id;
    let case_id = scene.complaint().await.case_id;
    receiver.wait(1).await;
    let mut other = scene.api_as("other", Role::Owner);
    let get = GetCaseRequest { case_id: case_id.clone() };
    assert_eq!(refusal(other.get_case(get).await), (Code::NotFound, "CASE_NOT_FOUND".to_owned()));
    let acknowledge = AcknowledgeCaseRequest { case_id: case_id.clone(), ..Default::default() };
    assert_eq!(
        refusal(other.acknowledge_case(acknowledge).await),
        (Code::NotFound, "CASE_NOT_FOUND".to_owned())
    );
    let delete = DeleteEndpointRequest { endpoint_id, ..Default::default() };
    assert_eq!(
        refusal(other.delete_endpoint(delete).await),
        (Code::NotFound, "ENDPOINT_NOT_FOUND".to_owned())
    );
    let cases = other.list_cases(ListCasesRequest::default()).await.unwrap().into_inner();
    assert_eq!((cases.cases.len(), cases.open, cases.total), (0, 0, 0));
    assert_eq!(
        other.list_endpoints(ListEndpointsRequest::default()).await.unwrap().into_inner().endpoints,
        []
    );
    let list = other.list_notifications(ListNotificationsRequest::default()).await.unwrap().into_inner();
    assert_eq!((list.notifications.len(), list.delivered, list.pending, list.failed), (0, 0, 0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_customer_id_in_two_workspaces_is_two_cases_and_each_is_told_at_home() {
    let (mut scene, receiver) = (Scene::start(LOCAL).await, Receiver::start([]).await);
    scene.webhook(&receiver.url()).await;
    let (customer, feedback) = (scene.new_id(), scene.new_id());
    let mut other = Feed::start(&scene.bed, "other").await;
    other.complaint(Some(customer), feedback).await;
    let mut api = scene.api_as("other", Role::Viewer);
    ting_testkit::eventually(async || {
        let total = api.list_cases(ListCasesRequest::default()).await.unwrap().into_inner().total;
        if total == 1 { Ok(()) } else { Err(total) }
    })
    .await;
    scene.feed.complaint(Some(customer), feedback).await;
    let case = scene.cases(1).await.remove(0);
    let request = receiver.wait(1).await;
    assert_eq!(
        (request.len(), request[0].json()["data"]["case_id"].as_str()),
        (1, Some(case.case_id.as_str()))
    );
    assert_eq!(scene.notifications().await.notifications.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_counts_cases_of_all_workspaces_can_write_none() {
    let mut scene = Scene::start(LOCAL).await;
    scene.complaint().await;
    let mut everywhere = scene.service.store.begin_everywhere().await.unwrap();
    let seen: i64 =
        sqlx::query_scalar("SELECT count(*) FROM recovery_case").fetch_one(&mut *everywhere).await.unwrap();
    assert_eq!(seen, 1);
    for statement in ["UPDATE recovery_case SET assignee = 'x'", "DELETE FROM recovery_case"] {
        let done = sqlx::query(statement).execute(&mut *everywhere).await.unwrap();
        assert_eq!(done.rows_affected(), 0, "{statement}");
    }
    let entries: i64 =
        sqlx::query_scalar("SELECT count(*) FROM case_entry").fetch_one(&mut *everywhere).await.unwrap();
    assert_eq!(entries, 0, "what was done to a case stays inside its workspace");
    everywhere.rollback().await.unwrap();
}
