//! Ids and names of themes that outlast a fit.

use std::collections::{BTreeMap, BTreeSet};

use super::fitted::Assignment;
use super::guide::Guide;
use super::levels::{Level, Theme};
use super::matching::match_groups;
use super::previous::Previous;

/// Numbers for the themes of a new fit.
pub(super) struct Ids<'a> {
    previous: Option<&'a Previous>,
    next: u32,
    taken: BTreeSet<u32>,
}

impl<'a> Ids<'a> {
    pub(super) fn new(previous: Option<&'a Previous>, guide: &Guide) -> Self {
        let known = previous.into_iter().flat_map(|previous| previous.themes.iter().map(|theme| theme.key));
        let next =
            known.chain(guide.protected.iter().copied()).max().map_or(0, |last| last.saturating_add(1));
        Self { previous, next, taken: BTreeSet::new() }
    }

    /// The ids of middle themes: those they continue, new ones for the others.
    pub(super) fn middle(&mut self, continued: &[Option<u32>]) -> Vec<u32> {
        self.taken.extend(continued.iter().flatten());
        continued.iter().map(|theme| theme.unwrap_or_else(|| self.fresh())).collect()
    }

    fn fresh(&mut self) -> u32 {
        let id = self.next;
        self.next = self.next.saturating_add(1);
        id
    }

    /// Gives every theme its id. Those of the middle level come first and have theirs in `middle`; large themes continue
    /// what they share most comments with, small ones what they share quotes with.
    pub(super) fn rename(&mut self, themes: &mut [Theme], middle: &[u32], assignments: &[Assignment]) {
        let parent_of: BTreeMap<u32, Option<u32>> =
            themes.iter().zip(middle).map(|(theme, id)| (*id, theme.parent)).collect();
        let mut known = self.large(&parent_of, assignments);
        known.extend(self.small(themes));
        let mut ids: BTreeMap<u32, u32> = BTreeMap::new();
        for theme in themes.iter() {
            let id = match middle.get(theme.key as usize) {
                Some(id) => *id,
                None => known
                    .get(&theme.key)
                    .copied()
                    .filter(|id| self.taken.insert(*id))
                    .unwrap_or_else(|| self.fresh()),
            };
            ids.insert(theme.key, id);
        }
        for theme in themes {
            theme.key = ids[&theme.key];
            theme.parent = theme.parent.and_then(|parent| ids.get(&parent).copied());
        }
    }

    fn large(
        &self,
        parent_of: &BTreeMap<u32, Option<u32>>,
        assignments: &[Assignment],
    ) -> BTreeMap<u32, u32> {
        let Some(previous) = self.previous else { return BTreeMap::new() };
        let old_parent: BTreeMap<u32, Option<u32>> =
            previous.themes.iter().map(|theme| (theme.key, theme.parent)).collect();
        let lifted = |parents: &BTreeMap<u32, Option<u32>>, assignment: &Assignment| {
            parents.get(&assignment.theme?).copied().flatten()
        };
        let old = previous.assignments.iter().filter_map(|a| Some((a.id.as_str(), lifted(&old_parent, a)?)));
        let new = assignments.iter().filter_map(|a| Some((a.id.as_str(), lifted(parent_of, a)?)));
        match_groups(old, new)
    }

    fn small(&self, themes: &[Theme]) -> BTreeMap<u32, u32> {
        let Some(previous) = self.previous else { return BTreeMap::new() };
        match_groups(quoted(&previous.themes), quoted(themes))
    }

    /// Themes that may not vanish and were not found again, empty.
    pub(super) fn missed(&self, themes: &[Theme], guide: &Guide) -> Vec<Theme> {
        let there: BTreeSet<u32> = themes.iter().map(|theme| theme.key).collect();
        let known = self.previous.into_iter().flat_map(|previous| &previous.themes);
        let missed =
            known.filter(|theme| guide.protected.contains(&theme.key) && !there.contains(&theme.key));
        missed
            .map(|theme| Theme {
                size: 0,
                quotes: Vec::new(),
                parent: theme.parent.filter(|parent| there.contains(parent)),
                ..theme.clone()
            })
            .collect()
    }
}

fn quoted(themes: &[Theme]) -> impl Iterator<Item = (&str, u32)> {
    let small = themes.iter().filter(|theme| theme.level == Level::Small);
    small.flat_map(|theme| theme.quotes.iter().map(|quote| (quote.id.as_str(), theme.key)))
}

/// Names and locks as people want them.
pub(super) fn label(themes: &mut [Theme], guide: &Guide) {
    for theme in themes {
        theme.locked = guide.locked.contains(&theme.key);
        if let Some(label) = guide.labels.get(&theme.key) {
            theme.label.clone_from(label);
            theme.named = true;
        }
    }
}

/// Sets the sizes of middle and large themes to what was assigned, comments beyond the sample included.
pub(super) fn count(themes: &mut [Theme], assignments: &[Assignment]) {
    let mut sizes: BTreeMap<u32, usize> = BTreeMap::new();
    for key in assignments.iter().filter_map(|assignment| assignment.theme) {
        *sizes.entry(key).or_default() += 1;
    }
    for theme in themes.iter().filter(|theme| theme.level == Level::Middle) {
        let size = sizes.get(&theme.key).copied().unwrap_or_default();
        if let Some(parent) = theme.parent {
            *sizes.entry(parent).or_default() += size;
        }
    }
    for theme in themes.iter_mut().filter(|theme| theme.level != Level::Small) {
        theme.size = sizes.get(&theme.key).copied().unwrap_or_default();
    }
}

/// Adds one comment to a middle theme and to the large one around it.
pub(super) fn grow(themes: &mut [Theme], key: u32) {
    let Some(parent) = themes.iter_mut().find(|theme| theme.key == key).map(|theme| {
        theme.size += 1;
        theme.parent
    }) else {
        return;
    };
    if let Some(parent) = themes.iter_mut().find(|theme| Some(theme.key) == parent) {
        parent.size += 1;
    }
}
