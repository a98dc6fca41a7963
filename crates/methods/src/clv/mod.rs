//! What customers will be worth.
//!
//! - [`Retention`]: a constant margin and a constant retention rate, with or without an end.
//! - [`clv`]: from the purchases of each customer. The [`BgNbd`] model tells how many will follow, the [`GammaGamma`] model what
//!   each is worth; both are fitted by maximum likelihood.
//!
//! Value = Σᵢ m · (E(tᵢ) − E(tᵢ₋₁)) / (1 + d)^(tᵢ / step), with m the expected value of a purchase, E(t) the expected purchases
//! until t, and tᵢ every `step` up to the horizon. It is revenue when the amounts are, profit when they are.

use serde::{Deserialize, Serialize};

mod behaviour;
mod bgnbd;
mod equity;
mod expectation;
mod fit;
mod gamma_gamma;
mod holdout;
mod likelihood;
mod optimise;
mod options;
mod picture;
mod retention;
mod warning;

pub use behaviour::Behaviour;
pub use bgnbd::BgNbd;
pub use equity::Total;
pub use fit::Estimate;
pub use gamma_gamma::GammaGamma;
pub use holdout::{Backtest, Frequency, Holdout};
pub use options::{MOST_STEPS, Options};
pub use picture::picture;
pub use retention::{MOST_PERIODS, Retention, RetentionError};
pub use warning::{NoValue, Warning};

use behaviour::Groups;
use equity::Equity;
use fit::Fit;
use gamma_gamma::{correlation, spendings};

/// With fewer customers four parameters fit anything.
pub const LEAST_CUSTOMERS: usize = 5;
/// With fewer customers who came back, nothing tells how they leave.
pub const LEAST_REPEATERS: usize = 2;

/// Why customers have no values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ClvError {
    #[error("{n} customers are too few: the model needs {LEAST_CUSTOMERS}")]
    TooFew { n: usize },
    #[error(
        "{n} customers bought on more than one day; the model needs {LEAST_REPEATERS} such to tell how often customers come back"
    )]
    NoRepeats { n: usize },
    #[error("all customers did exactly the same: nothing tells how they differ")]
    AllAlike,
    #[error("the times of customer {at} are none: 0 ≤ recency ≤ age, and recency 0 without repeats")]
    Behaviour { at: usize },
    #[error("the horizon must be above 0")]
    Horizon,
    #[error("the step must be above 0, and the horizon at most {MOST_STEPS} steps")]
    Step,
    #[error("the discount must be a finite number above -1")]
    Discount,
    #[error("the model has no likelihood for these data")]
    NoFit,
    #[error("a result is too large for a number")]
    Range,
}

/// One customer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Customer<'a> {
    pub name: &'a str,
    pub behaviour: Behaviour,
    /// Days with a purchase after the models' last day, if those are kept apart.
    pub later: u32,
}

/// The parameters of both models.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Parameters {
    #[serde(flatten)]
    pub bgnbd: BgNbd,
    /// Of the [`GammaGamma`] model; `None` without one.
    pub p: Option<f64>,
    pub q: Option<f64>,
    pub v: Option<f64>,
}

/// What one customer will be worth.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CustomerValue {
    pub customer: String,
    #[serde(flatten)]
    pub behaviour: Behaviour,
    /// Probability of ever buying again; 1 without repeats, by the model.
    pub p_alive: f64,
    /// Purchases to expect within the horizon.
    pub expected_purchases: f64,
    /// The mean value of a purchase to come, in money.
    pub expected_value: Option<f64>,
    /// The discounted value of the purchases within the horizon, in money.
    pub value: Option<f64>,
}

