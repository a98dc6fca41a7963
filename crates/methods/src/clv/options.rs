use serde::{Deserialize, Serialize};

use super::{ClvError, Holdout};
use crate::number::as_f64;

/// The most steps of a horizon.
pub const MOST_STEPS: u32 = 10_000;

/// How far to look, and what the future is worth today.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Options {
    /// How far to look ahead, in units of time.
    pub horizon: f64,
    /// How often money is discounted, in units of time.
    pub step: f64,
    /// Discount rate of a step, above −1; 0 for none.
    pub discount: f64,
    /// The time after the models' last day, in which purchases are counted and compared.
    pub holdout: Option<Holdout>,
}

impl Options {
    /// The ends of the steps, the last at the horizon, and what money is then worth today.
    pub(super) fn schedule(&self) -> Result<(Vec<f64>, Vec<f64>), ClvError> {
        let sound = |value: f64| value.is_finite() && value > 0.0;
        if !sound(self.horizon) || self.holdout.is_some_and(|holdout| !sound(holdout.time)) {
            return Err(ClvError::Horizon);
        }
        let steps = self.horizon / self.step;
        if !sound(self.step) || !sound(steps) || steps > f64::from(MOST_STEPS) {
            return Err(ClvError::Step);
        }
        if !(self.discount.is_finite() && self.discount > -1.0) {
            return Err(ClvError::Discount);
        }
        if self.discount == 0.0 {
            // Without a discount only the end matters.
            return Ok((vec![self.horizon], vec![1.0]));
        }
        // 52.14 / 4.345 must be twelve steps, not twelve and a crumb.
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "1 to 10 000")]
        let count = ((steps - 1e-9).ceil().max(1.0)) as u64;
        let ends: Vec<f64> = (1..=count).map(|at| if at == count { steps } else { as_f64(at) }).collect();
        let times = ends.iter().map(|end| (end * self.step).min(self.horizon)).collect();
        let factors: Vec<f64> = ends.iter().map(|end| (1.0 + self.discount).powf(-end)).collect();
        if factors.iter().all(|factor| factor.is_finite()) {
            Ok((times, factors))
        } else {
            Err(ClvError::Range)
        }
    }
}
