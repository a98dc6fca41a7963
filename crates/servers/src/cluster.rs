//! Data folders of Postgres: made once as a template and copied, or made where the caller keeps them.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::account::Account;
use crate::error::Attempting;
use crate::files::{copy_folder, lock, make_folder, make_open_folder, remove_folder};
use crate::finder::Program;
use crate::{Error, Result};

// Where root keeps data when the folder asked for is closed to the account that Postgres runs under.
const OPEN_FOLDER: &str = "/var/lib/ting";

/// The superuser of every cluster made here.
pub(crate) const SUPERUSER: &str = "ting";

/// Makes the new folder `data` as a copy of the template of this version in `tools`; the first makes the template.
pub(crate) fn copy_template(
    program: &Program,
    tools: &Path,
    data: &Path,
    account: Account,
) -> Result<PathBuf> {
    make_folder(tools)?;
    let template = tools.join(format!("pg-template-{}", program.version));
    let held = lock(&tools.join("pg-template.lock"))?;
    if template.exists() {
        drop(held);
        copy_folder(&template, data, account)?;
    } else {
        // Not in `tools` itself: the account may not reach it.
        initialise(program, data, account, false)?;
        let partial = template.with_extension("partial");
        remove_folder(&partial)?;
        copy_folder(data, &partial, Account::Own)?;
        rename(&partial, &template)?;
    }
    Ok(data.to_owned())
}

/// Opens the folder that the caller keeps, or makes it, and returns where it really lies.
pub(crate) fn open(program: &Program, data: &Path, account: Account) -> Result<PathBuf> {
    let folder = reachable(data, Path::new(OPEN_FOLDER), account)?;
    if let Ok(made_by) = fs::read_to_string(folder.join("PG_VERSION")) {
        let made_by = made_by.trim().to_owned();
        if made_by == program.version.major.to_string() {
            return Ok(folder);
        }
        return Err(Error::OtherVersion { folder, made_by, found: program.version });
    }
    // Made aside and renamed, so that a run cut short leaves nothing that looks like data.
    let partial = folder.with_extension("partial");
    remove_folder(&partial)?;
    make_folder(&partial)?;
    account.own(&partial)?;
    initialise(program, &partial, account, true)?;
    rename(&partial, &folder)?;
    Ok(folder)
}

/// Where `data` lies, or is to lie: for an account that cannot get there, a link leads to a folder in `open`.
fn reachable(data: &Path, open: &Path, account: Account) -> Result<PathBuf> {
    let resolving = || format!("find {}", data.display());
    if let Ok(existing) = data.canonicalize() {
        return Ok(existing);
    }
    let absolute = std::path::absolute(data).attempting(resolving)?;
    let parent = absolute.parent().unwrap_or(Path::new("/"));
    make_folder(parent)?;
    let parent = parent.canonicalize().attempting(resolving)?;
    if account.reaches(&parent) {
        return Ok(parent.join(absolute.file_name().unwrap_or_default()));
    }
    make_open_folder(open)?;
    let kept = tempfile::Builder::new().prefix("postgres-").tempdir_in(open);
    let kept = kept.attempting(|| format!("make a folder in {}", open.display()))?.keep();
    let linking = || format!("link {} to {}", data.display(), kept.display());
    if data.is_symlink() {
        fs::remove_file(data).attempting(linking)?;
    }
    symlink(&kept, data).attempting(linking)?;
    Ok(kept)
}

fn initialise(program: &Program, data: &Path, account: Account, durable: bool) -> Result<()> {
    let mut command = Command::new(program.path.with_file_name("initdb"));
    command.args(["-U", SUPERUSER, "-A", "trust", "--no-locale", "-E", "UTF8", "--no-instructions"]);
    if !durable {
        command.arg("--no-sync");
    }
    // Our own folder may be closed to the account.
    command.arg("-D").arg(data).current_dir("/");
    account.apply(&mut command);
    let done = command.output().attempting(|| "run initdb".to_owned())?;
    if done.status.success() {
        return Ok(());
    }
    let output = String::from_utf8_lossy(&done.stderr).trim().to_owned();
    Err(Error::Tool { tool: "initdb".to_owned(), output })
}

fn rename(from: &Path, to: &Path) -> Result<()> {
    fs::rename(from, to).attempting(|| format!("rename {} to {}", from.display(), to.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_that_nobody_cannot_reach_lies_elsewhere_behind_a_link() {
        let closed = Account::Own.temporary_folder("ting-").unwrap();
        let (data, open) = (closed.path().join(".ting/postgres"), closed.path().join("open"));
        let folder = reachable(&data, &open, Account::Nobody).unwrap();
        assert!(folder.starts_with(&open));
        assert_eq!(reachable(&data, &open, Account::Nobody).unwrap(), folder.canonicalize().unwrap());
        assert_eq!(data.canonicalize().unwrap(), folder.canonicalize().unwrap());
    }

    #[test]
    fn data_that_can_be_reached_lies_where_it_was_asked_for() {
        let root = Account::Own.temporary_folder("ting-").unwrap();
        let data = root.path().canonicalize().unwrap().join("postgres");
        assert_eq!(reachable(&data, &root.path().join("open"), Account::Own).unwrap(), data);
    }
}
