use std::collections::BTreeMap;

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
use serde::{Deserialize, Serialize};

use super::cluster::{Edge, communities};
use super::corpus::Corpus;
use super::names::{self, Member};
use super::normalize::normalize;
use super::options::FitOptions;
use super::rows::{Rows, add_scaled, dot, scale_to_unit};
use super::space::Space;

/// The three levels of an affinity diagram. Every theme lies within one of the level above.
/// Written as 1, 2 and 3.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "u8", try_from = "u8")]
pub enum Level {
    Large,
    /// The level comments are assigned to.
    Middle,
    Small,
}

impl From<Level> for u8 {
    fn from(level: Level) -> Self {
        match level {
            Level::Large => 1,
            Level::Middle => 2,
            Level::Small => 3,
        }
    }
}

impl TryFrom<u8> for Level {
    type Error = String;

    fn try_from(number: u8) -> Result<Self, String> {
        match number {
            1 => Ok(Self::Large),
            2 => Ok(Self::Middle),
            3 => Ok(Self::Small),
            _ => Err(format!("{number} is no level of themes: 1, 2 or 3")),
        }
    }
}

/// Something a customer said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quote {
    pub id: String,
    pub text: String,
}

/// A group of comments about one thing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Theme {
    /// Unique within one fit, whatever the level; in a first fit the largest middle theme is 0.
    #[serde(rename = "id")]
    pub key: u32,
    pub level: Level,
    /// The theme of the level above; none for large themes.
    pub parent: Option<u32>,
    /// A clause a customer wrote, else the best words.
    pub label: String,
    /// The words that set the theme apart, best first.
    pub terms: Vec<String>,
    /// Comments, repetitions counted.
    pub size: usize,
    /// Comments from the middle of the theme.
    pub quotes: Vec<Quote>,
    /// Whether a person gave it its label.
    #[serde(default)]
    pub named: bool,
    /// Whether a person wants it to stay, with every comment in it.
    #[serde(default)]
    pub locked: bool,
}

/// Titles by their words that are also held against the middle of a theme.
const BEST_TITLES: usize = 3;

/// What was found, ready to be described.
pub(super) struct Board<'a> {
    pub(super) space: &'a Space,
    pub(super) rows: &'a Rows,
    pub(super) edges: &'a [Edge],
    pub(super) members: &'a [Member<'a>],
    pub(super) corpus: &'a Corpus,
    /// The middle theme each row is nearest to.
    pub(super) nearest: &'a [usize],
    /// The middle theme each row was placed in, none when parked.
    pub(super) placed: &'a [Option<u32>],
}

