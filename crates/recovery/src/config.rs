use std::time::Duration;

use chrono::TimeDelta;
use serde::{Deserialize, Deserializer};

use crate::domain::rule::Rules;

/// The service's own section of the settings; `config.default.toml` says what each means.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    pub sentiment_at_most: f64,
    pub urgency_at_least: f64,
    #[serde(deserialize_with = "list")]
    pub webhook_allow_networks: Vec<String>,
    pub smtp_url: String,
    pub mail_from: String,
    pub mail_host: String,
    pub senders: usize,
    pub senders_per_endpoint: i64,
    pub poll_ms: u64,
    pub attempt_timeout_ms: u64,
    pub lease_ms: u64,
}

impl Config {
    /// What makes a comment a case.
    pub fn rules(&self) -> Rules {
        Rules { sentiment_at_most: self.sentiment_at_most, urgency_at_least: self.urgency_at_least }
    }

    /// How long one attempt may take.
    pub fn attempt_timeout(&self) -> Duration {
        Duration::from_millis(self.attempt_timeout_ms)
    }

    /// How long a sender has a notification to itself.
    pub fn lease(&self) -> TimeDelta {
        TimeDelta::from_std(Duration::from_millis(self.lease_ms)).unwrap_or(TimeDelta::MAX)
    }

    /// Refuses settings under which notifications would stand still or be sent twice.
    pub fn check(&self) -> Result<(), InvalidConfig> {
        let rules = [
            (
                "service.sentiment_at_most",
                !(-1.0..=1.0).contains(&self.sentiment_at_most),
                "is not from -1 to 1",
            ),
            ("service.urgency_at_least", !(0.0..=1.0).contains(&self.urgency_at_least), "is not from 0 to 1"),
            ("service.senders", self.senders == 0, "is 0"),
            ("service.senders_per_endpoint", self.senders_per_endpoint <= 0, "is not positive"),
            ("service.poll_ms", self.poll_ms == 0, "is 0"),
            ("service.attempt_timeout_ms", self.attempt_timeout_ms == 0, "is 0"),
            // What takes an attempt longer than the attempt itself is writing it down.
            (
                "service.lease_ms",
                self.lease_ms < self.attempt_timeout_ms.saturating_add(10_000),
                "is less than attempt_timeout_ms and 10000",
            ),
        ];
        match rules.into_iter().find(|(_, broken, _)| *broken) {
            Some((key, _, problem)) => Err(InvalidConfig { key, problem }),
            None => Ok(()),
        }
    }
}

/// A setting that cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{key} {problem}")]
pub struct InvalidConfig {
    key: &'static str,
    problem: &'static str,
}

/// Reads a list, or the text that an environment variable can hold.
fn list<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Given {
        List(Vec<String>),
        Text(String),
    }
    Ok(match Given::deserialize(deserializer)? {
        Given::List(list) => list,
        Given::Text(text) => {
            text.split(',').map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect()
        }
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::Config;

    fn config(key: &str, value: Value) -> Config {
        let mut settings = json!({
            "sentiment_at_most": -0.5, "urgency_at_least": 0.5, "webhook_allow_networks": [], "smtp_url": "",
            "mail_from": "ting@example.com", "mail_host": "ting", "senders": 1, "senders_per_endpoint": 1, "poll_ms": 1,
            "attempt_timeout_ms": 20_000, "lease_ms": 60_000,
        });
        settings[key] = value;
        serde_json::from_value(settings).unwrap()
    }

    #[test]
    fn settings_that_lose_or_repeat_notifications_are_refused() {
        let rows = [
            ("senders", json!(0)),
            ("senders_per_endpoint", json!(0)),
            ("poll_ms", json!(0)),
            ("attempt_timeout_ms", json!(0)),
            ("lease_ms", json!(29_999)),
            ("sentiment_at_most", json!(-1.1)),
            ("urgency_at_least", json!(2)),
        ];
        for (key, value) in rows {
            let error = config(key, value).check().unwrap_err();
            assert!(error.to_string().starts_with(&format!("service.{key} ")), "{error}");
        }
        assert_eq!(config("lease_ms", json!(30_000)).check(), Ok(()));
    }

    #[test]
    fn networks_are_a_list_or_the_text_of_an_environment_variable() {
        for value in
            [json!(["10.0.0.0/8", "::1/128"]), json!("10.0.0.0/8, ::1/128"), json!("10.0.0.0/8,::1/128,")]
        {
            assert_eq!(
                config("webhook_allow_networks", value).webhook_allow_networks,
                ["10.0.0.0/8", "::1/128"]
            );
        }
        assert!(config("webhook_allow_networks", json!("")).webhook_allow_networks.is_empty());
    }
}
