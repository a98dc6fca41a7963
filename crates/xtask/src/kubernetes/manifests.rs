//! Resources as they were rendered, and the questions that the checks ask of them.

use std::collections::BTreeMap;

use anyhow::Context as _;
use serde::Deserialize as _;
use serde_json::Value;

/// All resources of an overlay, and what secrets.sh adds to them.
pub struct Manifests {
    pub resources: Vec<Value>,
}

/// Pods of one kind, whatever makes them.
pub struct Workload<'a> {
    pub name: &'a str,
    pub labels: BTreeMap<&'a str, &'a str>,
    /// Ports by name.
    pub ports: BTreeMap<&'a str, u64>,
    /// Absent for pods that an operator makes up.
    pub pod: Option<&'a Value>,
}

/// The ports of the pods that CloudNativePG makes: Postgres, its manager, its metrics.
const POSTGRES_PORTS: [(&str, u64); 3] = [("postgresql", 5432), ("status", 8000), ("metrics", 9187)];

impl Manifests {
    pub fn read(rendered: &str, secrets: &str) -> anyhow::Result<Self> {
        let mut resources = Vec::new();
        for text in [rendered, secrets] {
            for document in yaml_serde::Deserializer::from_str(text) {
                resources.push(Value::deserialize(document).context("reading YAML")?);
            }
        }
        Ok(Self { resources })
    }

    pub fn of_kind(&self, kind: &str) -> impl Iterator<Item = &Value> {
        self.resources.iter().filter(move |resource| resource["kind"] == kind)
    }

    pub fn named(&self, kind: &str, name: &str) -> Option<&Value> {
        self.of_kind(kind).find(|resource| named(resource) == name)
    }

    pub fn workloads(&self) -> Vec<Workload<'_>> {
        let made = self.of_kind("Deployment").chain(self.of_kind("StatefulSet")).map(|resource| {
            let pod = &resource["spec"]["template"];
            Workload {
                name: named(resource),
                labels: texts(&pod["metadata"]["labels"]),
                ports: containers(pod).flat_map(|container| items(&container["ports"])).map(port).collect(),
                pod: Some(pod),
            }
        });
        let operated = self.of_kind("Cluster").map(|resource| Workload {
            name: named(resource),
            labels: texts(&resource["spec"]["inheritedMetadata"]["labels"]),
            ports: POSTGRES_PORTS.into(),
            pod: None,
        });
        made.chain(operated).collect()
    }
}

fn port(port: &Value) -> (&str, u64) {
    (text(&port["name"]), port["containerPort"].as_u64().unwrap_or_default())
}

pub fn named(resource: &Value) -> &str {
    text(&resource["metadata"]["name"])
}

/// The text of a value, empty when it is none.
pub fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

pub fn items(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

pub fn texts(value: &Value) -> BTreeMap<&str, &str> {
    value.as_object().into_iter().flatten().map(|(name, value)| (name.as_str(), text(value))).collect()
}

pub fn containers(pod: &Value) -> impl Iterator<Item = &Value> {
    items(&pod["spec"]["containers"])
}

/// Whether a selector without expressions takes these labels; an empty one takes all.
pub fn selects(wanted: &BTreeMap<&str, &str>, labels: &BTreeMap<&str, &str>) -> bool {
    wanted.iter().all(|(name, value)| labels.get(name) == Some(value))
}
