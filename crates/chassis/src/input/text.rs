use std::collections::{BTreeMap, HashMap};

use unicode_normalization::char::is_combining_mark;
use uuid::Uuid;

use super::Violation;

/// Accents on one letter, at most: more is drawn over its neighbours.
const MAX_COMBINING_RUN: usize = 32;
const MAX_EXTERNAL_ID_CHARS: usize = 128;
const MAX_REQUEST_ID_BYTES: usize = 36;
const MAX_TOKEN_BYTES: usize = 64;
const MAX_ATTRIBUTES: usize = 64;
const MAX_ATTRIBUTE_KEY_BYTES: usize = 128;
const MAX_ATTRIBUTE_VALUE_BYTES: usize = 1024;
/// RFC 5321 4.5.3.1 with erratum 1690.
const MAX_EMAIL_BYTES: usize = 254;
const MAX_EMAIL_LOCAL_BYTES: usize = 64;
const MAX_DOMAIN_LABEL_BYTES: usize = 63;

/// Text that people wrote: trimmed, with something to see in it, without control characters but tab and line ends.
pub fn text(field: &str, raw: &str, max_chars: usize, max_bytes: usize) -> Result<String, Violation> {
    let trimmed = raw.trim();
    if trimmed.len() > max_bytes || trimmed.chars().count() > max_chars {
        let message = format!("is longer than {max_chars} characters or {max_bytes} bytes");
        return Err(Violation::new(field, "TOO_LONG", message));
    }
    no_control(field, trimmed)?;
    if trimmed.chars().all(is_blank) {
        return Err(Violation::new(field, "EMPTY", "is empty"));
    }
    no_combining_run(field, trimmed)?;
    Ok(trimmed.to_owned())
}

/// Like [`text`], but may be empty.
pub fn optional_text(
    field: &str,
    raw: &str,
    max_chars: usize,
    max_bytes: usize,
) -> Result<Option<String>, Violation> {
    if raw.chars().all(is_blank) { Ok(None) } else { text(field, raw, max_chars, max_bytes).map(Some) }
}

/// A short name for programs: `[a-z0-9_-]{1,64}`.
pub fn token(field: &str, raw: &str) -> Result<String, Violation> {
    let legal = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_' || byte == b'-';
    if (1..=MAX_TOKEN_BYTES).contains(&raw.len()) && raw.bytes().all(legal) {
        Ok(raw.to_owned())
    } else {
        Err(Violation::new(field, "BAD_TOKEN", "is not 1 to 64 of the characters a-z, 0-9, _ and -"))
    }
}

/// Like [`token`], but empty means `unknown`.
pub fn token_or_unknown(field: &str, raw: &str) -> Result<String, Violation> {
    if raw.is_empty() { Ok("unknown".to_owned()) } else { token(field, raw) }
}

/// An id of the caller's own making: 1 to 128 characters, taken literally.
pub fn external_id(field: &str, raw: &str) -> Result<String, Violation> {
    if raw.chars().all(is_blank) {
        return Err(Violation::new(field, "EMPTY", "is empty"));
    }
    if raw.chars().count() > MAX_EXTERNAL_ID_CHARS {
        return Err(Violation::new(
            field,
            "TOO_LONG",
            format!("is longer than {MAX_EXTERNAL_ID_CHARS} characters"),
        ));
    }
    if raw.chars().any(char::is_control) {
        return Err(Violation::new(field, "CONTROL_CHAR", "contains a control character"));
    }
    Ok(raw.to_owned())
}

/// An id of ours, as we print it: lower or upper case hexadecimal with hyphens.
pub fn uuid(field: &str, raw: &str) -> Result<Uuid, Violation> {
    let hyphenated = raw.len() == uuid::fmt::Hyphenated::LENGTH;
    let parsed = if hyphenated { Uuid::try_parse(raw).ok() } else { None };
    parsed.ok_or_else(|| Violation::new(field, "BAD_ID", "is not an id"))
}

/// The key under which a mutation is remembered: up to 36 visible ASCII characters. Empty: the caller gave none.
pub fn request_id(raw: &str) -> Result<Option<String>, Violation> {
    if raw.len() > MAX_REQUEST_ID_BYTES || !raw.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(Violation::new(
            "request_id",
            "BAD_REQUEST_ID",
            "is not up to 36 visible ASCII characters",
        ));
    }
    Ok((!raw.is_empty()).then(|| raw.to_owned()))
}

