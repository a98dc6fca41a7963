use sqlx::Connection as _;
use ting_chassis::auth::Role;
use ting_proto::ops::v1::{
    DropDeadLettersRequest, GetStatusRequest, ListDeadLettersRequest, ReplayDeadLettersRequest,
    ops_service_client::OpsServiceClient,
};
use ting_testkit::{Bed, Running};
use tonic::Code;

use crate::notes::{Notes, event, intake_stream, noted_up_to, notes, parked, send, workspace};

async fn bed_with_poison() -> (Bed, async_nats::jetstream::Context, Running<Notes>) {
    let bed = Bed::start().await;
    let jetstream = intake_stream(&bed).await;
    let service = bed.service::<Notes>("").await;
    let poison = event(&workspace("acme"), "anna", &[(1, "poison"), (2, "behind")]);
    send(&jetstream, &poison, "anna", poison.id).await;
    parked(&service.owner_url, 2).await;
    (bed, jetstream, service)
}

#[tokio::test]
async fn parked_facts_are_replayed_in_order_once_the_cause_is_gone() {
    let (bed, jetstream, service) = bed_with_poison().await;
    let mut ops = OpsServiceClient::new(service.client(&bed, "acme", Role::Admin));
    let all = || ReplayDeadLettersRequest { aggregate_id: String::new() };

    let answer = ops.replay_dead_letters(all()).await.unwrap().into_inner();
    assert_eq!((answer.replayed, answer.still_parked), (0, 2), "the cause is still there");

    let mut owner = service.owner().await;
    sqlx::query("ALTER TABLE note DROP CONSTRAINT note_not_poison").execute(&mut owner).await.unwrap();
    owner.close().await.unwrap();
    let answer = ops.replay_dead_letters(all()).await.unwrap().into_inner();
    assert_eq!((answer.replayed, answer.still_parked), (2, 0));
    let texts: Vec<String> =
        notes(&service.owner_url, "anna").await.into_iter().map(|(_, text)| text).collect();
    assert_eq!(texts, ["poison", "behind"]);

    let next = event(&workspace("acme"), "anna", &[(3, "next")]);
    send(&jetstream, &next, "anna", next.id).await;
    noted_up_to(&service.owner_url, "anna", 3).await;
    service.stop().await;
}

#[tokio::test]
async fn dropped_facts_stay_out_and_the_aggregate_goes_on() {
    let (bed, jetstream, service) = bed_with_poison().await;
    let mut ops = OpsServiceClient::new(service.client(&bed, "acme", Role::Admin));
    let request = DropDeadLettersRequest { aggregate_id: "anna".to_owned() };
    assert_eq!(ops.drop_dead_letters(request.clone()).await.unwrap().into_inner().dropped, 2);
    let again = ops.drop_dead_letters(request).await.unwrap_err();
    assert_eq!(again.code(), Code::NotFound);

    let next = event(&workspace("acme"), "anna", &[(3, "next")]);
    send(&jetstream, &next, "anna", next.id).await;
    noted_up_to(&service.owner_url, "anna", 3).await;
    assert_eq!(notes(&service.owner_url, "anna").await, [(3, "next".to_owned())]);
    service.stop().await;
}

#[tokio::test]
async fn an_operator_sees_the_dead_letters_of_his_own_workspace_only() {
    let (bed, _, service) = bed_with_poison().await;
    for (name, count) in [("acme", 2), ("other", 0)] {
        let mut ops = OpsServiceClient::new(service.client(&bed, name, Role::Admin));
        let listed = ops.list_dead_letters(ListDeadLettersRequest::default()).await.unwrap().into_inner();
        assert_eq!(listed.dead_letters.len(), count, "{name}");
        let status = ops.get_status(GetStatusRequest {}).await.unwrap().into_inner();
        assert_eq!(usize::try_from(status.dead_letters), Ok(count), "{name}");
    }
    let mut ops = OpsServiceClient::new(service.client(&bed, "acme", Role::Admin));
    let first = ops
        .list_dead_letters(ListDeadLettersRequest { page_size: 1, ..Default::default() })
        .await
        .unwrap()
        .into_inner();
    assert_eq!(first.dead_letters[0].sequence, 1);
    let page_token = first.next_page_token;
    let second = ops
        .list_dead_letters(ListDeadLettersRequest { page_size: 1, page_token })
        .await
        .unwrap()
        .into_inner();
    assert_eq!((second.dead_letters[0].sequence, second.next_page_token.as_str()), (2, ""));
    service.stop().await;
}
