use std::{
    collections::{BTreeMap, HashMap},
    fmt,
    path::Path,
};

use config::{Config, ConfigError, Environment, File, FileFormat, Value, ValueKind};
use serde::de::DeserializeOwned;

use super::InvalidSettings;

/// What `.env.example` has in place of every secret; whoever still has it has no secrets.
const SAMPLE: &str = "change-me";

/// The documented defaults, a file and the environment, one over the other: the last word wins.
pub struct Layers(Vec<(String, Config)>);

/// One setting as it will be used, and who has said so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// `database.url`
    pub key: String,
    /// With what is secret in it masked.
    pub value: String,
    /// `default`, the name of the file, or the environment variable.
    pub origin: String,
}

impl Layers {
    /// Reads all layers.
    pub fn read(defaults: &[&str], file: Option<&Path>) -> Result<Self, ConfigError> {
        let mut layers = Vec::new();
        for text in defaults {
            layers.push(("default".to_owned(), single(File::from_str(text, FileFormat::Toml))?));
        }
        if let Some(file) = file {
            let source = File::from(file).format(FileFormat::Toml);
            layers.push((file.display().to_string(), single(source)?));
        }
        let environment =
            Environment::with_prefix("TING").prefix_separator("__").separator("__").try_parsing(true);
        layers.push((String::new(), single(environment)?));
        Ok(Self(layers))
    }

    /// The settings, all of them known, none of them a sample.
    pub fn settings<T: DeserializeOwned>(&self) -> Result<T, InvalidSettings> {
        let mut all = Config::builder();
        for (_, layer) in &self.0 {
            all = all.add_source(layer.clone());
        }
        let settings = all.build()?.try_deserialize()?;
        for (key, (value, _)) in self.values()? {
            if value.contains(SAMPLE) {
                let problem = "holds a sample in place of a secret; `ting ops init` makes real ones";
                return Err(InvalidSettings::Value { key, problem });
            }
        }
        Ok(settings)
    }

    /// Every setting with where it comes from, in alphabetical order.
    pub fn report(&self) -> Result<Vec<Setting>, ConfigError> {
        let setting = |(key, (value, origin)): (String, (String, String))| {
            let value = masked(&key, &value);
            let origin = if origin.is_empty() { variable(&key) } else { origin };
            Setting { key, value, origin }
        };
        Ok(self.values()?.into_iter().map(setting).collect())
    }

    /// Values as text by their key, with the layer that has the last word.
    fn values(&self) -> Result<BTreeMap<String, (String, String)>, ConfigError> {
        let mut values = BTreeMap::new();
        for (origin, layer) in &self.0 {
            let table: HashMap<String, Value> = layer.clone().try_deserialize()?;
            for (key, value) in table {
                flatten(&key, &value, origin, &mut values);
            }
        }
        Ok(values)
    }
}

impl fmt::Display for Setting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} = {}  ({})", self.key, self.value, self.origin)
    }
}

/// The environment variable of a setting.
pub(super) fn variable(key: &str) -> String {
    format!("TING__{}", key.replace('.', "__").to_uppercase())
}

fn single(source: impl config::Source + Send + Sync + 'static) -> Result<Config, ConfigError> {
    Config::builder().add_source(source).build()
}

fn flatten(key: &str, value: &Value, origin: &str, into: &mut BTreeMap<String, (String, String)>) {
    match &value.kind {
        ValueKind::Table(table) => {
            for (name, value) in table {
                flatten(&format!("{key}.{name}"), value, origin, into);
            }
        }
        ValueKind::Array(items) => {
            let items: Vec<String> = items.iter().map(ToString::to_string).collect();
            into.insert(key.to_owned(), (items.join(","), origin.to_owned()));
        }
        kind => {
            into.insert(key.to_owned(), (kind.to_string(), origin.to_owned()));
        }
    }
}

/// Hides a secret, and the password within an address.
fn masked(key: &str, value: &str) -> String {
    if key.ends_with("secret") && !value.is_empty() {
        return "***".to_owned();
    }
    let hidden = || {
        let (scheme, rest) = value.split_once("://")?;
        let (authority, path) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
        let (user, place) = authority.rsplit_once('@')?;
        let (name, _) = user.split_once(':')?;
        Some(format!("{scheme}://{name}:***@{place}{path}"))
    };
    hidden().unwrap_or_else(|| value.to_owned())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde::Deserialize;

    use super::{Layers, masked, variable};

    const DEFAULTS: &str = "[database]\nurl = ''\nport = 1\n[auth]\npage_secret = ''";

    #[derive(Debug, Deserialize)]
    struct All {
        database: BTreeMap<String, String>,
    }

    fn layers(file: &str) -> Layers {
        let path = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(path.path(), file).unwrap();
        Layers::read(&[DEFAULTS], Some(path.path())).unwrap()
    }

    #[test]
    fn each_setting_is_shown_with_its_origin_and_without_its_secrets() {
        let layers = layers("[database]\nurl = 'postgres://u:p@h/d'\n[auth]\npage_secret = 'abc'");
        let report = layers.report().unwrap();
        let shown: Vec<(&str, &str)> =
            report.iter().map(|setting| (setting.key.as_str(), setting.value.as_str())).collect();
        assert_eq!(
            shown,
            [("auth.page_secret", "***"), ("database.port", "1"), ("database.url", "postgres://u:***@h/d")]
        );
        assert_eq!(report[1].origin, "default");
        assert_ne!(report[2].origin, "default");
        assert_eq!(layers.settings::<All>().unwrap().database["url"], "postgres://u:p@h/d");
    }

    #[test]
    fn a_sample_is_no_secret_and_its_variable_is_named() {
        let refused = layers("[auth]\npage_secret = 'change-me'").settings::<All>().unwrap_err();
        assert!(refused.to_string().contains("TING__AUTH__PAGE_SECRET"), "{refused}");
        let within = layers("[database]\nurl = 'postgres://u:change-me@h/d'").settings::<All>().unwrap_err();
        assert!(within.to_string().contains("TING__DATABASE__URL"), "{within}");
    }

    #[test]
    fn addresses_without_a_password_are_shown_whole() {
        for plain in ["nats://h:4222", "http://h:1/a@b", "", "postgres:///d?host=/tmp"] {
            assert_eq!(masked("nats.url", plain), plain);
        }
        assert_eq!(masked("nats.url", "nats://u:a@b:c@h:4222"), "nats://u:***@h:4222");
        assert_eq!(variable("nats.url"), "TING__NATS__URL");
    }
}
