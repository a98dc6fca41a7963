//! What a fit has found.

use serde::{Deserialize, Serialize};

use super::continuity;
use super::duplicates::{Group, groups};
use super::fit::Comment;
use super::language::LanguageCounts;
use super::levels::Theme;
use super::model::{Model, Placement};
use super::previous::Diff;

/// Where one comment went.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Assignment {
    pub id: String,
    /// A theme of the middle level, or parked.
    pub theme: Option<u32>,
    /// How much nearer the theme is than the next one; low margins are worth a human look first. 0 when parked.
    pub margin: f32,
    /// Of a parked comment the theme it is nearest to, a suggestion for people; none when it is like no theme.
    #[serde(default)]
    pub nearest: Option<u32>,
    /// The comment (smallest id) that says the same in nearly the same words.
    pub duplicate_of: Option<String>,
}

/// The outcome of [`fit`](super::fit()).
#[derive(Debug, Clone)]
pub struct Fitted {
    pub model: Model,
    /// Middle themes by size, then large ones, then small ones, then empty ones that people want kept.
    pub themes: Vec<Theme>,
    /// In the order of the comments.
    pub assignments: Vec<Assignment>,
    pub languages: LanguageCounts,
    /// How many comments fit nowhere.
    pub parked: usize,
    /// What differs from the outcome before, when there was one.
    pub diff: Option<Diff>,
}

impl Fitted {
    /// Takes in a comment that was placed with the model afterwards.
    pub fn add(&mut self, comment: &Comment<'_>, placement: Placement) {
        let (theme, margin) = match placement {
            Placement::Theme { key, margin, .. } => (Some(key), margin),
            Placement::Between { .. } | Placement::Parked => (None, 0.0),
        };
        self.parked += usize::from(theme.is_none());
        if let Some(key) = theme {
            continuity::grow(&mut self.themes, key);
        }
        self.assignments.push(Assignment {
            id: comment.id.clone(),
            theme,
            margin,
            nearest: theme.is_none().then(|| placement.nearest()).flatten(),
            duplicate_of: None,
        });
    }

    /// Comments that say the same, by the one kept for each.
    pub fn duplicates(&self) -> Vec<Group> {
        let folded =
            |assignment: &'_ Assignment| Some((assignment.duplicate_of.clone()?, assignment.id.clone()));
        let folded: Vec<(String, String)> = self.assignments.iter().filter_map(folded).collect();
        groups(folded.iter().map(|(keep, other)| (keep.as_str(), other.as_str())))
    }
}
