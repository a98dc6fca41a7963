use ting_chassis::auth::Role;
use ting_proto::{
    satisfaction::v1::{
        DayRange, GetScoreRequest, GetTrendRequest, ListAlertsRequest, ListBandsRequest, ListFloorsRequest,
        ListScoresRequest, SetFloorRequest,
    },
    types::v1::{Day, Dimension, Metric},
};
use tonic::{Code, Status};
use tonic_types::StatusExt as _;

use crate::world::{ACME, World, at, day, floor, response};

fn refused<T: std::fmt::Debug>(answer: Result<T, Status>) -> (Code, String) {
    let status = answer.unwrap_err();
    (status.code(), status.get_details_error_info().map(|info| info.reason).unwrap_or_default())
}

fn invalid(reason: &str) -> (Code, String) {
    (Code::InvalidArgument, reason.to_owned())
}

#[tokio::test]
async fn bad_floors_are_refused_and_nothing_is_written() {
    let world = World::start().await;
    let keyed = |dimension: Dimension, key: &str| SetFloorRequest {
        dimension: dimension.into(),
        key: key.to_owned(),
        ..floor(0.0, 1)
    };
    let of = |metric: Metric, minimum| SetFloorRequest { metric: metric.into(), minimum, ..floor(0.0, 1) };
    let rows = [
        (SetFloorRequest { metric: 0, ..floor(0.0, 1) }, "UNKNOWN_ENUM"),
        (SetFloorRequest { metric: 9999, ..floor(0.0, 1) }, "UNKNOWN_ENUM"),
        (SetFloorRequest { dimension: 0, ..floor(0.0, 1) }, "UNKNOWN_ENUM"),
        (keyed(Dimension::Workspace, "x"), "BAD_KEY"),
        (keyed(Dimension::Customer, "x"), "BAD_ID"),
        (keyed(Dimension::Touchpoint, ""), "BAD_TOKEN"),
        (keyed(Dimension::Channel, "a\0b"), "BAD_TOKEN"),
        (of(Metric::Nps, 100.1), "OUT_OF_SCALE"),
        (of(Metric::Nps, f64::NAN), "OUT_OF_SCALE"),
        (of(Metric::Nps, f64::NEG_INFINITY), "OUT_OF_SCALE"),
        (of(Metric::Csat, -0.1), "OUT_OF_SCALE"),
        (of(Metric::Ces, 0.9), "OUT_OF_SCALE"),
        (of(Metric::Ces, 1e308), "OUT_OF_SCALE"),
        (SetFloorRequest { window_days: -1, ..floor(0.0, 1) }, "OUT_OF_SCALE"),
        (SetFloorRequest { window_days: 401, ..floor(0.0, 1) }, "OUT_OF_SCALE"),
        (floor(0.0, -1), "OUT_OF_SCALE"),
        (SetFloorRequest { request_id: "x".repeat(37), ..floor(0.0, 1) }, "BAD_REQUEST_ID"),
        (SetFloorRequest { request_id: "a\nb".to_owned(), ..floor(0.0, 1) }, "BAD_REQUEST_ID"),
    ];
    for (request, reason) in rows {
        assert_eq!(refused(world.admin().set_floor(request.clone()).await), invalid(reason), "{request:?}");
    }
    assert_eq!((world.rows("floor").await, world.rows("idempotency").await), (0, 0));
}

#[tokio::test]
async fn a_request_id_used_for_another_floor_is_refused() {
    let world = World::start().await;
    let request = SetFloorRequest { request_id: "r".to_owned(), ..floor(0.0, 1) };
    world.admin().set_floor(request.clone()).await.unwrap();
    let other = SetFloorRequest { minimum: 50.0, ..request };
    let expected = (Code::FailedPrecondition, "IDEMPOTENCY_KEY_REUSED".to_owned());
    assert_eq!(refused(world.admin().set_floor(other.clone()).await), expected);
    world.client("other", Role::Admin).set_floor(other).await.unwrap();
    assert_eq!(world.rows("floor").await, 2);
}

