//! Sums over all customers, and how uncertain the parameters make them.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::{
    BgNbd, Customer, CustomerValue, GammaGamma,
    behaviour::{Behaviour, Groups},
    fit::Fit,
};
use crate::interval::{Interval, Z95};

/// A sum over all customers. The interval is that of the parameters (delta method, 95 %, symmetric on the scale of the
/// logarithm): what customers happen to do scatters besides. `None` where the data do not tell the parameters.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Total {
    pub value: f64,
    pub interval: Option<Interval>,
}

/// Forward differences: sums are exact to about 1e-15 of themselves, so this errs by a millionth.
const STEP: f64 = 1e-6;

/// Customers, the schedule on which their purchases are discounted, and what a model expects of them.
pub struct Equity<'a> {
    groups: &'a Groups,
    behaviours: &'a [Behaviour],
    schedule: &'a (Vec<f64>, Vec<f64>),
    purchases: &'a Fit<BgNbd, 4>,
    money: Option<&'a Fit<GammaGamma, 3>>,
    /// Expected and discounted purchases of one customer of each group.
    outlook: Vec<(f64, f64)>,
}

/// Both sums.
pub struct Totals {
    pub purchases: Total,
    pub equity: Option<Total>,
}

impl<'a> Equity<'a> {
    pub fn new(
        groups: &'a Groups,
        behaviours: &'a [Behaviour],
        schedule: &'a (Vec<f64>, Vec<f64>),
        purchases: &'a Fit<BgNbd, 4>,
        money: Option<&'a Fit<GammaGamma, 3>>,
    ) -> Self {
        let outlook = outlook(groups, schedule, &purchases.model);
        Self { groups, behaviours, schedule, purchases, money, outlook }
    }

    /// What to expect of each customer.
    pub fn customers(&self, customers: &[Customer<'_>]) -> Vec<CustomerValue> {
        let row = |(customer, group): (&Customer<'_>, &usize)| {
            let (expected_purchases, discounted) = self.outlook[*group];
            let behaviour = customer.behaviour;
            let expected_value = self.money.and_then(|money| money.model.expected_value(&behaviour));
            let value = expected_value.map(|value| value * discounted).filter(|value| value.is_finite());
            let p_alive = self.purchases.model.p_alive(&behaviour);
            let customer = customer.name.to_owned();
            CustomerValue { customer, behaviour, p_alive, expected_purchases, expected_value, value }
        };
        customers.iter().zip(&self.groups.of).map(row).collect()
    }

    /// The sums with their intervals.
    pub fn totals(&self) -> Totals {
        let worth = self.worth(self.money.map(|money| money.model).as_ref());
        let sums = |outlook: &[(f64, f64)]| (self.count(outlook), value(outlook, &worth));
        let here = sums(&self.outlook);
        // Derivatives by the logarithm of each parameter.
        let variance = self.purchases.covariances.map(|covariances| {
            let slopes: [(f64, f64); 4] = std::array::from_fn(|index| {
                let there = sums(&outlook(self.groups, self.schedule, &shift(self.purchases.model, index)));
                ((there.0 - here.0) / STEP, (there.1 - here.1) / STEP)
            });
            (
                quadratic(&slopes.map(|slope| slope.0), &covariances),
                quadratic(&slopes.map(|slope| slope.1), &covariances),
            )
        });
        let by_money = self.money.and_then(|money| {
            let there = |index| value(&self.outlook, &self.worth(Some(&shift_money(money.model, index))));
            let slopes = std::array::from_fn(|index| (there(index) - here.1) / STEP);
            Some(quadratic(&slopes, &money.covariances?))
        });
        let equity_variance = variance.zip(by_money).map(|(purchases, money)| purchases.1 + money);
        let equity = self.money.is_some() && here.1.is_finite();
        Totals {
            purchases: total(here.0, variance.map(|variance| variance.0)),
            equity: equity.then(|| total(here.1, equity_variance)),
        }
    }

    fn count(&self, outlook: &[(f64, f64)]) -> f64 {
        let groups = self.groups.groups.iter().zip(outlook);
        groups.map(|(group, (expected, _))| f64::from(group.customers) * expected).sum()
    }

    /// The value of a purchase, summed over the customers of each group.
    fn worth(&self, model: Option<&GammaGamma>) -> Vec<f64> {
        let mut worth = vec![0.0; self.groups.groups.len()];
        for (behaviour, group) in self.behaviours.iter().zip(&self.groups.of) {
            worth[*group] += model.and_then(|model| model.expected_value(behaviour)).unwrap_or_default();
        }
        worth
    }
}

fn outlook(groups: &Groups, (times, factors): &(Vec<f64>, Vec<f64>), model: &BgNbd) -> Vec<(f64, f64)> {
    groups.groups.par_iter().map(|group| model.outlook(group, times, factors)).collect()
}

fn value(outlook: &[(f64, f64)], worth: &[f64]) -> f64 {
    outlook.iter().zip(worth).map(|((_, discounted), worth)| discounted * worth).sum()
}

fn shift(model: BgNbd, index: usize) -> BgNbd {
    let mut values = [model.r, model.alpha, model.a, model.b];
    values[index] *= STEP.exp();
    let [r, alpha, a, b] = values;
    BgNbd { r, alpha, a, b }
}

fn shift_money(model: GammaGamma, index: usize) -> GammaGamma {
    let mut values = [model.p, model.q, model.v];
    values[index] *= STEP.exp();
    let [p, q, v] = values;
    GammaGamma { p, q, v }
}

/// gᵀ Σ g.
fn quadratic<const N: usize>(slopes: &[f64; N], covariances: &[[f64; N]; N]) -> f64 {
    let row = |row: &[f64; N]| row.iter().zip(slopes).map(|(a, b)| a * b).sum::<f64>();
    covariances.iter().zip(slopes).map(|(covariances, slope)| slope * row(covariances)).sum()
}

fn total(value: f64, variance: Option<f64>) -> Total {
    let interval = variance
        .map(|variance| variance.max(0.0).sqrt() / value)
        .map(|error| Interval { lower: value * (-Z95 * error).exp(), upper: value * (Z95 * error).exp() });
    let sound = |interval: &Interval| interval.lower.is_finite() && interval.upper.is_finite();
    Total { value, interval: interval.filter(sound) }
}
