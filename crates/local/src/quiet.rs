//! Tells when the loop has nothing left to do.

use std::time::Duration;

use anyhow::{Context as _, ensure};
use ting_chassis::auth::Role;
use ting_proto::{
    analysis::v1::{ListRunsRequest, RunState, analysis_service_client::AnalysisServiceClient},
    ops::v1::{GetStatusRequest, ops_service_client::OpsServiceClient},
    recovery::v1::{ListNotificationsRequest, recovery_service_client::RecoveryServiceClient},
};
use tokio::time::Instant;
use tonic::{Request, transport::Endpoint};

use crate::{Cluster, services};

/// Looks in a row that must find nothing to do: an event may be between two stores when one look passes by.
const LOOKS: u32 = 4;

/// What has to be done before it counts as quiet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Until {
    /// Every event is in every store that wants it.
    Stored,
    /// That, and no run goes on and no notification is due.
    Done,
}

/// Waits until nothing is left to do; `say` is told what it waits for.
pub async fn quiet(
    cluster: &Cluster,
    workspace: &str,
    until: Until,
    patience: Duration,
    mut say: impl FnMut(&str),
) -> anyhow::Result<()> {
    let token = cluster.token(workspace, Role::Admin, "ting-local")?;
    let deadline = Instant::now() + patience;
    let mut calm = 0;
    while calm < LOOKS {
        match waiting(cluster, &token, until).await {
            Ok(None) => calm += 1,
            Ok(Some(what)) => {
                say(&what);
                calm = 0;
            }
            // A service that is being restarted is a service that is not quiet.
            Err(error) => {
                say(&error.to_string());
                calm = 0;
            }
        }
        ensure!(
            Instant::now() < deadline,
            "still busy after {patience:?}: {:?}",
            waiting(cluster, &token, until).await
        );
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    Ok(())
}

async fn waiting(cluster: &Cluster, token: &str, until: Until) -> anyhow::Result<Option<String>> {
    for name in services::NAMES {
        let mut client =
            OpsServiceClient::new(Endpoint::from_shared(cluster.address(name))?.connect().await?);
        let status = client.get_status(with(token, GetStatusRequest {})?).await?.into_inner();
        if status.outbox_pending > 0 {
            return Ok(Some(format!("{name}: {} events to publish", status.outbox_pending)));
        }
        for consumer in status.consumers {
            let left = consumer.pending + consumer.unacknowledged;
            if left > 0 {
                return Ok(Some(format!("{name}: {left} events of {} to take", consumer.stream)));
            }
        }
    }
    if until == Until::Stored {
        return Ok(None);
    }
    match running(cluster, token).await? {
        Some(what) => Ok(Some(what)),
        None => notifications(cluster, token).await,
    }
}

async fn running(cluster: &Cluster, token: &str) -> anyhow::Result<Option<String>> {
    let mut client =
        AnalysisServiceClient::new(Endpoint::from_shared(cluster.address("analysis"))?.connect().await?);
    let runs = client
        .list_runs(with(token, ListRunsRequest { page_size: 1, ..Default::default() })?)
        .await?
        .into_inner()
        .runs;
    let run = runs.into_iter().find(|run| run.state() == RunState::Running);
    Ok(run.map(|run| format!("analysis: building themes, {:.0} %", run.progress * 100.0)))
}

async fn notifications(cluster: &Cluster, token: &str) -> anyhow::Result<Option<String>> {
    let mut client =
        RecoveryServiceClient::new(Endpoint::from_shared(cluster.address("recovery"))?.connect().await?);
    let request = ListNotificationsRequest { page_size: 1, ..Default::default() };
    let pending = client.list_notifications(with(token, request)?).await?.into_inner().pending;
    Ok((pending > 0).then(|| format!("recovery: {pending} notifications to deliver")))
}

/// A request that carries a token.
pub fn with<T>(token: &str, message: T) -> anyhow::Result<Request<T>> {
    let mut request = Request::new(message);
    request
        .metadata_mut()
        .insert("authorization", format!("Bearer {token}").parse().context("a token is a header")?);
    Ok(request)
}