/// Attributes: at most 64, keys `[A-Za-z0-9_-]{1,128}`, values up to 1,024 bytes.
pub fn attributes<S>(
    field: &str,
    raw: HashMap<String, String, S>,
) -> Result<BTreeMap<String, String>, Violation> {
    if raw.len() > MAX_ATTRIBUTES {
        let message = format!("has more than {MAX_ATTRIBUTES} entries");
        return Err(Violation::new(field, "TOO_MANY_ATTRIBUTES", message));
    }
    for (key, value) in &raw {
        if !is_attribute_key(key) {
            let message = "has a key that is not 1 to 128 of the characters A-Z, a-z, 0-9, _ and -";
            return Err(Violation::new(field, "BAD_ATTRIBUTE_KEY", message));
        }
        let place = format!("{field}[{key}]");
        if value.len() > MAX_ATTRIBUTE_VALUE_BYTES {
            let message = format!("is longer than {MAX_ATTRIBUTE_VALUE_BYTES} bytes");
            return Err(Violation::new(&place, "TOO_LONG", message));
        }
        no_control(&place, value)?;
    }
    Ok(raw.into_iter().collect())
}

/// An e-mail address without display name, as ordinary mail systems take it: ASCII, a dotted domain name, no quoting.
pub fn email(field: &str, raw: &str) -> Result<String, Violation> {
    let bad = || Violation::new(field, "BAD_EMAIL", "is not an e-mail address");
    let (local, domain) = raw.rsplit_once('@').ok_or_else(bad)?;
    if raw.len() <= MAX_EMAIL_BYTES && is_email_local(local) && is_domain(domain) {
        Ok(format!("{local}@{}", domain.to_ascii_lowercase()))
    } else {
        Err(bad())
    }
}

/// White space, and what shows nothing although Unicode does not call it white space.
fn is_blank(char: char) -> bool {
    char.is_whitespace()
        || matches!(char,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180e}'
            | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{e0000}'..='\u{e0fff}')
}

fn no_control(field: &str, text: &str) -> Result<(), Violation> {
    if text.chars().any(|char| char.is_control() && !matches!(char, '\t' | '\n' | '\r')) {
        return Err(Violation::new(field, "CONTROL_CHAR", "contains a control character"));
    }
    Ok(())
}

fn no_combining_run(field: &str, text: &str) -> Result<(), Violation> {
    let mut run = 0;
    for char in text.chars() {
        run = if is_combining_mark(char) { run + 1 } else { 0 };
        if run > MAX_COMBINING_RUN {
            let message = format!("has more than {MAX_COMBINING_RUN} combining marks in a row");
            return Err(Violation::new(field, "COMBINING", message));
        }
    }
    Ok(())
}

fn is_attribute_key(key: &str) -> bool {
    let legal = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
    (1..=MAX_ATTRIBUTE_KEY_BYTES).contains(&key.len())
        && key.bytes().all(legal)
        // Poison for readers in JavaScript, where it would be the object's prototype.
        && key != "__proto__"
}

/// `dot-atom` of RFC 5322.
fn is_email_local(local: &str) -> bool {
    let legal = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+/=?^_`{|}~-".contains(&byte);
    local.len() <= MAX_EMAIL_LOCAL_BYTES
        && local.split('.').all(|atom| !atom.is_empty() && atom.bytes().all(legal))
}

fn is_domain(domain: &str) -> bool {
    let labels: Vec<&str> = domain.split('.').collect();
    let numeric_end = labels.last().is_some_and(|label| label.bytes().all(|byte| byte.is_ascii_digit()));
    labels.len() >= 2 && !numeric_end && labels.into_iter().all(is_domain_label)
}

fn is_domain_label(label: &str) -> bool {
    (1..=MAX_DOMAIN_LABEL_BYTES).contains(&label.len())
        && !label.starts_with('-')
        && !label.ends_with('-')
        && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

#[cfg(test)]
#[path = "text_tests.rs"]
mod tests;
