use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::ShutdownConfig;

/// The two stages of the end: clients are told first, then calls and work stop.
pub(crate) struct Stages {
    /// Ends the listeners.
    pub serve: CancellationToken,
    /// Ends consumers, relay and other background work.
    pub work: CancellationToken,
}

impl Stages {
    pub fn new(shutdown: &CancellationToken, config: &ShutdownConfig) -> Self {
        let (serve, work) = (CancellationToken::new(), CancellationToken::new());
        let stages = Self { serve: serve.clone(), work: work.clone() };
        let (shutdown, notice) = (shutdown.clone(), Duration::from_millis(config.notice_ms));
        // Not tracked: the tracker would wait for a task that waits for the end.
        #[expect(clippy::disallowed_methods, reason = "outlives nothing: it ends with the process")]
        tokio::spawn(async move {
            shutdown.cancelled().await;
            tokio::time::sleep(notice).await;
            serve.cancel();
            work.cancel();
        });
        stages
    }
}
