use anstyle::{AnsiColor, Style};
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

/// One field of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    pub text: String,
    pub style: Style,
}

impl Cell {
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), style: Style::new() }
    }

    pub fn good(text: impl Into<String>) -> Self {
        Self::coloured(text, AnsiColor::Green)
    }

    pub fn warning(text: impl Into<String>) -> Self {
        Self::coloured(text, AnsiColor::Yellow)
    }

    pub fn bad(text: impl Into<String>) -> Self {
        Self::coloured(text, AnsiColor::Red)
    }

    pub fn faint(text: impl Into<String>) -> Self {
        Self { text: text.into(), style: Style::new().dimmed() }
    }

    fn coloured(text: impl Into<String>, colour: AnsiColor) -> Self {
        Self { text: text.into(), style: Style::new().fg_color(Some(colour.into())) }
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

impl From<i64> for Cell {
    fn from(number: i64) -> Self {
        Self::new(number.to_string())
    }
}

/// Text on one line that cannot steer the terminal: white space becomes blanks, controls and direction overrides are left out.
pub fn clean(text: &str) -> String {
    let overrides = |char: char| matches!(char, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let visible = text.chars().map(|char| if char.is_whitespace() { ' ' } else { char });
    visible.filter(|char| !char.is_control() && !overrides(*char)).collect()
}

/// Columns that the text takes on a terminal; a Chinese character takes two.
pub fn width(text: &str) -> usize {
    text.width()
}

/// The text, or as much of it as fits with an ellipsis.
pub fn fit(text: &str, columns: usize) -> String {
    if width(text) <= columns {
        return text.to_owned();
    }
    let mut taken = 0;
    let mut kept = String::new();
    for char in text.chars() {
        taken += char.width().unwrap_or_default();
        // One column is for the ellipsis.
        if taken >= columns {
            break;
        }
        kept.push(char);
    }
    kept + "…"
}

#[cfg(test)]
mod tests {
    use super::{clean, fit, width};

    #[test]
    fn what_is_cut_is_never_wider_than_allowed() {
        let text = "送货准时，thank you 🙏🏽 very much";
        for columns in 1..40 {
            let cut = fit(text, columns);
            assert!(width(&cut) <= columns, "{columns}: {cut}");
            assert_eq!(cut == text, width(text) <= columns, "{columns}: {cut}");
        }
        assert_eq!(fit("送货准时", 8), "送货准时");
        assert_eq!(fit("送货准时", 7), "送货准…");
        assert_eq!(fit("送货准时", 6), "送货…");
    }

    #[test]
    fn customers_cannot_steer_the_terminal() {
        assert_eq!(clean("a\u{1b}[31mred\tb\r\nc\u{202e}d\u{9b}"), "a[31mred b  cd");
    }
}
