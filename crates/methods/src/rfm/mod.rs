//! Recency, frequency and money of each customer, scored 1 to 5, and the segments that follow.
//!
//! For each customer up to a reference day: days since the last purchase (R), days with a purchase (F), what they were worth
//! together (M). Cut points are the quantiles (Hyndman and Fan's type 7) at 20, 40, 60 and 80 % over all customers; the score is
//! 1 plus the number of cut points strictly below the value, so that equal values get equal scores; for R it is reversed, because
//! recent is good. Cut points and comparisons are exact: no rounding decides a score.

use serde::{Deserialize, Serialize};

use crate::{
    number::as_f64,
    purchases::{History, Purchase, money},
};

mod picture;
mod score;
mod segment;

pub use picture::picture;
pub use segment::{Segment, ValueClass};

use score::{Exact, Scale};

/// Fewer customers have no fifths.
pub const LEAST_CUSTOMERS: usize = 5;

/// Why purchases have no scores.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum RfmError {
    #[error("{n} customers are too few: fifths need {LEAST_CUSTOMERS}")]
    TooFew { n: usize },
    #[error("the customer {customer} bought after the reference day")]
    AfterReference { customer: String },
    #[error("the weights must be numbers of 0 or more, and not all 0")]
    Weights,
}

/// How much recency, frequency and money count in the sum; 1 each unless told otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Weights(pub [f64; 3]);

impl Default for Weights {
    fn default() -> Self {
        Self([1.0; 3])
    }
}

/// The four cut points of each dimension, from low to high: days, days with a purchase, money.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Cuts {
    pub recency: [f64; 4],
    pub frequency: [f64; 4],
    pub monetary: [f64; 4],
}

/// The arithmetic means over all customers, which the [`ValueClass`] compares with.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Means {
    pub recency_days: f64,
    pub frequency: f64,
    pub monetary: f64,
}

/// One customer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Customer {
    pub customer: String,
    /// Days from the last purchase to the reference day.
    pub recency_days: i64,
    /// Days with a purchase.
    pub frequency: u64,
    /// What was spent less what was given back.
    pub monetary: f64,
    /// Scores from 1 to 5; 5 is recent, frequent, large.
    pub r: u8,
    pub f: u8,
    pub m: u8,
    /// The three scores side by side, such as `544`.
    pub code: String,
    /// The sum of the scores, each times its weight; 3 to 15 with the usual weights.
    pub sum: f64,
    pub segment: Segment,
    pub value_class: ValueClass,
}

/// How many customers are in a segment, and their part of the money.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Size<T> {
    pub segment: T,
    pub customers: u64,
    pub monetary: f64,
    pub mean_recency_days: Option<f64>,
}

/// The scores of all customers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Rfm {
    pub n: u64,
    pub cuts: Cuts,
    pub means: Means,
    /// In the order of [`Segment::ALL`], empty ones too.
    pub segments: Vec<Size<Segment>>,
    /// In the order of [`ValueClass::ALL`], empty ones too.
    pub value_classes: Vec<Size<ValueClass>>,
    /// In the order of their names.
    pub customers: Vec<Customer>,
}

/// Scores customers on a reference day, counted from 1970-01-01 as their purchases are.
pub fn rfm(histories: &[History], reference: i32, weights: Weights) -> Result<Rfm, RfmError> {
    if histories.len() < LEAST_CUSTOMERS {
        return Err(RfmError::TooFew { n: histories.len() });
    }
    let usable = |weight: &f64| weight.is_finite() && *weight >= 0.0;
    if !weights.0.iter().all(usable) || weights.0.iter().sum::<f64>() <= 0.0 {
        return Err(RfmError::Weights);
    }
    let exact = histories.iter().map(|history| exact(history, reference)).collect::<Result<Vec<_>, _>>()?;
    let scales: [Scale; 3] =
        std::array::from_fn(|dimension| Scale::of(exact.iter().map(|values| values[dimension])));
    let mut customers: Vec<Customer> = histories
        .iter()
        .zip(&exact)
        .map(|(history, values)| customer(history.customer(), values, &scales, weights))
        .collect();
    customers.sort_by(|a, b| a.customer.cmp(&b.customer));
    let [recency, frequency, monetary] = &scales;
    Ok(Rfm {
        n: customers.len() as u64,
        cuts: Cuts {
            recency: recency.cuts(),
            frequency: frequency.cuts(),
            // Exact values of money are millionths.
            monetary: monetary.cuts().map(|cut| cut / 1e6),
        },
        means: Means {
            recency_days: recency.mean(),
            frequency: frequency.mean(),
            monetary: monetary.mean() / 1e6,
        },
        segments: Segment::ALL.map(|segment| size(&customers, segment, |c| c.segment)).into(),
        value_classes: ValueClass::ALL.map(|class| size(&customers, class, |c| c.value_class)).into(),
        customers,
    })
}

/// Days since the last purchase, days with a purchase, millionths.
fn exact(history: &History, reference: i32) -> Result<[Exact; 3], RfmError> {
    let recency = i128::from(reference) - i128::from(history.last_day());
    if recency < 0 {
        return Err(RfmError::AfterReference { customer: history.customer().to_owned() });
    }
    let purchases = history.purchases();
    Ok([recency, purchases.len() as i128, purchases.iter().map(Purchase::micros).sum()])
}

fn customer(name: &str, values: &[Exact; 3], scales: &[Scale; 3], weights: Weights) -> Customer {
    let [recency, frequency, monetary] = scales;
    let (r, f, m) = (6 - recency.score(values[0]), frequency.score(values[1]), monetary.score(values[2]));
    let scored = [r, f, m].into_iter().zip(weights.0);
    let above = frequency.above_mean(values[1]);
    Customer {
        customer: name.to_owned(),
        recency_days: i64::try_from(values[0]).unwrap_or(i64::MAX),
        frequency: u64::try_from(values[1]).unwrap_or(u64::MAX),
        monetary: money(values[2]),
        r,
        f,
        m,
        code: format!("{r}{f}{m}"),
        sum: scored.map(|(score, weight)| f64::from(score) * weight).sum(),
        segment: Segment::of(r, f, m),
        value_class: ValueClass::of(recency.below_mean(values[0]), above, monetary.above_mean(values[2])),
    }
}

fn size<T: PartialEq + Copy>(customers: &[Customer], segment: T, of: impl Fn(&Customer) -> T) -> Size<T> {
    let within = || customers.iter().filter(|customer| of(customer) == segment);
    let count = within().count() as u64;
    let days: i64 = within().map(|customer| customer.recency_days).sum();
    Size {
        segment,
        customers: count,
        monetary: within().map(|customer| customer.monetary).sum(),
        mean_recency_days: (count > 0).then(|| as_f64(days.unsigned_abs()) / as_f64(count)),
    }
}
