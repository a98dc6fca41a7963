//! What the page looks like. Everything here is a pure function of what the services answered, of the language and of the time;
//! texts of customers are escaped and isolated (`parts::said`), and nothing brings a style or a script of its own.

mod alerts;
mod cases;
mod comments;
mod counts;
mod frame;
mod parts;
mod scores;
mod themes;

use chrono::{DateTime, Utc};
use maud::Markup;

pub use frame::{Visitor, dashboard, message, sign_in};

use crate::{
    board::{Board, Source, Sources},
    i18n::{Language, Text},
};

/// A part of the page that is sent again when something in it has changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Section {
    Counts,
    Scores,
    Themes,
    Cases,
    Alerts,
    Comments,
}

impl Section {
    pub const ALL: [Self; 6] =
        [Self::Counts, Self::Scores, Self::Themes, Self::Cases, Self::Alerts, Self::Comments];

    /// The `id` of its element.
    pub fn id(self) -> &'static str {
        match self {
            Self::Counts => "counts",
            Self::Scores => "scores",
            Self::Themes => "themes",
            Self::Cases => "cases",
            Self::Alerts => "alerts",
            Self::Comments => "comments",
        }
    }

    /// What it is called.
    pub fn heading(self) -> Text {
        match self {
            Self::Counts => Text::Counts,
            Self::Scores => Text::Scores,
            Self::Themes => Text::Themes,
            Self::Cases => Text::Cases,
            Self::Alerts => Text::Alerts,
            Self::Comments => Text::Comments,
        }
    }

    /// What it is made of.
    pub fn sources(self) -> Sources {
        match self {
            Self::Counts => Sources::of(&[
                Source::Feedback,
                Source::Responses,
                Source::Themes,
                Source::Cases,
                Source::Notifications,
            ]),
            Self::Scores => Sources::of(&[Source::Scores]),
            Self::Themes => Sources::of(&[Source::Themes]),
            Self::Cases => Sources::of(&[Source::Cases]),
            Self::Alerts => Sources::of(&[Source::Alerts]),
            Self::Comments => Sources::of(&[Source::Comments]),
        }
    }

    /// The inside of its element, below the heading.
    pub fn render(self, language: Language, board: &Board, now: DateTime<Utc>) -> Markup {
        match self {
            Self::Counts => counts::render(language, board),
            Self::Scores => scores::render(language, &board.scores),
            Self::Themes => themes::render(language, &board.themes),
            Self::Cases => cases::render(language, &board.cases, now),
            Self::Alerts => alerts::render(language, &board.alerts, now),
            Self::Comments => comments::render(language, &board.comments, now),
        }
    }
}
