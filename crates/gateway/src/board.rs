//! What the page knows: the last answer to each question, and whether its service still answers.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use ting_proto::{
    analysis::v1::{Comment, ListThemesResponse, Run},
    recovery::v1::Case,
    satisfaction::v1::{Alert, Score},
};

/// One question to one service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Source {
    Feedback,
    Responses,
    Themes,
    Comments,
    Scores,
    Alerts,
    Cases,
    Notifications,
}

impl Source {
    pub const ALL: [Self; 8] = [
        Self::Feedback,
        Self::Responses,
        Self::Themes,
        Self::Comments,
        Self::Scores,
        Self::Alerts,
        Self::Cases,
        Self::Notifications,
    ];

    /// The place in [`Board::revisions`].
    pub fn index(self) -> usize {
        self as usize
    }
}

/// A set of sources.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sources(u8);

impl Sources {
    pub const NONE: Self = Self(0);
    pub const ALL: Self = Self(u8::MAX);

    pub const fn of(sources: &[Source]) -> Self {
        let (mut bits, mut next) = (0, 0);
        while next < sources.len() {
            bits |= 1 << sources[next] as u8;
            next += 1;
        }
        Self(bits)
    }

    pub fn contains(self, source: Source) -> bool {
        self.0 & (1 << source as u8) != 0
    }

    pub fn iter(self) -> impl Iterator<Item = Source> {
        Source::ALL.into_iter().filter(move |source| self.contains(*source))
    }

    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    pub fn bits(self) -> u8 {
        self.0
    }

    pub fn from_bits(bits: u8) -> Self {
        Self(bits)
    }
}

/// How the newest attempt to read went.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum State {
    #[default]
    Unread,
    Fresh,
    /// The service has not answered since then.
    Away(DateTime<Utc>),
    /// The one who asks may not see it.
    Denied,
}

/// The last answer to a question.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading<T> {
    /// Stays when the service goes away.
    pub value: Option<Arc<T>>,
    pub state: State,
}

impl<T> Default for Reading<T> {
    fn default() -> Self {
        Self { value: None, state: State::Unread }
    }
}

impl<T> Reading<T> {
    /// An answer that has just come.
    pub fn fresh(value: T) -> Self {
        Self { value: Some(Arc::new(value)), state: State::Fresh }
    }

    /// Since when the service has not answered.
    pub fn away_since(&self) -> Option<DateTime<Utc>> {
        if let State::Away(since) = self.state { Some(since) } else { None }
    }
}

/// The themes with the run that made them.
#[derive(Debug, Clone, PartialEq)]
pub struct Themes {
    pub list: ListThemesResponse,
    /// The newest run, which may not have finished.
    pub newest_run: Option<Run>,
    /// Themes of the middle level in the newest finished run.
    pub total: i64,
}

/// The cases that need work.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Cases {
    /// The most severe first, then the newest.
    pub cases: Vec<Case>,
    /// All that are not closed.
    pub open: i64,
}

/// An answer.
#[derive(Debug, Clone, PartialEq)]
pub enum Update {
    Feedback(i64),
    Responses(i64),
    Themes(Box<Themes>),
    Comments(Vec<Comment>),
    Scores(Vec<Score>),
    Alerts(Vec<Alert>),
    Cases(Cases),
    /// Delivered.
    Notifications(i64),
}

/// Why there was none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoAnswer {
    Away(DateTime<Utc>),
    Denied,
}

/// Everything the page shows.
#[derive(Debug, Clone, Default)]
pub struct Board {
    pub feedback: Reading<i64>,
    pub responses: Reading<i64>,
    pub themes: Reading<Themes>,
    pub comments: Reading<Vec<Comment>>,
    pub scores: Reading<Vec<Score>>,
    pub alerts: Reading<Vec<Alert>>,
    pub cases: Reading<Cases>,
    pub notifications: Reading<i64>,
    /// By source, how often what is known has changed; 0 before the first attempt.
    pub revisions: [u64; Source::ALL.len()],
}

impl Board {
    /// Whether every question was asked at least once.
    pub fn is_complete(&self) -> bool {
        self.revisions.iter().all(|revision| *revision > 0)
    }

