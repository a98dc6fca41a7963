//! Makes batches of what comes and sees each delivery answered.

use std::{collections::HashMap, time::Duration};

use async_nats::jetstream::Message;
use ting_events::Workspace;
use tokio::{sync::mpsc, time::Instant};

use super::{
    Runner, apply,
    incoming::{Delivery, Unreadable},
    isolate, pull,
};
use crate::metrics;

/// Applies batches until all pullers are gone and the channel is empty.
pub(super) async fn work(runner: Runner, mut receiver: mpsc::Receiver<Message>) {
    while let Some(first) = receiver.recv().await {
        let deliveries = gather(&runner, first, &mut receiver).await;
        for (workspace, deliveries) in by_workspace(deliveries) {
            let started = Instant::now();
            process(&runner, &workspace, deliveries).await;
            metrics::handler_seconds(runner.subscription.stream.name(), started.elapsed().as_secs_f64());
        }
    }
}

/// Takes what is there, and waits a little for more, up to the size of a batch.
async fn gather(runner: &Runner, first: Message, receiver: &mut mpsc::Receiver<Message>) -> Vec<Delivery> {
    let until = Instant::now() + Duration::from_millis(runner.config.linger_ms);
    let (mut deliveries, mut facts) = (Vec::new(), 0);
    let mut next = Some(first);
    while let Some(message) = next {
        match Delivery::read(message) {
            Ok(delivery) => {
                facts += delivery.facts.len();
                deliveries.push(delivery);
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
    deliveries
}

/// Keeps the order of arrival inside a workspace.
fn by_workspace(deliveries: Vec<Delivery>) -> Vec<(Workspace, Vec<Delivery>)> {
    let mut places: HashMap<Workspace, usize> = HashMap::new();
    let mut groups: Vec<(Workspace, Vec<Delivery>)> = Vec::new();
    for delivery in deliveries {
        let place = *places.entry(delivery.workspace.clone()).or_insert_with(|| {
            groups.push((delivery.workspace.clone(), Vec::new()));
            groups.len() - 1
        });
        groups[place].1.push(delivery);
    }
    groups
}

/// Applies all in one transaction; when that fails, each on its own.
async fn process(runner: &Runner, workspace: &Workspace, deliveries: Vec<Delivery>) {
    match apply::apply(runner, workspace, &deliveries).await {
        Ok(deferred) => answer(&deliveries, &deferred).await,
        Err(error) => {
            let away = matches!(error, super::HandlerError::Away(_));
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                stream = runner.subscription.stream.name(),
                "batch taken back"
            );
            for delivery in deliveries {
                if away {
                    pull::later(&delivery.message).await;
                } else {
                    alone(runner, workspace, delivery).await;
                }
            }
        }
    }
}

async fn alone(runner: &Runner, workspace: &Workspace, delivery: Delivery) {
    let last_try = delivery.attempts() >= runner.config.max_attempts;
    match isolate::apply_one_by_one(runner, workspace, &delivery, last_try).await {
        Ok(deferred) => answer(&[delivery], &deferred).await,
        Err(error) => {
            tracing::warn!(error = &error as &dyn std::error::Error, event.id = %delivery.event_id, "event put off");
            pull::later(&delivery.message).await;
        }
    }
}

async fn answer(deliveries: &[Delivery], deferred: &[usize]) {
    for (index, delivery) in deliveries.iter().enumerate() {
        if deferred.contains(&index) {
            pull::later(&delivery.message).await;
        } else {
            pull::done(&delivery.message).await;
        }
    }
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
