//! The BG/NBD model: when customers buy, and whether they still do.

use serde::{Deserialize, Serialize};

use super::{
    behaviour::{Behaviour, Group, Groups},
    expectation::Alive,
    likelihood::log_likelihood,
};

/// The four parameters of the model, all above 0.
///
/// Customers buy at random with a rate that differs between them by a gamma distribution with shape `r` and rate `alpha`
/// (in units of time); after each purchase they leave for good with a probability that differs by a beta distribution with `a`
/// and `b`. Source: Fader, Hardie and Lee, "Counting your customers" the easy way, *Marketing Science* 24 (2005) 275–284.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct BgNbd {
    pub r: f64,
    pub alpha: f64,
    pub a: f64,
    pub b: f64,
}

impl BgNbd {
    /// The parameters, if all are finite and above 0.
    pub fn new(r: f64, alpha: f64, a: f64, b: f64) -> Option<Self> {
        let sound = [r, alpha, a, b].iter().all(|value| value.is_finite() && *value > 0.0);
        sound.then_some(Self { r, alpha, a, b })
    }

    /// The logarithm of the probability of what customers did; none where a number would be no number.
    pub fn log_likelihood(&self, behaviours: &[Behaviour]) -> Option<f64> {
        if !behaviours.iter().all(Behaviour::is_sound) {
            return None;
        }
        let groups = Groups::new(behaviours).groups;
        Some(log_likelihood([self.r, self.alpha, self.a, self.b], &groups)?.0)
    }

    /// The probability that a customer will ever buy again. It is 1 without repeats: in this model nobody leaves before a
    /// second purchase.
    pub fn p_alive(&self, behaviour: &Behaviour) -> f64 {
        self.alive(behaviour.repeats, behaviour.recency, behaviour.age)
    }

    /// The purchases to expect of a customer within the next `time`.
    pub fn expected(&self, behaviour: &Behaviour, time: f64) -> f64 {
        self.p_alive(behaviour) * self.future(behaviour.repeats, behaviour.age).expected(time)
    }

    /// The purchases to expect of a customer of whom nothing is known, within `time` after the first.
    pub fn expected_of_new(&self, time: f64) -> f64 {
        self.future(0, 0.0).expected(time)
    }

    /// Purchases until `times[last]` and their discounted number, for a group.
    pub(super) fn outlook(&self, group: &Group, times: &[f64], factors: &[f64]) -> (f64, f64) {
        let alive = self.alive(group.repeats, group.recency, group.age);
        let mut future = self.future(group.repeats, group.age);
        let (mut before, mut discounted) = (0.0, 0.0);
        for (until, factor) in future.expected_each(times).into_iter().zip(factors) {
            discounted += (until - before) * factor;
            before = until;
        }
        (alive * before, alive * discounted)
    }

    fn future(&self, repeats: u32, age: f64) -> Alive {
        let x = f64::from(repeats);
        Alive::new(self.r + x, self.alpha + age, self.a, self.b + x)
    }

    fn alive(&self, repeats: u32, recency: f64, age: f64) -> f64 {
        if repeats == 0 {
            return 1.0;
        }
        let x = f64::from(repeats);
        let longer = ((age - recency) / (self.alpha + recency)).ln_1p();
        let odds = (self.r + x) * longer + (self.a / (self.b + x - 1.0)).ln();
        // Odds beyond all numbers are a probability of 0.
        1.0 / (1.0 + odds.exp())
    }
}
