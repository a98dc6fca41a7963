use chrono::{DateTime, Utc};
use maud::{Markup, html};
use ting_proto::{analysis::v1::Comment, types::v1::FeedbackKind};

use super::parts::{ago, decimal, nothing, said, trouble};
use crate::{
    board::Reading,
    i18n::{Language, Text},
};

/// From here on a comment says something about feeling, in either direction.
const FEELING: f64 = 0.05;
/// From here on a comment should not wait.
const URGENT: f64 = 0.5;

/// What was said last.
pub fn render(language: Language, reading: &Reading<Vec<Comment>>, now: DateTime<Utc>) -> Markup {
    html! {
        (trouble(language, reading, Text::AwayAnalysis))
        @if let Some(comments) = &reading.value {
            @if comments.is_empty() { (nothing(language, reading, Text::CommentsEmpty)) }
            ul .comments { @for comment in comments.iter() { (one(language, comment, now)) } }
        }
    }
}

fn one(language: Language, comment: &Comment, now: DateTime<Utc>) -> Markup {
    let (class, feeling) = feeling(comment.sentiment);
    html! {
        li .comment .(class) {
            p .said { (said(&comment.text)) }
            p .marks {
                span .feeling title=(language.text(Text::Sentiment)) { (language.text(feeling)) " " (decimal(comment.sentiment, 2)) }
                @if comment.urgency >= URGENT { (urgent(language, comment)) }
                @if comment.kind() != FeedbackKind::Comment { span .kind { (language.kind(comment.kind())) } }
                span .of-theme {
                    @if comment.theme_label.is_empty() { (language.text(Text::NoTheme)) } @else { (said(&comment.theme_label)) }
                }
                span .tongue { (language.tongue(comment.language())) }
                @if !comment.duplicate_of.is_empty() { span .repeat { (language.text(Text::Repeats)) } }
                (ago(language, comment.occurred_at.as_ref(), now))
            }
        }
    }
}

fn urgent(language: Language, comment: &Comment) -> Markup {
    html! {
        span .urgent title=(language.text(Text::Urgency)) {
            (language.text(Text::Urgent)) " " (decimal(comment.urgency, 2))
            @for rule in comment.urgency_rules.iter().take(3) { " " (said(rule)) }
        }
    }
}

fn feeling(sentiment: f64) -> (&'static str, Text) {
    if sentiment <= -FEELING {
        ("is-negative", Text::Negative)
    } else if sentiment >= FEELING {
        ("is-positive", Text::Positive)
    } else {
        ("is-neutral", Text::Neutral)
    }
}
