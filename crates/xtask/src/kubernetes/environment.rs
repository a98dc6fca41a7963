//! What each process is told: settings that it knows, from maps and secrets that are there, on ports that its container names.

use std::collections::BTreeMap;

use serde_json::Value;

use super::manifests::{Manifests, Workload, containers, items, text, texts};
use crate::settings_page::known;

/// Settings with an address, and the names that its port may have in the container.
const ADDRESSES: [(&str, &[&str]); 3] =
    [("TING__GRPC__ADDRESS", &["grpc"]), ("TING__ADMIN__ADDRESS", &["admin"]), ("TING__ADDRESS", &["http"])];

pub fn violations(manifests: &Manifests) -> anyhow::Result<Vec<String>> {
    let mut wrong = Vec::new();
    for workload in manifests.workloads() {
        for container in workload.pod.into_iter().flat_map(containers) {
            let variables = variables(manifests, workload.name, container, &mut wrong);
            let missing = named_in_files(manifests, workload.pod, container).into_iter();
            let missing = missing.filter(|name| !variables.contains_key(name));
            wrong.extend(missing.map(|name| {
                format!("{}: a file that it reads wants {name}, which it is not given", workload.name)
            }));
            if text(&container["image"]).starts_with("ting-") {
                let settings = known(workload.name)?;
                let unknown = variables.keys().filter(|name| name.starts_with("TING__"));
                wrong.extend(
                    unknown
                        .filter(|name| !settings.contains(**name))
                        .map(|name| format!("{}: {name} is no setting", workload.name)),
                );
                wrong.extend(addresses(&workload, &variables));
            }
        }
    }
    Ok(wrong)
}

/// All variables of a container with their values as written, empty for those that come from elsewhere; complains about sources
/// that are missing, and about values that name a variable which does not stand before them.
fn variables<'a>(
    manifests: &'a Manifests,
    name: &str,
    container: &'a Value,
    wrong: &mut Vec<String>,
) -> BTreeMap<&'a str, &'a str> {
    let mut all = BTreeMap::new();
    for source in items(&container["envFrom"]) {
        let map = text(&source["configMapRef"]["name"]);
        match manifests.named("ConfigMap", map) {
            Some(map) => all.extend(texts(&map["data"])),
            None => wrong.push(format!("{name}: there is no ConfigMap {map}")),
        }
    }
    let mut before: Vec<&str> = Vec::new();
    for variable in items(&container["env"]) {
        let (own, value) = (named_variable(variable), text(&variable["value"]));
        for (kind, from) in [("ConfigMap", "configMapKeyRef"), ("Secret", "secretKeyRef")] {
            let (map, key) =
                (text(&variable["valueFrom"][from]["name"]), text(&variable["valueFrom"][from]["key"]));
            let there = manifests.named(kind, map).is_some_and(|map| !map["data"][key].is_null());
            if !variable["valueFrom"][from].is_null() && !there {
                wrong.push(format!("{name}: there is no {key} in the {kind} {map}"));
            }
        }
        for part in value.split("$(").skip(1) {
            let used = part.split(')').next().unwrap_or_default();
            if !before.contains(&used) {
                wrong.push(format!("{name}: {own} names {used}, which does not stand before it"));
            }
        }
        before.push(own);
        all.insert(own, value);
    }
    all
}

/// The variables that the configuration of NATS (`$NAME`) and scripts of psql (`\getenv name NAME`) read, in the files that a
/// container is started with.
fn named_in_files<'a>(
    manifests: &'a Manifests,
    pod: Option<&'a Value>,
    container: &'a Value,
) -> Vec<&'a str> {
    let volumes = pod.map(|pod| items(&pod["spec"]["volumes"])).into_iter().flatten();
    let maps = volumes.filter_map(|volume| manifests.named("ConfigMap", text(&volume["configMap"]["name"])));
    let files: BTreeMap<&str, &str> = maps.flat_map(|map| texts(&map["data"])).collect();
    let started = |file: &str| items(&container["command"]).any(|word| text(word).ends_with(file));
    let included = |file: &str| files.values().any(|text| text.contains(&format!("include {file}")));
    let read =
        files.iter().filter(|(file, text)| text.contains("\\getenv ") || started(file) || included(file));
    let variable = |line: &'a str| {
        let mut words = line.split([' ', ',']);
        let last = line.strip_prefix("\\getenv ").and_then(|words| words.split(' ').next_back());
        last.or_else(|| words.find_map(|word| word.strip_prefix('$')))
    };
    read.flat_map(|(_, text)| text.lines()).filter_map(variable).collect()
}

fn named_variable(variable: &Value) -> &str {
    text(&variable["name"])
}

