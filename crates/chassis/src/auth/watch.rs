use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::Verifier;
use crate::fault::chain;

/// How soon a new key is known everywhere and a revoked token is refused.
const EVERY: Duration = Duration::from_secs(2);

impl Verifier {
    /// Reads `file`, which held `text`, again whenever it changes, until `shutdown`. A file that is gone or not good changes nothing, and is told of once.
    pub async fn watch(self, file: String, text: String, shutdown: CancellationToken) {
        let mut known = Some(text);
        loop {
            tokio::select! {
                () = shutdown.cancelled() => return,
                () = tokio::time::sleep(EVERY) => {}
            }
            let text = tokio::fs::read_to_string(&file).await.ok();
            if text == known {
                continue;
            }
            match text.as_deref().map(|text| self.replace(text)) {
                Some(Ok((keys, revocations))) => {
                    tracing::info!(file, keys, revocations, "the keys that check tokens were read again");
                }
                Some(Err(error)) => {
                    tracing::error!(file, error = chain(&error), "the keys of before stay good");
                }
                None => tracing::error!(file, "cannot be read; the keys of before stay good"),
            }
            known = text;
        }
    }
}
