use std::collections::HashMap;

use sqlx::Connection as _;
use ting_chassis::store::IdempotencyError;
use ting_events::Stream;
use ting_proto::{
    events::v1::{FeedbackClassifiedItem, RunFinished},
    ops::v1::{DropDeadLettersRequest, DropDeadLettersResponse},
};
use ting_testkit::{Bed, Running, eventually};

use crate::notes::{Notes, workspace};

/// Publishes `count` facts over ten aggregates in one transaction.
async fn publish(service: &Running<Notes>, count: usize) {
    let mut tx = service.store.begin(&workspace("acme")).await.unwrap();
    let facts = (0..count).map(|index| (format!("c{}", index % 10), FeedbackClassifiedItem::default()));
    tx.publish_bulk(facts.collect()).await.unwrap();
    tx.commit().await.unwrap();
}

/// Every (aggregate, sequence) on the stream, in order; an event that stands there twice counts once.
async fn on_stream(bed: &Bed) -> HashMap<String, Vec<i64>> {
    let mut seen = std::collections::HashSet::new();
    let mut aggregates: HashMap<String, Vec<i64>> = HashMap::new();
    for event in bed.events(Stream::Analysis).await {
        if !seen.insert(event["id"].as_str().unwrap().to_owned()) {
            continue;
        }
        for item in event["data"]["items"].as_array().unwrap() {
            let sequence = item["sequence"].as_str().unwrap().parse().unwrap();
            aggregates.entry(item["aggregateId"].as_str().unwrap().to_owned()).or_default().push(sequence);
        }
    }
    aggregates
}

async fn whole(bed: &Bed, per_aggregate: i64) {
    eventually(async || {
        let found = on_stream(bed).await;
        let expected: Vec<i64> = (1..=per_aggregate).collect();
        let good = found.len() == 10 && found.values().all(|sequences| *sequences == expected);
        if good { Ok(()) } else { Err(found) }
    })
    .await;
}

#[tokio::test]
async fn what_was_committed_is_published_once_in_order_without_a_gap() {
    let bed = Bed::start().await;
    let service = bed.service::<Notes>("").await;
    for _ in 0..5 {
        publish(&service, 200).await;
    }
    whole(&bed, 100).await;
    let events = bed.events(Stream::Analysis).await;
    assert!(events.iter().all(|event| event["data"]["items"].as_array().unwrap().len() <= 100));
    service.stop().await;
}

#[tokio::test]
async fn what_waits_together_is_handed_over_in_one_piece() {
    let bed = Bed::start().await;
    let service = bed.service::<Notes>("").await;
    publish(&service, 200).await;
    whole(&bed, 20).await;
    let mut stream = bed.jetstream().await.get_stream(Stream::Analysis.name()).await.unwrap();
    let last = stream.info().await.unwrap().state.last_sequence;
    let message = stream.get_raw_message(last).await.unwrap();
    assert!(message.headers.get("Nats-Batch-Commit").is_some(), "{:?}", message.headers);
    service.outbox_empty().await;
    let mut owner = service.owner().await;
    let places: Vec<i64> = sqlx::query_scalar("SELECT stream_sequence FROM outbox ORDER BY position")
        .fetch_all(&mut owner)
        .await
        .unwrap();
    assert_eq!(places, (1..=i64::try_from(last).unwrap()).collect::<Vec<_>>());
    service.stop().await;
}

#[tokio::test]
async fn what_was_rolled_back_is_never_published_and_takes_no_sequence() {
    let bed = Bed::start().await;
    let service = bed.service::<Notes>("").await;
    let mut tx = service.store.begin(&workspace("acme")).await.unwrap();
    tx.publish_bulk(vec![("c0".to_owned(), FeedbackClassifiedItem::default())]).await.unwrap();
    tx.rollback().await.unwrap();
    publish(&service, 10).await;
    whole(&bed, 1).await;
    service.stop().await;
}

#[tokio::test]
async fn concurrent_writers_leave_no_gap_and_no_double() {
    let bed = Bed::start().await;
    let service = bed.service::<Notes>("").await;
    futures::future::join_all((0..8).map(|_| publish(&service, 50))).await;
    whole(&bed, 40).await;
    service.stop().await;
}

#[tokio::test]
async fn events_wait_while_nats_is_gone_and_follow_when_it_is_back() {
    let mut bed = Bed::start().await;
    let service = bed.service::<Notes>("").await;
    publish(&service, 10).await;
    whole(&bed, 1).await;
    bed.nats.kill().unwrap();
    publish(&service, 10).await;
    bed.nats.restart().unwrap();
    whole(&bed, 2).await;
    service.stop().await;
}

#[tokio::test]
async fn a_stream_that_was_deleted_is_filled_again_from_the_outbox() {
    let bed = Bed::start().await;
    let service = bed.service::<Notes>("").await;
    publish(&service, 100).await;
    whole(&bed, 10).await;
    service.outbox_empty().await;
    let stream_known = async || {
        let mut owner = service.owner().await;
        let states: i64 = sqlx::query_scalar("SELECT count(*) FROM stream_state WHERE last_sequence > 0")
            .fetch_one(&mut owner)
            .await
            .unwrap();
        if states == 1 { Ok(()) } else { Err("the auditor has not seen the stream yet") }
    };
    eventually(stream_known).await;
    bed.jetstream().await.delete_stream(Stream::Analysis.name()).await.unwrap();
    whole(&bed, 10).await;
    service.stop().await;
}

