//! Makes batches of what comes and sees each delivery answered.

use std::{collections::HashSet, time::Duration};

use async_nats::jetstream::Message;
use ting_events::Workspace;
use tokio::{sync::mpsc, time::Instant};

use super::{
    HandlerError, Runner, apply,
    incoming::{Delivery, Unreadable},
    isolate, pull,
    room::Room,
};
use crate::{fault::StoreError, metrics};

/// How long deliveries that could not be applied wait before they are tried again, if nothing new comes before.
const PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(2);

/// Applies batches until all pullers are gone and the channel is empty.
pub(super) async fn work(runner: Runner, mut receiver: mpsc::Receiver<Message>) {
    let mut room = Room::new(Duration::from_millis(runner.config.ack_wait_ms) / 2);
    let mut pause = PAUSE;
    while gather(&runner, &mut room, &mut receiver, pause).await {
        let progress = round(&runner, &mut room).await;
        pause = if progress { PAUSE } else { (pause * 2).min(LONGEST_PAUSE) };
        for delivery in room.overdue() {
            pull::later(&delivery.message).await;
        }
    }
    for delivery in room.clear() {
        pull::later(&delivery.message).await;
    }
}

/// Takes what is there and waits a little for more, up to the size of a batch; false when nothing will ever come again. Waits
/// `pause` at most while something is in the room already.
async fn gather(
    runner: &Runner,
    room: &mut Room,
    receiver: &mut mpsc::Receiver<Message>,
    pause: Duration,
) -> bool {
    let first = if room.is_empty() {
        receiver.recv().await
    } else {
        match tokio::time::timeout(pause, receiver.recv()).await {
            Ok(message) => message,
            Err(_) => return true,
        }
    };
    let Some(first) = first else { return false };
    let until = Instant::now() + Duration::from_millis(runner.config.linger_ms);
    let (mut next, mut facts) = (Some(first), 0);
    while let Some(message) = next {
        match Delivery::read(message) {
            Ok(delivery) => {
                facts += delivery.facts.len();
                room.admit(delivery);
            }
            Err(unreadable) => park_unreadable(runner, *unreadable).await,
        }
        if facts >= runner.config.batch_facts {
            break;
        }
        next = match receiver.try_recv() {
            Ok(message) => Some(message),
            Err(_) => tokio::time::timeout_at(until, receiver.recv()).await.unwrap_or(None),
        };
    }
    true
}

/// Tries everything in the room once, in batches; what has to wait goes back into it. Tells whether anything took effect.
async fn round(runner: &Runner, room: &mut Room) -> bool {
    let mut left = Left::default();
    let mut progress = false;
    while !room.is_empty() && !left.store_away {
        for (workspace, deliveries) in room.batch(runner.config.batch_facts) {
            if left.store_away || left.blocked.contains(&workspace) {
                left.waiting.extend(deliveries);
                continue;
            }
            let started = Instant::now();
            let (before, count) = (left.waiting.len(), deliveries.len());
            process(runner, &workspace, deliveries, &mut left).await;
            progress |= left.waiting.len() - before < count;
            metrics::handler_seconds(runner.subscription.stream.name(), started.elapsed().as_secs_f64());
        }
    }
    for delivery in left.waiting {
        room.admit(delivery);
    }
    progress
}

/// What a round leaves behind.
#[derive(Default)]
struct Left {
    waiting: Vec<Delivery>,
    /// Workspaces that somebody else holds; the others go on.
    blocked: HashSet<Workspace>,
    /// Nothing can be applied now: every try would wait for a connection in vain.
    store_away: bool,
}

impl Left {
    fn away(&mut self, workspace: &Workspace, error: &StoreError) {
        match error {
            StoreError::Conflict(_) | StoreError::Timeout(_) => {
                self.blocked.insert(workspace.clone());
            }
            StoreError::Unavailable(_) | StoreError::Internal(_) => self.store_away = true,
        }
    }
}

/// Applies all in one transaction; when that fails, each on its own.
async fn process(runner: &Runner, workspace: &Workspace, deliveries: Vec<Delivery>, left: &mut Left) {
    let now = Instant::now();
    let (due, not_yet): (Vec<_>, Vec<_>) =
        deliveries.into_iter().partition(|delivery| delivery.try_after.is_none_or(|time| time <= now));
    left.waiting.extend(not_yet);
    if due.is_empty() {
        return;
    }
    let error = match apply::apply(runner, workspace, &due).await {
        Ok(deferred) => return left.waiting.extend(answer(due, &deferred).await),
        Err(error) => error,
    };
    let stream = runner.subscription.stream.name();
    tracing::warn!(error = &error as &dyn std::error::Error, stream, "batch taken back");
    match error {
        // A batch that takes too long may go through in parts.
        HandlerError::Away(StoreError::Timeout(_)) if due.len() > 1 => {}
        HandlerError::Away(error) => {
            left.away(workspace, &error);
            return left.waiting.extend(due);
        }
        HandlerError::Poison(_) | HandlerError::Unknown(_) => {}
    }
    for delivery in due {
        alone(runner, workspace, delivery, left).await;
    }
}

async fn alone(runner: &Runner, workspace: &Workspace, mut delivery: Delivery, left: &mut Left) {
    if left.store_away || left.blocked.contains(workspace) {
        return left.waiting.push(delivery);
    }
    let last_try = delivery.failures + 1 >= runner.config.max_attempts;
    match isolate::apply_one_by_one(runner, workspace, &delivery, last_try).await {
        Ok(deferred) => left.waiting.extend(answer(vec![delivery], &deferred).await),
        Err(error) => {
            tracing::warn!(error = &error as &dyn std::error::Error, event.id = %delivery.event_id, "event put off");
            match error {
                // A store that is away says nothing about the event.
                HandlerError::Away(error) => left.away(workspace, &error),
                HandlerError::Poison(_) | HandlerError::Unknown(_) => delivery.put_off(),
            }
            left.waiting.push(delivery);
        }
    }
}

/// Acknowledges what took effect and gives back the rest.
async fn answer(deliveries: Vec<Delivery>, deferred: &[usize]) -> Vec<Delivery> {
    let mut waiting = Vec::new();
    for (index, delivery) in deliveries.into_iter().enumerate() {
        if deferred.contains(&index) {
            waiting.push(delivery);
        } else {
            pull::done(&delivery.message).await;
        }
    }
    waiting
}

/// Bytes that are no event go to the dead letters of the workspace named by the subject; without one there is nowhere to keep them.
async fn park_unreadable(runner: &Runner, unreadable: Unreadable) {
    let Unreadable { message, workspace, cause } = unreadable;
    let Some(workspace) = workspace else {
        tracing::error!(subject = %message.subject, cause, "message without a workspace dropped");
        pull::done(&message).await;
        return;
    };
    match isolate::park_message(runner, &workspace, &message, &cause).await {
        Ok(()) => pull::done(&message).await,
        Err(error) => {
            tracing::warn!(error = &error as &dyn std::error::Error, "unreadable message put off");
            pull::later(&message).await;
        }
    }
}
