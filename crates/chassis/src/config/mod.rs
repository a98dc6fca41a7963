use std::path::Path;

use config::ConfigError;
use serde::{Deserialize, de::DeserializeOwned};

use crate::{
    admin::AdminConfig,
    consumer::ConsumerConfig,
    grpc::GrpcConfig,
    store::{AuditConfig, DatabaseConfig, RelayConfig},
};

mod layers;

pub use layers::{Layers, Setting};

/// What every service has; `docs/operating/settings.md` is made of it.
pub const DEFAULTS: &str = include_str!("../../config.default.toml");

/// All settings of a service: the chassis' own and, in `service`, what the service adds.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings<C> {
    pub database: DatabaseConfig,
    pub nats: NatsConfig,
    pub grpc: GrpcConfig,
    pub admin: AdminConfig,
    pub auth: AuthConfig,
    pub relay: RelayConfig,
    pub audit: AuditConfig,
    pub consumer: ConsumerConfig,
    pub telemetry: ting_telemetry::TelemetryConfig,
    pub shutdown: ShutdownConfig,
    pub service: C,
}

/// How the service reaches NATS.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NatsConfig {
    pub url: String,
    pub credentials_file: String,
    pub replicas: usize,
    pub stream_max_bytes: i64,
}

/// What checks callers.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuthConfig {
    pub public_key_file: String,
    pub page_secret: String,
}

// The secret must not reach a log.
impl std::fmt::Debug for AuthConfig {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AuthConfig").field("public_key_file", &self.public_key_file).finish_non_exhaustive()
    }
}

/// How the service ends.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShutdownConfig {
    pub notice_ms: u64,
    pub drain_ms: u64,
}

/// Settings that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum InvalidSettings {
    #[error("the configuration cannot be read: {0}")]
    Read(#[from] ConfigError),
    #[error("{key} {problem}; set it in the configuration file or as {}", layers::variable(key))]
    Value { key: String, problem: &'static str },
}

impl<C: DeserializeOwned> Settings<C> {
    /// Reads the defaults, then `file`, then the environment; the last word wins.
    pub fn load(service_defaults: &str, file: Option<&Path>) -> Result<Self, InvalidSettings> {
        let settings: Self = Layers::read(&[DEFAULTS, service_defaults], file)?.settings()?;
        settings.check()?;
        Ok(settings)
    }

    fn check(&self) -> Result<(), InvalidSettings> {
        let rules = [
            ("database.url", self.database.url.is_empty(), "is empty"),
            ("database.owner_url", self.database.owner_url.is_empty(), "is empty"),
            (
                "database.url",
                self.database.url == self.database.owner_url,
                "is that of the owner, for whom the walls between workspaces do not hold",
            ),
            ("nats.url", self.nats.url.is_empty(), "is empty"),
            ("auth.public_key_file", self.auth.public_key_file.is_empty(), "is empty"),
            ("auth.page_secret", self.auth.page_secret.len() < 16, "has fewer than 16 characters"),
            ("consumer.workers", self.consumer.workers == 0, "is 0"),
            ("relay.batch", self.relay.batch <= 0, "is not positive"),
        ];
        match rules.into_iter().find(|(_, broken, _)| *broken) {
            Some((key, _, problem)) => Err(InvalidSettings::Value { key: key.to_owned(), problem }),
            None => Ok(()),
        }
    }
}
