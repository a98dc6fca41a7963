use serde::{Deserialize, Serialize};

use super::category::Category;
use super::counts::Counts;

/// How counts become a category.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// The most frequent of M, O, A, I, R; ties in that order.
    #[default]
    Mode,
    /// As the mode, but when the leading two are near each other the one that comes first in M, O, A, I, R (Matzler et al. 1996).
    NearTie,
    /// First whether it matters at all: when O + A + M > I + R + Q the largest of M, O, A, else the largest of I, R, Q
    /// (Blauth in Berger et al. 1993).
    Blauth,
}

/// What each rule says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rules {
    pub mode: Category,
    pub near_tie: Category,
    /// Where Q is the largest the question was misunderstood, and nothing is classified.
    pub blauth: Category,
}

impl Rules {
    /// Applies all three; `near` is the category strength up to which two categories count as tied, 0.06 as published.
    pub fn of(counts: &Counts, near: f64) -> Self {
        Self { mode: mode(counts), near_tie: near_tie(counts, near), blauth: blauth(counts) }
    }

    /// What one rule says.
    pub fn by(&self, rule: Rule) -> Category {
        match rule {
            Rule::Mode => self.mode,
            Rule::NearTie => self.near_tie,
            Rule::Blauth => self.blauth,
        }
    }

    /// Whether all three say the same.
    pub fn agree(&self) -> bool {
        self.mode == self.near_tie && self.mode == self.blauth
    }
}

fn mode(counts: &Counts) -> Category {
    match counts.ranked()[0] {
        (_, 0) => Category::Unclassified,
        (category, _) => category,
    }
}

fn near_tie(counts: &Counts, near: f64) -> Category {
    let [(first, _), (second, votes), ..] = counts.ranked();
    // A category that nobody voted for is near nothing, however few voted for the first.
    let tied = votes > 0 && counts.category_strength().is_some_and(|strength| strength <= near);
    if tied { first.min(second) } else { mode(counts) }
}

fn blauth(counts: &Counts) -> Category {
    use Category::{Attractive, Indifferent, MustBe, OneDimensional, Reverse, Unclassified};
    let Counts { m, o, a, i, r, q } = *counts;
    let candidates = if o + a + m > i + r + q {
        [(MustBe, m), (OneDimensional, o), (Attractive, a)]
    } else {
        [(Indifferent, i), (Reverse, r), (Unclassified, q)]
    };
    let most = candidates.iter().map(|(_, votes)| *votes).max().unwrap_or_default();
    let first = candidates.iter().find(|(_, votes)| *votes == most && most > 0);
    first.map_or(Unclassified, |(category, _)| *category)
}
