use chrono::{DateTime, Utc};
use maud::{Markup, html};
use ting_proto::recovery::v1::{Case, Severity};

use super::parts::{ago, count, nothing, said, trouble};
use crate::{
    board::{Cases, Reading},
    i18n::{Language, Text},
};

/// What has to be put right, the most severe first.
pub fn render(language: Language, reading: &Reading<Cases>, now: DateTime<Utc>) -> Markup {
    html! {
        (trouble(language, reading, Text::AwayRecovery))
        @if let Some(cases) = &reading.value {
            @if cases.cases.is_empty() { (nothing(language, reading, Text::CasesEmpty)) }
            ul .cases { @for case in &cases.cases { (one(language, case, now)) } }
        }
    }
}

fn one(language: Language, case: &Case, now: DateTime<Utc>) -> Markup {
    let class = match case.severity() {
        Severity::High => "is-high",
        Severity::Medium => "is-medium",
        Severity::Low | Severity::Unspecified => "is-low",
    };
    html! {
        li .case .(class) {
            p .what {
                span .severity title=(language.text(Text::Severity)) { (language.severity(case.severity())) }
                " " b { (language.cause(case.cause())) }
                @if case.occurrences > 1 {
                    " " span .times title=(language.text(Text::Occurrences)) { "×" (count(case.occurrences)) }
                }
            }
            p .marks {
                span .state { (language.case_state(case.state())) }
                span { (language.text(Text::Opened)) " " (ago(language, case.opened_at.as_ref(), now)) }
                @if !case.assignee.is_empty() { span { (language.text(Text::Assignee)) " " (said(&case.assignee)) } }
                @if !case.customer_id.is_empty() {
                    span .id title=(case.customer_id) { (language.text(Text::Customer)) " " (said(tail(&case.customer_id))) }
                }
            }
        }
    }
}

/// The end of an id, where those made in the same minute differ.
fn tail(id: &str) -> &str {
    id.char_indices().rev().nth(7).map_or(id, |(start, _)| &id[start..])
}

#[cfg(test)]
mod tests {
    use super::tail;

    #[test]
    fn an_id_is_known_by_its_last_eight_characters() {
        assert_eq!(tail("0190f7a2-7c1e-7c3a-9d5b-0123456789ab"), "456789ab");
        assert_eq!((tail("short"), tail("客户客户客户客户客户")), ("short", "客户客户客户客户"));
    }
}
