use chrono::{DateTime, Utc};
use maud::{Markup, html};
use ting_proto::satisfaction::v1::Alert;

use super::parts::{ago, count, decimal, nothing, said, trouble};
use crate::{
    board::Reading,
    i18n::{Language, Text},
};

/// Scores that have fallen below their floor.
pub fn render(language: Language, reading: &Reading<Vec<Alert>>, now: DateTime<Utc>) -> Markup {
    html! {
        (trouble(language, reading, Text::AwaySatisfaction))
        @if let Some(alerts) = &reading.value {
            @if alerts.is_empty() { (nothing(language, reading, Text::AlertsEmpty)) }
            ul .alerts { @for alert in alerts.iter() { (one(language, alert, now)) } }
        }
    }
}

fn one(language: Language, alert: &Alert, now: DateTime<Utc>) -> Markup {
    html! {
        li .alert {
            p .what {
                b { (language.metric(alert.metric()).0) " " (decimal(alert.value, 1)) }
                " < " (language.text(Text::Floor)) " " (decimal(alert.minimum, 1))
            }
            p .marks {
                span { (language.dimension(alert.dimension())) @if !alert.key.is_empty() { " " (said(&alert.key)) } }
                span { "n = " (count(alert.n)) }
                (ago(language, alert.raised_at.as_ref(), now))
            }
        }
    }
}
