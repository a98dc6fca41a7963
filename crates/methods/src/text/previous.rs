//! The outcome of an earlier fit, and what differs from it.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::fitted::Assignment;
use super::levels::{Level, Theme};

/// The outcome of an earlier fit, as far as a later one continues it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Previous {
    pub themes: Vec<Theme>,
    pub assignments: Vec<Assignment>,
    /// How many corrections it had; the same come first in a later list.
    #[serde(default)]
    pub corrections: usize,
}

/// A card that has another theme than before; none is parked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Move {
    pub id: String,
    pub from: Option<u32>,
    pub to: Option<u32>,
}

/// What a refit would change, at the middle level.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Diff {
    /// Cards that keep their theme.
    pub stayed: usize,
    pub moved: Vec<Move>,
    /// Cards that were not there before.
    pub arrived: usize,
    /// Cards that are there no more.
    pub left: usize,
    pub new_themes: Vec<u32>,
    pub ended_themes: Vec<u32>,
}

impl Diff {
    /// Compares an outcome with an earlier one.
    pub fn between(previous: &Previous, themes: &[Theme], assignments: &[Assignment]) -> Self {
        let was: BTreeMap<&str, Option<u32>> = previous
            .assignments
            .iter()
            .map(|assignment| (assignment.id.as_str(), assignment.theme))
            .collect();
        let (mut diff, mut found) = (Self::default(), 0);
        for assignment in assignments {
            match was.get(assignment.id.as_str()) {
                None => diff.arrived += 1,
                Some(theme) if *theme == assignment.theme => diff.stayed += 1,
                Some(theme) => {
                    diff.moved.push(Move { id: assignment.id.clone(), from: *theme, to: assignment.theme });
                }
            }
            found += usize::from(was.contains_key(assignment.id.as_str()));
        }
        diff.left = was.len().saturating_sub(found);
        let middle = |themes: &[Theme]| -> BTreeSet<u32> {
            themes.iter().filter(|theme| theme.level == Level::Middle).map(|theme| theme.key).collect()
        };
        let (old, new) = (middle(&previous.themes), middle(themes));
        diff.new_themes = new.difference(&old).copied().collect();
        diff.ended_themes = old.difference(&new).copied().collect();
        diff
    }
}