impl Board<'_> {
    /// Describes the themes of all three levels: middle, large, small.
    pub(super) fn themes(&self, middles: usize, options: &FitOptions) -> Vec<Theme> {
        if middles == 0 {
            return Vec::new();
        }
        let large = self.join(middles, options);
        let larges = large.iter().max().map_or(0, |largest| largest + 1);
        let mut of_middle = vec![Vec::new(); middles];
        let mut of_large = vec![Vec::new(); larges];
        for (row, middle) in self.nearest.iter().enumerate() {
            of_middle[*middle].push(row);
            of_large[large[*middle]].push(row);
        }
        let small = self.split(options).into_iter();
        let middle = of_middle
            .into_iter()
            .zip(&large)
            .map(|(rows, group)| (Level::Middle, Some(middles + group), rows));
        let all: Vec<(Level, Option<usize>, Vec<usize>)> = middle
            .chain(of_large.into_iter().map(|rows| (Level::Large, None, rows)))
            .chain(small.map(|(parent, rows)| (Level::Small, Some(parent), rows)))
            .collect();
        let describe = |(key, (level, parent, rows))| self.describe(rows, key, level, parent);
        label(all.into_par_iter().enumerate().map(describe).collect())
    }

    /// Joins middle themes that hang together into large ones: the group of each middle theme.
    fn join(&self, middles: usize, options: &FitOptions) -> Vec<usize> {
        let mut weights: BTreeMap<(u32, u32), f64> = BTreeMap::new();
        for (a, b, weight) in self.edges {
            let (one, other) = (number(self.nearest[*a as usize]), number(self.nearest[*b as usize]));
            *weights.entry((one.min(other), one.max(other))).or_default() += f64::from(*weight);
        }
        #[expect(clippy::cast_possible_truncation, reason = "edges carry single precision")]
        let joined: Vec<Edge> = weights.into_iter().map(|((a, b), weight)| (a, b, weight as f32)).collect();
        let resolution = FitOptions::usable(options.large_resolution, FitOptions::default().large_resolution);
        communities(middles, &joined, resolution, options.seed)
    }

    /// Splits every middle theme along its own edges: small groups that are large enough and not the whole of
    /// their theme, with that theme.
    fn split(&self, options: &FitOptions) -> Vec<(usize, Vec<usize>)> {
        let within = |edge: &&Edge| {
            let theme = self.placed[edge.0 as usize];
            theme.is_some() && theme == self.placed[edge.1 as usize]
        };
        let inner: Vec<Edge> = self.edges.iter().filter(within).copied().collect();
        let resolution = FitOptions::usable(options.small_resolution, FitOptions::default().small_resolution);
        let small = communities(self.placed.len(), &inner, resolution, options.seed);
        let mut groups: BTreeMap<(u32, usize), Vec<usize>> = BTreeMap::new();
        for (row, (group, theme)) in small.iter().zip(self.placed).enumerate() {
            if let Some(theme) = theme {
                groups.entry((*theme, *group)).or_default().push(row);
            }
        }
        let votes = |rows: &[usize]| rows.iter().map(|row| self.members[*row].votes as usize).sum::<usize>();
        groups.retain(|_, rows| votes(rows) >= options.least_theme_size.max(1));
        let mut siblings: BTreeMap<u32, usize> = BTreeMap::new();
        for (theme, _) in groups.keys() {
            *siblings.entry(*theme).or_default() += 1;
        }
        groups.retain(|(theme, _), _| siblings[theme] > 1);
        groups.into_iter().map(|((theme, _), rows)| (theme as usize, rows)).collect()
    }

    /// Describes a theme by its rows; the titles that it may have come beside it, best first.
    fn describe(
        &self,
        rows: Vec<usize>,
        key: usize,
        level: Level,
        parent: Option<usize>,
    ) -> (Theme, Vec<String>) {
        let (middle, rows) = from_the_middle(self.rows, rows);
        let members: Vec<Member<'_>> = rows.iter().map(|row| self.members[*row]).collect();
        let keywords = names::keywords(self.corpus, &members);
        let theme = Theme {
            key: number(key),
            level,
            parent: parent.map(number),
            label: String::new(),
            terms: names::terms(&keywords),
            size: members.iter().map(|member| member.votes as usize).sum(),
            quotes: names::quotes(&members),
            named: false,
            locked: false,
        };
        (theme, self.titles(names::titles(&keywords, &members), &middle))
    }

    /// Titles by what they say of the theme, of the best few first the one nearest to its middle: good words alone make an odd one out.
    fn titles(&self, mut titles: Vec<(f64, String)>, middle: &[f32]) -> Vec<String> {
        let best = titles.len().min(BEST_TITLES);
        for (score, title) in &mut titles[..best] {
            // With an encoder a text alone has no direction; its words have to do.
            let direction = self.space.place(&normalize(title), None);
            *score *= direction.map_or(1.0, |direction| f64::from(dot(&direction, middle)));
        }
        titles[..best].sort_by(|(a, _), (b, _)| b.total_cmp(a));
        titles.into_iter().map(|(_, title)| title).collect()
    }
}

/// Gives every theme the best of its titles that no theme before it has, else its words.
fn label(described: Vec<(Theme, Vec<String>)>) -> Vec<Theme> {
    let mut taken = FxHashSet::default();
    let labelled = |(mut theme, titles): (Theme, Vec<String>)| {
        let free = titles.into_iter().find(|title| taken.insert(normalize(title)));
        theme.label = free.unwrap_or_else(|| theme.terms.join(" "));
        theme
    };
    described.into_iter().map(labelled).collect()
}

/// Themes are counted in thousands at most.
fn number(theme: usize) -> u32 {
    u32::try_from(theme).unwrap_or(u32::MAX)
}

/// The middle of a theme, and its rows, those nearest to it first.
fn from_the_middle(rows: &Rows, mut members: Vec<usize>) -> (Vec<f32>, Vec<usize>) {
    let mut middle = vec![0.0; rows.width()];
    for row in &members {
        add_scaled(&mut middle, rows.row(*row), 1.0);
    }
    scale_to_unit(&mut middle);
    let cosines: FxHashMap<usize, f32> =
        members.iter().map(|row| (*row, dot(rows.row(*row), &middle))).collect();
    members.sort_by(|a, b| cosines[b].total_cmp(&cosines[a]).then(a.cmp(b)));
    (middle, members)
}
