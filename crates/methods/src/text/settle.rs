//! The place of every comment, once the model has placed its statement and people have had their say.

use rayon::prelude::*;

use super::encoder::Encoded;
use super::fit::Comment;
use super::fitted::Assignment;
use super::folding::Statements;
use super::guide::Guide;
use super::model::{Model, Placement};

/// Everything a placement needs.
pub(super) struct Settling<'a> {
    pub(super) model: &'a Model,
    pub(super) comments: &'a [Comment<'a>],
    pub(super) plain: &'a [String],
    pub(super) statements: &'a Statements<'a>,
    pub(super) encoded: Option<&'a Encoded<'a>>,
    pub(super) guide: &'a Guide,
}

impl Settling<'_> {
    /// `placements` has the place of each statement.
    pub(super) fn assignments(&self, placements: &[Placement]) -> Vec<Assignment> {
        let place = |at: usize| {
            let statement = self.statements.of[at];
            let (theme, margin) = self.wanted(at).unwrap_or_else(|| found(placements[statement]));
            let nearest = theme.is_none().then(|| placements[statement].nearest()).flatten();
            let first = self.statements.distinct[statement].first;
            let duplicate_of = (first != at).then(|| self.comments[first].id.clone());
            Assignment { id: self.comments[at].id.clone(), theme, margin, nearest, duplicate_of }
        };
        let mut assignments: Vec<Assignment> = (0..self.comments.len()).into_par_iter().map(place).collect();
        self.keep_together(&mut assignments);
        self.keep_apart(&mut assignments);
        assignments
    }

    /// Where people want a comment; none when the model decides.
    fn wanted(&self, at: usize) -> Option<(Option<u32>, f32)> {
        if self.guide.parked.contains(&at) {
            return Some((None, 0.0));
        }
        if let Some(theme) = self.guide.pins[at] {
            return Some((Some(theme), self.margin(at, theme)));
        }
        let barred = self.guide.bars.get(&at)?;
        Some(found(self.place(at, barred)))
    }

    fn place(&self, at: usize, barred: &[u32]) -> Placement {
        let direction = self.direction(at);
        direction.map_or(Placement::Parked, |direction| self.model.judge(&direction, barred))
    }

    fn margin(&self, at: usize, theme: u32) -> f32 {
        self.direction(at).map_or(0.0, |direction| self.model.margin_of(&direction, theme))
    }

    fn direction(&self, at: usize) -> Option<Vec<f32>> {
        self.model.space.place(&self.plain[at], self.encoded.map(|encoded| encoded.vectors[at].as_slice()))
    }

    /// Cards that belong together follow the first of them that has a theme; pinned ones have been placed.
    fn keep_together(&self, assignments: &mut [Assignment]) {
        for group in &self.guide.together {
            let leader = group.iter().find_map(|at| self.guide.pins[*at]);
            let Some(theme) = leader.or_else(|| group.iter().find_map(|at| assignments[*at].theme)) else {
                continue;
            };
            for at in
                group.iter().filter(|at| self.guide.pins[**at].is_none() && !self.guide.parked.contains(at))
            {
                if !self.guide.bars.get(at).is_some_and(|barred| barred.contains(&theme)) {
                    assignments[*at].theme = Some(theme);
                    assignments[*at].margin = self.margin(*at, theme);
                }
            }
        }
    }

    /// Of two cards in one theme that are to be apart, the second takes its next best; the first does when only the second
    /// is pinned. Two pinned ones stay: a pin is the stronger word.
    fn keep_apart(&self, assignments: &mut [Assignment]) {
        for (one, other) in &self.guide.apart {
            let Some(theme) =
                assignments[*one].theme.filter(|theme| assignments[*other].theme == Some(*theme))
            else {
                continue;
            };
            let movable = [other, one].into_iter().find(|at| self.guide.pins[**at].is_none());
            let Some(at) = movable else { continue };
            let mut barred = self.guide.bars.get(at).cloned().unwrap_or_default();
            barred.push(theme);
            (assignments[*at].theme, assignments[*at].margin) = found(self.place(*at, &barred));
        }
    }
}

fn found(placement: Placement) -> (Option<u32>, f32) {
    match placement {
        Placement::Theme { key, margin, .. } => (Some(key), margin),
        Placement::Between { .. } | Placement::Parked => (None, 0.0),
    }
}
