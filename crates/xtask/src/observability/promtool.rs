//! The checks that need Prometheus' own parser: installed, or taken from its Debian package into `target/tools`.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::json;

use super::{
    Expression,
    rules::{RULES, TESTS},
};
use crate::run::{output, root, run};

/// Has promtool parse every expression and try every rule; says so where it is not to be had.
pub fn check(expressions: &[Expression]) -> anyhow::Result<()> {
    let Some(promtool) = find() else {
        println!(
            "observability: expressions were not parsed and rules not tried; install promtool (Debian: the package prometheus)"
        );
        return Ok(());
    };
    run(Command::new(&promtool).args(["check", "rules", RULES]).current_dir(root()))?;
    run(Command::new(&promtool).args(["test", "rules", TESTS]).current_dir(root()))?;
    // The paths in it are those of the container.
    let config = ["check", "config", "--syntax-only", "deploy/prometheus/prometheus.yml"];
    run(Command::new(&promtool).args(config).current_dir(root()))?;
    // Panels are no rules, but can be written as such.
    let record = |(number, expression): (usize, &Expression)| json!({ "record": format!("panel:{number}"), "expr": expression.plain() });
    let rules: Vec<_> = expressions.iter().enumerate().map(record).collect();
    let file = folder().join("panels.json");
    fs::create_dir_all(folder())?;
    // JSON is YAML.
    fs::write(&file, json!({ "groups": [{ "name": "panels", "rules": rules }] }).to_string())?;
    output(Command::new(&promtool).args(["check", "rules", "--lint=none"]).arg(&file))?;
    println!("observability: promtool parses every expression, and the rules pass their tests");
    Ok(())
}

fn folder() -> PathBuf {
    root().join("target/tools/promtool")
}

fn find() -> Option<PathBuf> {
    let ours = folder().join("usr/bin/promtool");
    [PathBuf::from("promtool"), ours.clone()]
        .into_iter()
        .find(|program| works(program))
        .or_else(|| from_debian().filter(|()| works(&ours)).map(|()| ours))
}

fn works(program: &Path) -> bool {
    Command::new(program).arg("--version").output().is_ok_and(|output| output.status.success())
}

/// Downloads the package and unpacks it, which needs no root and installs nothing.
fn from_debian() -> Option<()> {
    fs::create_dir_all(folder()).ok()?;
    output(Command::new("apt-get").args(["--quiet", "download", "prometheus"]).current_dir(folder())).ok()?;
    let files = fs::read_dir(folder()).ok()?.filter_map(Result::ok).map(|entry| entry.path());
    let package = files.into_iter().find(|path| path.extension().is_some_and(|ending| ending == "deb"))?;
    output(Command::new("dpkg-deb").arg("--extract").arg(&package).arg(folder())).ok()?;
    fs::remove_file(package).ok()
}
