use serde::{Deserialize, Serialize};

use super::category::Category;
use crate::number::len_f64;

/// Where a plane is cut into quadrants.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cut {
    /// The middle of the scale: 0.5 for Better and |Worse|, 2 for the means.
    #[default]
    Middle,
    /// The mean over all requirements shown.
    Means,
}

/// The lines that cut both planes.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Cuts {
    pub better: f64,
    /// Of the size of Worse, 0 to 1.
    pub worse: f64,
    pub functional: f64,
    pub dysfunctional: f64,
}

impl Cuts {
    /// The middle of each scale.
    pub const MIDDLE: Self = Self { better: 0.5, worse: 0.5, functional: 2.0, dysfunctional: 2.0 };

    /// The quadrant of Better and the size of Worse.
    pub fn of_coefficients(&self, better: f64, worse: f64) -> Category {
        quadrant(better >= self.better, worse >= self.worse)
    }

    /// The quadrant of the means; reverse or questionable answers prevail where one is below 0.
    pub fn of_means(&self, functional: f64, dysfunctional: f64) -> Category {
        if functional < 0.0 || dysfunctional < 0.0 {
            return Category::Reverse;
        }
        quadrant(functional >= self.functional, dysfunctional >= self.dysfunctional)
    }
}

fn quadrant(pleases_when_met: bool, hurts_when_not: bool) -> Category {
    match (pleases_when_met, hurts_when_not) {
        (true, true) => Category::OneDimensional,
        (true, false) => Category::Attractive,
        (false, true) => Category::MustBe,
        (false, false) => Category::Indifferent,
    }
}

/// The mean of what is there; `otherwise` when nothing is.
pub(super) fn mean_or(values: impl Iterator<Item = Option<f64>>, otherwise: f64) -> f64 {
    let there: Vec<f64> = values.flatten().collect();
    if there.is_empty() { otherwise } else { there.iter().sum::<f64>() / len_f64(there.len()) }
}
