//! What people decided about cards and themes, as data that outlasts every fit.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

/// One decision, and optionally who made it, when and why. Corrections are only ever added; later ones win.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Correction {
    #[serde(flatten)]
    pub action: Action,
    #[serde(default)]
    pub who: Option<String>,
    #[serde(default)]
    pub when: Option<String>,
    #[serde(default)]
    pub why: Option<String>,
}

/// What was decided. A card is named by its id; the id of a comment names all cards `id#1`, `id#2`, … made of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "action", rename_all = "snake_case")]
pub enum Action {
    /// The card belongs to the theme and never moves.
    Pin { card: String, theme: u32 },
    /// The card never enters the theme.
    Bar { card: String, theme: u32 },
    /// The cards share a theme.
    Together { cards: Vec<String> },
    /// No two of the cards share a theme.
    Apart { cards: Vec<String> },
    /// The themes are one; the first gives it its id.
    Merge { themes: Vec<u32> },
    /// The theme is several; its largest part keeps the id.
    Split { theme: u32 },
    /// The theme is called so from now on.
    Rename { theme: u32, label: String },
    /// The theme stays, and so does every card in it.
    Lock { theme: u32 },
    /// The card belongs to no theme.
    Park { card: String },
}

impl Action {
    /// The themes it names.
    pub fn themes(&self) -> Vec<u32> {
        match self {
            Self::Pin { theme, .. }
            | Self::Bar { theme, .. }
            | Self::Split { theme }
            | Self::Rename { theme, .. }
            | Self::Lock { theme } => vec![*theme],
            Self::Merge { themes } => themes.clone(),
            Self::Together { .. } | Self::Apart { .. } | Self::Park { .. } => Vec::new(),
        }
    }

    /// The cards it names.
    pub fn cards(&self) -> Vec<&str> {
        match self {
            Self::Pin { card, .. } | Self::Bar { card, .. } | Self::Park { card } => vec![card],
            Self::Together { cards } | Self::Apart { cards } => cards.iter().map(String::as_str).collect(),
            _ => Vec::new(),
        }
    }
}

type Pair = (String, String);

/// What all corrections come to.
#[derive(Debug, Default)]
pub(super) struct Wishes {
    pub(super) pins: BTreeMap<String, u32>,
    pub(super) bars: BTreeSet<(String, u32)>,
    pub(super) together: BTreeSet<Pair>,
    pub(super) apart: BTreeSet<Pair>,
    pub(super) splits: BTreeSet<u32>,
    /// Splits that an earlier fit has made.
    pub(super) divided: BTreeSet<u32>,
    pub(super) labels: BTreeMap<u32, String>,
    pub(super) locked: BTreeSet<u32>,
    pub(super) parked: BTreeSet<String>,
    merged: BTreeMap<u32, u32>,
}

impl Wishes {
    /// Reads corrections in their order. Splits among the first `applied` have been made by an earlier fit.
    pub(super) fn read(corrections: &[Correction], applied: usize) -> Self {
        let mut wishes = Self::default();
        for (at, correction) in corrections.iter().enumerate() {
            wishes.add(&correction.action, at >= applied);
        }
        let final_theme = |theme: u32| wishes.theme(theme);
        let pins = wishes.pins.iter().map(|(card, theme)| (card.clone(), final_theme(*theme))).collect();
        let bars = wishes.bars.iter().map(|(card, theme)| (card.clone(), final_theme(*theme))).collect();
        let locked = wishes.locked.iter().map(|theme| final_theme(*theme)).collect();
        Self { pins, bars, locked, ..wishes }
    }

    fn add(&mut self, action: &Action, is_new: bool) {
        match action {
            Action::Pin { card, theme } => {
                self.parked.remove(card);
                self.bars.remove(&(card.clone(), *theme));
                self.pins.insert(card.clone(), *theme);
            }
            Action::Bar { card, theme } => {
                if self.pins.get(card) == Some(theme) {
                    self.pins.remove(card);
                }
                self.bars.insert((card.clone(), *theme));
            }
            Action::Together { cards } => self.pair(cards, true),
            Action::Apart { cards } => self.pair(cards, false),
            Action::Merge { themes } => self.merge(themes),
            Action::Split { theme } => {
                let list = if is_new { &mut self.splits } else { &mut self.divided };
                list.insert(*theme);
            }
            Action::Rename { theme, label } => {
                self.labels.insert(*theme, label.clone());
            }
            Action::Lock { theme } => {
                self.locked.insert(*theme);
            }
            Action::Park { card } => {
                self.pins.remove(card);
                self.parked.insert(card.clone());
            }
        }
    }

    fn pair(&mut self, cards: &[String], together: bool) {
        for (at, one) in cards.iter().enumerate() {
            for other in cards[at + 1..].iter().filter(|other| *other != one) {
                let pair = (one.min(other).clone(), one.max(other).clone());
                let (into, out_of) = if together {
                    (&mut self.together, &mut self.apart)
                } else {
                    (&mut self.apart, &mut self.together)
                };
                out_of.remove(&pair);
                into.insert(pair);
            }
        }
    }

    fn merge(&mut self, themes: &[u32]) {
        let Some((first, others)) = themes.split_first() else { return };
        let first = self.theme(*first);
        for other in others {
            let other = self.theme(*other);
            if other != first {
                self.merged.insert(other, first);
            }
        }
    }

    /// The theme that a theme has become.
    pub(super) fn theme(&self, theme: u32) -> u32 {
        let mut theme = theme;
        // Only ends of chains are ever merged into ends of chains, so this ends.
        while let Some(into) = self.merged.get(&theme) {
            theme = *into;
        }
        theme
    }

    /// The themes that others were merged into.
    pub(super) fn merged_into(&self) -> BTreeSet<u32> {
        self.merged.values().map(|theme| self.theme(*theme)).collect()
    }
}
