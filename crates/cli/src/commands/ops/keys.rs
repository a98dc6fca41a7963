use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::Context as _;
use clap::Subcommand;
use ting_chassis::auth::{generate, public_keys, revocations};

use crate::commands::token::{PRIVATE, PUBLIC, read_public, write_new, write_public};
use crate::error::CliError;

const OLD: &str = "private.pem.old";

#[derive(Debug, Subcommand)]
#[command(after_help = "Examples:
  ting ops keys rotate --folder keys
  ting ops keys retire --folder keys")]
pub enum Keys {
    /// Make a new pair of keys; tokens of the old one stay good until `retire`
    #[command(after_help = "Examples:
  ting ops keys rotate --folder keys     then give keys/public.pem to every service, if it is not there already")]
    Rotate {
        /// The folder with public.pem and, if it is kept there, private.pem
        #[arg(long, value_name = "DIR")]
        folder: PathBuf,
    },
    /// Leave the newest key alone in public.pem; tokens of the old ones are refused from then on
    #[command(after_help = "Examples:
  ting ops keys retire --folder keys     when every token of the old key was replaced or has lapsed")]
    Retire {
        /// The folder with public.pem
        #[arg(long, value_name = "DIR")]
        folder: PathBuf,
    },
}

pub(super) fn run(command: &Keys) -> Result<(), CliError> {
    match command {
        Keys::Rotate { folder } => rotate(folder),
        Keys::Retire { folder } => retire(folder),
    }
}

fn rotate(folder: &Path) -> Result<(), CliError> {
    let (private, public, old) = (folder.join(PRIVATE), folder.join(PUBLIC), folder.join(OLD));
    let before = read_public(&public)?;
    if old.exists() {
        return Err(CliError::failed(
            format!("{} is there already", old.display()),
            "an earlier rotation is not over: end it (ting ops keys retire), and delete that file",
        ));
    }
    let pair = generate();
    // The services first: with the public key nobody can sign, and without it nobody is let in.
    write_public(&public, &format!("{}{before}", pair.public_pem))?;
    if private.exists() {
        fs::rename(&private, &old)
            .with_context(|| format!("cannot rename {} to {}", private.display(), old.display()))?;
    }
    write_new(&private, &pair.private_pem, true)?;
    anstream::eprintln!(
        "{}  now holds {} keys; services read it again by themselves",
        public.display(),
        public_keys(&before).len() + 1
    );
    anstream::eprintln!("{}  signs new tokens; make one for everybody who has an old one", private.display());
    anstream::eprintln!(
        "next: when nobody uses an old token any more, ting ops keys retire --folder {}",
        folder.display()
    );
    Ok(())
}

fn retire(folder: &Path) -> Result<(), CliError> {
    let public = folder.join(PUBLIC);
    let before = read_public(&public)?;
    let keys = public_keys(&before);
    let Some((newest, retired)) = keys.split_first().filter(|(_, retired)| !retired.is_empty()) else {
        return Err(CliError::failed(
            format!("{} holds one key, and needs it", public.display()),
            "make a new one first: ting ops keys rotate",
        ));
    };
    let revoked = revocations(&before).join("\n");
    write_public(&public, &format!("{newest}{revoked}\n"))?;
    anstream::eprintln!("{}  holds the newest key alone; {} retired", public.display(), retired.len());
    anstream::eprintln!("next: delete {}, and every copy of it", folder.join(OLD).display());
    Ok(())
}
