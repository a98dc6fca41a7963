//! What one resource says of another: selectors that take pods, ports that are there, targets and maps that exist.

use serde_json::Value;

use super::{
    environment::upstreams,
    manifests::{Manifests, Workload, containers, items, named, selects, text, texts},
};

/// Where a probe may ask: the operator's door of ting, and the monitoring page of NATS.
const PATHS: [&str; 3] = ["/livez", "/readyz", "/healthz"];

pub fn violations(manifests: &Manifests) -> Vec<String> {
    let workloads = manifests.workloads();
    let mut wrong = services(manifests, &workloads);
    wrong.extend(budgets(manifests, &workloads));
    wrong.extend(scaled(manifests));
    for workload in &workloads {
        wrong.extend(probes(workload));
        wrong.extend(volumes(manifests, workload));
    }
    for cluster in manifests.of_kind("Cluster") {
        for role in items(&cluster["spec"]["managed"]["roles"]) {
            wrong.extend(password(manifests, role));
        }
    }
    for (host, port) in upstreams(manifests) {
        let served = manifests.named("Service", &host);
        if !served.is_some_and(|service| items(&service["spec"]["ports"]).any(|open| open["port"] == port)) {
            wrong.push(format!("gateway: there is no Service {host} with the port {port}"));
        }
    }
    wrong
}

/// Each Service takes the pods of one workload, and opens a port under the number that it has there.
fn services(manifests: &Manifests, workloads: &[Workload<'_>]) -> Vec<String> {
    let mut wrong = Vec::new();
    for service in manifests.of_kind("Service") {
        let wanted = texts(&service["spec"]["selector"]);
        let taken: Vec<_> = workloads.iter().filter(|workload| selects(&wanted, &workload.labels)).collect();
        let [workload] = taken[..] else {
            wrong.push(format!("Service {}: takes the pods of {} workloads", named(service), taken.len()));
            continue;
        };
        for port in items(&service["spec"]["ports"]) {
            if workload.ports.get(text(&port["targetPort"])).copied() != port["port"].as_u64() {
                wrong.push(format!("Service {}: {port} is no port of {}", named(service), workload.name));
            }
        }
    }
    wrong
}

/// Every workload that is not an operator's has one budget of its own.
fn budgets(manifests: &Manifests, workloads: &[Workload<'_>]) -> Vec<String> {
    let budgets: Vec<_> = manifests
        .of_kind("PodDisruptionBudget")
        .map(|budget| texts(&budget["spec"]["selector"]["matchLabels"]))
        .collect();
    let mut wrong = Vec::new();
    for workload in workloads.iter().filter(|workload| workload.pod.is_some()) {
        let count = budgets.iter().filter(|wanted| selects(wanted, &workload.labels)).count();
        if count != 1 {
            wrong.push(format!("{}: has {count} PodDisruptionBudgets", workload.name));
        }
    }
    wrong
}

/// Who scales something names what is there, and alone.
fn scaled(manifests: &Manifests) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut seen = Vec::new();
    for scaler in manifests.of_kind("HorizontalPodAutoscaler").chain(manifests.of_kind("ScaledObject")) {
        let target = text(&scaler["spec"]["scaleTargetRef"]["name"]);
        match manifests.named("Deployment", target) {
            None => wrong.push(format!("{}: there is no Deployment {target} to scale", named(scaler))),
            Some(target) if !target["spec"]["replicas"].is_null() => {
                wrong.push(format!("{}: the Deployment sets its number of replicas itself", named(scaler)));
            }
            Some(_) => {}
        }
        if seen.contains(&target) {
            wrong.push(format!("{target}: is scaled twice"));
        }
        seen.push(target);
    }
    wrong
}

fn probes(workload: &Workload<'_>) -> Vec<String> {
    let mut wrong = Vec::new();
    for container in workload.pod.into_iter().flat_map(containers) {
        for probe in ["startupProbe", "readinessProbe", "livenessProbe"] {
            let asked = &container[probe]["httpGet"];
            if asked.is_null() {
                continue;
            }
            let path = text(&asked["path"]).split('?').next().unwrap_or_default();
            if !PATHS.contains(&path) || !workload.ports.contains_key(text(&asked["port"])) {
                wrong.push(format!("{}: {probe} asks {asked}", workload.name));
            }
        }
    }
    wrong
}

/// Maps that are mounted exist, and what a command names below a mount is in the map.
fn volumes(manifests: &Manifests, workload: &Workload<'_>) -> Vec<String> {
    let mut wrong = Vec::new();
    for volume in workload.pod.into_iter().flat_map(|pod| items(&pod["spec"]["volumes"])) {
        let map = text(&volume["configMap"]["name"]);
        if !volume["configMap"].is_null() && manifests.named("ConfigMap", map).is_none() {
            wrong.push(format!("{}: there is no ConfigMap {map}", workload.name));
        }
    }
    for container in workload.pod.into_iter().flat_map(containers) {
        let words = items(&container["command"]).map(text);
        for file in words.filter_map(|word| word.split_once("/etc/ting/").map(|(_, file)| file)) {
            let there = |map: &Value| named(map).starts_with("nats-") && !map["data"][file].is_null();
            if !manifests.of_kind("ConfigMap").any(there) {
                wrong.push(format!("{}: there is no /etc/ting/{file}", workload.name));
            }
        }
    }
    wrong
}

/// The password of a role is there under the role's own name.
fn password(manifests: &Manifests, role: &Value) -> Option<String> {
    let (name, secret) = (text(&role["name"]), text(&role["passwordSecret"]["name"]));
    let good = manifests.named("Secret", secret).is_some()
        && secret == format!("postgres-{}", name.replace('_', "-"));
    (!good).then(|| format!("role {name}: {secret} is not its Secret"))
}

#[cfg(test)]
mod tests {
    use super::{Manifests, violations};

    const GOOD: &str = "
kind: Deployment
metadata: { name: intake }
spec:
  template:
    metadata: { labels: { app: intake } }
    spec:
      containers:
        - ports: [{ name: grpc, containerPort: 7101 }, { name: admin, containerPort: 9100 }]
          livenessProbe: { httpGet: { path: /livez, port: admin } }
---
kind: Service
metadata: { name: intake }
spec: { selector: { app: intake }, ports: [{ port: 7101, targetPort: grpc }] }
---
kind: PodDisruptionBudget
metadata: { name: intake }
spec: { selector: { matchLabels: { app: intake } } }
---
kind: HorizontalPodAutoscaler
metadata: { name: intake }
spec: { scaleTargetRef: { name: intake } }
";

    fn told(text: &str) -> Vec<String> {
        violations(&Manifests::read(text, "{}").unwrap())
    }

    #[test]
    fn what_points_nowhere_is_named() {
        assert_eq!(told(GOOD), [""; 0]);
        for (from, to, wrong) in [
            ("selector: { app: intake }", "selector: { app: inlet }", "takes the pods of 0 workloads"),
            ("port: 7101,", "port: 7102,", "is no port of intake"),
            ("matchLabels: { app: intake }", "matchLabels: { app: inlet }", "has 0 PodDisruptionBudgets"),
            ("scaleTargetRef: { name: intake }", "scaleTargetRef: { name: inlet }", "no Deployment inlet"),
            ("path: /livez", "path: /live", "livenessProbe asks"),
            ("spec:\n  template", "spec:\n  replicas: 2\n  template", "sets its number of replicas itself"),
        ] {
            let found = told(&GOOD.replace(from, to));
            assert!(found.len() == 1 && found[0].contains(wrong), "{to}: {found:?}");
        }
    }
}
