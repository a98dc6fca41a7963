use std::{
    fs::{self, OpenOptions},
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use anyhow::Context as _;
use chrono::TimeDelta;
use clap::{ArgGroup, Args, Subcommand};
use ting_chassis::auth::{Caller, Grant, Issuer, Revocation, Verifier, generate};
use ting_events::Workspace;
use uuid::Uuid;

use crate::{
    connect::{Session, claims},
    error::CliError,
    values::{RoleValue, duration},
};

pub(in crate::commands) const PRIVATE: &str = "private.pem";
pub(in crate::commands) const PUBLIC: &str = "public.pem";

#[derive(Debug, Subcommand)]
#[command(after_help = "Examples:
  ting token keys --out keys
  ting token create --key keys/private.pem --workspace acme --role agent --subject li.na --ttl 30d
  ting token revoke --public keys/public.pem --workspace acme --subject li.na")]
pub enum Token {
    /// Make the pair of keys (Ed25519) that tokens are signed and checked with
    #[command(after_help = "Examples:
  ting token keys --out keys     writes keys/private.pem, for you alone, and keys/public.pem, for the services")]
    Keys {
        /// Folder for private.pem and public.pem; made if need be, nothing in it is overwritten
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
    },
    /// Make a token; prints it and nothing else
    #[command(after_help = "Examples:
  ting token create --key keys/private.pem --workspace acme --role agent --subject li.na
  export TING_TOKEN=$(ting token create --key keys/private.pem --workspace acme --role owner --ttl 8h)")]
    Create(Create),
    /// Have tokens refused before they lapse, from a few seconds after this on
    #[command(after_help = "Examples:
  ting token revoke --public keys/public.pem --bearer \"$TOKEN\"
  ting token revoke --public keys/public.pem --id 019a5c3e-7d1e-7000-8000-000000000001
  ting token revoke --public keys/public.pem --workspace acme --subject li.na     all that she was given until now")]
    Revoke(Revoke),
}

#[derive(Debug, Args)]
#[command(group(ArgGroup::new("which").required(true).args(["bearer", "id", "subject"])))]
pub struct Revoke {
    /// The public.pem that the services read; a line is added to it
    #[arg(long, value_name = "FILE")]
    public: PathBuf,
    /// The token itself
    #[arg(long, value_name = "TOKEN")]
    bearer: Option<String>,
    /// The token's id, `jti` in it
    #[arg(long, value_name = "ID")]
    id: Option<Uuid>,
    /// Everything that was issued to this subject until now
    #[arg(long, value_name = "NAME", requires = "workspace")]
    subject: Option<String>,
    /// The workspace of the subject
    #[arg(long, value_name = "NAME", value_parser = workspace)]
    workspace: Option<Workspace>,
}

#[derive(Debug, Args)]
pub struct Create {
    /// The private key
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// The workspace that the bearer works in
    #[arg(long, value_name = "NAME", value_parser = workspace)]
    workspace: Workspace,
    /// What the bearer may do
    #[arg(long, value_enum)]
    role: RoleValue,
    /// Who the bearer is, for the history of cases
    #[arg(long, value_name = "NAME", default_value = "ting-cli")]
    subject: String,
    /// How long it is good for: 90s, 15m, 12h, 30d, 4w
    #[arg(long, value_name = "DURATION", default_value = "30d", value_parser = duration)]
    ttl: TimeDelta,
}

pub fn run(session: &Session, command: Token) -> Result<(), CliError> {
    match command {
        Token::Keys { out } => keys(&out),
        Token::Create(create) => issue(session, create),
        Token::Revoke(revoke) => self::revoke(session, revoke),
    }
}

pub(in crate::commands) fn workspace(raw: &str) -> Result<Workspace, String> {
    Workspace::parse(raw).map_err(|error| error.to_string())
}

pub(in crate::commands) fn keys(folder: &Path) -> Result<(), CliError> {
    let pair = generate();
    fs::create_dir_all(folder).with_context(|| format!("cannot make the folder {}", folder.display()))?;
    let (private, public) = (folder.join(PRIVATE), folder.join(PUBLIC));
    if public.exists() {
        return Err(already(&public));
    }
    write_new(&private, &pair.private_pem, true)?;
    write_new(&public, &pair.public_pem, false)?;
    anstream::eprintln!("{}  signs tokens; keep it to yourself", private.display());
    anstream::eprintln!(
        "{}   checks tokens; give it to the services as auth.public_key_file",
        public.display()
    );
    Ok(())
}

pub(in crate::commands) fn write_new(path: &Path, text: &str, secret: bool) -> Result<(), CliError> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, if secret { 0o600 } else { 0o644 });
    let written = options.open(path).and_then(|mut file| {
        file.write_all(text.as_bytes())?;
        file.sync_all()
    });
    match written {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(already(path)),
        Err(error) => Err(CliError::Other(
            anyhow::Error::from(error).context(format!("cannot write {}", path.display())),
        )),
    }
}

