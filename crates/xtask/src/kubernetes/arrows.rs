//! Who may reach whom by the NetworkPolicies, compared with what docs/ARCHITECTURE.md draws. Not one arrow more, not one less.

use std::collections::BTreeSet;

use serde_json::Value;

use super::manifests::{Manifests, Workload, items, named, selects, text, texts};

const SERVICES: [(&str, u64); 4] =
    [("intake", 7101), ("analysis", 7102), ("satisfaction", 7103), ("recovery", 7104)];

/// From, to, port. Who comes from another namespace stands in angle brackets, by the label that lets it in.
type Arrow = (String, String, u64);

pub fn violations(manifests: &Manifests) -> Vec<String> {
    let (drawn, allowed) = (drawn(manifests.of_kind("Cluster").next().is_some()), allowed(manifests));
    let told = |(from, to, port): &Arrow, what: &str| format!("{from} to {to} at {port}: {what}");
    let more = allowed.difference(&drawn).map(|arrow| told(arrow, "is allowed, and nobody draws it"));
    let less = drawn.difference(&allowed).map(|arrow| told(arrow, "is drawn, and no policy allows it"));
    more.chain(less).chain(isolation(manifests)).collect()
}

/// The picture, and what an operator needs besides: probes of NATS and Postgres among themselves, metrics.
fn drawn(cluster: bool) -> BTreeSet<Arrow> {
    let mut drawn = BTreeSet::new();
    let mut draw = |from: &str, to: &str, port: u64| drawn.insert((from.to_owned(), to.to_owned(), port));
    for (service, port) in SERVICES {
        draw("<ting/clients>", service, port);
        draw("gateway", service, port);
        draw(service, "postgres", 5432);
        draw(service, "nats", 4222);
        draw("<ting/telemetry>", service, 9100);
    }
    draw("<ting/clients>", "gateway", 7100);
    draw("gateway", "nats", 4222);
    draw("<ting/telemetry>", "gateway", 9100);
    draw("<ting/telemetry>", "nats", 8222);
    if cluster {
        draw("nats", "nats", 6222);
        for port in [5432, 8000] {
            draw("postgres", "postgres", port);
            draw("<kubernetes.io/metadata.name>", "postgres", port);
        }
        draw("<ting/telemetry>", "postgres", 9187);
    }
    drawn
}

fn allowed(manifests: &Manifests) -> BTreeSet<Arrow> {
    let (policies, workloads) =
        (manifests.of_kind("NetworkPolicy").collect::<Vec<_>>(), manifests.workloads());
    let mut arrows = BTreeSet::new();
    for to in &workloads {
        for (name, port) in &to.ports {
            let ingress = rules(&policies, to, "ingress").filter(|rule| opens(rule, name, *port));
            let peers: Vec<&Value> = ingress.flat_map(|rule| items(&rule["from"])).collect();
            for label in
                peers.iter().flat_map(|peer| texts(&peer["namespaceSelector"]["matchLabels"]).into_keys())
            {
                arrows.insert((format!("<{label}>"), to.name.to_owned(), *port));
            }
            for from in workloads.iter().filter(|from| peers.iter().any(|peer| is(peer, from))) {
                let mut egress = rules(&policies, from, "egress").filter(|rule| opens(rule, name, *port));
                if egress.any(|rule| items(&rule["to"]).any(|peer| is(peer, to))) {
                    arrows.insert((from.name.to_owned(), to.name.to_owned(), *port));
                }
            }
        }
    }
    arrows
}

/// The rules of one direction that hold for these pods.
fn rules<'a>(
    policies: &'a [&'a Value],
    workload: &'a Workload<'_>,
    direction: &'a str,
) -> impl Iterator<Item = &'a Value> {
    let holds =
        |policy: &&&Value| selects(&texts(&policy["spec"]["podSelector"]["matchLabels"]), &workload.labels);
    policies.iter().filter(holds).flat_map(move |policy| items(&policy["spec"][direction]))
}

/// A rule without ports opens all.
fn opens(rule: &Value, name: &str, port: u64) -> bool {
    let meant = |open: &Value| open["port"] == port || text(&open["port"]) == name;
    rule["ports"].is_null() || items(&rule["ports"]).any(meant)
}

/// Whether a peer is these pods, in the namespace of the policy.
fn is(peer: &Value, workload: &Workload<'_>) -> bool {
    !peer["podSelector"].is_null()
        && peer["namespaceSelector"].is_null()
        && selects(&texts(&peer["podSelector"]["matchLabels"]), &workload.labels)
}

/// Without a policy that takes every pod and allows nothing, all the others would allow everything.
fn isolation(manifests: &Manifests) -> Vec<String> {
    let shut = |policy: &&Value| {
        let spec = &policy["spec"];
        spec["podSelector"] == serde_json::json!({})
            && spec["policyTypes"] == serde_json::json!(["Ingress", "Egress"])
            && spec["ingress"].is_null()
            && spec["egress"].is_null()
    };
    let mut wrong = Vec::new();
    if !manifests.of_kind("NetworkPolicy").any(|policy| shut(&policy)) {
        wrong.push("no NetworkPolicy shuts everything".to_owned());
    }
    for policy in manifests.of_kind("NetworkPolicy") {
        if items(&policy["spec"]["ingress"]).any(|rule| items(&rule["from"]).next().is_none()) {
            wrong.push(format!("NetworkPolicy {}: lets everybody in", named(policy)));
        }
    }
    wrong
}

#[cfg(test)]
mod tests {
    use super::{Manifests, allowed};

    const PODS: &str = "
kind: Deployment
metadata: { name: a }
spec: { template: { metadata: { labels: { app: a } }, spec: { containers: [{ ports: [{ name: x, containerPort: 1 }] }] } } }
---
kind: Deployment
metadata: { name: b }
spec: { template: { metadata: { labels: { app: b } }, spec: { containers: [{ ports: [{ name: y, containerPort: 2 }] }] } } }
---
kind: NetworkPolicy
spec: { podSelector: { matchLabels: { app: b } }, ingress: [{ from: [{ podSelector: { matchLabels: { app: a } } }], ports: [{ port: y }] }] }
---
kind: NetworkPolicy
spec: { podSelector: { matchLabels: { app: a } }, egress: [{ to: [{ podSelector: { matchLabels: { app: b } } }], ports: [{ port: 2 }] }] }
";

    fn count(text: &str) -> usize {
        allowed(&Manifests::read(text, "{}").unwrap()).len()
    }

    #[test]
    fn an_arrow_needs_a_policy_at_both_ends_and_the_port_at_both() {
        assert_eq!(count(PODS), 1);
        for (from, to) in [
            ("ports: [{ port: y }]", "ports: [{ port: x }]"),
            ("ports: [{ port: 2 }]", "ports: [{ port: 3 }]"),
            (
                "egress: [{ to: [{ podSelector: { matchLabels: { app: b }",
                "egress: [{ to: [{ podSelector: { matchLabels: { app: c }",
            ),
            (
                "podSelector: { matchLabels: { app: b } }, ingress",
                "podSelector: { matchLabels: { app: c } }, ingress",
            ),
        ] {
            assert_eq!(count(&PODS.replace(from, to)), 0, "{to}");
        }
    }
}