/// What all customers will be worth, and how well the data tell it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Clv {
    pub n: u64,
    /// Customers with a purchase after the first.
    pub repeaters: u64,
    pub parameters: Parameters,
    /// With their standard errors and intervals.
    pub estimates: Vec<Estimate>,
    /// Of the BG/NBD model.
    pub log_likelihood: f64,
    pub gamma_gamma_log_likelihood: Option<f64>,
    /// Customers the Gamma–Gamma model is fitted to: with repeats of a value above 0.
    pub gamma_gamma_n: u64,
    /// Whether the search for the parameters of each fitted model came to rest.
    pub converged: bool,
    /// Correlation between how often and how much; the value assumes none.
    pub value_correlation: Option<f64>,
    /// Purchases to expect of all customers within the horizon.
    pub expected_purchases: Total,
    /// The value of all customers together.
    pub equity: Option<Total>,
    /// Why there are no values.
    pub no_value: Option<NoValue>,
    pub holdout: Option<Backtest>,
    pub warnings: Vec<Warning>,
    /// In the order they were handed in.
    pub customers: Vec<CustomerValue>,
}

/// Fits both models to what customers did and tells what to expect of each.
///
/// Without a Gamma–Gamma model there are purchases and no values, and `no_value` says why.
pub fn clv(customers: &[Customer<'_>], options: &Options) -> Result<Clv, ClvError> {
    let schedule = options.schedule()?;
    let behaviours: Vec<Behaviour> = customers.iter().map(|customer| customer.behaviour).collect();
    let groups = checked(&behaviours)?;
    let spendings = spendings(&behaviours);
    let purchases = fit::bgnbd(&groups.groups).ok_or(ClvError::NoFit)?;
    let (money, no_value) = match NoValue::of(&spendings) {
        Some(reason) => (None, Some(reason)),
        None => (fit::gamma_gamma(&spendings), None),
    };
    let equity = Equity::new(&groups, &behaviours, &schedule, &purchases, money.as_ref());
    let rows = equity.customers(customers);
    let no_value = no_value.or_else(|| rows.iter().any(|row| row.value.is_none()).then_some(NoValue::NoMean));
    if !rows.iter().all(|row| row.expected_purchases.is_finite() && row.p_alive.is_finite()) {
        return Err(ClvError::Range);
    }
    let totals = equity.totals();
    let value_correlation = correlation(&spendings);
    let holdout = options.holdout.map(|holdout| Backtest::of(customers, &groups, &purchases.model, holdout));
    Ok(Clv {
        n: customers.len() as u64,
        repeaters: behaviours.iter().filter(|behaviour| behaviour.repeats > 0).count() as u64,
        parameters: parameters(&purchases, money.as_ref()),
        log_likelihood: purchases.log_likelihood,
        gamma_gamma_log_likelihood: money.as_ref().map(|money| money.log_likelihood),
        gamma_gamma_n: spendings.len() as u64,
        converged: purchases.converged && money.as_ref().is_none_or(|money| money.converged),
        value_correlation,
        expected_purchases: totals.purchases,
        equity: totals.equity.filter(|_| no_value.is_none()),
        no_value,
        holdout,
        warnings: Warning::all(&purchases, money.as_ref(), value_correlation),
        estimates: purchases
            .estimates
            .into_iter()
            .chain(money.into_iter().flat_map(|m| m.estimates))
            .collect(),
        customers: rows,
    })
}

fn checked(behaviours: &[Behaviour]) -> Result<Groups, ClvError> {
    if behaviours.len() < LEAST_CUSTOMERS {
        return Err(ClvError::TooFew { n: behaviours.len() });
    }
    if let Some(at) = behaviours.iter().position(|behaviour| !behaviour.is_sound()) {
        return Err(ClvError::Behaviour { at });
    }
    let repeaters = behaviours.iter().filter(|behaviour| behaviour.repeats > 0).count();
    if repeaters < LEAST_REPEATERS {
        return Err(ClvError::NoRepeats { n: repeaters });
    }
    let groups = Groups::new(behaviours);
    if groups.groups.len() == 1 { Err(ClvError::AllAlike) } else { Ok(groups) }
}

fn parameters(purchases: &Fit<BgNbd, 4>, money: Option<&Fit<GammaGamma, 3>>) -> Parameters {
    let money = money.map(|money| money.model);
    Parameters {
        bgnbd: purchases.model,
        p: money.map(|money| money.p),
        q: money.map(|money| money.q),
        v: money.map(|money| money.v),
    }
}
