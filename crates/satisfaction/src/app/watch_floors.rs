use ting_chassis::store::Tx;
use ting_proto::events::v1::{AlertCleared, AlertRaised};
use uuid::Uuid;

use crate::{
    domain::{
        cut::Cut,
        floor::{Change, Floor},
        metric::Metric,
        score::{Histogram, Score},
    },
    store::{self, alert::Alert, floor::Watched},
    wire,
};

/// Judges the floors of `scores`: raises an alert where a score has fallen below, clears it where it has risen again.
/// The caller holds the lock of the workspace's scores.
pub async fn watch_floors(tx: &mut Tx, scores: &[(Metric, &Cut)]) -> sqlx::Result<()> {
    let workspace = tx.workspace()?.clone();
    let (mut raised, mut cleared) = (Vec::new(), Vec::new());
    for Watched { floor, alert_id, counts } in store::floor::watched(tx, workspace.as_str(), scores).await? {
        let histogram = Histogram::of(floor.metric, counts).map_err(store::corrupt)?;
        match (floor.judge(histogram.score(), alert_id.is_some()), alert_id) {
            (Some(Change::Raise(score)), _) => raised.push(alert(tx, floor, score)),
            (Some(Change::Clear(score)), Some(alert_id)) => cleared.push((alert_id, floor.floor_id, score)),
            (Some(Change::Clear(_)) | None, _) => {}
        }
    }
    raise(tx, &raised).await?;
    clear(tx, &cleared).await
}

async fn raise(tx: &mut Tx, alerts: &[Alert]) -> sqlx::Result<()> {
    if alerts.is_empty() {
        return Ok(());
    }
    let workspace = tx.workspace()?.clone();
    store::alert::raise(tx, workspace.as_str(), alerts).await?;
    for alert in alerts {
        let event = AlertRaised {
            alert_id: alert.alert_id.to_string(),
            floor_id: alert.floor_id.to_string(),
            metric: wire::metric_number(alert.metric),
            dimension: wire::dimension_number(alert.cut.dimension),
            key: alert.cut.key.clone(),
            minimum: alert.minimum,
            value: alert.value,
            n: alert.n,
        };
        tx.publish(&event.floor_id, &event).await?;
    }
    Ok(())
}

async fn clear(tx: &mut Tx, cleared: &[(Uuid, Uuid, Score)]) -> sqlx::Result<()> {
    if cleared.is_empty() {
        return Ok(());
    }
    let (workspace, now) = (tx.workspace()?.clone(), tx.now());
    let alerts: Vec<Uuid> = cleared.iter().map(|(alert_id, _, _)| *alert_id).collect();
    store::alert::clear(tx, workspace.as_str(), &alerts, now).await?;
    for (alert_id, floor_id, score) in cleared {
        let (alert_id, floor_id) = (alert_id.to_string(), floor_id.to_string());
        let event = AlertCleared { alert_id, floor_id, value: score.value, n: score.n };
        tx.publish(&event.floor_id, &event).await?;
    }
    Ok(())
}

fn alert(tx: &Tx, floor: Floor, score: Score) -> Alert {
    Alert {
        alert_id: tx.next_id(),
        floor_id: floor.floor_id,
        metric: floor.metric,
        cut: floor.cut,
        minimum: floor.minimum,
        value: score.value,
        n: score.n,
        raised_at: tx.now(),
        cleared_at: None,
    }
}
