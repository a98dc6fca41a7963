//! Tokens of other lists, and answers from the ends of the calendar.

use chrono::{DateTime, TimeDelta};
use pbjson_types::Timestamp;
use serde_json::value::to_raw_value;
use ting_chassis::auth::Role;
use ting_events::{Envelope, Trace, Workspace, partition, subject};
use ting_proto::{
    events::v1::ResponseSubmittedItem,
    ops::v1::RebuildProjectionRequest,
    satisfaction::v1::{
        ListAlertsRequest, ListBandsRequest, ListFloorsRequest, ListScoresRequest, SetFloorRequest,
        satisfaction_service_client::SatisfactionServiceClient,
    },
    types::v1::{Band, Dimension, Metric},
};
use ting_testkit::{Client, eventually};
use tonic::{Code, Status};
use tonic_types::StatusExt as _;

use crate::world::{ACME, World, at, by, floor, noon, response};

type Caller = SatisfactionServiceClient<Client>;

const LISTS: [&str; 7] =
    ["touchpoints", "channels", "bands", "dissatisfied", "floors", "alerts", "open alerts"];

/// Asks for a page of a list and gives the token of the next.
async fn ask(client: &mut Caller, list: &str, page_size: i32, page_token: &str) -> Result<String, Status> {
    let page_token = page_token.to_owned();
    Ok(match list {
        "touchpoints" | "channels" => {
            let dimension =
                if list == "channels" { Dimension::Channel } else { Dimension::Touchpoint }.into();
            let metric = Metric::Nps.into();
            let request = ListScoresRequest { metric, dimension, page_size, page_token, days: None };
            client.list_scores(request).await?.into_inner().next_page_token
        }
        "bands" | "dissatisfied" => {
            let band = if list == "bands" { Band::Unspecified } else { Band::Dissatisfied }.into();
            let request = ListBandsRequest { band, page_size, page_token };
            client.list_bands(request).await?.into_inner().next_page_token
        }
        "floors" => {
            client
                .list_floors(ListFloorsRequest { page_size, page_token })
                .await?
                .into_inner()
                .next_page_token
        }
        _ => {
            let request = ListAlertsRequest { open_only: list != "alerts", page_size, page_token };
            client.list_alerts(request).await?.into_inner().next_page_token
        }
    })
}

/// Two of everything, so that every list has a second page.
async fn fill(world: &World, workspace: &str) {
    for key in ["a", "b"] {
        let key = key.to_owned();
        let request = SetFloorRequest { dimension: Dimension::Touchpoint.into(), key, ..floor(0.0, 1) };
        world.client(workspace, Role::Admin).set_floor(request).await.unwrap();
    }
    let low = |number, place| by(number, at(place, place, response(Metric::Nps, 0)));
    world.tell(workspace, vec![low(1, "a"), low(2, "b")]).await;
    world.counted(workspace, Metric::Nps, 2).await;
}

fn told<T: std::fmt::Debug>(answer: Result<T, Status>) -> (Code, String) {
    let status = answer.unwrap_err();
    (status.code(), status.get_details_error_info().map(|info| info.reason).unwrap_or_default())
}

fn invalid(reason: &str) -> (Code, String) {
    (Code::InvalidArgument, reason.to_owned())
}

#[tokio::test]
async fn a_page_of_any_list_is_asked_for_with_its_own_token() {
    let world = World::start().await;
    fill(&world, ACME).await;
    fill(&world, "rival").await;
    let (mut ours, mut theirs) = (world.client(ACME, Role::Admin), world.client("rival", Role::Admin));
    for list in LISTS {
        let token = ask(&mut ours, list, 1, "").await.unwrap();
        assert!(!token.is_empty(), "{list}");
        for other in LISTS {
            let answer = ask(&mut ours, other, 1, &token).await;
            if other == list {
                answer.unwrap();
            } else {
                assert_eq!(told(answer), invalid("BAD_PAGE_TOKEN"), "{list} in {other}");
            }
        }
        assert_eq!(told(ask(&mut theirs, list, 1, &token).await), invalid("BAD_PAGE_TOKEN"), "{list}");
        for bad in ["garbage", "\0", &token[1..], &format!("{token}A")] {
            assert_eq!(told(ask(&mut ours, list, 1, bad).await), invalid("BAD_PAGE_TOKEN"), "{list}");
        }
        assert_eq!(told(ask(&mut ours, list, -1, "").await), invalid("BAD_PAGE_SIZE"), "{list}");
        assert_eq!(ask(&mut ours, list, i32::MAX, "").await.unwrap(), "", "{list}");
    }
}