    /// Takes in how a question was answered. Tells whether that changed what is known.
    pub fn apply(&mut self, source: Source, answer: Result<Update, NoAnswer>) -> bool {
        let changed = match answer {
            Ok(Update::Feedback(total)) => put(&mut self.feedback, total),
            Ok(Update::Responses(total)) => put(&mut self.responses, total),
            Ok(Update::Themes(themes)) => put(&mut self.themes, *themes),
            Ok(Update::Comments(comments)) => put(&mut self.comments, comments),
            Ok(Update::Scores(scores)) => put(&mut self.scores, scores),
            Ok(Update::Alerts(alerts)) => put(&mut self.alerts, alerts),
            Ok(Update::Cases(cases)) => put(&mut self.cases, cases),
            Ok(Update::Notifications(delivered)) => put(&mut self.notifications, delivered),
            Err(NoAnswer::Away(since)) => self.set_state(source, State::Away(since)),
            Err(NoAnswer::Denied) => self.set_state(source, State::Denied),
        };
        if changed {
            self.revisions[source.index()] += 1;
        }
        changed
    }

    /// How the newest attempt to ask went.
    pub fn state(&self, source: Source) -> State {
        match source {
            Source::Feedback => self.feedback.state,
            Source::Responses => self.responses.state,
            Source::Themes => self.themes.state,
            Source::Comments => self.comments.state,
            Source::Scores => self.scores.state,
            Source::Alerts => self.alerts.state,
            Source::Cases => self.cases.state,
            Source::Notifications => self.notifications.state,
        }
    }

    fn set_state(&mut self, source: Source, state: State) -> bool {
        let place = match source {
            Source::Feedback => &mut self.feedback.state,
            Source::Responses => &mut self.responses.state,
            Source::Themes => &mut self.themes.state,
            Source::Comments => &mut self.comments.state,
            Source::Scores => &mut self.scores.state,
            Source::Alerts => &mut self.alerts.state,
            Source::Cases => &mut self.cases.state,
            Source::Notifications => &mut self.notifications.state,
        };
        std::mem::replace(place, state) != state
    }
}

fn put<T: PartialEq>(reading: &mut Reading<T>, value: T) -> bool {
    let fresh = Reading::fresh(value);
    let changed = *reading != fresh;
    *reading = fresh;
    changed
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, TimeDelta, Utc};

    use super::{Board, NoAnswer, Source, Sources, State, Update};

    #[test]
    fn an_answer_outlives_its_service_and_the_board_says_so() {
        let mut board = Board::default();
        assert!(board.apply(Source::Feedback, Ok(Update::Feedback(7))));
        let since = DateTime::<Utc>::UNIX_EPOCH;
        assert!(board.apply(Source::Feedback, Err(NoAnswer::Away(since))));
        assert_eq!((board.feedback.value.as_deref(), board.feedback.state), (Some(&7), State::Away(since)));
        assert!(board.apply(Source::Feedback, Ok(Update::Feedback(7))));
        assert_eq!(board.feedback.away_since(), None);
    }

    #[test]
    fn only_a_change_makes_a_revision() {
        let mut board = Board::default();
        for (answer, revision) in [(7, 1), (7, 1), (8, 2)] {
            board.apply(Source::Responses, Ok(Update::Responses(answer)));
            assert_eq!(board.revisions[Source::Responses.index()], revision);
        }
        let since = DateTime::<Utc>::UNIX_EPOCH;
        assert!(board.apply(Source::Responses, Err(NoAnswer::Away(since))));
        assert!(!board.apply(Source::Responses, Err(NoAnswer::Away(since))));
        assert!(board.apply(Source::Responses, Err(NoAnswer::Away(since + TimeDelta::seconds(1)))));
    }

    #[test]
    fn a_board_is_complete_when_every_question_was_asked() {
        let mut board = Board::default();
        for source in Source::ALL {
            assert!(!board.is_complete());
            board.apply(source, Err(NoAnswer::Denied));
        }
        assert!(board.is_complete());
    }

    #[test]
    fn a_set_gives_back_what_was_put_in() {
        let set = Sources::of(&[Source::Cases, Source::Feedback]);
        assert_eq!(set.iter().collect::<Vec<_>>(), [Source::Feedback, Source::Cases]);
        assert_eq!(Sources::ALL.iter().count(), Source::ALL.len());
        assert_eq!(Sources::ALL.and(set), set);
    }
}
