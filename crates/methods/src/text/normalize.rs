use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Longer texts are cut: no customer comment needs more, and it bounds the work one text can cause.
pub const MAX_CHARS: usize = 20_000;

/// More marks than this on one letter carry no meaning in any script.
const MAX_MARKS: usize = 3;

/// A tag or entity longer than this is taken for text.
const MAX_TAG_BYTES: usize = 200;

/// Brings a comment into the form all methods read: NFKC, lower case, no markup, links or invisible characters,
/// single spaces.
pub fn normalize(raw: &str) -> String {
    let mut plain = String::with_capacity(raw.len());
    let mut marks = 0;
    for original in strip_markup(raw).nfkc().take(MAX_CHARS) {
        for c in original.to_lowercase() {
            marks = if is_combining_mark(c) { marks + 1 } else { 0 };
            if c.is_whitespace() || c.is_control() {
                if !plain.is_empty() && !plain.ends_with(' ') {
                    plain.push(' ');
                }
            } else if marks <= MAX_MARKS && !is_invisible(c) {
                plain.push(c);
            }
        }
    }
    plain.truncate(plain.trim_end().len());
    plain
}

/// Replaces tags, entities and links by a space; keeps case and everything else.
pub(super) fn strip_markup(raw: &str) -> String {
    let mut kept = String::with_capacity(raw.len());
    let mut rest = raw;
    let mut budget = MAX_CHARS;
    while let Some(c) = rest.chars().next().filter(|_| budget > 0) {
        let markup = match c {
            '<' => tag_length(rest),
            '&' => entity_length(rest),
            'h' | 'H' | 'w' | 'W' if !kept.ends_with(|c: char| c.is_ascii_alphanumeric()) => {
                link_length(rest)
            }
            _ => 0,
        };
        budget -= 1;
        if markup > 0 {
            kept.push(' ');
            rest = &rest[markup..];
        } else {
            kept.push(c);
            rest = &rest[c.len_utf8()..];
        }
    }
    kept
}

/// Zero-width characters, direction marks, variation selectors and the byte order mark.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}'
        | '\u{2066}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{e0000}'..='\u{e01ef}')
}

fn tag_length(text: &str) -> usize {
    let opens = text[1..].starts_with(|c: char| c.is_ascii_alphabetic() || c == '/' || c == '!');
    let end = text.bytes().take(MAX_TAG_BYTES).position(|byte| byte == b'>');
    if opens { end.map_or(0, |position| position + 1) } else { 0 }
}

fn entity_length(text: &str) -> usize {
    let body =
        text[1..].bytes().take(9).take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'#').count();
    if body > 0 && text.as_bytes().get(1 + body) == Some(&b';') { body + 2 } else { 0 }
}

fn link_length(text: &str) -> usize {
    let starts = |prefix: &str| {
        text.as_bytes().get(..prefix.len()).is_some_and(|head| head.eq_ignore_ascii_case(prefix.as_bytes()))
    };
    if !(starts("http://") || starts("https://") || starts("www.")) {
        return 0;
    }
    // A link ends at the first character that an unescaped address cannot hold, a Chinese one for instance.
    text.bytes().take_while(u8::is_ascii_graphic).count()
}

#[cfg(test)]
mod tests {
    use super::normalize;

    #[test]
    fn width_case_and_spaces_do_not_matter() {
        assert_eq!(normalize("  ＡＢＣ\t\tfull－Width　价格 \n"), "abc full-width 价格");
    }

    #[test]
    fn markup_links_and_invisible_characters_are_gone() {
        assert_eq!(normalize("<p>慢&nbsp;死了</p>"), "慢 死了");
        assert_eq!(normalize("看https://example.com/a?b=c这里"), "看 这里");
        assert_eq!(normalize("sl\u{200b}ow\u{feff}"), "slow");
        assert_eq!(normalize("a < b and b > c & d"), "a < b and b > c & d");
    }

    #[test]
    fn piled_up_marks_are_cut() {
        let zalgo = format!("a{}b", "\u{334}".repeat(5_000));
        assert!(normalize(&zalgo).chars().count() <= 5);
    }
}
