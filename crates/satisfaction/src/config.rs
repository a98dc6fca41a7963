use serde::Deserialize;

use crate::domain::expectation::{Expectations, InvalidExpectation};

/// The `[service]` section; `config.default.toml` explains every key.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    pub expected_nps: i16,
    pub expected_csat: i16,
    pub expected_ces: i16,
    pub tolerance_permille: u32,
}

impl Config {
    /// What customers expect.
    pub fn expectations(&self) -> Result<Expectations, InvalidExpectation> {
        Expectations::try_new(
            self.expected_nps,
            self.expected_csat,
            self.expected_ces,
            self.tolerance_permille,
        )
    }
}
