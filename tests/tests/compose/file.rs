//! Reads docker-compose.yml as the engine does: merges, then variables.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use yaml_serde::Value;

/// The root of the repository.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// The variables of a file of `NAME=value` lines.
pub fn variables(text: &str) -> BTreeMap<String, String> {
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines
        .filter_map(|line| line.split_once('='))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

/// One service of the file, with all variables replaced.
#[derive(Debug, Clone)]
pub struct Service {
    pub command: Vec<String>,
    pub environment: BTreeMap<String, String>,
    pub health: Vec<String>,
}

/// The services of docker-compose.yml by name.
pub fn services(variables: &BTreeMap<String, String>) -> BTreeMap<String, Service> {
    let text = std::fs::read_to_string(root().join("docker-compose.yml")).unwrap();
    let mut file: Value = yaml_serde::from_str(&text).unwrap();
    file.apply_merge().unwrap();
    let words = |value: Option<&Value>| -> Vec<String> {
        let items = value.and_then(Value::as_sequence).into_iter().flatten();
        items.map(|item| filled(item.as_str().unwrap(), variables)).collect()
    };
    let pairs = |value: Option<&Value>| -> BTreeMap<String, String> {
        let items = value.and_then(Value::as_mapping).into_iter().flatten();
        let text = |value: &Value| filled(value.as_str().unwrap_or_default(), variables);
        items.map(|(name, value)| (name.as_str().unwrap().to_owned(), text(value))).collect()
    };
    let service = |(name, value): (&Value, &Value)| {
        let health = words(value.get("healthcheck").and_then(|health| health.get("test")));
        let service = Service {
            command: words(value.get("command")),
            environment: pairs(value.get("environment")),
            // Without the word CMD in front.
            health: health.into_iter().skip(1).collect(),
        };
        (name.as_str().unwrap().to_owned(), service)
    };
    file["services"].as_mapping().unwrap().iter().map(service).collect()
}

/// Replaces `${NAME}` and `${NAME:?message}`; a variable that is missing, or empty where it must not be, fails.
fn filled(text: &str, variables: &BTreeMap<String, String>) -> String {
    let mut parts = text.split("${");
    let mut filled = parts.next().unwrap().to_owned();
    for part in parts {
        let (variable, rest) = part.split_once('}').unwrap();
        let (name, required) = variable.split_once(":?").map_or((variable, false), |(name, _)| (name, true));
        let value = variables.get(name).unwrap_or_else(|| panic!("{name} is not in .env.example"));
        assert!(!required || !value.is_empty(), "{name} is empty");
        filled += value;
        filled += rest;
    }
    filled
}

#[test]
fn every_variable_is_used_and_every_used_one_is_explained() {
    let text = std::fs::read_to_string(root().join(".env.example")).unwrap();
    let compose = std::fs::read_to_string(root().join("docker-compose.yml")).unwrap();
    services(&variables(&text));
    for name in variables(&text).keys() {
        assert!(compose.contains(&format!("${{{name}")), "{name} of .env.example is used nowhere");
    }
}

#[test]
fn images_are_pinned_and_nothing_runs_as_root_but_what_must() {
    let text = std::fs::read_to_string(root().join("docker-compose.yml")).unwrap();
    let mut file: Value = yaml_serde::from_str(&text).unwrap();
    file.apply_merge().unwrap();
    for (name, service) in file["services"].as_mapping().unwrap() {
        let name = name.as_str().unwrap();
        let image = service["image"].as_str().unwrap();
        let tag = image.rsplit(':').next().unwrap();
        assert!(tag.contains("${TING_VERSION}") || tag.contains('.'), "{name}: {image} is not pinned");
        assert!(service.get("mem_limit").is_some(), "{name} has no memory limit");
        // Postgres steps down by itself; new volumes have to be given away by root.
        if !["postgres", "nats-volume", "telemetry-volumes"].contains(&name) {
            assert_eq!(service["user"].as_str(), Some("65532:65532"), "{name}");
            assert_eq!(service["read_only"].as_bool(), Some(true), "{name}");
        }
        let published = service.get("ports").is_some();
        let may =
            ["gateway", "intake", "analysis", "satisfaction", "recovery", "mail", "grafana"].contains(&name);
        assert!(!published || may, "{name} is published");
    }
}

fn yaml(path: &str) -> Value {
    let mut file: Value = yaml_serde::from_str(&std::fs::read_to_string(root().join(path)).unwrap()).unwrap();
    file.apply_merge().unwrap();
    file
}

#[test]
fn prometheus_asks_every_process_of_ting_where_it_answers() {
    let file = yaml("deploy/prometheus/prometheus.yml");
    let jobs = file["scrape_configs"].as_sequence().unwrap();
    let job = jobs.iter().find(|job| job["job_name"].as_str() == Some("ting")).unwrap();
    let asked = job["static_configs"].as_sequence().unwrap().iter();
    let asked: BTreeMap<&str, &str> = asked
        .map(|part| (part["labels"]["service"].as_str().unwrap(), part["targets"][0].as_str().unwrap()))
        .collect();
    let example = std::fs::read_to_string(root().join(".env.example")).unwrap();
    let all = services(&variables(&example));
    let answering: BTreeMap<&str, String> = all
        .iter()
        .filter_map(|(name, service)| {
            let address = service.environment.get("TING__ADMIN__ADDRESS")?;
            Some((name.as_str(), address.replace("0.0.0.0", name)))
        })
        .collect();
    assert_eq!(answering.len(), 5);
    assert!(answering.iter().map(|(name, address)| (*name, address.as_str())).eq(asked), "{answering:?}");
}

#[test]
fn what_is_mounted_from_the_repository_is_there() {
    let file = yaml("docker-compose.yml");
    let mut mounted = 0;
    for (name, service) in file["services"].as_mapping().unwrap() {
        let volumes = service.get("volumes").and_then(Value::as_sequence).into_iter().flatten();
        for path in volumes.filter_map(|volume| volume.as_str().unwrap().strip_prefix("./")) {
            let (path, _) = path.split_once(':').unwrap();
            assert!(root().join(path).exists(), "{name:?} mounts {path}");
            mounted += 1;
        }
    }
    assert!(mounted > 5);
}
