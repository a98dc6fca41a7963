use tokio_util::sync::CancellationToken;
use tonic_health::{ServingStatus, server::HealthReporter};

use crate::Readiness;

/// The server's own part in readiness.
const CALLS: &str = "calls";

/// Tells `grpc.health.v1` what readiness says.
pub(super) struct Reporter {
    pub health: HealthReporter,
    pub readiness: Readiness,
    pub names: Vec<&'static str>,
}

impl Reporter {
    /// Reports before the first call comes.
    pub async fn start(&self) {
        self.readiness.up(CALLS);
        self.publish().await;
    }

    /// Reports every change until the end begins, and then that the service is not ready.
    pub async fn follow(&self, notice: &CancellationToken, shutdown: &CancellationToken) {
        let mut changes = self.readiness.subscribe();
        loop {
            self.publish().await;
            tokio::select! {
                // Never closes: `self.readiness` holds the other end.
                _ = changes.changed() => {}
                () = notice.cancelled() => break,
                () = shutdown.cancelled() => break,
            }
        }
        self.readiness.down(CALLS);
        self.publish().await;
    }

    async fn publish(&self) {
        let status =
            if self.readiness.is_ready() { ServingStatus::Serving } else { ServingStatus::NotServing };
        // "" is the server as a whole.
        for name in self.names.iter().copied().chain([""]) {
            self.health.set_service_status(name, status).await;
        }
    }
}
