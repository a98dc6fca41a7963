use serde_json::Value;
use ting_chassis::auth::Role;
use ting_proto::{
    satisfaction::v1::{Alert, Floor, ListAlertsRequest, ListFloorsRequest, SetFloorRequest},
    types::v1::{Dimension, Metric},
};

use crate::world::{ACME, World, at, floor, on, response};

async fn set(world: &World, request: SetFloorRequest) -> Floor {
    world.admin().set_floor(request).await.unwrap().into_inner().floor.unwrap()
}

async fn alerts(world: &World, open_only: bool) -> Vec<Alert> {
    let request = ListAlertsRequest { open_only, ..ListAlertsRequest::default() };
    world.admin().list_alerts(request).await.unwrap().into_inner().alerts
}

/// Tells of NPS answers on `day` and waits until `n` are counted in all.
async fn answer(world: &World, day: i64, values: &[i32], n: i64) {
    let items = values.iter().map(|value| on(day, response(Metric::Nps, *value))).collect();
    world.tell(ACME, items).await;
    world.counted(ACME, Metric::Nps, n).await;
}

#[tokio::test]
async fn a_fall_below_the_floor_is_told_once_until_the_score_has_risen_again() {
    let world = World::start().await;
    let floor = set(&world, floor(0.0, 2)).await;
    assert_eq!((floor.window_days, floor.minimum_n), (30, 2));
    answer(&world, 0, &[0], 1).await;
    assert!(alerts(&world, false).await.is_empty(), "one answer says nothing");
    answer(&world, 0, &[0], 2).await;
    answer(&world, 0, &[0], 3).await;
    let raised = alerts(&world, true).await;
    assert_eq!(raised.len(), 1);
    assert_eq!((raised[0].value, raised[0].n, raised[0].cleared_at), (-100.0, 2, None));
    assert_eq!((raised[0].floor_id.as_str(), raised[0].minimum), (floor.floor_id.as_str(), 0.0));
    answer(&world, 0, &[10, 10, 10], 6).await;
    assert!(alerts(&world, true).await.is_empty());
    assert!(alerts(&world, false).await[0].cleared_at.is_some());
    answer(&world, 0, &[0], 7).await;
    let (open, all) = (alerts(&world, true).await, alerts(&world, false).await);
    assert_eq!((open.len(), all.len()), (1, 2));
    assert_eq!(all[0].alert_id, open[0].alert_id, "the newest comes first");
    let (raised, cleared) = (world.told(ACME, "alert_raised").await, world.told(ACME, "alert_cleared").await);
    let ids = |events: &[Value]| events.iter().map(|event| event["alertId"].clone()).collect::<Vec<_>>();
    assert_eq!(ids(&raised), [all[1].alert_id.as_str(), &all[0].alert_id]);
    assert_eq!(ids(&cleared), [all[1].alert_id.as_str()]);
    // Proto3 JSON leaves out a value of zero, which is the score here.
    assert_eq!((cleared[0]["n"].as_str(), cleared[0].get("value")), (Some("6"), None));
}

#[tokio::test]
async fn a_floor_is_judged_as_soon_as_it_is_set_and_keeps_its_id_when_changed() {
    let world = World::start().await;
    answer(&world, 0, &[8, 8, 0, 10], 4).await;
    let first = set(&world, floor(10.0, 4)).await;
    assert_eq!(alerts(&world, true).await.len(), 1);
    let second = set(&world, floor(0.0, 4)).await;
    assert_eq!(first.floor_id, second.floor_id);
    assert!(alerts(&world, true).await.is_empty(), "a score on its floor is not below it");
    let listed = world.admin().list_floors(ListFloorsRequest::default()).await.unwrap().into_inner().floors;
    assert_eq!(listed, [second]);
}

#[tokio::test]
async fn only_the_days_up_to_the_newest_answer_of_the_key_count() {
    let world = World::start().await;
    let request = SetFloorRequest {
        dimension: Dimension::Touchpoint.into(),
        key: "delivery".to_owned(),
        window_days: 2,
        ..floor(0.0, 1)
    };
    set(&world, request).await;
    let delivery = |day, value| at("delivery", "", on(day, response(Metric::Nps, value)));
    // The old praise has left the window when the complaint comes; elsewhere praise goes on.
    let elsewhere = at("invoice", "", on(9, response(Metric::Nps, 10)));
    world.tell(ACME, vec![delivery(0, 10), delivery(0, 10), elsewhere]).await;
    world.counted(ACME, Metric::Nps, 3).await;
    world.tell(ACME, vec![delivery(2, 0)]).await;
    world.counted(ACME, Metric::Nps, 4).await;
    let raised = alerts(&world, true).await;
    assert_eq!((raised.len(), raised[0].n, raised[0].key.as_str()), (1, 1, "delivery"));
    world.tell(ACME, vec![delivery(1, 10)]).await;
    world.counted(ACME, Metric::Nps, 5).await;
    assert!(alerts(&world, true).await.is_empty(), "a late answer inside the window counts");
}

#[tokio::test]
async fn a_retry_of_set_floor_gives_the_first_answer_and_does_nothing() {
    let world = World::start().await;
    let request = SetFloorRequest { request_id: "r-1".to_owned(), ..floor(10.0, 1) };
    let first = set(&world, request.clone()).await;
    set(&world, SetFloorRequest { request_id: "r-2".to_owned(), ..floor(20.0, 1) }).await;
    assert_eq!(set(&world, request).await, first);
    let listed = world.admin().list_floors(ListFloorsRequest::default()).await.unwrap().into_inner().floors;
    assert_eq!(listed.iter().map(|floor| floor.minimum).collect::<Vec<_>>(), [20.0]);
}

#[tokio::test]
async fn floors_and_alerts_come_newest_first_page_by_page_and_stay_in_their_workspace() {
    let world = World::start().await;
    world
        .tell(ACME, vec![at("a", "", response(Metric::Nps, 0)), at("b", "", response(Metric::Nps, 0))])
        .await;
    world.counted(ACME, Metric::Nps, 2).await;
    let mut keys = Vec::new();
    for key in ["a", "b"] {
        let key = key.to_owned();
        set(&world, SetFloorRequest { dimension: Dimension::Touchpoint.into(), key, ..floor(0.0, 1) }).await;
    }
    let mut request = ListAlertsRequest { page_size: 1, ..ListAlertsRequest::default() };
    for _ in 0..2 {
        let page = world.admin().list_alerts(request.clone()).await.unwrap().into_inner();
        keys.extend(page.alerts.into_iter().map(|alert| alert.key));
        request.page_token = page.next_page_token;
    }
    assert_eq!((keys, request.page_token.as_str()), (vec!["b".to_owned(), "a".to_owned()], ""));
    let mut floors =
        world.admin().list_floors(ListFloorsRequest { page_size: 1, ..Default::default() }).await.unwrap();
    let next =
        ListFloorsRequest { page_size: 1, page_token: std::mem::take(&mut floors.get_mut().next_page_token) };
    let next = world.admin().list_floors(next).await.unwrap().into_inner();
    assert_eq!((next.floors[0].key.as_str(), next.next_page_token.as_str()), ("a", ""));
    let mut other = world.client("other", Role::Owner);
    assert!(other.list_floors(ListFloorsRequest::default()).await.unwrap().into_inner().floors.is_empty());
    assert!(other.list_alerts(ListAlertsRequest::default()).await.unwrap().into_inner().alerts.is_empty());
}
