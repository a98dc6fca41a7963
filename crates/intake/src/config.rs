use serde::Deserialize;

/// What intake adds to the settings of every service; documented in `config.default.toml`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    pub writer_tasks: usize,
    pub queue_items: usize,
    pub batch_items: usize,
    pub import_idle_ms: u64,
}

/// A setting that intake cannot work with.
#[derive(Debug, thiserror::Error)]
#[error("service.{key} {problem}")]
pub struct InvalidConfig {
    key: &'static str,
    problem: &'static str,
}

impl Config {
    /// Refuses values with which nothing would ever be taken in.
    pub fn check(&self) -> Result<(), InvalidConfig> {
        let rules = [
            ("writer_tasks", !(1..=2).contains(&self.writer_tasks), "is not 1 or 2"),
            ("batch_items", self.batch_items == 0, "is 0"),
            (
                "queue_items",
                self.queue_items < crate::app::MAX_BATCH,
                "is smaller than one batch of a client (1000)",
            ),
            ("import_idle_ms", self.import_idle_ms == 0, "is 0"),
        ];
        match rules.into_iter().find(|(_, broken, _)| *broken) {
            Some((key, _, problem)) => Err(InvalidConfig { key, problem }),
            None => Ok(()),
        }
    }
}
