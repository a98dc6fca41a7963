use ting_chassis::consumer::HandlerError;
use ting_proto::{events::v1::ResponseSubmittedItem, ops::v1::ListDeadLettersRequest, types::v1::Metric};
use ting_testkit::eventually;

use crate::world::{ACME, World, at, by, response};

#[tokio::test]
async fn a_fact_delivered_twice_counts_once() {
    let world = World::start().await;
    let messages = world.tell(ACME, (0..5).map(|value| by(1, response(Metric::Nps, value))).collect()).await;
    world.counted(ACME, Metric::Nps, 5).await;
    world.deliver(&messages).await;
    // What comes after them in the same partition shows that they have been taken.
    world.tell(ACME, vec![by(1, response(Metric::Csat, 5))]).await;
    world.counted(ACME, Metric::Csat, 1).await;
    assert_eq!(world.score(ACME, Metric::Nps).await.n, 5);
    assert_eq!(world.rows("answer").await, 6);
}

#[tokio::test]
async fn a_batch_tells_of_each_score_once() {
    let world = World::start().await;
    let items: Vec<_> = (0..1000)
        .map(|index| {
            let metric = if index % 2 == 0 { Metric::Nps } else { Metric::Csat };
            at("delivery", "web", by(index % 300, response(metric, i32::try_from(1 + index % 5).unwrap())))
        })
        .collect();
    world.apply(ACME, &world.place(ACME, items)).await.unwrap();
    let told = world.told(ACME, "score_updated").await;
    let seen: Vec<_> = told.iter().map(|event| (event["metric"].as_str(), event["n"].as_str())).collect();
    assert_eq!(seen, [(Some("METRIC_NPS"), Some("500")), (Some("METRIC_CSAT"), Some("500"))]);
    let bands = world.told(ACME, "band_changed").await;
    assert_eq!(bands.iter().map(|data| data["items"].as_array().unwrap().len()).sum::<usize>(), 300);
}

#[tokio::test]
async fn a_fact_that_makes_no_sense_is_parked_and_the_others_count() {
    let world = World::start().await;
    let off_scale = response(Metric::Csat, 6);
    let parked = off_scale.response_id.clone();
    world.tell(ACME, vec![response(Metric::Csat, 5), off_scale, response(Metric::Csat, 1)]).await;
    world.counted(ACME, Metric::Csat, 2).await;
    let letters = eventually(async || {
        let answer = world.ops(ACME).list_dead_letters(ListDeadLettersRequest::default()).await;
        let letters = answer.unwrap().into_inner().dead_letters;
        if letters.is_empty() { Err("no dead letter") } else { Ok(letters) }
    })
    .await;
    assert_eq!((letters.len(), letters[0].aggregate_id.as_str()), (1, parked.as_str()));
}

#[tokio::test]
async fn a_response_never_has_two_answers() {
    let world = World::start().await;
    let item = response(Metric::Nps, 10);
    world.apply(ACME, std::slice::from_ref(&item)).await.unwrap();
    let again = ResponseSubmittedItem { value: 0, ..item };
    let refused = world.apply(ACME, &[again]).await;
    assert!(matches!(refused, Err(HandlerError::Poison(_))), "{refused:?}");
    assert_eq!(world.score(ACME, Metric::Nps).await.value, Some(100.0));
}
