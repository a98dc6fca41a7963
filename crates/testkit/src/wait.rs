use std::{fmt::Debug, time::Duration};

use tokio::time::Instant;

/// Waits until `probe` gives something, for at most ten seconds.
pub async fn eventually<T, E: Debug>(probe: impl AsyncFnMut() -> Result<T, E>) -> T {
    eventually_within(Duration::from_secs(10), probe).await
}

/// Waits until `probe` succeeds, and fails the test with its last error when `patience` is over.
pub async fn eventually_within<T, E: Debug>(
    patience: Duration,
    mut probe: impl AsyncFnMut() -> Result<T, E>,
) -> T {
    let deadline = Instant::now() + patience;
    loop {
        match probe().await {
            Ok(value) => return value,
            Err(error) => assert!(Instant::now() < deadline, "still not after {patience:?}: {error:?}"),
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
