//! Which needs come first: how often each is mentioned inside and outside the firm, gated by more basic needs that are not met.
//!
//! A need's share of all internal mentions (sales, service and project people, use by existing customers) counts more than its
//! share of all external ones (surveys, press): score = w · internal share + (1 − w) · external share with w above a half.
//! The smallest set of needs that holds 80 % of the score is the Pareto set. A need of a higher level of its ladder is only
//! open when all of the lower levels are met. Where no survey says what kind of requirement it is, the factor that it touches
//! gives a first guess.

mod factor;
mod ladder;
mod pareto;

use serde::{Deserialize, Serialize};

use crate::interval::{Interval, wilson};
use crate::kano::Category;
use crate::number::as_f64;

pub use factor::Factor;
pub use ladder::Ladder;
pub use pareto::{ParetoError, pareto};

/// What is known about a need.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Need {
    /// Told apart by it.
    pub name: String,
    /// How often it was mentioned at the firm's own points of contact.
    pub internal: u64,
    /// How often it was mentioned elsewhere.
    pub external: u64,
    /// Its level on a ladder, 1 the most basic; a need without one is never gated.
    pub level: Option<u32>,
    /// Whether it is met already.
    pub met: bool,
    pub factor: Option<Factor>,
    /// What a survey found; it overrides the guess by factor.
    pub category: Option<Category>,
    /// How many orders, 0 or more, and how much in all, above 0.
    pub orders: Option<f64>,
    pub volume: Option<f64>,
}

/// How mentions become an order.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Options {
    /// Weight of internal shares, above 0.5 and at most 1; external shares have the rest.
    pub internal_weight: f64,
    /// Share of the score that the Pareto set holds, above 0 and at most 1.
    pub pareto: f64,
    /// Whether unmet lower levels close a need.
    pub gate: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self { internal_weight: 0.7, pareto: 0.8, gate: true }
    }
}

/// Why there is no order.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum PriorityError {
    #[error("the internal weight must be above 0.5 and at most 1: what the firm sees itself counts more")]
    Weight,
    #[error("the Pareto share must be above 0 and at most 1")]
    Pareto,
    #[error("the need {0} is there twice")]
    Duplicate(String),
    #[error("the orders of {0} must be a number of 0 or more")]
    Orders(String),
    #[error("the volume of {0} must be a number above 0")]
    Volume(String),
}

/// Needs in the order of their score.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Priority {
    /// As used: where one side has no mentions at all, the other counts alone.
    pub weights: Sides<f64>,
    pub mentions: Sides<u64>,
    /// How many needs the Pareto set has, and what part of the score they hold.
    pub pareto: ParetoSet,
    /// Orders ÷ volume over all needs that have both: many small orders make it large.
    pub fragmentation: Option<f64>,
    /// The highest score first, equal scores by name.
    pub needs: Vec<Ranked>,
}

/// Something of internal and of external mentions.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Sides<T> {
    pub internal: T,
    pub external: T,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ParetoSet {
    pub needs: usize,
    /// `None` without mentions.
    pub share: Option<f64>,
}

/// A need with its place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Ranked {
    pub need: String,
    /// From 1.
    pub rank: usize,
    /// 0 to 1; all scores make 1. `None` when nothing was mentioned.
    pub score: Option<f64>,
    /// 95 %, from the Wilson intervals of both shares (Zou & Donner 2008).
    pub interval: Option<Interval>,
    pub mentions: Sides<u64>,
    /// Of all mentions of that side; `None` when it has none.
    pub shares: Sides<Option<f64>>,
    /// The sum of the scores down to here.
    pub cumulative: Option<f64>,
    pub pareto: bool,
    pub kind: Kind,
    pub level: Option<u32>,
    pub gate: Gate,
    /// The lowest unmet level below, where the gate is closed.
    pub waits_for_level: Option<u32>,
    pub category: Option<Category>,
    pub category_from: Option<Evidence>,
    pub fragmentation: Option<f64>,
}

/// Whether anything but wishes stands behind a need.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The firm's own points of contact know it.
    Real,
    /// Only outsiders mention it: a wish for later.
    Virtual,
}

/// Whether it is time for a need.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Gate {
    Met,
    Open,
    /// More basic needs are not met.
    Closed,
}

/// Where a category comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Evidence {
    Survey,
    /// A first guess from the factor that the need touches.
    Factor,
}

/// Puts needs in order.
pub fn priority(needs: &[Need], options: &Options) -> Result<Priority, PriorityError> {
    let mut needs: Vec<&Need> = needs.iter().collect();
    needs.sort_by(|a, b| a.name.cmp(&b.name));
    check(&needs, options)?;
    let total =
        |side: fn(&Need) -> u64| needs.iter().fold(0, |sum: u64, need| sum.saturating_add(side(need)));
    let mentions = Sides { internal: total(|need| need.internal), external: total(|need| need.external) };
    let weights = weights(mentions, options.internal_weight);
    let mut ranked: Vec<Ranked> = needs.iter().map(|need| rank(need, mentions, weights)).collect();
    if options.gate {
        close_gates(&needs, &mut ranked);
    }
    // Stable, so that equal scores stay in the order of names.
    ranked.sort_by(|a, b| b.score.unwrap_or_default().total_cmp(&a.score.unwrap_or_default()));
    let pareto = mark_pareto(&mut ranked, options.pareto)?;
    let fragmentation = fragmentation(needs.iter().filter_map(|need| need.orders.zip(need.volume)));
    Ok(Priority { weights, mentions, pareto, fragmentation, needs: ranked })
}