/// Whether the process listens where its container says.
fn addresses(workload: &Workload<'_>, variables: &BTreeMap<&str, &str>) -> Vec<String> {
    let mut wrong = Vec::new();
    for (setting, names) in ADDRESSES {
        let Some(port) = variables.get(setting).and_then(|value| value.rsplit(':').next()) else { continue };
        let named =
            names.iter().any(|name| workload.ports.get(name).map(u64::to_string).as_deref() == Some(port));
        if !named {
            wrong.push(format!(
                "{}: {setting} is {port}, which is no port {}",
                workload.name,
                names.join(" or ")
            ));
        }
    }
    for (setting, value) in variables.iter().filter(|(name, _)| name.starts_with("TING__SERVICES__")) {
        let wanted = setting.trim_start_matches("TING__SERVICES__").to_lowercase();
        if !value.starts_with(&format!("http://{wanted}:")) {
            wrong.push(format!("{}: {setting} is {value}", workload.name));
        }
    }
    wrong
}

/// The services that the gateway is told of, by the host and port in its settings.
pub fn upstreams(manifests: &Manifests) -> Vec<(String, u64)> {
    let gateway = manifests.named("Deployment", "gateway");
    let variables = gateway.map(|gateway| &gateway["spec"]["template"]["spec"]["containers"][0]["env"]);
    let address = |variable: &Value| {
        let (host, port) = text(&variable["value"]).strip_prefix("http://")?.split_once(':')?;
        named_variable(variable)
            .starts_with("TING__SERVICES__")
            .then(|| Some((host.to_owned(), port.parse().ok()?)))?
    };
    variables.into_iter().flat_map(items).filter_map(address).collect()
}

#[cfg(test)]
mod tests {
    use super::{Manifests, violations};

    const GOOD: &str = "
kind: Deployment
metadata: { name: intake }
spec:
  template:
    spec:
      containers:
        - name: ting
          image: ting-intake:0.1.0
          ports: [{ name: grpc, containerPort: 7101 }]
          env:
            - { name: PASSWORD, valueFrom: { secretKeyRef: { name: ting, key: INTAKE_NATS_PASSWORD } } }
            - { name: TING__GRPC__ADDRESS, value: '0.0.0.0:7101' }
            - { name: TING__NATS__URL, value: 'nats://intake:$(PASSWORD)@nats:4222' }
";
    const SERVERS: &str = r"
kind: StatefulSet
metadata: { name: nats }
spec:
  template:
    spec:
      volumes: [{ name: files, configMap: { name: nats } }]
      containers:
        - name: nats
          image: nats:2.12
          command: [nats-server, --config, /etc/users.conf]
          env: [{ name: INTAKE_NATS_PASSWORD, value: x }, { name: INTAKE_OWNER_PASSWORD, value: x }]
---
kind: ConfigMap
metadata: { name: nats }
data:
  users.conf: |
    users: [ { user: intake
      password: $INTAKE_NATS_PASSWORD
    } ]
  stores.sql: |
    \getenv owner INTAKE_OWNER_PASSWORD
    CREATE ROLE intake_owner PASSWORD :'owner';
";
    const SECRET: &str = "{ kind: Secret, metadata: { name: ting }, data: { INTAKE_NATS_PASSWORD: eA== } }";

    fn told(text: &str) -> Vec<String> {
        violations(&Manifests::read(text, SECRET).unwrap()).unwrap()
    }

    #[test]
    fn what_a_file_reads_must_be_given() {
        assert_eq!(told(SERVERS), [""; 0]);
        for name in ["INTAKE_NATS_PASSWORD", "INTAKE_OWNER_PASSWORD"] {
            let found = told(&SERVERS.replace(&format!("name: {name}"), "name: ANOTHER"));
            assert!(found.len() == 1 && found[0].contains(name), "{found:?}");
        }
    }

    #[test]
    fn a_wrong_variable_is_named() {
        assert_eq!(told(GOOD), [""; 0]);
        for (from, to, wrong) in [
            ("TING__NATS__URL", "TING__NATS__ADDRESS", "TING__NATS__ADDRESS is no setting"),
            (
                "key: INTAKE_NATS_PASSWORD",
                "key: INTAKE_PASSWORD",
                "there is no INTAKE_PASSWORD in the Secret ting",
            ),
            ("$(PASSWORD)", "$(SECRET)", "names SECRET, which does not stand before it"),
            ("0.0.0.0:7101", "0.0.0.0:7102", "is 7102, which is no port grpc"),
        ] {
            let found = told(&GOOD.replace(from, to));
            assert!(found.len() == 1 && found[0].contains(wrong), "{to}: {found:?}");
        }
    }
}
