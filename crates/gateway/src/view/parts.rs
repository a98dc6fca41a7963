//! Small pieces that several sections share.

use chrono::{DateTime, SecondsFormat, Utc};
use maud::{Markup, html};
use pbjson_types::Timestamp;

use crate::{
    board::{Reading, State},
    i18n::{Language, Text},
};

/// Characters of a customer's text that the page shows.
const MAX_CHARS: usize = 320;

/// What somebody outside wrote, or anything that came from there: escaped, cut, and isolated, so that text that runs from right to
/// left does not turn its surroundings around.
pub fn said(text: &str) -> Markup {
    let mut shown: String = text.chars().take(MAX_CHARS).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    html! { bdi { (shown) } }
}

/// How long ago something was; the script keeps it true as time goes by.
pub fn ago(language: Language, at: Option<&Timestamp>, now: DateTime<Utc>) -> Markup {
    let Some(at) = at.and_then(instant) else { return html! { "–" } };
    let seconds = (now - at).num_seconds();
    html! { time datetime=(machine(at)) data-age { (language.ago(seconds)) } }
}

/// An instant as a clock shows it; the script turns it into the reader's own time.
pub fn clock(at: DateTime<Utc>) -> Markup {
    html! { time datetime=(machine(at)) data-clock { (at.format("%Y-%m-%d %H:%M")) " UTC" } }
}

fn machine(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

fn instant(at: &Timestamp) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp(at.seconds, u32::try_from(at.nanos).ok()?)
}

/// A whole number with separators: `12,345`.
pub fn count(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut shown = String::from(if number < 0 { "−" } else { "" });
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            shown.push(',');
        }
        shown.push(digit);
    }
    shown
}

/// A number with `digits` decimals and a real minus sign; what is no number is a dash.
pub fn decimal(number: f64, digits: usize) -> String {
    if !number.is_finite() {
        return "–".to_owned();
    }
    let shown = format!("{:.digits$}", number.abs());
    // What rounds to zero has no sign.
    let zero = shown.chars().all(|char| char == '0' || char == '.');
    if number < 0.0 && !zero { format!("−{shown}") } else { shown }
}

/// A share of 0 to 1 as whole percent.
pub fn percent(share: f64) -> String {
    format!("{}%", decimal(share * 100.0, 0))
}

/// What goes wrong with a section's service, if something does; above what is still known.
pub fn trouble<T>(language: Language, reading: &Reading<T>, away: Text) -> Markup {
    match reading.state {
        State::Unread | State::Fresh => html! {},
        State::Denied => html! { p .trouble { (language.text(Text::Denied)) } },
        State::Away(since) => html! {
            p .trouble {
                (language.text(away)) " " (clock(since)) (language.text(Text::Stop))
                @if reading.value.is_some() { (language.text(Text::AwayKept)) }
            }
        },
    }
}

/// Says that there is nothing to show, unless the reason was told already.
pub fn nothing<T>(language: Language, reading: &Reading<T>, text: Text) -> Markup {
    html! {
        @if reading.state == State::Fresh { p .nothing { (language.text(text)) } }
    }
}

#[cfg(test)]
mod tests {
    use super::{count, decimal, percent, said};

    #[test]
    fn numbers_are_written_for_people() {
        let counts = [
            (0, "0"),
            (999, "999"),
            (1000, "1,000"),
            (-1_234_567, "−1,234,567"),
            (i64::MIN, "−9,223,372,036,854,775,808"),
        ];
        for (number, shown) in counts {
            assert_eq!(count(number), shown);
        }
        for (number, shown) in
            [(1.25, "1.2"), (-0.04, "0.0"), (-0.06, "−0.1"), (f64::NAN, "–"), (f64::INFINITY, "–")]
        {
            assert_eq!(decimal(number, 1), shown);
        }
        assert_eq!(percent(0.126), "13%");
    }

    #[test]
    fn long_texts_are_cut_between_characters() {
        let shown = said(&"服".repeat(500)).into_string();
        assert_eq!(shown, format!("<bdi>{}…</bdi>", "服".repeat(320)));
        assert_eq!(said("<b>&\"").into_string(), "<bdi>&lt;b&gt;&amp;&quot;</bdi>");
    }
}
