//! The Gamma–Gamma model: what a purchase of a customer is worth.

use serde::{Deserialize, Serialize};
use statrs::function::gamma::{digamma, ln_gamma};

use super::{behaviour::Behaviour, optimise::Slope};

/// The three parameters of the model, all above 0.
///
/// Purchases of a customer scatter around the customer's own mean by a gamma distribution with shape `p`; the means differ by an
/// inverse one with shape `q` and scale `p v` (`v` in money). How much a customer spends must not depend on how often.
/// Source: Fader and Hardie, *The Gamma-Gamma Model of Monetary Value* (2013).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct GammaGamma {
    pub p: f64,
    pub q: f64,
    pub v: f64,
}

/// Repeats and mean value of a customer who has both.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spending {
    pub repeats: u32,
    pub mean: f64,
    ln_mean: f64,
}

impl GammaGamma {
    /// The parameters, if all are finite and above 0.
    pub fn new(p: f64, q: f64, v: f64) -> Option<Self> {
        [p, q, v].iter().all(|value| value.is_finite() && *value > 0.0).then_some(Self { p, q, v })
    }

    /// The logarithm of the density of what customers with repeats and a mean value above 0 spent; none where it is no number.
    pub fn log_likelihood(&self, behaviours: &[Behaviour]) -> Option<f64> {
        Some(log_likelihood([self.p, self.q, self.v], &spendings(behaviours))?.0)
    }

    /// The mean value of a customer's purchases to come: between what it was and the mean of all, nearer to the customer's own
    /// the more purchases there were. `None` where `q` is too small for a mean to exist.
    pub fn expected_value(&self, behaviour: &Behaviour) -> Option<f64> {
        let x = f64::from(behaviour.repeats);
        let rest = self.p * x + self.q - 1.0;
        // What was given back can exceed what was paid; nobody is expected to be paid for buying.
        let own = if behaviour.repeats == 0 { 0.0 } else { x * behaviour.mean_value.max(0.0) };
        // (1 − w) v p / (q − 1) + w m with w = p x / (p x + q − 1), without dividing by q − 1 twice.
        let value = self.p * (self.v + own) / rest;
        (rest > 0.0 && (self.q > 1.0 || behaviour.repeats > 0) && value.is_finite()).then_some(value)
    }
}

/// The customers the model is fitted to, in an order that no order of rows changes.
pub fn spendings(behaviours: &[Behaviour]) -> Vec<Spending> {
    let bought =
        behaviours.iter().filter(|b| b.repeats > 0 && b.mean_value.is_finite() && b.mean_value > 0.0);
    let mut spendings: Vec<Spending> = bought
        .map(|b| Spending { repeats: b.repeats, mean: b.mean_value, ln_mean: b.mean_value.ln() })
        .collect();
    spendings.sort_unstable_by(|a, b| a.repeats.cmp(&b.repeats).then(a.mean.total_cmp(&b.mean)));
    spendings
}

/// The same in another unit of money.
pub fn scaled(spendings: &[Spending], unit: f64) -> Vec<Spending> {
    let scale =
        |s: &Spending| Spending { repeats: s.repeats, mean: s.mean / unit, ln_mean: (s.mean / unit).ln() };
    spendings.iter().map(scale).collect()
}

/// The log-likelihood of customers ordered by repeats, and its derivatives by p, q, v; none where it is no number.
pub fn log_likelihood([p, q, v]: [f64; 3], spendings: &[Spending]) -> Slope<3> {
    let (mut sum, mut slope) = (0.0, [0.0; 3]);
    let (ln_v, psi_q, gamma_q) = (v.ln(), digamma(q), ln_gamma(q));
    for run in spendings.chunk_by(|a, b| a.repeats == b.repeats) {
        let x = f64::from(run.first()?.repeats);
        let (px, ln_x) = (p * x, x.ln());
        let constant = ln_gamma(px + q) - ln_gamma(px) - gamma_q;
        let (psi_all, psi_px) = (digamma(px + q), digamma(px));
        for spending in run {
            let reach = x * spending.mean + v;
            let ln_reach = reach.ln();
            let (own, common) = (spending.ln_mean + ln_x - ln_reach, ln_v - ln_reach);
            sum += constant + px * own + q * common - spending.ln_mean;
            slope[0] += x * (psi_all - psi_px + own);
            slope[1] += psi_all - psi_q + common;
            slope[2] += q / v - (px + q) / reach;
        }
    }
    (sum.is_finite() && slope.iter().all(|slope| slope.is_finite())).then_some((sum, slope))
}

/// Pearson's correlation between how often and how much; the model says there is none. `None` where either is constant.
pub fn correlation(spendings: &[Spending]) -> Option<f64> {
    let n = crate::number::len_f64(spendings.len());
    let mean = |value: fn(&Spending) -> f64| spendings.iter().map(value).sum::<f64>() / n;
    let (x, y) = (mean(|s| f64::from(s.repeats)), mean(|s| s.mean));
    let (mut xy, mut xx, mut yy) = (0.0, 0.0, 0.0);
    for spending in spendings {
        let (dx, dy) = (f64::from(spending.repeats) - x, spending.mean - y);
        (xy, xx, yy) = (xy + dx * dy, xx + dx * dx, yy + dy * dy);
    }
    let r = xy / (xx.sqrt() * yy.sqrt());
    r.is_finite().then_some(r.clamp(-1.0, 1.0))
}