#[tokio::test]
async fn answers_of_any_year_are_counted_on_their_day_and_a_rebuild_agrees() {
    let world = World::start().await;
    let answered = |time: &str, value| {
        let at: DateTime<chrono::Utc> = time.parse().unwrap();
        ResponseSubmittedItem { answered_at: Some(Timestamp::from(at)), ..response(Metric::Nps, value) }
    };
    let late = ResponseSubmittedItem {
        answered_at: Some(Timestamp::from(noon(0) - TimeDelta::days(400))),
        ..by(1, response(Metric::Nps, 3))
    };
    let items = vec![
        answered("1970-01-01T00:00:00Z", 10),
        answered("2100-01-01T23:59:59.999999Z", 0),
        answered("0001-01-01T00:00:00Z", 9),
        answered("9999-12-31T23:59:59Z", 8),
        by(1, response(Metric::Nps, 10)),
        late,
    ];
    world.tell(ACME, items).await;
    let score = world.counted(ACME, Metric::Nps, 6).await;
    let years = [score.first_day, score.last_day].map(|day| day.unwrap().year);
    assert_eq!(years, [1, 9999]);
    // The late one counts, and does not stand for what the customer thinks now.
    let bands = world.admin().list_bands(ListBandsRequest::default()).await.unwrap().into_inner().bands;
    assert_eq!(
        bands.iter().map(ting_proto::satisfaction::v1::CustomerBand::band).collect::<Vec<_>>(),
        [Band::Delighted]
    );
    let request = RebuildProjectionRequest { projection: "scores".to_owned() };
    let rebuilt = world.ops(ACME).rebuild_projection(request).await.unwrap().into_inner();
    assert_eq!(rebuilt.changed, 0);
}

#[tokio::test]
async fn answers_that_make_no_sense_are_parked_and_counted_nowhere() {
    let world = World::start().await;
    let rows = [
        ResponseSubmittedItem { metric: 0, ..response(Metric::Nps, 1) },
        response(Metric::Nps, 11),
        response(Metric::Csat, 0),
        ResponseSubmittedItem { response_id: "no id".to_owned(), ..response(Metric::Nps, 1) },
        ResponseSubmittedItem { customer_id: "no id".to_owned(), ..response(Metric::Nps, 1) },
        ResponseSubmittedItem { answered_at: None, ..response(Metric::Nps, 1) },
        ResponseSubmittedItem { touchpoint: "a\0b".to_owned(), ..response(Metric::Nps, 1) },
    ];
    let count = i64::try_from(rows.len()).unwrap();
    world.tell(ACME, rows.to_vec()).await;
    world.tell(ACME, vec![response(Metric::Nps, 1)]).await;
    world.counted(ACME, Metric::Nps, 1).await;
    eventually(async || match world.rows("dead_letter").await {
        parked if parked == count => Ok(()),
        parked => Err(parked),
    })
    .await;
    assert_eq!(world.rows("answer").await, 1);
}

#[tokio::test]
async fn an_enumeration_of_a_later_version_does_not_become_an_answer() {
    let world = World::start().await;
    let workspace = Workspace::parse(ACME).unwrap();
    let items = world.place(ACME, vec![response(Metric::Nps, 1)]);
    let mut item = serde_json::to_value(&items[0]).unwrap();
    item["metric"] = "METRIC_SMILES".into();
    let (id, now) = (world.service.store.ids.next(), world.bed.clock.now());
    let item = to_raw_value(&item).unwrap();
    let envelope =
        Envelope::bulk::<ResponseSubmittedItem>(&workspace, id, now, &[item], &Trace::default()).unwrap();
    let place = partition(&workspace, &items[0].aggregate_id);
    let subject = subject(&workspace, "intake", "response_submitted", place);
    world.deliver(&[(subject, serde_json::to_vec(&envelope).unwrap())]).await;
    eventually(async || if world.rows("dead_letter").await == 1 { Ok(()) } else { Err("not parked") }).await;
    assert_eq!(world.rows("score_cell").await, 0);
}
