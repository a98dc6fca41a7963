//! Who calls: bearer tokens ([`Issuer`], [`Verifier`]) and the [`Caller`] that the gRPC server finds in them.

use ting_events::Workspace;
use tonic::{Request, Status};

mod fault;
mod key;
mod token;
mod trust;
mod watch;

pub use fault::{AuthFault, InvalidKey};
pub use key::{KeyPair, generate};
pub use ting_proto::roles::Role;
pub use token::{Grant, Issuer, Verifier};
pub use trust::{Revocation, public_keys, revocations};

use crate::fault::status;

/// Who calls, from the token; in the extensions of every request that reaches a handler.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    pub workspace: Workspace,
    pub role: Role,
    /// A person or a machine: `sub` of the token.
    pub subject: String,
}

/// The caller of a request.
pub fn caller<T>(request: &Request<T>) -> Result<Caller, Status> {
    // Absent only when a service runs outside of our server: nobody was let in then.
    request.extensions().get::<Caller>().cloned().ok_or_else(|| status(&AuthFault::Missing))
}

const ROLES: [(Role, &str); 6] = [
    (Role::Owner, "owner"),
    (Role::Admin, "admin"),
    (Role::Agent, "agent"),
    (Role::Analyst, "analyst"),
    (Role::Viewer, "viewer"),
    (Role::Integration, "integration"),
];

/// The role called `name` in tokens and on the command line.
pub fn role(name: &str) -> Option<Role> {
    ROLES.into_iter().find_map(|(role, known)| (known == name).then_some(role))
}

/// The name of a role in tokens and on the command line.
pub fn role_name(role: Role) -> &'static str {
    ROLES.into_iter().find_map(|(known, name)| (known == role).then_some(name)).unwrap_or("unspecified")
}
