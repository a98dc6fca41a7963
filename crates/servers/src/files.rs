//! Folders, copies and locks.

use std::fs::{self, DirBuilder, File};
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::Path;

use crate::Result;
use crate::account::Account;
use crate::error::Attempting;

/// Makes `folder` and what lies above it.
pub(crate) fn make_folder(folder: &Path) -> Result<()> {
    fs::create_dir_all(folder).attempting(|| format!("make the folder {}", folder.display()))
}

/// Makes `folder` so that everyone can look into it, whatever the umask.
pub(crate) fn make_open_folder(folder: &Path) -> Result<()> {
    make_folder(folder)?;
    fs::set_permissions(folder, fs::Permissions::from_mode(0o755))
        .attempting(|| format!("open {} to everyone", folder.display()))
}

/// Removes `folder` with all it holds, if it is there.
pub(crate) fn remove_folder(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder).attempting(|| format!("remove {}", folder.display()))?;
    }
    Ok(())
}

/// Waits for the lock `file`, which other processes may hold, and keeps it until the result is dropped.
pub(crate) fn lock(file: &Path) -> Result<File> {
    let locked = || File::create(file).and_then(|opened| opened.lock().map(|()| opened));
    locked().attempting(|| format!("lock {}", file.display()))
}

/// Copies the folder `from` to the new folder `to`, readable by its owner only, as Postgres wants its data.
pub(crate) fn copy_folder(from: &Path, to: &Path, owner: Account) -> Result<()> {
    DirBuilder::new().mode(0o700).create(to).attempting(|| format!("make the folder {}", to.display()))?;
    owner.own(to)?;
    let reading = || format!("read {}", from.display());
    for entry in fs::read_dir(from).attempting(reading)? {
        let entry = entry.attempting(reading)?;
        let target = to.join(entry.file_name());
        if entry.file_type().attempting(reading)?.is_dir() {
            copy_folder(&entry.path(), &target, owner)?;
        } else {
            fs::copy(entry.path(), &target).attempting(|| format!("write {}", target.display()))?;
            owner.own(&target)?;
        }
    }
    Ok(())
}

/// The last lines of a log, for an error message.
pub(crate) fn last_lines(log: &Path) -> String {
    const LINES: usize = 12;
    let text = fs::read(log).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(LINES)..].join("\n")
}
