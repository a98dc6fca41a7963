//! Whatever the order and the batches in which answers arrive, the projection equals a count of the answers, exactly.

use std::{cell::Cell, collections::BTreeMap};

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use pbjson_types::Timestamp;
use proptest::{
    collection::vec,
    prelude::*,
    strategy::ValueTree as _,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use ting_proto::{
    events::v1::ResponseSubmittedItem,
    ops::v1::{RebuildProjectionRequest, RebuildProjectionResponse},
    types::v1::Metric,
};
use uuid::Uuid;

use crate::world::{World, customer, noon};

type Cells = BTreeMap<(String, String, String, NaiveDate, i16), i64>;
type Latest = BTreeMap<(Uuid, String), (i16, DateTime<Utc>, Uuid)>;

prop_compose! {
    fn answer()(
        response in any::<u128>(), named in 0..6_u128, metric in 1..=3_i32, value in 1..=5_i32, hour in 0..200_i64,
        channel in "(|web|mail)", touchpoint in "(|delivery|invoice)",
    ) -> ResponseSubmittedItem {
        ResponseSubmittedItem {
            response_id: Uuid::from_u128(response).to_string(),
            customer_id: if named == 0 { String::new() } else { customer(named).to_string() },
            metric,
            value,
            channel,
            touchpoint,
            // Coarse, so that answers of one instant occur.
            answered_at: Some(Timestamp::from(noon(0) + TimeDelta::hours(hour / 8 * 8))),
            ..ResponseSubmittedItem::default()
        }
    }
}

/// Answers in an order of arrival, cut into batches.
fn batches() -> impl Strategy<Value = Vec<Vec<ResponseSubmittedItem>>> {
    (vec(answer(), 1..80).prop_shuffle(), vec(1..25_usize, 1..8)).prop_map(|(answers, sizes)| {
        let (mut rest, mut batches) = (answers.as_slice(), Vec::new());
        for size in sizes.into_iter().cycle() {
            if rest.is_empty() {
                break;
            }
            let (batch, later) = rest.split_at(size.min(rest.len()));
            batches.push(batch.to_vec());
            rest = later;
        }
        batches
    })
}

fn metric_name(item: &ResponseSubmittedItem) -> String {
    match item.metric() {
        Metric::Nps => "nps".to_owned(),
        Metric::Csat => "csat".to_owned(),
        Metric::Ces => "ces".to_owned(),
        Metric::Unspecified => unreachable!("not generated"),
    }
}

fn fold(answers: &[ResponseSubmittedItem]) -> (Cells, Latest) {
    let (mut cells, mut latest) = (Cells::new(), Latest::new());
    for item in answers {
        let at = DateTime::<Utc>::try_from(item.answered_at.unwrap()).unwrap();
        let (value, response) =
            (i16::try_from(item.value).unwrap(), Uuid::parse_str(&item.response_id).unwrap());
        let named =
            [("customer", &item.customer_id), ("touchpoint", &item.touchpoint), ("channel", &item.channel)];
        let named = named.into_iter().filter(|(_, key)| !key.is_empty());
        for (dimension, key) in named.chain([("workspace", &String::new())]) {
            let cell = (metric_name(item), dimension.to_owned(), key.clone(), at.date_naive(), value);
            *cells.entry(cell).or_default() += 1;
        }
        if let Ok(customer) = Uuid::parse_str(&item.customer_id) {
            let known = latest.entry((customer, metric_name(item))).or_insert((value, at, response));
            if (at, response) > (known.1, known.2) {
                *known = (value, at, response);
            }
        }
    }
    (cells, latest)
}

async fn live(world: &World, workspace: &str) -> (Cells, Latest) {
    let mut owner = world.service.owner().await;
    let cells: Vec<(String, String, String, NaiveDate, i16, i64)> = sqlx::query_as(
        "SELECT metric, dimension, key, day, value, n FROM score_cell WHERE workspace_id = $1",
    )
    .bind(workspace)
    .fetch_all(&mut owner)
    .await
    .unwrap();
    let latest: Vec<(Uuid, String, i16, DateTime<Utc>, Uuid)> = sqlx::query_as(
        "SELECT customer_id, metric, value, answered_at, response_id FROM customer_latest WHERE workspace_id = $1",
    )
    .bind(workspace)
    .fetch_all(&mut owner)
    .await
    .unwrap();
    let cells = cells
        .into_iter()
        .map(|(metric, dimension, key, day, value, n)| ((metric, dimension, key, day, value), n));
    let latest = latest
        .into_iter()
        .map(|(customer, metric, value, at, response)| ((customer, metric), (value, at, response)));
    (cells.collect(), latest.collect())
}

async fn rebuild(world: &World, workspace: &str) -> RebuildProjectionResponse {
    let request = RebuildProjectionRequest { projection: "scores".to_owned() };
    world.ops(workspace).rebuild_projection(request).await.unwrap().into_inner()
}

/// The bands that were told last, by customer.
async fn bands_told(world: &World, workspace: &str) -> BTreeMap<String, String> {
    let told = world.told(workspace, "band_changed").await;
    let items = told.iter().flat_map(|data| data["items"].as_array().unwrap());
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    items.map(|item| (text(&item["aggregateId"]), text(&item["to"]))).collect()
}

async fn bands_live(world: &World, workspace: &str) -> BTreeMap<String, String> {
    let rows: Vec<(Uuid, String)> =
        sqlx::query_as("SELECT customer_id, band FROM customer_band WHERE workspace_id = $1")
            .bind(workspace)
            .fetch_all(&mut world.service.owner().await)
            .await
            .unwrap();
    rows.into_iter().map(|(id, band)| (id.to_string(), format!("BAND_{}", band.to_uppercase()))).collect()
}

/// Two batches at a time, as two workers would.
async fn apply_all(world: &World, workspace: &str, batches: &[Vec<ResponseSubmittedItem>]) {
    for pair in batches.chunks(2) {
        let both = tokio::join!(world.apply(workspace, &pair[0]), async {
            match pair.get(1) {
                Some(batch) => world.apply(workspace, batch).await,
                None => Ok(()),
            }
        });
        both.0.unwrap();
        both.1.unwrap();
    }
}

async fn check(world: &World, workspace: &str, batches: &[Vec<ResponseSubmittedItem>]) {
    apply_all(world, workspace, batches).await;
    let answers = batches.concat();
    let expected = fold(&answers);
    assert_eq!(live(world, workspace).await, expected);
    let rebuilt = rebuild(world, workspace).await;
    assert_eq!(rebuilt.changed, 0, "a live projection has nothing to repair");
    let bands = bands_live(world, workspace).await;
    assert_eq!(usize::try_from(rebuilt.rows).unwrap(), expected.0.len() + expected.1.len() + bands.len());
    assert_eq!(bands_told(world, workspace).await, bands, "what was told last is what stands");
    for metric in [Metric::Nps, Metric::Csat, Metric::Ces] {
        let name = metric.as_str_name();
        let told = world.told(workspace, "score_updated").await;
        let last =
            told.iter().rfind(|event| event["metric"] == name).map(|event| event["n"].as_str().unwrap());
        let n = answers.iter().filter(|item| item.metric() == metric).count();
        assert_eq!(last.unwrap_or("0"), n.to_string(), "{name}");
    }
}

#[test]
fn neither_order_nor_batches_change_the_projection_and_a_rebuild_finds_nothing_to_do() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let world = runtime.block_on(World::start());
    let case = Cell::new(0);
    let mut runner = TestRunner::new_with_rng(
        Config { cases: 16, failure_persistence: None, ..Config::default() },
        TestRng::deterministic_rng(RngAlgorithm::ChaCha),
    );
    let result = runner.run(&batches(), |batches| {
        case.set(case.get() + 1);
        runtime.block_on(check(&world, &format!("case-{}", case.get()), &batches));
        Ok(())
    });
    result.unwrap();
    runtime.block_on(world.service.stop());
}

