use std::collections::{HashMap, HashSet};

use jsonwebtoken::DecodingKey;
use uuid::Uuid;

use super::InvalidKey;

const END: &str = "-----END PUBLIC KEY-----";
const TOKEN: &str = "Revoked-Token:";
const SUBJECT: &str = "Revoked-Subject:";

/// Who signs tokens, and which tokens are good no more: what the file with the public key says. PEM lets text stand between keys.
pub(super) struct Trust {
    /// Newest first.
    pub keys: Vec<DecodingKey>,
    tokens: HashSet<Uuid>,
    /// Workspace and subject, and the second up to which what was issued to them is good no more.
    subjects: HashMap<(String, String), i64>,
}

/// Tokens that are to be refused from now on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Revocation {
    Token(Uuid),
    /// Everything that was issued to a subject of a workspace up to a second, since 1970.
    Subject {
        workspace: String,
        subject: String,
        until: i64,
    },
}

impl Revocation {
    /// The line that says so.
    pub fn line(&self) -> String {
        match self {
            Self::Token(id) => format!("{TOKEN} {id}"),
            Self::Subject { workspace, subject, until } => format!("{SUBJECT} {workspace} {until} {subject}"),
        }
    }

    /// Reads a line; `None` if it is about something else.
    fn read(line: &str) -> Option<Result<Self, ()>> {
        if let Some(id) = line.strip_prefix(TOKEN) {
            return Some(id.trim().parse().map(Self::Token).map_err(drop));
        }
        let mut words = line.strip_prefix(SUBJECT)?.trim().splitn(3, ' ');
        let (workspace, until, subject) = (words.next(), words.next(), words.next());
        let read = || {
            let until = until?.parse().ok()?;
            Some(Self::Subject { workspace: workspace?.to_owned(), subject: subject?.to_owned(), until })
        };
        Some(read().ok_or(()))
    }
}

impl Trust {
    /// Reads one key or several, and what was revoked.
    pub fn parse(text: &str) -> Result<Self, InvalidKey> {
        let mut trust = Self { keys: Vec::new(), tokens: HashSet::new(), subjects: HashMap::new() };
        for (number, line) in (1..).zip(text.lines()) {
            match Revocation::read(line.trim()) {
                Some(Ok(revocation)) => trust.revoke(revocation),
                // Passed over, it would let in whom somebody wanted to keep out.
                Some(Err(())) => return Err(InvalidKey::Line(number)),
                None => {}
            }
        }
        let blocks: Vec<&str> =
            text.split_inclusive(END).filter(|block| block.contains("-----BEGIN")).collect();
        for block in blocks {
            let start = block.find("-----BEGIN").unwrap_or_default();
            trust.keys.push(DecodingKey::from_ed_pem(&block.as_bytes()[start..])?);
        }
        if trust.keys.is_empty() {
            return Err(InvalidKey::None);
        }
        Ok(trust)
    }

    fn revoke(&mut self, revocation: Revocation) {
        match revocation {
            Revocation::Token(id) => {
                self.tokens.insert(id);
            }
            Revocation::Subject { workspace, subject, until } => {
                let known = self.subjects.entry((workspace, subject)).or_insert(until);
                *known = until.max(*known);
            }
        }
    }

    /// Whether a token was revoked.
    pub fn refuses(&self, id: Uuid, workspace: &str, subject: &str, issued_at: i64) -> bool {
        self.tokens.contains(&id)
            || self
                .subjects
                .get(&(workspace.to_owned(), subject.to_owned()))
                .is_some_and(|until| issued_at <= *until)
    }

    pub fn revocations(&self) -> usize {
        self.tokens.len() + self.subjects.len()
    }
}

/// The keys of such a file, each in PEM, newest first.
pub fn public_keys(text: &str) -> Vec<String> {
    let blocks = text.split_inclusive(END).filter_map(|block| Some(&block[block.find("-----BEGIN")?..]));
    blocks.filter(|block| block.ends_with(END)).map(|block| format!("{block}\n")).collect()
}

/// The lines of such a file that say what was revoked.
pub fn revocations(text: &str) -> Vec<&str> {
    text.lines().filter(|line| line.starts_with(TOKEN) || line.starts_with(SUBJECT)).collect()
}