/// The needs are in the order of their names.
fn check(needs: &[&Need], options: &Options) -> Result<(), PriorityError> {
    if !(options.internal_weight > 0.5 && options.internal_weight <= 1.0) {
        return Err(PriorityError::Weight);
    }
    if !(options.pareto > 0.0 && options.pareto <= 1.0) {
        return Err(PriorityError::Pareto);
    }
    if let Some(pair) = needs.windows(2).find(|pair| pair[0].name == pair[1].name) {
        return Err(PriorityError::Duplicate(pair[0].name.clone()));
    }
    for need in needs {
        if need.orders.is_some_and(|orders| !(orders.is_finite() && orders >= 0.0)) {
            return Err(PriorityError::Orders(need.name.clone()));
        }
        if need.volume.is_some_and(|volume| !(volume.is_finite() && volume > 0.0)) {
            return Err(PriorityError::Volume(need.name.clone()));
        }
    }
    Ok(())
}

fn weights(mentions: Sides<u64>, internal: f64) -> Sides<f64> {
    match (mentions.internal, mentions.external) {
        (_, 0) => Sides { internal: 1.0, external: 0.0 },
        (0, _) => Sides { internal: 0.0, external: 1.0 },
        _ => Sides { internal, external: 1.0 - internal },
    }
}

fn rank(need: &Need, mentions: Sides<u64>, weights: Sides<f64>) -> Ranked {
    let share = |part, whole| (whole > 0).then(|| as_f64(part) / as_f64(whole));
    let shares = Sides {
        internal: share(need.internal, mentions.internal),
        external: share(need.external, mentions.external),
    };
    let part = |share: Option<f64>, weight: f64| weight * share.unwrap_or_default();
    let mentioned = shares.internal.or(shares.external).is_some();
    let score = part(shares.internal, weights.internal) + part(shares.external, weights.external);
    let category = need.category.or(need.factor.map(Factor::prior));
    let from = if need.category.is_some() { Evidence::Survey } else { Evidence::Factor };
    Ranked {
        need: need.name.clone(),
        rank: 0,
        score: mentioned.then_some(score),
        interval: mentioned.then(|| interval(need, mentions, weights, score)),
        mentions: Sides { internal: need.internal, external: need.external },
        shares,
        cumulative: None,
        pareto: false,
        kind: if need.internal > 0 { Kind::Real } else { Kind::Virtual },
        level: need.level,
        gate: if need.met { Gate::Met } else { Gate::Open },
        waits_for_level: None,
        category,
        category_from: category.map(|_| from),
        fragmentation: fragmentation(need.orders.zip(need.volume).into_iter()),
    }
}

/// Recovers the variance of each share from its own interval and adds them, both sides being independent (Zou & Donner,
/// *Construction of confidence limits about effect measures*, Statistics in Medicine 27, 2008).
fn interval(need: &Need, mentions: Sides<u64>, weights: Sides<f64>, score: f64) -> Interval {
    let (mut below, mut above) = (0.0, 0.0);
    for (part, whole, weight) in [
        (need.internal, mentions.internal, weights.internal),
        (need.external, mentions.external, weights.external),
    ] {
        if let Some(found) = wilson(part, whole) {
            let share = as_f64(part) / as_f64(whole);
            below += (weight * (share - found.lower)).powi(2);
            above += (weight * (found.upper - share)).powi(2);
        }
    }
    Interval { lower: (score - below.sqrt()).max(0.0), upper: (score + above.sqrt()).min(1.0) }
}

/// Closes what stands above the lowest level with an unmet need.
fn close_gates(needs: &[&Need], ranked: &mut [Ranked]) {
    let unmet = needs.iter().filter(|need| !need.met).filter_map(|need| need.level).min();
    for need in ranked.iter_mut().filter(|need| need.gate == Gate::Open) {
        need.waits_for_level = unmet.filter(|unmet| need.level.is_some_and(|level| level > *unmet));
        if need.waits_for_level.is_some() {
            need.gate = Gate::Closed;
        }
    }
}

fn mark_pareto(ranked: &mut [Ranked], share: f64) -> Result<ParetoSet, PriorityError> {
    let scores: Vec<f64> = ranked.iter().map(|need| need.score.unwrap_or_default()).collect();
    // The scores are in order, so the set is its first ones.
    let needs = pareto(&scores, share).map_err(|_| PriorityError::Pareto)?.len();
    let mut cumulative = 0.0_f64;
    for (at, need) in ranked.iter_mut().enumerate() {
        need.rank = at + 1;
        need.pareto = at < needs;
        cumulative += need.score.unwrap_or_default();
        need.cumulative = need.score.map(|_| cumulative.min(1.0));
    }
    let share = needs.checked_sub(1).and_then(|last| ranked[last].cumulative);
    Ok(ParetoSet { needs, share })
}

/// Orders ÷ volume; none where the quotient is no number that fits.
fn fragmentation(pairs: impl Iterator<Item = (f64, f64)>) -> Option<f64> {
    let (orders, volume) = pairs.fold((0.0, 0.0), |sum, pair| (sum.0 + pair.0, sum.1 + pair.1));
    (volume > 0.0 && volume.is_finite()).then(|| orders / volume).filter(|index| index.is_finite())
}
