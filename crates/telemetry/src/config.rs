use serde::{Deserialize, Serialize};

/// What is logged and where spans go.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TelemetryConfig {
    /// Levels in the syntax of `tracing_subscriber::EnvFilter`: `info`, `info,ting_intake=debug`.
    pub log_filter: String,
    /// `text` for people, `json` for machines.
    pub log_format: LogFormat,
    /// Where spans go, OTLP over gRPC without TLS: `http://collector:4317`. Empty: nowhere.
    pub otlp_endpoint: String,
    /// Share of traces kept, 0 to 1, where the caller has not decided.
    pub sample_ratio: f64,
}

impl Default for TelemetryConfig {
    fn default() -> Self {
        Self {
            log_filter: "info".to_owned(),
            log_format: LogFormat::Text,
            otlp_endpoint: String::new(),
            sample_ratio: 1.0,
        }
    }
}

/// How a log line looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    Text,
    Json,
}

#[cfg(test)]
mod tests {
    use super::{LogFormat, TelemetryConfig};

    #[test]
    fn an_unknown_setting_is_refused_and_an_absent_one_has_its_default() {
        assert!(toml::from_str::<TelemetryConfig>("log = 'debug'").is_err());
        let config: TelemetryConfig = toml::from_str("log_format = 'json'").unwrap();
        assert_eq!(config, TelemetryConfig { log_format: LogFormat::Json, ..TelemetryConfig::default() });
    }
}
