//! How much each demanded quality should count in the plan of a product.
//!
//! For a demanded quality of importance g, own satisfaction s, planned quality p and sales point t, the level-up ratio is
//! u = p / s, the absolute weight w = g u t, and the weight W = 100 w / Σ w. With Kano's classes u becomes u^(1/k), where k is
//! ½ for must-be, 1 for one-dimensional and 2 for attractive requirements (Tan and Shen, *Total Quality Management* 11, 2000).
//! The table is the quality-planning table of quality function deployment after Akao.

mod check;
mod kano;

pub use check::{Field, PlanError};

use serde::{Deserialize, Serialize};

use crate::kano::Category;
use crate::number::ordered_sum;

/// What a weak and a strong sales point multiply by, and none.
pub const SALES_POINTS: [f64; 3] = [1.5, 1.2, 1.0];

/// Weights this close, relative to the larger, share a rank: they differ by rounding only.
const TIE: f64 = 1e-9;

/// One demanded quality as it is planned.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Requirement {
    pub requirement: String,
    /// Importance to customers, 0 to the top of the scale.
    pub importance: f64,
    /// Satisfaction with the own product, above 0.
    pub own: f64,
    /// The satisfaction aimed at, above 0.
    pub planned: f64,
    /// One of the sales points of the options.
    pub sales_point: f64,
    /// Satisfaction with each competitor, in the order of their names; none where nobody asked.
    pub competitors: Vec<Option<f64>>,
    /// The class of Kano's model, if it is known.
    pub kano: Option<Category>,
    /// A person confirmed that this indifferent or reverse requirement gets weight 0.
    pub confirmed: bool,
}

/// How a plan is reckoned.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Options {
    /// The top of the scale on which importance and satisfaction are measured.
    pub scale: f64,
    /// What a sales point may be.
    pub sales_points: Vec<f64>,
    /// Whether Kano's classes change level-up ratios.
    pub kano: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self { scale: 5.0, sales_points: SALES_POINTS.to_vec(), kano: false }
    }
}

/// What a person should look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RowWarning {
    /// The plan is below what the own product reaches today.
    Reduction,
    /// The plan stays below the best competitor.
    BehindBest,
    /// `--kano` was asked for, but the requirement has no class, so that its ratio is as it was.
    KanoMissing,
    /// Indifferent or reverse: its weight would be 0 once a person confirms it.
    KanoUnconfirmed,
    /// Indifferent or reverse and confirmed: its weight is 0.
    KanoZero,
}

/// The plan and the own product beside one competitor.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Gap {
    pub competitor: f64,
    /// Own − competitor: below 0 the competitor is ahead today.
    pub own: f64,
    /// Planned − competitor: below 0 the competitor stays ahead.
    pub planned: f64,
}

/// One demanded quality with its weight.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Planned {
    pub requirement: String,
    pub importance: f64,
    pub own: f64,
    pub planned: f64,
    pub sales_point: f64,
    pub kano: Option<Category>,
    /// Planned / own, above 0; as adjusted when Kano's classes count.
    pub level_up: f64,
    /// Importance × level-up × sales point.
    pub absolute_weight: f64,
    /// Share of the sum of absolute weights in percent; none when that sum is 0.
    pub weight_percent: Option<f64>,
    /// 1 is the heaviest; equal weights share a rank.
    pub rank: Option<usize>,
    /// Beside each competitor, in the order of their names.
    pub gaps: Vec<Option<Gap>>,
    pub warnings: Vec<RowWarning>,
}

/// How many requirements are to sell the product.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SalesPoints {
    /// Requirements with a sales point above 1.
    pub used: usize,
    /// A third of the requirements, rounded up: with more of them nothing stands out.
    pub sensible: usize,
    pub too_many: bool,
}

/// The plan of a product.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    pub rows: Vec<Planned>,
    pub absolute_weight_sum: f64,
    pub sales_points: SalesPoints,
}

/// Weighs demanded qualities. Nothing is rounded, and the order of requirements changes no value.
pub fn quality_plan(requirements: &[Requirement], options: &Options) -> Result<Plan, PlanError> {
    check::check(requirements, options)?;
    let mut rows = Vec::with_capacity(requirements.len());
    for (row, requirement) in requirements.iter().enumerate() {
        rows.push(planned(row, requirement, options.kano)?);
    }
    let absolute_weight_sum = ordered_sum(rows.iter().map(|row| row.absolute_weight));
    if !absolute_weight_sum.is_finite() {
        return Err(PlanError::Range { row: 0 });
    }
    if absolute_weight_sum > 0.0 {
        for row in &mut rows {
            row.weight_percent = Some(100.0 * (row.absolute_weight / absolute_weight_sum));
        }
        rank(&mut rows);
    }
    let used = requirements.iter().filter(|requirement| requirement.sales_point > 1.0).count();
    let sensible = rows.len().div_ceil(3);
    Ok(Plan {
        rows,
        absolute_weight_sum,
        sales_points: SalesPoints { used, sensible, too_many: used > sensible },
    })
}

fn planned(row: usize, requirement: &Requirement, kano: bool) -> Result<Planned, PlanError> {
    let Requirement { importance, own, planned, sales_point, kano: class, .. } = *requirement;
    let mut warnings = Vec::new();
    if planned < own {
        warnings.push(RowWarning::Reduction);
    }
    let gap = |value: f64| Gap { competitor: value, own: own - value, planned: planned - value };
    let gaps: Vec<Option<Gap>> = requirement.competitors.iter().map(|value| value.map(gap)).collect();
    if gaps.iter().flatten().any(|gap| gap.planned < 0.0) {
        warnings.push(RowWarning::BehindBest);
    }
    let (bent, counts, warning) = if kano { bend(requirement) } else { (1.0, 1.0, None) };
    warnings.extend(warning);
    let level_up = (planned / own).powf(bent);
    let absolute_weight = importance * level_up * sales_point * counts;
    if !(level_up.is_finite() && level_up > 0.0 && absolute_weight.is_finite()) {
        return Err(PlanError::Range { row });
    }
    Ok(Planned {
        requirement: requirement.requirement.clone(),
        importance,
        own,
        planned,
        sales_point,
        kano: class,
        level_up,
        absolute_weight,
        weight_percent: None,
        rank: None,
        gaps,
        warnings,
    })
}

/// What Kano's class makes of a requirement: the exponent of its level-up ratio, what its weight is multiplied by, and what a
/// person should know.
fn bend(requirement: &Requirement) -> (f64, f64, Option<RowWarning>) {
    match requirement.kano.map(kano::exponent) {
        Some(Some(exponent)) => (exponent, 1.0, None),
        Some(None) if requirement.confirmed => (1.0, 0.0, Some(RowWarning::KanoZero)),
        Some(None) => (1.0, 1.0, Some(RowWarning::KanoUnconfirmed)),
        None => (1.0, 1.0, Some(RowWarning::KanoMissing)),
    }
}

fn rank(rows: &mut [Planned]) {
    let mut order: Vec<usize> = (0..rows.len()).collect();
    order.sort_by(|a, b| rows[*b].absolute_weight.total_cmp(&rows[*a].absolute_weight));
    // The heaviest of those that share a rank, and that rank.
    let mut shared = (f64::INFINITY, 0);
    for (place, at) in order.into_iter().enumerate() {
        let weight = rows[at].absolute_weight;
        if shared.1 == 0 || shared.0 - weight > TIE * shared.0 {
            shared = (weight, place + 1);
        }
        rows[at].rank = Some(shared.1);
    }
}
