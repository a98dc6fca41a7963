use ting_chassis::auth::Role;
use ting_proto::{
    satisfaction::v1::{DayRange, GetScoreRequest, GetTrendRequest, ListScoresRequest, Score},
    types::v1::{Dimension, Metric},
};

use crate::world::{ACME, World, at, by, customer, day, on, response};

#[tokio::test]
async fn a_score_comes_with_n_interval_distribution_and_days() {
    let world = World::start().await;
    let values = [10, 10, 9, 9, 8, 7, 6, 0];
    let items = values.iter().zip(0..).map(|(value, day)| on(day, response(Metric::Nps, *value))).collect();
    world.tell(ACME, items).await;
    let score = world.counted(ACME, Metric::Nps, 8).await;
    assert_eq!((score.value, score.distribution), (Some(25.0), vec![1, 0, 0, 0, 0, 0, 1, 1, 1, 2, 2]));
    assert!(score.lower < score.value && score.value < score.upper, "{:?} {:?}", score.lower, score.upper);
    assert_eq!((score.first_day, score.last_day), (day(3, 1), day(3, 8)));
    let told = world.told(ACME, "score_updated").await;
    let last = told.last().unwrap();
    assert_eq!((last["metric"].as_str(), last["n"].as_str()), (Some("METRIC_NPS"), Some("8")));
    assert_eq!(last["value"].as_f64(), Some(25.0));
    // JSON carries the last bit of a number no more faithfully than its reader.
    assert!((last["lower"].as_f64().unwrap() - score.lower.unwrap()).abs() < 1e-9);
}

#[tokio::test]
async fn a_score_nobody_answered_for_has_no_value() {
    let world = World::start().await;
    for (metric, values) in [(Metric::Nps, 11), (Metric::Csat, 5), (Metric::Ces, 7)] {
        let score = world.score(ACME, metric).await;
        assert_eq!((score.n, score.value, score.lower, score.upper), (0, None, None, None));
        assert_eq!((score.distribution, score.first_day), (vec![0; values], None));
    }
}

#[tokio::test]
async fn scores_are_cut_by_customer_touchpoint_channel_and_days_and_walled_by_workspace() {
    let world = World::start().await;
    let items = vec![
        at("delivery", "web", by(1, on(0, response(Metric::Csat, 5)))),
        at("delivery", "mail", by(1, on(1, response(Metric::Csat, 1)))),
        at("invoice", "mail", by(2, on(2, response(Metric::Csat, 4)))),
        at("invoice", "", on(3, response(Metric::Csat, 3))),
    ];
    world.tell(ACME, items).await;
    world.counted(ACME, Metric::Csat, 4).await;
    let all = DayRange::default();
    let (tail, one) = (DayRange { from: day(3, 3), to: None }, DayRange { from: day(3, 2), to: day(3, 2) });
    let one_customer = customer(1).to_string();
    let rows = [
        (Dimension::Unspecified, "", all, 4, Some(50.0)),
        (Dimension::Workspace, "", tail, 2, Some(50.0)),
        (Dimension::Customer, one_customer.as_str(), all, 2, Some(50.0)),
        (Dimension::Customer, &one_customer, one, 1, Some(0.0)),
        (Dimension::Touchpoint, "invoice", all, 2, Some(50.0)),
        (Dimension::Channel, "mail", all, 2, Some(50.0)),
        (Dimension::Channel, "web", tail, 0, None),
    ];
    for (dimension, key, days, n, value) in rows {
        let request = GetScoreRequest {
            metric: Metric::Csat.into(),
            dimension: dimension.into(),
            key: key.to_owned(),
            days: Some(days),
        };
        let score = async |workspace| {
            let answer = world.client(workspace, Role::Analyst).get_score(request.clone()).await.unwrap();
            answer.into_inner().score.unwrap()
        };
        let (ours, theirs): (Score, Score) = (score(ACME).await, score("other").await);
        assert_eq!((ours.n, ours.value), (n, value), "{dimension:?} {key} {days:?}");
        assert_eq!((theirs.n, theirs.value), (0, None), "{dimension:?} {key} {days:?}");
    }
}

#[tokio::test]
async fn lists_come_most_answers_first_then_by_key_page_by_page() {
    let world = World::start().await;
    let touched = ["b", "b", "b", "a", "c", "c", "d", "Z"];
    let items: Vec<_> = touched.iter().map(|key| at(key, "web", response(Metric::Ces, 4))).collect();
    world.tell(ACME, items).await;
    world.counted(ACME, Metric::Ces, 8).await;
    let mut request = ListScoresRequest {
        metric: Metric::Ces.into(),
        dimension: Dimension::Touchpoint.into(),
        page_size: 2,
        ..ListScoresRequest::default()
    };
    let mut pages = Vec::new();
    loop {
        let page = world.admin().list_scores(request.clone()).await.unwrap().into_inner();
        pages.push(page.scores.into_iter().map(|score| (score.key, score.n)).collect::<Vec<_>>());
        request.page_token = page.next_page_token;
        if request.page_token.is_empty() {
            break;
        }
    }
    let listed: Vec<_> = pages.iter().flatten().map(|(key, n)| (key.as_str(), *n)).collect();
    assert_eq!(listed, [("b", 3), ("c", 2), ("Z", 1), ("a", 1), ("d", 1)]);
    assert_eq!(pages.iter().map(Vec::len).collect::<Vec<_>>(), [2, 2, 1]);
    let theirs = ListScoresRequest { page_token: String::new(), ..request };
    let theirs = world.client("other", Role::Admin).list_scores(theirs).await.unwrap().into_inner();
    assert!(theirs.scores.is_empty());
}

#[tokio::test]
async fn a_trend_has_one_score_for_each_day_with_answers() {
    let world = World::start().await;
    let answers = [(0, 7), (0, 5), (2, 1), (9, 2)];
    let items = answers.map(|(day, value)| on(day, response(Metric::Ces, value)));
    world.tell(ACME, items.to_vec()).await;
    world.counted(ACME, Metric::Ces, 4).await;
    let request = GetTrendRequest {
        metric: Metric::Ces.into(),
        days: Some(DayRange { from: day(3, 1), to: day(3, 9) }),
        ..GetTrendRequest::default()
    };
    let trend = world.admin().get_trend(request.clone()).await.unwrap().into_inner().scores;
    let seen: Vec<_> =
        trend.iter().map(|score| (score.first_day, score.last_day, score.n, score.value)).collect();
    assert_eq!(seen, [(day(3, 1), day(3, 1), 2, Some(6.0)), (day(3, 3), day(3, 3), 1, Some(1.0))]);
    assert!(
        world.client("other", Role::Viewer).get_trend(request).await.unwrap().into_inner().scores.is_empty()
    );
}