#[tokio::test]
async fn a_tail_that_the_stream_lost_is_published_again() {
    let bed = Bed::start().await;
    let service = bed.service::<Notes>("").await;
    publish(&service, 10).await;
    whole(&bed, 1).await;
    service.outbox_empty().await;
    // As after a power cut: the outbox says that the stream took an event, and the stream has never heard of it.
    let mut owner = service.owner().await;
    let marked = sqlx::query(
        r"
        INSERT INTO outbox (workspace_id, event_id, subject, payload, created_at, published_at, stream_sequence)
        SELECT workspace_id, gen_random_uuid(), subject, payload, created_at, published_at, 1000 FROM outbox LIMIT 1
        ",
    )
    .execute(&mut owner)
    .await
    .unwrap();
    assert_eq!(marked.rows_affected(), 1);
    owner.close().await.unwrap();
    let before = bed.events(Stream::Analysis).await.len();
    eventually(async || {
        let now = bed.events(Stream::Analysis).await.len();
        if now > before { Ok(()) } else { Err(now) }
    })
    .await;
    service.stop().await;
}

#[tokio::test]
async fn an_event_whose_place_was_given_to_another_is_published_again() {
    let bed = Bed::start().await;
    // The auditor looks once at the start and then not again, so that only the relay can notice.
    let service = bed.service::<Notes>("[audit]\nevery_ms = 3600000\n").await;
    publish(&service, 10).await;
    whole(&bed, 1).await;
    service.outbox_empty().await;
    let last = i64::try_from(bed.events(Stream::Analysis).await.len()).unwrap();
    // As after a power cut that took the newest event with it: the next one gets its number.
    let mut owner = service.owner().await;
    let event_id: uuid::Uuid = sqlx::query_scalar(
        r"
        INSERT INTO outbox (workspace_id, event_id, subject, payload, created_at, published_at, stream_sequence)
        SELECT workspace_id, gen_random_uuid(), subject, payload, created_at, published_at, $1 FROM outbox LIMIT 1
        RETURNING event_id
        ",
    )
    .bind(last + 1)
    .fetch_one(&mut owner)
    .await
    .unwrap();
    publish(&service, 1).await;
    eventually(async || {
        let place: Option<i64> = sqlx::query_scalar("SELECT stream_sequence FROM outbox WHERE event_id = $1")
            .bind(event_id)
            .fetch_one(&mut owner)
            .await
            .unwrap();
        if place.is_some_and(|place| place > last + 1) { Ok(()) } else { Err(place) }
    })
    .await;
    service.stop().await;
}

#[tokio::test]
async fn events_purged_before_their_time_are_published_again() {
    let bed = Bed::start().await;
    let service = bed.service::<Notes>("").await;
    publish(&service, 10).await;
    whole(&bed, 1).await;
    service.outbox_empty().await;
    let jetstream = bed.jetstream().await;
    let mut stream = jetstream.get_stream(Stream::Analysis.name()).await.unwrap();
    // Without a window the server does not take the second coming for a repetition; with one it does, for two minutes.
    let mut config = stream.info().await.unwrap().config.clone();
    config.duplicate_window = std::time::Duration::from_millis(100);
    jetstream.update_stream(config).await.unwrap();
    let last = stream.info().await.unwrap().state.last_sequence;
    stream.purge().await.unwrap();
    eventually(async || {
        let state = stream.info().await.unwrap().state.clone();
        if state.last_sequence >= 2 * last { Ok(()) } else { Err(state) }
    })
    .await;
    whole(&bed, 1).await;
    service.stop().await;
}

#[tokio::test]
async fn a_single_event_carries_its_aggregate_and_its_sequence() {
    let bed = Bed::start().await;
    let service = bed.service::<Notes>("").await;
    for _ in 0..2 {
        let mut tx = service.store.begin(&workspace("acme")).await.unwrap();
        tx.publish("run-1", &RunFinished { run_id: "run-1".to_owned(), ..Default::default() }).await.unwrap();
        tx.commit().await.unwrap();
    }
    service.outbox_empty().await;
    let events = bed.events(Stream::Analysis).await;
    let places: Vec<_> =
        events.iter().map(|event| (event["subject"].as_str(), event["sequence"].as_str())).collect();
    assert_eq!(places, [(Some("run-1"), Some("1")), (Some("run-1"), Some("2"))]);
    assert_eq!(events[0]["type"], "ting.analysis.run_finished.v1");
    assert_eq!(events[0]["data"]["runId"], "run-1");
    service.stop().await;
}

#[tokio::test]
async fn a_request_id_brings_back_its_answer_and_refuses_another_body() {
    let bed = Bed::start().await;
    let service = bed.service::<Notes>("").await;
    let request = DropDeadLettersRequest { aggregate_id: "a".to_owned() };
    let mut tx = service.store.begin(&workspace("acme")).await.unwrap();
    assert_eq!(tx.recall::<_, DropDeadLettersResponse>("Drop", "r1", &request).await.unwrap(), None);
    tx.remember("Drop", "r1", &DropDeadLettersResponse { dropped: 7 }).await.unwrap();
    tx.commit().await.unwrap();

    let mut tx = service.store.begin(&workspace("acme")).await.unwrap();
    assert_eq!(
        tx.recall("Drop", "r1", &request).await.unwrap(),
        Some(DropDeadLettersResponse { dropped: 7 })
    );
    let other = DropDeadLettersRequest { aggregate_id: "b".to_owned() };
    let reused = tx.recall::<_, DropDeadLettersResponse>("Drop", "r1", &other).await;
    assert!(matches!(reused, Err(IdempotencyError::KeyReused)));
    let elsewhere = tx.recall::<_, DropDeadLettersResponse>("Replay", "r1", &other).await.unwrap();
    assert_eq!(elsewhere, None, "another method has ids of its own");
    tx.rollback().await.unwrap();

    let mut tx = service.store.begin(&workspace("other")).await.unwrap();
    assert_eq!(tx.recall::<_, DropDeadLettersResponse>("Drop", "r1", &request).await.unwrap(), None);
    service.stop().await;
}
