//! What operators can get wrong.

use ting_chassis::auth::Role;
use ting_proto::ops::v1::{
    DropDeadLettersRequest, ListDeadLettersRequest, RebuildProjectionRequest, ReplayDeadLettersRequest,
    ops_service_client::OpsServiceClient,
};
use ting_testkit::{Bed, Client, Running};
use tonic::{Code, Status};
use tonic_types::StatusExt as _;
use uuid::Uuid;

use crate::notes::{Notes, event, intake_stream, parked, send, send_bytes, workspace};

fn told<T: std::fmt::Debug>(answer: Result<T, Status>) -> (Code, String) {
    let status = answer.unwrap_err();
    (status.code(), status.get_details_error_info().map(|info| info.reason).unwrap_or_default())
}

fn refused(code: Code, reason: &str) -> (Code, String) {
    (code, reason.to_owned())
}

fn ops(service: &Running<Notes>, bed: &Bed, workspace: &str) -> OpsServiceClient<Client> {
    OpsServiceClient::new(service.client(bed, workspace, Role::Admin))
}

#[tokio::test]
async fn what_operators_get_wrong_is_named_and_every_dead_letter_stays() {
    let bed = Bed::start().await;
    let jetstream = intake_stream(&bed).await;
    let service = bed.service::<Notes>("").await;
    let poison = event(&workspace("acme"), "anna", &[(1, "poison"), (2, "behind")]);
    send(&jetstream, &poison, "anna", poison.id).await;
    parked(&service.owner_url, 2).await;
    let (mut ours, mut theirs) = (ops(&service, &bed, "acme"), ops(&service, &bed, "other"));

    for (aggregate, workspace, code, reason) in [
        ("a\0b", "acme", Code::InvalidArgument, "CONTROL_CHAR"),
        ("a\nb", "acme", Code::InvalidArgument, "CONTROL_CHAR"),
        ("nobody", "acme", Code::NotFound, "DEAD_LETTER_NOT_FOUND"),
        ("anna", "other", Code::NotFound, "DEAD_LETTER_NOT_FOUND"),
        ("' OR true --", "acme", Code::NotFound, "DEAD_LETTER_NOT_FOUND"),
    ] {
        let client = if workspace == "acme" { &mut ours } else { &mut theirs };
        let aggregate_id = aggregate.to_owned();
        let answer = client.replay_dead_letters(ReplayDeadLettersRequest { aggregate_id }).await;
        assert_eq!(told(answer), refused(code, reason), "{aggregate:?}");
        let aggregate_id = aggregate.to_owned();
        let answer = client.drop_dead_letters(DropDeadLettersRequest { aggregate_id }).await;
        assert_eq!(told(answer), refused(code, reason), "{aggregate:?}");
    }
    for projection in ["", "nothing", "a\0b"] {
        let request = RebuildProjectionRequest { projection: projection.to_owned() };
        let expected = refused(Code::NotFound, "PROJECTION_NOT_FOUND");
        assert_eq!(told(ours.rebuild_projection(request).await), expected, "{projection:?}");
    }
    parked(&service.owner_url, 2).await;
    service.stop().await;
}

#[tokio::test]
async fn a_page_of_dead_letters_is_asked_for_with_its_own_token() {
    let bed = Bed::start().await;
    let jetstream = intake_stream(&bed).await;
    let service = bed.service::<Notes>("").await;
    for name in ["acme", "other"] {
        let poison = event(&workspace(name), "anna", &[(1, "poison"), (2, "behind")]);
        send(&jetstream, &poison, "anna", poison.id).await;
    }
    parked(&service.owner_url, 4).await;
    let (mut ours, mut theirs) = (ops(&service, &bed, "acme"), ops(&service, &bed, "other"));
    let ask =
        |page_size, page_token: &str| ListDeadLettersRequest { page_size, page_token: page_token.to_owned() };
    let token = ours.list_dead_letters(ask(1, "")).await.unwrap().into_inner().next_page_token;
    let bad_token = refused(Code::InvalidArgument, "BAD_PAGE_TOKEN");
    assert_eq!(told(theirs.list_dead_letters(ask(1, &token)).await), bad_token);
    for tampered in ["garbage", &token[1..], &format!("{token}A"), "\u{0}"] {
        assert_eq!(told(ours.list_dead_letters(ask(1, tampered)).await), bad_token, "{tampered:?}");
    }
    let bad_size = refused(Code::InvalidArgument, "BAD_PAGE_SIZE");
    assert_eq!(told(ours.list_dead_letters(ask(-1, "")).await), bad_size);
    let all = ours.list_dead_letters(ask(i32::MAX, "")).await.unwrap().into_inner();
    assert_eq!((all.dead_letters.len(), all.next_page_token.as_str()), (2, ""));
    service.stop().await;
}

#[tokio::test]
async fn dead_letters_of_any_size_are_listed() {
    let bed = Bed::start().await;
    let jetstream = intake_stream(&bed).await;
    let service = bed.service::<Notes>("").await;
    for number in 0..20 {
        // Each byte that is no UTF-8 becomes three.
        let payload = vec![0xff; if number == 0 { 1_000_000 } else { 100_000 }];
        let subject = "ting.acme.intake.feedback_received.v1.p00";
        send_bytes(&jetstream, subject, payload, Uuid::from_u128(number)).await;
    }
    parked(&service.owner_url, 20).await;
    let (mut ops, mut request) = (ops(&service, &bed, "acme"), ListDeadLettersRequest::default());
    let mut ids = std::collections::HashSet::new();
    loop {
        let page = ops.list_dead_letters(request.clone()).await.unwrap().into_inner();
        ids.extend(page.dead_letters.into_iter().map(|letter| letter.dead_letter_id));
        request.page_token = page.next_page_token;
        if request.page_token.is_empty() {
            break;
        }
    }
    assert_eq!(ids.len(), 20);
    service.stop().await;
}
