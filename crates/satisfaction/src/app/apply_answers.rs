use std::collections::BTreeSet;

use ting_chassis::store::Tx;
use ting_proto::events::v1::ScoreUpdated;

use super::{refresh_bands::refresh_and_announce, watch_floors::watch_floors};
use crate::{
    domain::{
        answer::{Answer, count, latest},
        cut::Cut,
        days::Days,
        expectation::Expectations,
        metric::Metric,
        score::Histogram,
    },
    store, wire,
};

/// Takes new answers into everything that is computed from them, and tells what has changed: once a batch for each score of the
/// workspace, once for each customer whose band is another, once for each floor that is crossed. As many statements for a thousand
/// answers as for one.
#[tracing::instrument(name = "satisfaction.apply_answers", skip_all, fields(answers = answers.len()))]
pub async fn apply_answers(tx: &mut Tx, expectations: &Expectations, answers: &[Answer]) -> sqlx::Result<()> {
    let workspace = tx.workspace()?.clone();
    store::answer::lock(tx, workspace.as_str()).await?;
    store::answer::insert(tx, workspace.as_str(), answers).await?;
    let counts = count(answers);
    store::cell::add(tx, workspace.as_str(), &counts).await?;
    let latest = latest(answers);
    store::latest::advance(tx, workspace.as_str(), &latest).await?;
    let customers: BTreeSet<_> = latest.keys().map(|(customer_id, _)| *customer_id).collect();
    refresh_and_announce(tx, expectations, &Vec::from_iter(customers)).await?;
    let metrics: BTreeSet<_> = answers.iter().map(|answer| answer.metric).collect();
    for metric in metrics {
        announce_score(tx, metric).await?;
    }
    let scores: BTreeSet<_> = counts.keys().map(|cell| (cell.metric, &cell.cut)).collect();
    watch_floors(tx, &Vec::from_iter(scores)).await
}

/// Tells the score of the whole workspace over all time.
async fn announce_score(tx: &mut Tx, metric: Metric) -> sqlx::Result<()> {
    let workspace = tx.workspace()?.clone();
    let counts =
        store::cell::counts(tx, workspace.as_str(), metric, &Cut::workspace(), Days::default()).await?;
    let histogram = Histogram::of(metric, counts.iter().map(|count| (count.value, count.n)));
    let Some(score) = histogram.map_err(store::corrupt)?.score() else { return Ok(()) };
    let event = ScoreUpdated {
        metric: wire::metric_number(metric),
        n: score.n,
        value: score.value,
        lower: score.interval.map(|interval| interval.lower),
        upper: score.interval.map(|interval| interval.upper),
    };
    tx.publish(metric.name(), &event).await
}