pub(in crate::commands) fn read_public(path: &Path) -> Result<String, CliError> {
    let text = fs::read_to_string(path).map_err(|error| {
        CliError::failed(
            format!("cannot read {}: {error}", path.display()),
            "name the public.pem that the services read (TING_KEYS in .env)",
        )
    })?;
    checked(path, text)
}

/// Writes into the file that is there: a container sees the file it was started with, and not another of the same name.
pub(in crate::commands) fn write_public(path: &Path, text: &str) -> Result<(), CliError> {
    let text = checked(path, text.to_owned())?;
    let written = OpenOptions::new().write(true).truncate(true).open(path).and_then(|mut file| {
        file.write_all(text.as_bytes())?;
        file.sync_all()
    });
    Ok(written.with_context(|| format!("cannot write {}", path.display()))?)
}

fn checked(path: &Path, text: String) -> Result<String, CliError> {
    match Verifier::from_pem(&text) {
        Ok(_) => Ok(text),
        Err(error) => Err(CliError::failed(
            format!("{}: {error}", path.display()),
            "the services would not take it: put the public.pem of before back",
        )),
    }
}

fn revoke(session: &Session, revoke: Revoke) -> Result<(), CliError> {
    let before = read_public(&revoke.public)?;
    let revocation = match (revoke.bearer, revoke.id, revoke.subject, revoke.workspace) {
        (Some(token), ..) => Revocation::Token(id_of(&token)?),
        (_, Some(id), ..) => Revocation::Token(id),
        (_, _, Some(subject), Some(workspace)) if !subject.chars().any(char::is_control) => {
            let until = session.clock.now().timestamp();
            Revocation::Subject { workspace: workspace.to_string(), subject, until }
        }
        _ => return Err(CliError::usage("--subject has a control character in it")),
    };
    let line = revocation.line();
    if before.lines().any(|known| known == line) {
        return session.output.line("it was revoked before");
    }
    let end = if before.ends_with('\n') { "" } else { "\n" };
    write_public(&revoke.public, &format!("{before}{end}{line}\n"))?;
    session
        .output
        .line(&format!("{line}: services that read {} refuse it in a few seconds", revoke.public.display()))
}

fn id_of(token: &str) -> Result<Uuid, CliError> {
    let claims =
        claims(token).ok_or_else(|| CliError::usage("--bearer is no token of ting; was it copied whole?"))?;
    claims.jti.ok_or_else(|| {
        CliError::usage("--bearer has no id: revoke all of its subject (--workspace, --subject)")
    })
}

fn already(path: &Path) -> CliError {
    CliError::failed(
        format!("{} is there already", path.display()),
        "tokens signed with the old key would stop working: name another folder, or move the old keys away",
    )
}

fn issue(session: &Session, create: Create) -> Result<(), CliError> {
    let pem = fs::read_to_string(&create.key).map_err(|error| {
        CliError::failed(
            format!("cannot read the key {}: {error}", create.key.display()),
            "make a pair of keys first: ting token keys --out DIR",
        )
    })?;
    let wrong = |error| {
        CliError::failed(
            format!("{}: {error}", create.key.display()),
            format!("--key wants the private key, {PRIVATE} of `ting token keys`"),
        )
    };
    let issuer = Issuer::from_pem(&pem).map_err(wrong)?;
    let grant = Grant {
        caller: Caller { workspace: create.workspace, role: create.role.into(), subject: create.subject },
        issued_at: session.clock.now(),
        lifetime: create.ttl,
        id: session.ids.next(),
    };
    let token = issuer.issue(&grant).map_err(wrong)?;
    session.output.line(&token)
}
