//! The middle level: communities of rows, moved to where their centroids are, and what people want of them.

use std::collections::{BTreeMap, BTreeSet};

use super::cluster::{self, Edge, Grouping};
use super::guide::Guide;
use super::matching::match_groups;
use super::names::Member;
use super::options::FitOptions;
use super::rows::Rows;

/// Rounds that move the centroids after the communities are found.
const ROUNDS: usize = 8;

/// The weight of an edge that people drew.
const DRAWN: f32 = 1.0;

/// Resolutions at which a theme that is to be split falls apart, tried one after the other.
const SPLITS: [f64; 5] = [1.0, 1.5, 2.5, 5.0, 10.0];

/// The middle level: the themes kept, numbered by size, and every row with the one it is nearest to.
pub(super) struct Middle {
    pub(super) grouping: Grouping,
    /// Whether the theme each row came from was large enough.
    pub(super) kept: Vec<bool>,
    /// The theme of the fit before that each theme continues.
    pub(super) continued: Vec<Option<u32>>,
}

/// What is known about each row, from the comments that share it.
pub(super) struct RowGuide<'a> {
    pub(super) guide: &'a Guide,
    pub(super) pins: Vec<Option<u32>>,
    pub(super) was: Vec<Option<u32>>,
    together: Vec<(u32, u32)>,
    apart: BTreeSet<(u32, u32)>,
}

impl<'a> RowGuide<'a> {
    /// `row_of` has the row of each comment; of several comments in a row the first in `order` decides.
    pub(super) fn new(guide: &'a Guide, rows: usize, row_of: &[Option<u32>], order: &[usize]) -> Self {
        let (mut pins, mut was) = (vec![None; rows], vec![None; rows]);
        for comment in order {
            let Some(row) = row_of[*comment] else { continue };
            let row = row as usize;
            pins[row] = pins[row].or(guide.pins[*comment]);
            was[row] = was[row].or(guide.pins[*comment]).or(guide.was[*comment]);
        }
        let pair = |a: usize, b: usize| {
            let (a, b) = (row_of[a]?, row_of[b]?);
            (a != b).then_some((a.min(b), a.max(b)))
        };
        let together =
            guide.together.iter().flat_map(|group| group.windows(2).filter_map(|two| pair(two[0], two[1])));
        let apart = guide.apart.iter().filter_map(|(a, b)| pair(*a, *b));
        Self { guide, pins, was, together: together.collect(), apart: apart.collect() }
    }

    /// The edges as people want them: none between rows that are to be apart, heavy ones between rows that belong together.
    pub(super) fn draw(&self, edges: Vec<Edge>) -> Vec<Edge> {
        let (mut last, mut drawn) = (BTreeMap::new(), Vec::new());
        for (row, theme) in (0_u32..).zip(&self.pins).filter_map(|(row, pin)| Some((row, (*pin)?))) {
            if let Some(before) = last.insert(theme, row) {
                drawn.push((before, row, DRAWN));
            }
        }
        drawn.extend(self.together.iter().map(|(a, b)| (*a, *b, DRAWN)));
        if drawn.is_empty() && self.apart.is_empty() {
            return edges;
        }
        let pin = |row: u32| self.pins[row as usize];
        let wanted = |(a, b, _): &Edge| {
            let torn = pin(*a).is_some() && pin(*b).is_some() && pin(*a) != pin(*b);
            !torn && !self.apart.contains(&(*a, *b))
        };
        cluster::tidy(edges.into_iter().chain(drawn).filter(wanted).collect())
    }
}

