use std::{collections::BTreeMap, sync::Arc, time::Duration};

use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::{fault::chain, metrics, store::Store};

/// How often the store is asked, and how long it may take to answer.
const EVERY: Duration = Duration::from_secs(2);

/// What the service needs to do its work, by name, and whether it is there.
pub type Components = BTreeMap<&'static str, bool>;

/// Whether the service can do its work. Not being ready is no reason to restart it: it comes back with what it waits for.
#[derive(Debug, Clone)]
pub struct Readiness(Arc<watch::Sender<Components>>);

impl Readiness {
    /// Starts with every component down.
    pub fn new(components: &[&'static str]) -> Self {
        for component in components {
            metrics::component_up(component, false);
        }
        Self(Arc::new(watch::Sender::new(components.iter().map(|name| (*name, false)).collect())))
    }

    /// Reports that `component` answers.
    pub fn up(&self, component: &'static str) {
        self.set(component, true);
    }

    /// Reports that `component` does not answer.
    pub fn down(&self, component: &'static str) {
        self.set(component, false);
    }

    /// Whether everything is there.
    pub fn is_ready(&self) -> bool {
        self.0.borrow().values().all(|up| *up)
    }

    /// Every component and whether it is there.
    pub fn components(&self) -> Components {
        self.0.borrow().clone()
    }

    /// Tells of changes. It never closes while a clone of this is alive.
    pub fn subscribe(&self) -> watch::Receiver<Components> {
        self.0.subscribe()
    }

    /// Asks the store again and again until `shutdown`, and reports it as `postgres`.
    pub async fn watch_store(self, store: Store, shutdown: CancellationToken) {
        loop {
            store.measure_pool();
            let answer = tokio::time::timeout(EVERY, store.ping()).await;
            // Under load the question waits for a connection like everybody: that is no reason to send the load elsewhere.
            let up = matches!(answer, Ok(Ok(()))) || (answer.is_err() && store.is_busy());
            if self.set("postgres", up) && !up {
                let cause = answer.map_or_else(
                    |_| "no answer".to_owned(),
                    |ping| ping.map_or_else(|error| chain(&error), |()| String::new()),
                );
                tracing::warn!(cause, "the store is not there");
            }
            tokio::select! {
                () = shutdown.cancelled() => return,
                () = tokio::time::sleep(EVERY) => {}
            }
        }
    }

    /// Tells whether that was a change.
    fn set(&self, component: &'static str, up: bool) -> bool {
        metrics::component_up(component, up);
        self.0.send_if_modified(|components| components.insert(component, up) != Some(up))
    }
}

#[cfg(test)]
mod tests {
    use super::Readiness;

    #[test]
    fn a_service_is_ready_when_every_component_is_up() {
        let readiness = Readiness::new(&["nats", "postgres"]);
        assert!(!readiness.is_ready());
        readiness.up("nats");
        assert!(!readiness.is_ready());
        readiness.up("postgres");
        assert!(readiness.is_ready());
        readiness.down("nats");
        assert!(!readiness.is_ready());
    }

    #[test]
    fn only_changes_are_told() {
        let readiness = Readiness::new(&["nats"]);
        let receiver = readiness.subscribe();
        readiness.down("nats");
        assert!(!receiver.has_changed().unwrap());
        readiness.up("nats");
        assert!(receiver.has_changed().unwrap());
    }
}
