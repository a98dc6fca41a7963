//! Which URLs a webhook may have.
//!
//! The text is checked as well as what the parser makes of it: parsers drop tabs, turn `\` into `/` and read `0x7f000001` as an
//! address, and what connects later may see it otherwise.

use std::net::IpAddr;

use url::{Host, ParseError, Url};

use super::address::{Networks, is_public};

const MAX_CHARS: usize = 2048;
const PORTS: [u16; 3] = [443, 80, 8443];

/// Last labels of names that only mean something inside a network.
const INSIDE: [&str; 12] = [
    "localhost",
    "local",
    "internal",
    "intranet",
    "lan",
    "home",
    "corp",
    "private",
    "svc",
    "arpa",
    "invalid",
    "localdomain",
];

/// A URL that webhooks do not go to.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{problem}")]
pub struct BadTarget {
    pub reason: &'static str,
    pub problem: &'static str,
}

const fn bad<T>(reason: &'static str, problem: &'static str) -> Result<T, BadTarget> {
    Err(BadTarget { reason, problem })
}

/// A URL that reads well; whether it may be used is for [`Target::judge`] to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target(Url);

/// What stands where the host stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TargetHost {
    Address(IpAddr),
    Name(String),
}

impl Target {
    /// Checks the text and what it parses to, but not yet where it leads.
    pub fn parse(raw: &str) -> Result<Self, BadTarget> {
        if raw.chars().count() > MAX_CHARS {
            return bad("URL_TOO_LONG", "is longer than 2048 characters");
        }
        if raw.chars().any(|char| char.is_control() || char.is_whitespace() || char == '\\' || char == '#') {
            return bad("URL_CHARS", "contains a space, a control character, a backslash or a fragment");
        }
        let Some((scheme, rest)) = raw.split_once(':') else {
            return bad("URL_SCHEME", "does not start with https://");
        };
        if !["https", "http"].iter().any(|known| scheme.eq_ignore_ascii_case(known)) {
            return bad("URL_SCHEME", "does not start with https://");
        }
        let authority =
            rest.strip_prefix("//").unwrap_or_default().split(['/', '?']).next().unwrap_or_default();
        if authority.is_empty() {
            return bad("URL_HOST", "names no host");
        }
        if authority.contains('@') {
            return bad("URL_USERINFO", "contains a user name or a password");
        }
        let url = match Url::parse(raw) {
            Ok(url) => url,
            Err(ParseError::InvalidPort) => return bad("URL_PORT", "has a port that does not exist"),
            Err(_) => return bad("URL_HOST", "has a host that cannot be read"),
        };
        if url.port() == Some(0) {
            return bad("URL_PORT", "has a port that does not exist");
        }
        Ok(Self(url))
    }

    /// The host.
    pub fn host(&self) -> TargetHost {
        match self.0.host() {
            Some(Host::Ipv4(address)) => TargetHost::Address(IpAddr::V4(address)),
            Some(Host::Ipv6(address)) => TargetHost::Address(IpAddr::V6(address)),
            Some(Host::Domain(name)) => TargetHost::Name(name.to_owned()),
            // Cannot be: http and https URLs have a host, or do not parse.
            None => TargetHost::Name(String::new()),
        }
    }

    /// Says whether a webhook may go there. `addresses` are those of the host as far as they are known: if the operator has listed
    /// the networks of all of them, nothing else is asked.
    pub fn judge(&self, networks: &Networks, addresses: &[IpAddr]) -> Result<(), BadTarget> {
        if !addresses.is_empty() && addresses.iter().all(|address| networks.list(*address)) {
            return Ok(());
        }
        if self.0.scheme() != "https" {
            return bad("URL_SCHEME", "does not start with https://");
        }
        match self.host() {
            TargetHost::Address(address) if !is_public(address) => {
                return bad("URL_PRIVATE", "leads into a private network");
            }
            TargetHost::Name(name) if !is_public_name(&name) => {
                return bad("URL_HOST", "has a host that is not a public domain name");
            }
            TargetHost::Address(_) | TargetHost::Name(_) => {}
        }
        if self.0.port_or_known_default().is_some_and(|port| PORTS.contains(&port)) {
            Ok(())
        } else {
            bad("URL_PORT", "has a port other than 443, 80 and 8443")
        }
    }

    /// The URL as it is stored and called.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

fn is_public_name(name: &str) -> bool {
    let labels: Vec<&str> = name.strip_suffix('.').unwrap_or(name).split('.').collect();
    let inside = labels.last().is_none_or(|last| INSIDE.contains(last));
    labels.len() >= 2 && !inside && labels.iter().all(|label| !label.is_empty())
}

#[cfg(test)]
#[path = "target_tests.rs"]
mod tests;
