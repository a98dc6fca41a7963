use ting_chassis::store::Tx;

use crate::{
    domain::{
        case::Case,
        message::{Message, NotificationKind},
    },
    store::{self, notification::NewNotification},
};

/// Queues a notification about each case to every enabled endpoint, with the change it tells of. A case is told of once in a kind,
/// however often it is opened or resolved again.
pub async fn queue_notifications(tx: &mut Tx, kind: NotificationKind, cases: &[&Case]) -> sqlx::Result<()> {
    if cases.is_empty() {
        return Ok(());
    }
    let (workspace, now) = (tx.workspace()?.clone(), tx.now());
    let endpoints = store::endpoint::enabled(tx, &workspace).await?;
    let mut new = Vec::new();
    for case in cases {
        let body = Message::new(kind, case, now).body();
        for endpoint_id in &endpoints {
            new.push(NewNotification {
                notification_id: tx.next_id(),
                case_id: case.id,
                endpoint_id: *endpoint_id,
                body: body.clone(),
            });
        }
    }
    if new.is_empty() {
        return Ok(());
    }
    store::notification::queue(tx, &workspace, kind, &new, now).await
}