#[tokio::test]
async fn bad_questions_are_refused() {
    let world = World::start().await;
    let mut client = world.admin();
    let impossible = Some(Day { year: 2026, month: 13, day: 99 });
    let good = GetScoreRequest { metric: Metric::Nps.into(), ..GetScoreRequest::default() };
    let days = |from, to| Some(DayRange { from, to });
    let rows = [
        (GetScoreRequest { metric: 0, ..good.clone() }, "UNKNOWN_ENUM"),
        (GetScoreRequest { dimension: 9999, ..good.clone() }, "UNKNOWN_ENUM"),
        (GetScoreRequest { key: "x".to_owned(), ..good.clone() }, "BAD_KEY"),
        (GetScoreRequest { dimension: Dimension::Customer.into(), ..good.clone() }, "BAD_ID"),
        (GetScoreRequest { days: days(day(3, 2), day(3, 1)), ..good.clone() }, "BAD_RANGE"),
        (GetScoreRequest { days: days(impossible, None), ..good.clone() }, "BAD_TIME"),
    ];
    for (request, reason) in rows {
        assert_eq!(refused(client.get_score(request.clone()).await), invalid(reason), "{request:?}");
    }
    let year_before = Some(Day { year: 2025, month: 1, day: 24 });
    let trends = [
        (days(None, None), "REQUIRED"),
        (days(day(3, 1), None), "REQUIRED"),
        (days(day(3, 2), day(3, 1)), "BAD_RANGE"),
        (days(year_before, day(2, 28)), "BAD_RANGE"),
    ];
    for (days, reason) in trends {
        let request = GetTrendRequest { metric: Metric::Nps.into(), days, ..GetTrendRequest::default() };
        assert_eq!(refused(client.get_trend(request).await), invalid(reason), "{days:?}");
    }
    let longest = GetTrendRequest {
        metric: Metric::Nps.into(),
        days: days(year_before, day(2, 27)),
        ..GetTrendRequest::default()
    };
    client.get_trend(longest).await.unwrap();
    let unnamed = ListScoresRequest { metric: Metric::Nps.into(), ..ListScoresRequest::default() };
    assert_eq!(refused(client.list_scores(unnamed).await), invalid("UNKNOWN_ENUM"));
    let strange = ListBandsRequest { band: 9999, ..ListBandsRequest::default() };
    assert_eq!(refused(client.list_bands(strange).await), invalid("UNKNOWN_ENUM"));
}

#[tokio::test]
async fn pages_of_another_question_or_workspace_are_refused() {
    let world = World::start().await;
    world
        .tell(ACME, vec![at("a", "c", response(Metric::Nps, 1)), at("b", "d", response(Metric::Nps, 1))])
        .await;
    world.counted(ACME, Metric::Nps, 2).await;
    let question = ListScoresRequest {
        metric: Metric::Nps.into(),
        dimension: Dimension::Touchpoint.into(),
        page_size: 1,
        ..ListScoresRequest::default()
    };
    let page_token = world.admin().list_scores(question.clone()).await.unwrap().into_inner().next_page_token;
    assert!(!page_token.is_empty());
    let next = ListScoresRequest { page_token: page_token.clone(), ..question };
    let others = [
        ListScoresRequest { dimension: Dimension::Channel.into(), ..next.clone() },
        ListScoresRequest { metric: Metric::Csat.into(), ..next.clone() },
        ListScoresRequest { days: Some(DayRange { from: day(3, 1), to: None }), ..next.clone() },
        ListScoresRequest { page_token: "garbage".to_owned(), ..next.clone() },
    ];
    for request in others {
        assert_eq!(refused(world.admin().list_scores(request).await), invalid("BAD_PAGE_TOKEN"));
    }
    let theirs = world.client("other", Role::Admin).list_scores(next.clone()).await;
    assert_eq!(refused(theirs), invalid("BAD_PAGE_TOKEN"));
    let (floors, alerts) = (
        ListFloorsRequest { page_token: page_token.clone(), ..Default::default() },
        ListAlertsRequest { page_token: page_token.clone(), ..Default::default() },
    );
    assert_eq!(refused(world.admin().list_floors(floors).await), invalid("BAD_PAGE_TOKEN"));
    assert_eq!(refused(world.admin().list_alerts(alerts).await), invalid("BAD_PAGE_TOKEN"));
    let negative = ListBandsRequest { page_size: -1, ..Default::default() };
    assert_eq!(refused(world.admin().list_bands(negative).await), invalid("BAD_PAGE_SIZE"));
    assert_eq!(world.admin().list_scores(next).await.unwrap().into_inner().scores.len(), 1);
}

#[tokio::test]
async fn only_owners_and_admins_set_floors_and_integrations_read_nothing() {
    let world = World::start().await;
    for role in [Role::Agent, Role::Analyst, Role::Viewer, Role::Integration] {
        let (code, _) = refused(world.client(ACME, role).set_floor(floor(0.0, 1)).await);
        assert_eq!(code, Code::PermissionDenied, "{role:?}");
    }
    let question = GetScoreRequest { metric: Metric::Nps.into(), ..GetScoreRequest::default() };
    let (code, _) = refused(world.client(ACME, Role::Integration).get_score(question).await);
    assert_eq!((code, world.rows("floor").await), (Code::PermissionDenied, 0));
}
