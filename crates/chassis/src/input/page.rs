use std::fmt;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use super::Violation;

const DEFAULT_SIZE: i64 = 50;
const MAX_SIZE: i64 = 500;
/// Tags are cut to 128 bits: enough against forging, and tokens stay short.
const TAG_BYTES: usize = 16;
const MAX_TOKEN_BYTES: usize = 2048;

/// What page tokens are sealed with. The same in every replica, and after a restart.
#[derive(Clone)]
pub struct PageKey(Hmac<Sha256>);

impl PageKey {
    /// Derives the key from a secret of any length.
    pub fn new(secret: &[u8]) -> Self {
        let mut derive = hmac(secret);
        derive.update(b"ting page token");
        Self(hmac(&derive.finalize().into_bytes()))
    }

    fn tag(&self, scope: &str, cursor: &[u8]) -> Hmac<Sha256> {
        let mut tag = self.0.clone();
        tag.update(&(scope.len() as u64).to_be_bytes());
        tag.update(scope.as_bytes());
        tag.update(cursor);
        tag
    }
}

impl fmt::Debug for PageKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PageKey(..)")
    }
}

/// Which part of a list to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// How many to answer with, 1 to 500.
    pub limit: i64,
    /// The sort key of the last row of the page before; `None` on the first page.
    pub after: Option<Vec<String>>,
}

impl Page {
    /// How many rows to read: one more than asked for tells whether there is another page.
    pub fn fetch(&self) -> i64 {
        self.limit + 1
    }

    /// Drops the row too many and makes the token of the next page: empty on the last.
    pub fn finish<T>(
        &self,
        key: &PageKey,
        scope: &str,
        rows: &mut Vec<T>,
        cursor: impl Fn(&T) -> Vec<String>,
    ) -> String {
        // Never saturates: limits are 1 to 500.
        let limit = usize::try_from(self.limit).unwrap_or(usize::MAX);
        if rows.len() <= limit {
            return String::new();
        }
        rows.truncate(limit);
        rows.last().map_or_else(String::new, |last| next_token(key, scope, &cursor(last)))
    }
}

/// Names a query: its method, workspace and filters. A token of one query is no token of another.
pub fn scope(parts: &[&str]) -> String {
    // Lengths keep ["ab", "c"] apart from ["a", "bc"].
    parts.iter().fold(String::new(), |scope, part| format!("{scope}{}:{part}", part.len()))
}

/// Reads the paging fields of a list request.
pub fn page(key: &PageKey, page_size: i32, page_token: &str, scope: &str) -> Result<Page, Violation> {
    let limit = match i64::from(page_size) {
        ..0 => return Err(Violation::new("page_size", "BAD_PAGE_SIZE", "is negative")),
        0 => DEFAULT_SIZE,
        size => size.min(MAX_SIZE),
    };
    let after = if page_token.is_empty() { None } else { Some(open(key, page_token, scope)?) };
    Ok(Page { limit, after })
}

/// Seals the place to go on from.
pub fn next_token(key: &PageKey, scope: &str, cursor: &[String]) -> String {
    // Never fails: strings always serialise.
    let cursor = serde_json::to_vec(cursor).unwrap_or_default();
    let mut token = key.tag(scope, &cursor).finalize().into_bytes()[..TAG_BYTES].to_vec();
    token.extend(cursor);
    URL_SAFE_NO_PAD.encode(token)
}

fn open(key: &PageKey, token: &str, scope: &str) -> Result<Vec<String>, Violation> {
    let bad = || Violation::new("page_token", "BAD_PAGE_TOKEN", "is not a token of this query");
    if token.len() > MAX_TOKEN_BYTES {
        return Err(bad());
    }
    let bytes = URL_SAFE_NO_PAD.decode(token).map_err(|_| bad())?;
    let (tag, cursor) = bytes.split_at_checked(TAG_BYTES).ok_or_else(bad)?;
    key.tag(scope, cursor).verify_truncated_left(tag).map_err(|_| bad())?;
    serde_json::from_slice(cursor).map_err(|_| bad())
}

fn hmac(key: &[u8]) -> Hmac<Sha256> {
    Hmac::new_from_slice(key).expect("HMAC takes keys of any length")
}

#[cfg(test)]
mod tests {
    use super::{Page, PageKey, next_token, page, scope};

    fn key() -> PageKey {
        PageKey::new(b"a secret")
    }

    #[test]
    fn sizes_are_defaulted_and_coerced() {
        for (size, limit) in [(0, 50), (1, 1), (500, 500), (501, 500), (i32::MAX, 500)] {
            assert_eq!(page(&key(), size, "", "q"), Ok(Page { limit, after: None }));
        }
        assert_eq!(page(&key(), -1, "", "q").unwrap_err().reason, "BAD_PAGE_SIZE");
    }

    #[test]
    fn a_token_leads_back_to_its_cursor_in_every_replica() {
        let cursor = vec!["2026-03-01T00:00:00Z".to_owned(), "id".to_owned()];
        let token = next_token(&key(), "q", &cursor);
        assert_eq!(page(&key(), 0, &token, "q").unwrap().after, Some(cursor));
    }

    #[test]
    fn tokens_of_another_query_workspace_or_key_and_garbage_are_refused() {
        let list = |workspace: &str, filter: &str| scope(&["ListFeedback", workspace, filter]);
        let token = next_token(&key(), &list("acme", "a"), &["id".to_owned()]);
        let flipped = format!("{}A", &token[..token.len() - 1]);
        let rows = [
            (token.as_str(), list("acme", "b")),
            (&token, list("other", "a")),
            (&token, list("acmea", "")),
            (&token[1..], list("acme", "a")),
            (&flipped, list("acme", "a")),
            ("garbage", list("acme", "a")),
            ("!", list("acme", "a")),
            (&"A".repeat(5000), list("acme", "a")),
        ];
        for (token, scope) in rows {
            assert_eq!(page(&key(), 0, token, &scope).unwrap_err().reason, "BAD_PAGE_TOKEN", "{token}");
        }
        let other = PageKey::new(b"another secret");
        assert_eq!(page(&other, 0, &token, &list("acme", "a")).unwrap_err().reason, "BAD_PAGE_TOKEN");
    }

    #[test]
    fn the_row_too_many_becomes_the_next_page() {
        let asked = Page { limit: 2, after: None };
        let mut rows = vec![1, 2, 3];
        let token = asked.finish(&key(), "q", &mut rows, |row| vec![row.to_string()]);
        assert_eq!(rows, [1, 2]);
        assert_eq!(page(&key(), 2, &token, "q").unwrap().after, Some(vec!["2".to_owned()]));
        assert_eq!(asked.finish(&key(), "q", &mut rows, |row| vec![row.to_string()]), "");
    }
}
