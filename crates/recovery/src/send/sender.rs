use std::{error::Error, sync::Arc, time::Duration};

use ting_chassis::store::Store;
use ting_events::Workspace;
use tokio::{
    sync::{Notify, OwnedSemaphorePermit, Semaphore},
    time::Instant,
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{Mailer, Webhooks, mailer::Mail, webhooks::Post};
use crate::{
    Config,
    app::{Made, record_attempt, record_refusal},
    domain::{
        delivery::{Failure, Outcome, Reason},
        endpoint::EndpointKind,
        secret::Secret,
    },
    metrics,
    store::notification::{self, Claim, Share},
};

/// How often, and after what pause, a result is offered to a store that does not take it.
const RECORD_TRIES: u32 = 3;
const RECORD_PAUSE: Duration = Duration::from_secs(1);

/// Takes due notifications of all workspaces and delivers them, several at a time. Any number of replicas may run one.
///
/// No transaction is open while something is sent: the claim is committed before, the result after. A sender that dies in between
/// leaves a lease that runs out; then another one sends the same notification with the same id.
pub struct Sender {
    pub store: Store,
    pub webhooks: Webhooks,
    /// `None` when there is no mail server.
    pub mailer: Option<Mailer>,
    /// Rung when there is something to send.
    pub wake: Arc<Notify>,
    pub config: Config,
}

impl Sender {
    /// Works until `shutdown`; what is on its way then is finished by tasks of `tracker`.
    pub async fn run(self: Arc<Self>, tracker: TaskTracker, shutdown: CancellationToken) {
        let permits = Arc::new(Semaphore::new(self.config.senders));
        while let Some(permit) =
            shutdown.run_until_cancelled(Arc::clone(&permits).acquire_owned()).await.and_then(Result::ok)
        {
            let claims = self.claim(1 + permits.available_permits()).await;
            if claims.is_empty() {
                drop(permit);
                self.rest(&shutdown).await;
                continue;
            }
            let mut held = Some(permit);
            for claim in claims {
                // Only this task takes permits, and no more is claimed than there were.
                let Some(permit) = held.take().or_else(|| Arc::clone(&permits).try_acquire_owned().ok())
                else {
                    break;
                };
                tracker.spawn(Arc::clone(&self).deliver(claim, permit));
            }
        }
    }

    /// Waits for a reason to look again.
    async fn rest(&self, shutdown: &CancellationToken) {
        tokio::select! {
            () = shutdown.cancelled() => {}
            () = self.wake.notified() => {}
            () = tokio::time::sleep(Duration::from_millis(self.config.poll_ms)) => {}
        }
    }

    /// Takes up to `most` notifications; none when the store is away, which is a reason to wait as well.
    async fn claim(&self, most: usize) -> Vec<Claim> {
        self.try_claim(most).await.unwrap_or_else(|error| {
            tracing::warn!(error = &error as &dyn Error, "could not look for notifications that are due");
            Vec::new()
        })
    }

    async fn try_claim(&self, most: usize) -> sqlx::Result<Vec<Claim>> {
        let share = Share {
            notifications: i64::try_from(most).unwrap_or(i64::MAX),
            per_endpoint: self.config.senders_per_endpoint,
        };
        let mut tx = self.store.begin_everywhere().await?;
        let now = tx.now();
        let until = now + self.config.lease();
        let claims = notification::claim(&mut tx, share, now, until).await?;
        tx.commit().await?;
        Ok(claims)
    }

    async fn deliver(self: Arc<Self>, claim: Claim, permit: OwnedSemaphorePermit) {
        let made = if claim.enabled { self.attempt(&claim).await } else { None };
        let mut tries = 1;
        while let Err(error) = self.record(&claim, made).await {
            let id = claim.notification_id;
            tracing::warn!(notification.id = %id, error = &error as &dyn Error, "could not record an attempt");
            // When all fail the lease runs out, and it is sent again with the same id.
            if tries == RECORD_TRIES {
                break;
            }
            tries += 1;
            tokio::time::sleep(RECORD_PAUSE).await;
        }
        drop(permit);
        // The endpoint has room for the next one.
        self.wake.notify_one();
    }

    async fn record(&self, claim: &Claim, made: Option<Made>) -> sqlx::Result<()> {
        let workspace =
            Workspace::parse(&claim.workspace_id).map_err(|error| sqlx::Error::Decode(error.into()))?;
        match made {
            Some(made) => record_attempt(&self.store, &workspace, claim, made).await,
            None => record_refusal(&self.store, &workspace, claim).await,
        }
    }

    /// Sends it once; `None` when it cannot even be tried, which only a row that was tampered with can bring about.
    async fn attempt(&self, claim: &Claim) -> Option<Made> {
        let (at, started) = (self.store.clock.now(), Instant::now());
        let id = claim.notification_id.to_string();
        let outcome = match claim.endpoint_kind {
            EndpointKind::Webhook => {
                let secret = Secret::parse(claim.secret.as_deref()?).ok()?;
                let post = Post { url: &claim.target, id: &id, secret: &secret, body: &claim.body, now: at };
                self.webhooks.post(&post).await
            }
            EndpointKind::Email => self.mail(claim, &id).await,
        };
        let taken = started.elapsed();
        metrics::attempt(claim.endpoint_kind, &outcome, taken);
        let took_ms = i64::try_from(taken.as_millis()).unwrap_or(i64::MAX);
        Some(Made { at, took_ms, outcome })
    }

    async fn mail(&self, claim: &Claim, id: &str) -> Outcome {
        // The operator has taken the server away since; it may come back.
        let Some(mailer) = &self.mailer else {
            return Outcome::failed(0, Reason::Smtp, Failure::Passing { after: None });
        };
        let now = self.store.clock.now();
        mailer.send(&Mail { to: &claim.target, id, kind: claim.kind, body: &claim.body, now }).await
    }
}
