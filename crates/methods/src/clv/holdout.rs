use serde::{Deserialize, Serialize};

use super::{BgNbd, Customer, behaviour::Groups};
use crate::number::as_f64;

/// More repeats than this are one line.
const MOST: u32 = 7;

/// Time kept apart from the fit, to see whether the model told it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Holdout {
    /// How long it is, in units of time.
    pub time: f64,
}

/// What the model expected of the time kept apart, and what happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Backtest {
    /// How long the time kept apart is, in units of time.
    pub time: f64,
    /// Days with a purchase of all customers.
    pub actual: u64,
    pub expected: f64,
    /// Mean over customers of the distance between what was expected and what happened.
    pub mean_absolute_error: f64,
    /// The same by the number of repeats before.
    pub by_frequency: Vec<Frequency>,
}

/// Customers with so many repeats.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Frequency {
    pub repeats: u32,
    /// Whether customers with more repeats are among them.
    pub or_more: bool,
    pub customers: u64,
    /// Mean per customer.
    pub actual: f64,
    /// Mean per customer.
    pub expected: f64,
}

impl Backtest {
    pub(super) fn of(
        customers: &[Customer<'_>],
        groups: &Groups,
        model: &BgNbd,
        Holdout { time }: Holdout,
    ) -> Self {
        let outlook: Vec<f64> =
            groups.groups.iter().map(|group| model.outlook(group, &[time], &[1.0]).0).collect();
        let mut lines: Vec<(u64, u64, f64)> = vec![(0, 0, 0.0); MOST as usize + 1];
        let mut distance = 0.0;
        for (customer, group) in customers.iter().zip(&groups.of) {
            let line = &mut lines[customer.behaviour.repeats.min(MOST) as usize];
            line.0 += 1;
            line.1 += u64::from(customer.later);
            line.2 += outlook[*group];
            distance += (outlook[*group] - f64::from(customer.later)).abs();
        }
        let frequency = |(repeats, (customers, actual, expected)): (u32, &(u64, u64, f64))| Frequency {
            repeats,
            or_more: repeats == MOST,
            customers: *customers,
            actual: as_f64(*actual) / as_f64(*customers),
            expected: expected / as_f64(*customers),
        };
        Self {
            time,
            actual: lines.iter().map(|line| line.1).sum(),
            expected: lines.iter().map(|line| line.2).sum(),
            mean_absolute_error: distance / crate::number::len_f64(customers.len()),
            by_frequency: (0..).zip(&lines).filter(|(_, line)| line.0 > 0).map(frequency).collect(),
        }
    }
}
