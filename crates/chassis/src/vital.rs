use std::panic::AssertUnwindSafe;

use futures::FutureExt as _;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// Spawns the tasks without which a service only looks alive. When one of them ends before its time, the service ends too, so that
/// whoever runs it starts it again.
#[derive(Debug, Clone)]
pub(crate) struct Vital {
    pub tracker: TaskTracker,
    /// Ends the tasks in good order.
    pub work: CancellationToken,
    /// Ends the service.
    pub shutdown: CancellationToken,
}

impl Vital {
    pub fn spawn(&self, name: &'static str, task: impl Future<Output = ()> + Send + 'static) {
        let vital = self.clone();
        self.tracker.spawn(async move {
            let panicked = AssertUnwindSafe(task).catch_unwind().await.is_err();
            if !vital.work.is_cancelled() {
                tracing::error!(task = name, panicked, "a vital task has ended; the service ends with it");
                vital.shutdown.cancel();
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use tokio_util::{sync::CancellationToken, task::TaskTracker};

    use super::Vital;

    fn vital() -> Vital {
        Vital {
            tracker: TaskTracker::new(),
            work: CancellationToken::new(),
            shutdown: CancellationToken::new(),
        }
    }

    #[tokio::test]
    async fn a_task_that_panics_ends_the_service() {
        let vital = vital();
        vital.spawn("test", async { panic!("a defect") });
        vital.shutdown.cancelled().await;
    }

    #[tokio::test]
    async fn a_task_that_ends_after_shutdown_ends_nothing() {
        let vital = vital();
        vital.work.cancel();
        vital.spawn("test", async {});
        vital.tracker.close();
        vital.tracker.wait().await;
        assert!(!vital.shutdown.is_cancelled());
    }
}
