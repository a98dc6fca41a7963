use chrono::{Datelike as _, NaiveDate};
use pbjson_types::Timestamp;
use ting_proto::{
    analysis::v1::{
        Comment, Quote, Run as RunMessage, RunState, Theme as ThemeMessage, WeekCount as WeekMessage,
    },
    types::v1::{Day, FeedbackKind, Language},
};
use uuid::Uuid;

use crate::{
    domain::{
        comment::{Kind, language_of},
        figures::{ratio, share},
        run::Run,
        theme::{SMALL, Theme, WeekCount},
    },
    store::comment::CommentRow,
};

/// A run as callers see it.
pub(crate) fn run(run: Run) -> RunMessage {
    let state = match run.state.as_str() {
        "running" => RunState::Running,
        "finished" => RunState::Finished,
        _ => RunState::Failed,
    };
    RunMessage {
        run_id: run.run_id.to_string(),
        state: state.into(),
        progress: run.progress,
        comments: run.comments,
        themes: run.themes,
        parked: run.parked,
        version: run.version,
        seed: run.seed,
        started_at: Some(Timestamp::from(run.started_at)),
        finished_at: run.finished_at.map(Timestamp::from),
        cause: run.cause,
        error: run.error,
    }
}

/// A theme as callers see it; `placed` are all comments that have one.
pub(crate) fn theme(theme: Theme, placed: i64, trends: &[WeekCount]) -> ThemeMessage {
    let trend = trends.iter().filter(|point| point.theme_id == theme.theme_id);
    let quotes = theme.quote_ids.into_iter().zip(theme.quote_texts);
    ThemeMessage {
        theme_id: theme.theme_id.to_string(),
        level: theme.level.into(),
        parent_id: optional(theme.parent_id),
        label: theme.label,
        terms: theme.terms,
        size: theme.size,
        share: ratio(theme.size, placed),
        // Nobody counts the comments of a small theme one by one.
        negative: (theme.level != SMALL).then(|| share(theme.negative, theme.size)),
        trend: trend
            .map(|point| WeekMessage { week: Some(day(point.week)), count: point.comments })
            .collect(),
        quotes: quotes.map(|(feedback_id, text)| Quote { feedback_id, text }).collect(),
    }
}

/// A comment as callers see it.
pub(crate) fn comment(row: CommentRow) -> Comment {
    Comment {
        feedback_id: row.feedback_id.to_string(),
        customer_id: optional(row.customer_id),
        text: row.text,
        kind: FeedbackKind::from(Kind::of(&row.kind)).into(),
        language: Language::into(language_of(&row.language)),
        sentiment: row.sentiment,
        sentiment_words: row.sentiment_words,
        urgency: row.urgency,
        urgency_rules: row.urgency_rules,
        theme_id: optional(row.theme_id),
        theme_label: row.theme_label.unwrap_or_default(),
        margin: row.margin,
        duplicate_of: optional(row.duplicate_of),
        occurred_at: Some(Timestamp::from(row.occurred_at)),
    }
}

fn optional(id: Option<Uuid>) -> String {
    id.map(|id| id.to_string()).unwrap_or_default()
}

fn day(date: NaiveDate) -> Day {
    // Months and days are small.
    let small = |number: u32| i32::try_from(number).unwrap_or_default();
    Day { year: date.year(), month: small(date.month()), day: small(date.day()) }
}