#[tokio::test]
async fn a_rebuild_repairs_what_was_corrupted_and_says_how_much() {
    let world = World::start().await;
    let mut runner = TestRunner::deterministic();
    let answers = vec(answer(), 60..=60).new_tree(&mut runner).unwrap().current();
    world.apply("acme", &answers).await.unwrap();
    world.apply("other", &answers).await.unwrap();
    let (before, bands) = (live(&world, "acme").await, bands_live(&world, "acme").await);
    let damages = [
        "UPDATE score_cell SET n = n + 1 WHERE (metric, dimension, key, day, value) = (SELECT metric, dimension, key, day, value
            FROM score_cell WHERE workspace_id = 'acme' LIMIT 1) AND workspace_id = 'acme'",
        "DELETE FROM score_cell WHERE workspace_id = 'acme' AND dimension = 'workspace' AND metric = 'nps' AND day =
            (SELECT min(day) FROM score_cell WHERE workspace_id = 'acme' AND dimension = 'workspace' AND metric = 'nps')",
        "INSERT INTO score_cell VALUES ('acme', 'ces', 'channel', 'ghost', '2026-03-01', 7, 3)",
        "UPDATE customer_latest SET value = value % 5 + 1 WHERE workspace_id = 'acme' AND customer_id =
            (SELECT customer_id FROM customer_latest WHERE workspace_id = 'acme' LIMIT 1)",
        "UPDATE customer_band SET band = 'delighted', perceived = 180 WHERE workspace_id = 'acme' AND customer_id =
            (SELECT customer_id FROM customer_band WHERE workspace_id = 'acme' LIMIT 1)",
        "INSERT INTO customer_band VALUES ('acme', gen_random_uuid(), 1, 1, 'satisfied', now())",
    ];
    for damage in damages {
        let rows =
            sqlx::query(damage).execute(&mut world.service.owner().await).await.unwrap().rows_affected();
        let changed = rebuild(&world, "acme").await.changed;
        assert_eq!(u64::try_from(changed).unwrap(), rows, "{damage}");
        assert!(changed >= 1, "{damage}");
        assert_eq!(live(&world, "acme").await, before, "{damage}");
        assert_eq!(bands_live(&world, "acme").await, bands, "{damage}");
    }
    assert_eq!(rebuild(&world, "acme").await.changed, 0);
    assert_eq!(live(&world, "other").await, before, "the other workspace was left alone");
}
