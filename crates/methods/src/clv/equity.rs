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

/// Customers and the schedule on which their purchases are discounted.
pub struct Equity<'a> {
    pub groups: &'a Groups,
    pub behaviours: &'a [Behaviour],
    pub times: &'a [f64],
    pub factors: &'a [f64],
}

/// Both sums.
pub struct Totals {
    pub purchases: Total,
    pub equity: Option<Total>,
}

impl Equity<'_> {
    /// What to expect of each customer.
    pub fn customers(
        &self,
        customers: &[Customer<'_>],
        purchases: &BgNbd,
        money: Option<&GammaGamma>,
    ) -> Vec<CustomerValue> {
        let outlook = self.outlook(purchases);
        let row = |(customer, group): (&Customer<'_>, &usize)| {
            let (expected_purchases, discounted) = outlook[*group];
            let behaviour = customer.behaviour;
            let expected_value = money.and_then(|money| money.expected_value(&behaviour));
            let value = expected_value.map(|value| value * discounted).filter(|value| value.is_finite());
            let p_alive = purchases.p_alive(&behaviour);
            let customer = customer.name.to_owned();
            CustomerValue { customer, behaviour, p_alive, expected_purchases, expected_value, value }
        };
        customers.iter().zip(&self.groups.of).map(row).collect()
    }

    /// The sums with their intervals.
    pub fn gradient(&self, purchases: &Fit<BgNbd, 4>, money: Option<&Fit<GammaGamma, 3>>) -> Totals {
        const STEP: f64 = 1e-3;
        let model = money.map(|money| money.model);
        let worth = self.worth(model.as_ref());
        let centre = self.outlook(&purchases.model);
        let sums = |outlook: &[(f64, f64)]| (self.purchases(outlook), value(outlook, &worth));
        let here = sums(&centre);
        // Derivatives by the logarithm of each parameter.
        let by_purchases: Option<Vec<(f64, f64)>> = purchases.covariances.map(|_| {
            let shifted = |index: usize, step: f64| sums(&self.outlook(&shift(purchases.model, index, step)));
            let slope = |index| {
                let (above, below) = (shifted(index, STEP), shifted(index, -STEP));
                ((above.0 - below.0) / (2.0 * STEP), (above.1 - below.1) / (2.0 * STEP))
            };
            (0..4).map(slope).collect()
        });
        let variance = by_purchases.zip(purchases.covariances).map(|(slopes, covariances)| {
            let of = |pick: fn(&(f64, f64)) -> f64| {
                quadratic(&std::array::from_fn(|index| pick(&slopes[index])), &covariances)
            };
            (of(|slope| slope.0), of(|slope| slope.1))
        });
        let by_money = money.and_then(|money| {
            let shifted =
                |index, step| value(&centre, &self.worth(Some(&shift_money(money.model, index, step))));
            let slope = |index| (shifted(index, STEP) - shifted(index, -STEP)) / (2.0 * STEP);
            Some(quadratic(&std::array::from_fn(slope), &money.covariances?))
        });
        let equity_variance = variance.zip(by_money).map(|(purchases, money)| purchases.1 + money);
        let equity = money.is_some() && here.1.is_finite();
        Totals {
            purchases: total(here.0, variance.map(|variance| variance.0)),
            equity: equity.then(|| total(here.1, equity_variance)),
        }
    }

    /// Expected and discounted purchases of one customer of each group.
    fn outlook(&self, model: &BgNbd) -> Vec<(f64, f64)> {
        self.groups.groups.par_iter().map(|group| model.outlook(group, self.times, self.factors)).collect()
    }

    fn purchases(&self, outlook: &[(f64, f64)]) -> f64 {
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

fn value(outlook: &[(f64, f64)], worth: &[f64]) -> f64 {
    outlook.iter().zip(worth).map(|((_, discounted), worth)| discounted * worth).sum()
}

fn shift(model: BgNbd, index: usize, step: f64) -> BgNbd {
    let mut values = [model.r, model.alpha, model.a, model.b];
    values[index] *= step.exp();
    let [r, alpha, a, b] = values;
    BgNbd { r, alpha, a, b }
}

fn shift_money(model: GammaGamma, index: usize, step: f64) -> GammaGamma {
    let mut values = [model.p, model.q, model.v];
    values[index] *= step.exp();
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
