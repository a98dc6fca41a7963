//! The direction of dependencies: a crate may use lower tiers only, and a service never another service.

use std::process::Command;

use anyhow::{Context as _, ensure};
use serde_json::Value;

use crate::run::{output, root};

/// Every crate with its tier. A crate that is not here fails the check, so that somebody thinks about its place.
const TIERS: &[(&str, u8)] = &[
    ("ting-methods", 0),
    ("ting-proto", 0),
    ("ting-events", 1),
    ("ting-telemetry", 1),
    ("ting-servers", 1),
    ("ting-chassis", 2),
    ("ting-intake", 3),
    ("ting-analysis", 3),
    ("ting-satisfaction", 3),
    ("ting-recovery", 3),
    ("ting-gateway", 3),
    ("ting-cli", 3),
    ("ting-local", 4),
    ("ting-testkit", 5),
    ("ting-tests", 6),
    ("ting-bench", 6),
    ("ting-xtask", 6),
];

/// Pairs that the tiers alone would allow.
const FORBIDDEN: &[(&str, &str, &str)] = &[
    ("ting-chassis", "ting-methods", "the chassis knows no method"),
    ("ting-chassis", "ting-servers", "a service in production starts no servers"),
    ("ting-gateway", "ting-methods", "the gateway shows what services computed"),
];

pub fn check() -> anyhow::Result<()> {
    let mut command = Command::new("cargo");
    command.args(["metadata", "--no-deps", "--format-version", "1", "--offline"]).current_dir(root());
    let metadata: Value = serde_json::from_slice(&output(&mut command)?)?;
    let mut wrong = Vec::new();
    for package in metadata["packages"].as_array().context("metadata lists packages")? {
        wrong.extend(violations(package)?);
    }
    ensure!(wrong.is_empty(), "dependencies that point the wrong way:\n{}", wrong.join("\n"));
    println!("layers: every crate depends on lower tiers only");
    Ok(())
}

fn violations(package: &Value) -> anyhow::Result<Vec<String>> {
    let name = package["name"].as_str().context("a package has a name")?;
    let own = tier(name)?;
    let mut wrong = Vec::new();
    for dependency in package["dependencies"].as_array().context("a package lists dependencies")? {
        let used = dependency["name"].as_str().context("a dependency has a name")?;
        // Tests may look at anything: no build of a service contains them.
        if !used.starts_with("ting-") || dependency["kind"] == "dev" {
            continue;
        }
        if tier(used)? >= own {
            wrong.push(format!("{name} (tier {own}) uses {used} (tier {})", tier(used)?));
        }
        if let Some((_, _, why)) = FORBIDDEN.iter().find(|(user, what, _)| *user == name && *what == used) {
            wrong.push(format!("{name} uses {used}: {why}"));
        }
    }
    Ok(wrong)
}

fn tier(name: &str) -> anyhow::Result<u8> {
    let known = TIERS.iter().find(|(known, _)| *known == name);
    known
        .map(|(_, tier)| *tier)
        .with_context(|| format!("{name} has no tier; give it one in crates/xtask/src/layers.rs"))
}
