use std::path::Path;

use serde::Deserialize;
use ting_chassis::{InvalidSettings, Layers, ShutdownConfig, admin::AdminConfig};
use ting_telemetry::TelemetryConfig;

/// Every setting with its default, documented.
pub const DEFAULTS: &str = include_str!("../config.default.toml");

/// All settings of the gateway. It has no store, so it does not share those of the services.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    pub address: String,
    pub public_url: String,
    pub services: ServicesConfig,
    pub nats: NatsConfig,
    pub auth: AuthConfig,
    pub session: SessionConfig,
    pub live: LiveConfig,
    pub admin: AdminConfig,
    pub telemetry: TelemetryConfig,
    pub shutdown: ShutdownConfig,
}

/// Where the services answer.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServicesConfig {
    pub intake: String,
    pub analysis: String,
    pub satisfaction: String,
    pub recovery: String,
    pub deadline_ms: u64,
}

/// How the gateway hears of changes.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NatsConfig {
    pub url: String,
    pub credentials_file: String,
}

/// What checks tokens.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuthConfig {
    pub public_key_file: String,
}

/// How long sessions live.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SessionConfig {
    pub max_hours: u32,
    pub idle_minutes: u32,
    pub max_sessions: usize,
}

/// How changes reach open pages.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LiveConfig {
    pub max_per_user: usize,
    pub max_connections: usize,
    pub refresh_ms: u64,
    pub heartbeat_ms: u64,
    pub slow_ms: u64,
}

impl Settings {
    /// Reads the defaults, then `file`, then the environment; the last word wins.
    pub fn load(file: Option<&Path>) -> Result<Self, InvalidSettings> {
        let settings: Self = Layers::read(&[DEFAULTS], file)?.settings()?;
        settings.check()?;
        Ok(settings)
    }

    /// Whether browsers come over TLS.
    pub fn https(&self) -> bool {
        self.public_url.starts_with("https://")
    }

    fn check(&self) -> Result<(), InvalidSettings> {
        let http = |url: &str| url.starts_with("http://") || url.starts_with("https://");
        let no_address = "is no http:// or https:// address";
        let bare = self.public_url.splitn(4, '/').nth(3).is_none();
        let rules = [
            ("public_url", !self.public_url.is_empty() && !http(&self.public_url), no_address),
            ("public_url", !bare, "has a path or a slash at its end"),
            ("services.intake", !http(&self.services.intake), no_address),
            ("services.analysis", !http(&self.services.analysis), no_address),
            ("services.satisfaction", !http(&self.services.satisfaction), no_address),
            ("services.recovery", !http(&self.services.recovery), no_address),
            ("services.deadline_ms", self.services.deadline_ms == 0, "is 0"),
            ("nats.url", self.nats.url.is_empty(), "is empty"),
            ("auth.public_key_file", self.auth.public_key_file.is_empty(), "is empty"),
            ("session.max_sessions", self.session.max_sessions == 0, "is 0"),
            ("live.max_per_user", self.live.max_per_user == 0, "is 0"),
            ("live.heartbeat_ms", self.live.heartbeat_ms == 0, "is 0"),
        ];
        match rules.into_iter().find(|(_, broken, _)| *broken) {
            Some((key, _, problem)) => Err(InvalidSettings::Value { key: key.to_owned(), problem }),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Settings;

    fn load(toml: &str) -> Result<Settings, String> {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), toml).unwrap();
        Settings::load(Some(file.path())).map_err(|error| error.to_string())
    }

    #[test]
    fn the_defaults_want_nothing_but_a_key() {
        assert!(load("").unwrap_err().contains("TING__AUTH__PUBLIC_KEY_FILE"));
        let settings = load("[auth]\npublic_key_file = 'key.pem'").unwrap();
        assert_eq!((settings.address.as_str(), settings.https()), ("127.0.0.1:7100", false));
        assert_eq!(settings.services.recovery, "http://127.0.0.1:7104");
    }

    #[test]
    fn what_cannot_work_is_refused_by_name() {
        let bad = [
            ("public_url = 'ting.example.com'", "public_url"),
            ("public_url = 'https://ting.example.com/'", "public_url"),
            ("services = { intake = 'intake:7101' }", "services.intake"),
            ("live = { max_per_user = 0 }", "live.max_per_user"),
            ("adress = 'x'", "adress"),
        ];
        for (line, key) in bad {
            let error = load(&format!("{line}\n[auth]\npublic_key_file = 'key.pem'")).unwrap_err();
            assert!(error.contains(key), "{line}: {error}");
        }
    }
}
