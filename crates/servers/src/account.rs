//! Which account a server runs under, and whether that account can get at its files.
//!
//! Postgres refuses to run as root, so for root it runs as nobody, who cannot look into folders like `/root`.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use crate::Result;
use crate::error::Attempting;

const NOBODY: u32 = 65_534;
// A socket address holds 104 bytes on macOS; Postgres adds "/.s.PGSQL.5432", and we the folder's own name.
const LONGEST_TEMPORARY_ROOT: usize = 60;

/// The account of a server that must not be root.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Account {
    /// The one we run under.
    Own,
    /// The unprivileged one, because we are root.
    Nobody,
}

impl Account {
    /// Picks the account under which Postgres is willing to run.
    pub(crate) fn unprivileged() -> Self {
        if rustix::process::geteuid().is_root() { Self::Nobody } else { Self::Own }
    }

    /// Makes `command` run under this account.
    pub(crate) fn apply(self, command: &mut Command) {
        if self == Self::Nobody {
            command.uid(NOBODY).gid(NOBODY);
        }
    }

    /// Gives `path` to this account.
    pub(crate) fn own(self, path: &Path) -> Result<()> {
        match self {
            Self::Own => Ok(()),
            Self::Nobody => chown(path, Some(NOBODY), Some(NOBODY))
                .attempting(|| format!("give {} to the unprivileged account", path.display())),
        }
    }

    /// Whether this account can get into `folder`, or into what exists of the way to it.
    pub(crate) fn reaches(self, folder: &Path) -> bool {
        let folder = std::path::absolute(folder).unwrap_or_default();
        let existing = folder.ancestors().find_map(|ancestor| ancestor.canonicalize().ok());
        self == Self::Own
            || existing.is_some_and(|existing| {
                existing
                    .ancestors()
                    .all(|ancestor| fs::metadata(ancestor).is_ok_and(|found| found.mode() & 0o001 != 0))
            })
    }

    /// Makes a folder with a short path that only this account (and root) can look into.
    pub(crate) fn temporary_folder(self, prefix: &str) -> Result<TempDir> {
        let given = std::env::temp_dir();
        let root = if suits_a_socket(&given) && self.reaches(&given) { given } else { PathBuf::from("/tmp") };
        let folder = tempfile::Builder::new()
            .prefix(prefix)
            .permissions(fs::Permissions::from_mode(0o700))
            .tempdir_in(&root)
            .attempting(|| format!("make a folder in {}", root.display()))?;
        self.own(folder.path())?;
        Ok(folder)
    }
}

// The path also becomes part of a URL and of a server's settings, where blanks and quotes would need escapes.
fn suits_a_socket(root: &Path) -> bool {
    root.to_str().is_some_and(|path| {
        path.len() <= LONGEST_TEMPORARY_ROOT
            && path.chars().all(|character| character.is_ascii_alphanumeric() || "/._-".contains(character))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_reaches_open_folders_only() {
        let root = Account::Own.temporary_folder("ting-").unwrap();
        let inner = root.path().join("inner");
        fs::create_dir(&inner).unwrap();
        let set =
            |folder: &Path, mode| fs::set_permissions(folder, fs::Permissions::from_mode(mode)).unwrap();
        set(root.path(), 0o755);
        set(&inner, 0o755);
        assert!(Account::Nobody.reaches(&inner.join("not/there/yet")));
        set(&inner, 0o750);
        assert!(!Account::Nobody.reaches(&inner.join("not/there/yet")));
        set(&inner, 0o755);
        set(root.path(), 0o700);
        assert!(!Account::Nobody.reaches(&inner));
        assert!(Account::Own.reaches(&inner));
    }

    #[test]
    fn a_long_or_blank_temporary_root_is_not_used_for_sockets() {
        assert!(suits_a_socket(Path::new("/tmp")));
        assert!(!suits_a_socket(Path::new("/tmp/with a blank")));
        assert!(!suits_a_socket(&Path::new("/tmp").join("x".repeat(80))));
    }
}
