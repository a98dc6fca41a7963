use chrono::{Datelike as _, NaiveDate};
use maud::{Markup, html};
use ting_proto::{
    analysis::v1::{Theme, WeekCount},
    types::v1::Day,
};

use super::parts::{count, nothing, percent, said, trouble};
use crate::{
    board::{Reading, Themes},
    i18n::{Language, Text},
};

/// Weeks of a sparkline, at most.
const WEEKS: usize = 26;
/// From here on the negative part is worth a warning.
const MUCH: f64 = 0.25;

/// What customers talk about, the largest theme first.
pub fn render(language: Language, reading: &Reading<Themes>) -> Markup {
    html! {
        (trouble(language, reading, Text::AwayAnalysis))
        @if let Some(themes) = &reading.value {
            (summary(language, themes))
            @if themes.list.themes.is_empty() { (nothing(language, reading, Text::ThemesEmpty)) }
            @let largest = themes.list.themes.iter().map(|theme| theme.size).max().unwrap_or(1).max(1);
            ol .themes { @for theme in &themes.list.themes { (one(language, theme, largest)) } }
        }
    }
}

fn summary(language: Language, themes: &Themes) -> Markup {
    let running = themes.newest_run.as_ref().and_then(|run| {
        language.run_is_under_way(run.state()).map(|text| format!("{text} {}", percent(run.progress)))
    });
    html! {
        p .summary {
            (language.text(Text::CommentCount)) " " b { (count(themes.list.comments)) }
            " · " (language.text(Text::Parked)) " " b { (count(themes.list.parked)) }
            @if let Some(running) = running { " · " span .note { (running) } }
            @else if themes.list.run_advised { " · " span .note { (language.text(Text::RunAdvised)) } }
        }
    }
}

fn one(language: Language, theme: &Theme, largest: i64) -> Markup {
    let negative = theme.negative.unwrap_or_default();
    html! {
        li .theme {
            p .label { (said(&theme.label)) }
            p .terms { @for term in theme.terms.iter().take(6) { span { (said(term)) } " " } }
            (bar(theme.size, negative.count, largest))
            (sparkline(language, &theme.trend))
            p .facts {
                b { (count(theme.size)) }
                " · " (language.text(Text::Share)) " " (percent(theme.share))
                " · " span .negative .is-much[negative.value >= MUCH] title=(format!("{} {} – {}", language.text(Text::Interval), percent(negative.lower), percent(negative.upper))) {
                    (percent(negative.value)) " " (language.text(Text::Negative))
                }
            }
        }
    }
}

/// The size of a theme next to the largest, its negative part in the colour of trouble. The numbers stand beside it.
fn bar(size: i64, negative: i64, largest: i64) -> Markup {
    let negative = negative.clamp(0, size.max(0));
    html! {
        svg .size viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true" focusable="false" {
            rect .track x="0" y="0" width="100" height="8" {}
            rect .all x="0" y="0" width=(hundredths(size, largest)) height="8" {}
            rect .bad x="0" y="0" width=(hundredths(negative, largest)) height="8" {}
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "a picture of a few hundred points")]
fn hundredths(part: i64, whole: i64) -> f64 {
    (part.clamp(0, whole) as f64 / whole as f64 * 1000.0).round() / 10.0
}

/// Comments by week as columns. Weeks without any leave a gap: the time axis is true.
fn sparkline(language: Language, trend: &[WeekCount]) -> Markup {
    let newest = &trend[trend.len().saturating_sub(WEEKS)..];
    let weeks: Vec<(i64, i64)> = newest
        .iter()
        .filter_map(|week| Some((day_number(week.week.as_ref()?)?, week.count.max(0))))
        .collect();
    let (Some(first), Some(last)) =
        (weeks.iter().map(|week| week.0).min(), weeks.iter().map(|week| week.0).max())
    else {
        return html! { svg .spark viewBox="0 0 100 20" aria-hidden="true" {} };
    };
    let most = weeks.iter().map(|week| week.1).max().unwrap_or(1).max(1);
    // A year's half at least, so that two weeks do not look like a wall.
    let span = (last - first + 7).max(7 * 26);
    let label: Vec<String> = weeks.iter().map(|week| count(week.1)).collect();
    html! {
        svg .spark viewBox="0 0 100 20" preserveAspectRatio="none" role="img" aria-label=(format!("{}: {}", language.text(Text::Weeks), label.join(", "))) {
            @for (day, comments) in &weeks {
                @let (tall, wide) = (hundredths(*comments, most) / 5.0, hundredths(6, span).max(0.3));
                rect x=(100.0 - hundredths(last - day + 7, span)) y=(20.0 - tall) width=(wide) height=(tall) {}
            }
        }
    }
}

fn day_number(day: &Day) -> Option<i64> {
    let date =
        NaiveDate::from_ymd_opt(day.year, u32::try_from(day.month).ok()?, u32::try_from(day.day).ok()?)?;
    Some(i64::from(date.num_days_from_ce()))
}
