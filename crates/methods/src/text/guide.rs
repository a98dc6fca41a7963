//! Corrections and the themes before, brought onto the comments of one fit.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashMap;

use super::corrections::{Correction, Wishes};
use super::fit::Comment;
use super::levels::Level;
use super::previous::Previous;

/// What is known about each comment before a fit. All lists have an entry for each comment.
#[derive(Debug, Default)]
pub(super) struct Guide {
    /// The theme it must be in.
    pub(super) pins: Vec<Option<u32>>,
    /// Themes it must not be in.
    pub(super) bars: BTreeMap<usize, Vec<u32>>,
    pub(super) parked: BTreeSet<usize>,
    /// Comments that must share a theme, in groups, the smallest id of each group first.
    pub(super) together: Vec<Vec<usize>>,
    /// Comments that must not share a theme, the smaller id first.
    pub(super) apart: Vec<(usize, usize)>,
    /// The theme it was in.
    pub(super) was: Vec<Option<u32>>,
    /// The middle themes of the fit before: nothing can be pinned in another one.
    known: BTreeSet<u32>,
    /// Themes that may not vanish.
    pub(super) protected: BTreeSet<u32>,
    pub(super) locked: BTreeSet<u32>,
    pub(super) merged: BTreeSet<u32>,
    pub(super) splits: BTreeSet<u32>,
    /// Themes that were split by an earlier fit, and stay so.
    pub(super) divided: BTreeSet<u32>,
    pub(super) labels: BTreeMap<u32, String>,
}

impl Guide {
    pub(super) fn new(
        comments: &[Comment<'_>],
        corrections: &[Correction],
        previous: Option<&Previous>,
    ) -> Self {
        let wishes = Wishes::read(corrections, previous.map_or(0, |previous| previous.corrections));
        let places = Places::new(comments);
        let mut guide = Self {
            pins: vec![None; comments.len()],
            was: vec![None; comments.len()],
            merged: wishes.merged_into(),
            splits: wishes.splits.clone(),
            divided: wishes.divided.iter().map(|theme| wishes.theme(*theme)).collect(),
            labels: wishes.labels.clone(),
            locked: wishes.locked.clone(),
            ..Self::default()
        };
        guide.remember(&places, previous, &wishes);
        guide.read_cards(&places, &wishes);
        guide.join(comments, &places, &wishes);
        guide.keep_locked();
        guide.protected.extend(&guide.locked);
        guide.protected.extend(guide.labels.keys());
        guide.protected.extend(guide.pins.iter().flatten());
        guide
    }

    fn remember(&mut self, places: &Places<'_>, previous: Option<&Previous>, wishes: &Wishes) {
        let Some(previous) = previous else { return };
        for assignment in &previous.assignments {
            for place in places.exact(&assignment.id) {
                self.was[*place] = assignment.theme.map(|theme| wishes.theme(theme));
            }
        }
        for theme in &previous.themes {
            if theme.level == Level::Middle {
                self.known.insert(theme.key);
            }
            if theme.named {
                self.labels.entry(theme.key).or_insert_with(|| theme.label.clone());
            }
            if theme.locked {
                self.locked.insert(wishes.theme(theme.key));
            }
        }
        // A theme that went into another one is not missed.
        self.labels.retain(|theme, _| wishes.theme(*theme) == *theme);
    }

    fn read_cards(&mut self, places: &Places<'_>, wishes: &Wishes) {
        for (card, theme) in wishes.pins.iter().filter(|(_, theme)| self.known.contains(theme)) {
            places.of(card).iter().for_each(|place| self.pins[*place] = Some(*theme));
        }
        for (card, theme) in &wishes.bars {
            places.of(card).iter().for_each(|place| self.bars.entry(*place).or_default().push(*theme));
        }
        for card in &wishes.parked {
            self.parked.extend(places.of(card));
        }
        for place in &self.parked {
            self.pins[*place] = None;
            self.was[*place] = None;
        }
        for (place, themes) in &self.bars {
            let barred = |theme: &u32| themes.contains(theme);
            self.pins[*place] = self.pins[*place].filter(|theme| !barred(theme));
            self.was[*place] = self.was[*place].filter(|theme| !barred(theme));
        }
    }

    /// Joins what belongs together; a pin of one holds for all of them.
    fn join(&mut self, comments: &[Comment<'_>], places: &Places<'_>, wishes: &Wishes) {
        let pairs = |pairs: &BTreeSet<(String, String)>| -> Vec<(usize, usize)> {
            let both = |(one, other): &(String, String)| {
                let others = places.of(other);
                places.of(one).iter().flat_map(|a| others.iter().map(|b| (*a, *b))).collect::<Vec<_>>()
            };
            pairs.iter().flat_map(both).filter(|(a, b)| a != b).collect()
        };
        let mut groups: BTreeMap<usize, usize> = BTreeMap::new();
        for (a, b) in pairs(&wishes.together) {
            let (one, other) = (*groups.entry(a).or_insert(a), *groups.entry(b).or_insert(b));
            groups.values_mut().filter(|group| **group == other).for_each(|group| *group = one);
        }
        let mut members: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (place, group) in groups {
            members.entry(group).or_default().push(place);
        }
        for mut group in members.into_values() {
            group.sort_by(|a, b| comments[*a].id.cmp(&comments[*b].id));
            if let Some(theme) = group.iter().find_map(|place| self.pins[*place]) {
                let free = |place: &&usize| !self.parked.contains(place);
                let free: Vec<usize> = group.iter().filter(free).copied().collect();
                for place in free {
                    self.pins[place] = self.pins[place].or(Some(theme));
                }
            }
            self.together.push(group);
        }
        let ordered = |(a, b): (usize, usize)| if comments[a].id <= comments[b].id { (a, b) } else { (b, a) };
        self.apart = pairs(&wishes.apart).into_iter().map(ordered).collect();
        self.apart.sort_by(|a, b| {
            comments[a.0].id.cmp(&comments[b.0].id).then(comments[a.1].id.cmp(&comments[b.1].id))
        });
    }

    /// The cards of a locked theme are pinned where they are.
    fn keep_locked(&mut self) {
        for place in 0..self.pins.len() {
            let kept =
                self.was[place].filter(|theme| self.locked.contains(theme) && !self.parked.contains(&place));
            self.pins[place] = self.pins[place].or(kept);
        }
    }
}

/// Where the comments of an id are.
struct Places<'a>(FxHashMap<&'a str, Vec<usize>>);

impl<'a> Places<'a> {
    fn new(comments: &'a [Comment<'_>]) -> Self {
        let mut places: FxHashMap<&str, Vec<usize>> = FxHashMap::default();
        for (place, comment) in comments.iter().enumerate() {
            places.entry(&comment.id).or_default().push(place);
        }
        Self(places)
    }

    fn exact(&self, id: &str) -> &[usize] {
        self.0.get(id).map_or(&[], Vec::as_slice)
    }

    /// Those of a card, or of all cards of a comment.
    fn of(&self, card: &str) -> Vec<usize> {
        let exact = self.exact(card);
        if !exact.is_empty() {
            return exact.to_vec();
        }
        let cards = (1_usize..).map(|number| self.exact(&format!("{card}#{number}")));
        cards.take_while(|places| !places.is_empty()).flatten().copied().collect()
    }
}
