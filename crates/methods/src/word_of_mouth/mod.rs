//! How many people hear of a firm from its customers, and what keeping customers is worth.
//!
//! Reach is plain multiplication: so many customers, each telling so many people. Its figures are quoted in many texts, contradict
//! each other and seldom name who counted; so all of them are [`Parameters`] with their source, and a figure that is quoted
//! as a range stays a range in the result.

use serde::{Deserialize, Serialize};

use crate::number::as_f64;

mod parameters;

pub use parameters::{Parameter, Parameters};

/// Above it no figure or count is meant seriously.
const HIGHEST: f64 = 1e12;

/// How many customers feel how.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Customers {
    pub dissatisfied: u64,
    pub satisfied: u64,
    pub highly_satisfied: u64,
}

/// What is known besides; each only feeds its own estimates.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Known {
    /// Complaints received.
    pub complaints: Option<u64>,
    /// What keeping one customer costs, in any currency.
    pub retention_cost: Option<f64>,
    /// What a first contact with a customer costs, in the same currency.
    pub first_contact_cost: Option<f64>,
    /// The profit of a year, in the same currency.
    pub profit: Option<f64>,
}

/// Why there is no estimate.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum WordOfMouthError {
    #[error("{0}: low and high must be numbers from 0 to 1e12, low not above high")]
    Parameter(&'static str),
    #[error("{0} must be a number from 0 to 1e12")]
    Known(&'static str),
}

/// A value between two quoted figures.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Range {
    pub low: f64,
    pub high: f64,
}

impl Range {
    fn of(parameter: &Parameter, factor: f64) -> Self {
        Self { low: parameter.low * factor, high: parameter.high * factor }
    }

    fn one(value: f64) -> Self {
        Self { low: value, high: value }
    }

    fn plus(self, other: Self) -> Self {
        Self { low: self.low + other.low, high: self.high + other.high }
    }

    /// Least minus most, and most minus least.
    fn minus(self, other: Self) -> Self {
        Self { low: self.low - other.high, high: self.high - other.low }
    }
}

/// What follows from the figures.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct WordOfMouth {
    pub customers: Customers,
    /// People who hear good things.
    pub positive: Range,
    /// People who hear bad things.
    pub negative: Range,
    /// Positive − negative.
    pub net: Range,
    /// The share of satisfied among satisfied and dissatisfied customers, 0 to 1, at which good and bad reach are equal. `None` when
    /// the figures are ranges or nobody tells anybody.
    pub break_even: Option<f64>,
    /// Good impressions that make up for all dissatisfied customers.
    pub impressions_needed: Range,
    /// New customers whom the satisfied and the highly satisfied bring.
    pub new_customers: Range,
    /// Repeat purchases to hope for, in units of those of one satisfied customer; dissatisfied ones do not come back.
    pub repeat_purchases: Range,
    /// All dissatisfied customers behind the complaints, those who complained among them.
    pub dissatisfied_behind_complaints: Option<Range>,
    /// What replacing the dissatisfied customers costs when all of them leave.
    pub replacement_cost: Option<Range>,
    /// What keeping as many would have cost.
    pub keeping_cost: Option<f64>,
    /// What mending the first impression of the dissatisfied costs in addition.
    pub repair_cost: Option<Range>,
    /// Additional profit from 5 points more of loyal customers.
    pub loyalty_profit: Option<Range>,
}

/// Estimates reach and retention from counts of customers.
pub fn word_of_mouth(
    customers: Customers,
    known: &Known,
    parameters: &Parameters,
) -> Result<WordOfMouth, WordOfMouthError> {
    for (name, parameter) in parameters.named() {
        if !parameter.check(HIGHEST) {
            return Err(WordOfMouthError::Parameter(name));
        }
    }
    check_known(customers, known)?;
    let dissatisfied = as_f64(customers.dissatisfied);
    let (satisfied, highly) = (as_f64(customers.satisfied), as_f64(customers.highly_satisfied));
    let positive = Range::of(&parameters.satisfied_tells, satisfied)
        .plus(Range::of(&parameters.highly_satisfied_tells, highly));
    let negative = Range::of(&parameters.dissatisfied_tells, dissatisfied);
    let complaints = known.complaints.map(as_f64);
    // What something costs each of the dissatisfied.
    let each = |parameter: &Parameter, cost: Option<f64>, unit: f64| {
        cost.map(|cost| Range::of(parameter, cost * dissatisfied / unit))
    };
    Ok(WordOfMouth {
        customers,
        positive,
        negative,
        net: positive.minus(negative),
        break_even: break_even(parameters),
        impressions_needed: Range::of(&parameters.impressions_to_offset, dissatisfied),
        new_customers: Range::of(&parameters.new_per_100_satisfied, (satisfied + highly) / 100.0),
        repeat_purchases: Range::one(satisfied).plus(Range::of(&parameters.repurchase_ratio, highly)),
        dissatisfied_behind_complaints: complaints
            .map(|count| Range::of(&parameters.silent_per_complainer, count).plus(Range::one(count))),
        replacement_cost: each(&parameters.acquisition_ratio, known.retention_cost, 1.0),
        keeping_cost: known.retention_cost.map(|cost| cost * dissatisfied),
        repair_cost: each(&parameters.first_impression_percent, known.first_contact_cost, 100.0),
        loyalty_profit: known
            .profit
            .map(|profit| Range::of(&parameters.loyalty_profit_percent, profit / 100.0)),
    })
}

fn check_known(customers: Customers, known: &Known) -> Result<(), WordOfMouthError> {
    let count = |count: u64| Some(as_f64(count));
    let values = [
        ("the count of dissatisfied customers", count(customers.dissatisfied)),
        ("the count of satisfied customers", count(customers.satisfied)),
        ("the count of highly satisfied customers", count(customers.highly_satisfied)),
        ("the count of complaints", known.complaints.and_then(count)),
        ("the cost of keeping a customer", known.retention_cost),
        ("the cost of a first contact", known.first_contact_cost),
        ("the profit", known.profit),
    ];
    let wrong = |value: Option<f64>| value.is_some_and(|value| !(0.0..=HIGHEST).contains(&value));
    match values.into_iter().find(|(_, value)| wrong(*value)) {
        Some((name, _)) => Err(WordOfMouthError::Known(name)),
        None => Ok(()),
    }
}

/// With s of 1 satisfied: s · good = (1 − s) · bad.
#[expect(clippy::float_cmp, reason = "a range with equal ends is one figure")]
fn break_even(parameters: &Parameters) -> Option<f64> {
    let (good, bad) = (&parameters.satisfied_tells, &parameters.dissatisfied_tells);
    let single = good.low == good.high && bad.low == bad.high;
    let all = good.low + bad.low;
    (single && all > 0.0).then(|| bad.low / all)
}