/// Finds the themes of the middle level.
pub(super) fn middle_level(
    rows: &Rows,
    edges: &[Edge],
    members: &[Member<'_>],
    options: &FitOptions,
    guide: &RowGuide<'_>,
) -> Middle {
    let resolution = FitOptions::usable(options.resolution, FitOptions::default().resolution);
    let mut groups = Groups::new(cluster::communities(rows.height(), edges, resolution, options.seed));
    groups.merge(guide);
    groups.continue_themes(guide);
    groups.divide(guide);
    groups.split(guide, edges, options.seed);
    groups.restore(guide);
    let forced: Vec<Option<usize>> =
        guide.pins.iter().map(|pin| pin.and_then(|theme| groups.group_of.get(&theme).copied())).collect();
    for (label, forced) in groups.labels.iter_mut().zip(&forced) {
        *label = forced.unwrap_or(*label);
    }
    let forced = if forced.iter().all(Option::is_none) { Vec::new() } else { forced };
    let former = Rows::zeros(groups.count, rows.width());
    let centroids = cluster::centroids(rows, &groups.labels, &forced, former);
    let grouping = cluster::forced_k_means(rows, centroids, ROUNDS, &forced);
    keep_large(rows, &grouping, &groups, &forced, members, options, guide)
}

/// Drops themes that are too small, and numbers the others by size.
fn keep_large(
    rows: &Rows,
    grouping: &Grouping,
    groups: &Groups,
    forced: &[Option<usize>],
    members: &[Member<'_>],
    options: &FitOptions,
    guide: &RowGuide<'_>,
) -> Middle {
    let theme_of: BTreeMap<usize, u32> =
        groups.group_of.iter().map(|(theme, group)| (*group, *theme)).collect();
    let mut sizes: Vec<(usize, usize)> = (0..groups.count).map(|label| (0, label)).collect();
    for (label, member) in grouping.labels.iter().zip(members) {
        sizes[*label].0 += member.votes as usize;
    }
    let protected =
        |label: usize| theme_of.get(&label).is_some_and(|theme| guide.guide.protected.contains(theme));
    let enough: Vec<bool> = sizes
        .iter()
        .map(|(size, label)| *size >= options.least_theme_size.max(1) || protected(*label))
        .collect();
    sizes.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
    let labels: Vec<usize> = sizes.iter().map(|(_, label)| *label).filter(|label| enough[*label]).collect();
    let place_of: BTreeMap<usize, usize> =
        labels.iter().enumerate().map(|(place, label)| (*label, place)).collect();
    let kept = grouping.labels.iter().map(|label| enough[*label]).collect();
    let forced: Vec<Option<usize>> =
        forced.iter().map(|label| label.and_then(|label| place_of.get(&label).copied())).collect();
    let continued = labels.iter().map(|label| theme_of.get(label).copied()).collect();
    let centroids = grouping.centroids.select(labels);
    // The rivals of a row are the themes that were kept.
    Middle { grouping: cluster::forced_centroids(rows, centroids, &forced), kept, continued }
}

/// Groups of rows and the themes they continue.
struct Groups {
    labels: Vec<usize>,
    count: usize,
    group_of: BTreeMap<u32, usize>,
}

impl Groups {
    fn new(labels: Vec<usize>) -> Self {
        let count = labels.iter().max().map_or(0, |largest| largest + 1);
        Self { labels, count, group_of: BTreeMap::new() }
    }

    /// Joins the groups that mostly come from a theme that people made of several.
    fn merge(&mut self, guide: &RowGuide<'_>) {
        if guide.guide.merged.is_empty() {
            return;
        }
        let mut shares: Vec<BTreeMap<Option<u32>, usize>> = vec![BTreeMap::new(); self.count];
        for (label, was) in self.labels.iter().zip(&guide.was) {
            *shares[*label].entry(*was).or_default() += 1;
        }
        let mut target: Vec<usize> = (0..self.count).collect();
        for theme in &guide.guide.merged {
            let mostly = |shares: &BTreeMap<Option<u32>, usize>| {
                let known: usize = shares.iter().filter(|(was, _)| was.is_some()).map(|(_, rows)| rows).sum();
                shares.get(&Some(*theme)).is_some_and(|rows| rows * 2 > known)
            };
            let groups: Vec<usize> = (0..self.count).filter(|group| mostly(&shares[*group])).collect();
            for group in &groups {
                target[*group] = groups[0];
            }
        }
        self.labels.iter_mut().for_each(|label| *label = target[*label]);
    }

    /// Gives every group the theme of which it holds at least half.
    fn continue_themes(&mut self, guide: &RowGuide<'_>) {
        let old = (0_usize..).zip(&guide.was).filter_map(|(row, was)| Some((row, (*was)?)));
        let new = self
            .labels
            .iter()
            .enumerate()
            .map(|(row, label)| (row, u32::try_from(*label).unwrap_or(u32::MAX)));
        let matched = match_groups(old, new);
        self.group_of = matched.into_iter().map(|(group, theme)| (theme, group as usize)).collect();
    }

    /// Keeps apart what was divided before: a group that holds most of a divided theme and of others falls into them again.
    fn divide(&mut self, guide: &RowGuide<'_>) {
        for theme in &guide.guide.divided {
            let mut inside: BTreeMap<(u32, usize), usize> = BTreeMap::new();
            let mut whole: BTreeMap<u32, usize> = BTreeMap::new();
            for (was, label) in
                guide.was.iter().zip(&self.labels).filter_map(|(was, label)| Some(((*was)?, *label)))
            {
                *inside.entry((was, label)).or_default() += 1;
                *whole.entry(was).or_default() += 1;
            }
            let mostly =
                |was: u32, label: usize| inside.get(&(was, label)).is_some_and(|rows| rows * 2 > whole[&was]);
            let Some(group) = (0..self.count).find(|label| mostly(*theme, *label)) else { continue };
            let stays = self.group_of.iter().find(|(_, label)| **label == group).map(|(theme, _)| *theme);
            let parts: Vec<u32> =
                whole.keys().copied().filter(|was| mostly(*was, group) && Some(*was) != stays).collect();
            for part in parts {
                for (label, was) in self.labels.iter_mut().zip(&guide.was) {
                    if *label == group && *was == Some(part) {
                        *label = self.count;
                    }
                }
                self.group_of.insert(part, self.count);
                self.count += 1;
            }
        }
    }

    /// Divides the themes that people want divided; the largest part continues the theme.
    fn split(&mut self, guide: &RowGuide<'_>, edges: &[Edge], seed: u64) {
        for theme in &guide.guide.splits {
            let Some(group) = self.group_of.get(theme).copied() else { continue };
            let inside = |row: u32| self.labels[row as usize] == group;
            let inner: Vec<Edge> =
                edges.iter().filter(|edge| inside(edge.0) && inside(edge.1)).copied().collect();
            let rows: Vec<usize> = (0..self.labels.len()).filter(|row| self.labels[*row] == group).collect();
            for resolution in SPLITS {
                let found = cluster::communities(self.labels.len(), &inner, resolution, seed);
                let mut parts: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
                for row in &rows {
                    parts.entry(found[*row]).or_default().push(*row);
                }
                let mut parts: Vec<Vec<usize>> = parts.into_values().filter(|part| part.len() > 1).collect();
                if parts.len() < 2 {
                    continue;
                }
                parts.sort_by(|a, b| b.len().cmp(&a.len()).then(a.cmp(b)));
                for part in parts.into_iter().skip(1) {
                    for row in part {
                        self.labels[row] = self.count;
                    }
                    self.count += 1;
                }
                break;
            }
        }
    }

    /// Makes a group of what is left of each theme that may not vanish and that no group continues.
    fn restore(&mut self, guide: &RowGuide<'_>) {
        for theme in &guide.guide.protected {
            if self.group_of.contains_key(theme) {
                continue;
            }
            let of = |list: &[Option<u32>]| {
                (0..list.len()).filter(|row| list[*row] == Some(*theme)).collect::<Vec<_>>()
            };
            let pinned = of(&guide.pins);
            let rows = if pinned.is_empty() { of(&guide.was) } else { pinned };
            if rows.is_empty() {
                continue;
            }
            for row in rows {
                self.labels[row] = self.count;
            }
            self.group_of.insert(*theme, self.count);
            self.count += 1;
        }
    }
}
