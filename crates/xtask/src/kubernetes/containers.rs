//! How each container runs: pinned, probed, bounded, and without any right that it does not need.

use serde_json::Value;

use super::manifests::{Manifests, containers, named, text};

/// What must stand in a container, and why it is wrong if it does not.
const CONTAINER: [(&str, Value, &str); 3] = [
    ("/securityContext/allowPrivilegeEscalation", Value::Bool(false), "may gain rights"),
    ("/securityContext/readOnlyRootFilesystem", Value::Bool(true), "may write everywhere"),
    ("/imagePullPolicy", Value::Null, "has no imagePullPolicy"),
];
const POD: [(&str, Value, &str); 3] = [
    ("/spec/securityContext/runAsNonRoot", Value::Bool(true), "may run as root"),
    ("/spec/automountServiceAccountToken", Value::Bool(false), "is given a token of the cluster"),
    ("/spec/enableServiceLinks", Value::Bool(false), "is given variables that nobody asked for"),
];

pub fn violations(manifests: &Manifests, example: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    for workload in manifests.workloads() {
        let Some(pod) = workload.pod else { continue };
        wrong.extend(lacking(workload.name, pod, &POD));
        if pod["spec"]["securityContext"]["seccompProfile"]["type"] != "RuntimeDefault" {
            wrong.push(format!("{}: has no seccomp profile", workload.name));
        }
        for container in containers(pod) {
            wrong.extend(of_container(workload.name, container, example));
        }
    }
    for cluster in manifests.of_kind("Cluster") {
        wrong.extend(image(named(cluster), text(&cluster["spec"]["imageName"]), example));
        wrong.extend(memory(named(cluster), &cluster["spec"]["resources"], example));
    }
    wrong
}

fn of_container(name: &str, container: &Value, example: &str) -> Vec<String> {
    let mut wrong = lacking(name, container, &CONTAINER);
    wrong.extend(image(name, text(&container["image"]), example));
    wrong.extend(memory(name, &container["resources"], example));
    for probe in ["startupProbe", "readinessProbe", "livenessProbe"] {
        if container[probe].is_null() {
            wrong.push(format!("{name}: has no {probe}"));
        }
    }
    if container["securityContext"]["capabilities"]["drop"] != serde_json::json!(["ALL"]) {
        wrong.push(format!("{name}: keeps capabilities"));
    }
    let command = text(&container["command"][0]);
    if text(&container["image"]).starts_with("ting-") && command != format!("ting-{name}") {
        wrong.push(format!("{name}: runs {command}"));
    }
    wrong
}

/// `Null` stands for anything but nothing.
fn lacking(name: &str, value: &Value, wanted: &[(&str, Value, &str)]) -> Vec<String> {
    let holds = |(path, wanted, _): &&(&str, Value, &str)| {
        let found = value.pointer(path).unwrap_or(&Value::Null);
        if wanted.is_null() { !found.is_null() } else { found == wanted }
    };
    wanted.iter().filter(|rule| !holds(rule)).map(|(_, _, problem)| format!("{name}: {problem}")).collect()
}

/// Images of others are pinned to a release, ours are those of `.env.example`.
fn image(name: &str, image: &str, example: &str) -> Option<String> {
    let (program, tag) = image.rsplit_once(':')?;
    let good = match program.strip_prefix("ting-") {
        Some(process) => process == name && variable(example, "TING_VERSION") == Some(tag),
        None => tag.contains('.'),
    };
    (!good).then(|| format!("{name}: {image} is not the image to run"))
}

/// The limit is the one of docker compose, and something is asked for.
fn memory(name: &str, resources: &Value, example: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    let limit = text(&resources["limits"]["memory"]);
    let wanted = variable(example, &format!("{}_MEMORY", name.to_uppercase())).unwrap_or_default();
    let wanted = wanted.replace('m', "Mi").replace('g', "Gi");
    if limit != wanted {
        wrong.push(format!("{name}: may use {limit} of memory, with docker compose {wanted}"));
    }
    for resource in ["cpu", "memory"] {
        if resources["requests"][resource].is_null() {
            wrong.push(format!("{name}: asks for no {resource}"));
        }
    }
    wrong
}

fn variable<'a>(example: &'a str, name: &str) -> Option<&'a str> {
    example.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix('='))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::of_container;

    const EXAMPLE: &str = "TING_VERSION=0.1.0\nINTAKE_MEMORY=512m\n";

    fn good() -> Value {
        let probe = json!({ "httpGet": { "path": "/livez", "port": "admin" } });
        json!({
            "image": "ting-intake:0.1.0", "imagePullPolicy": "IfNotPresent", "command": ["ting-intake"],
            "startupProbe": probe, "readinessProbe": probe, "livenessProbe": probe,
            "resources": { "requests": { "cpu": "1", "memory": "1Mi" }, "limits": { "memory": "512Mi" } },
            "securityContext": {
                "allowPrivilegeEscalation": false, "readOnlyRootFilesystem": true, "capabilities": { "drop": ["ALL"] },
            },
        })
    }

    #[test]
    fn each_thing_that_a_container_lacks_is_named() {
        assert_eq!(of_container("intake", &good(), EXAMPLE), [""; 0]);
        for (path, value, told) in [
            ("/image", json!("ting-intake:latest"), "is not the image to run"),
            ("/image", json!("ting-analysis:0.1.0"), "is not the image to run"),
            ("/command/0", json!("ting-analysis"), "runs ting-analysis"),
            ("/livenessProbe", Value::Null, "has no livenessProbe"),
            ("/resources/limits/memory", json!("1Gi"), "with docker compose 512Mi"),
            ("/resources/requests/cpu", Value::Null, "asks for no cpu"),
            ("/securityContext/readOnlyRootFilesystem", json!(false), "may write everywhere"),
            ("/securityContext/capabilities/drop", json!([]), "keeps capabilities"),
        ] {
            let mut container = good();
            *container.pointer_mut(path).unwrap() = value;
            let wrong = of_container("intake", &container, EXAMPLE);
            assert!(wrong.len() == 1 && wrong[0].contains(told), "{path}: {wrong:?}");
        }
    }
}
