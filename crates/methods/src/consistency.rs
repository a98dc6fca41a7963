//! How consistently a service enterprise answers a need, from what the customer needs to what the customer perceives.
//!
//! Along the way the need N is understood (U), designed (D), implemented (I) and perceived (P), and a promise raises an
//! expectation (E). Each grade is the quotient of two neighbours; 1 is fully consistent, and higher grades satisfy more:
//!
//! | grade | quotient | what it says |
//! |---|---|---|
//! | λ7 | U / N | the needs are understood |
//! | λ1 | D / U | the design covers what is understood |
//! | λ3 | I / D | the service is done as designed |
//! | λ5 | P / I | the customer receives what is done |
//! | λ2 | E / U | the promise is read as it is meant; above 1 it is over-read |
//!
//! s1 = λ1 λ3 λ5 / λ2 is P / E (service implementation), s2 = λ7 λ2 is E / N (requirement response), and s3 = s1 s2 = P / N
//! (service perception). Source of the model: *Value Engineering* 2008 no. 9, pp. 114–117, which names the three degrees and
//! their proportions; the quotients are the one reading in which all its statements hold together. λ4 and λ6 are defined
//! nowhere and enter nothing.

use serde::{Deserialize, Serialize};

use crate::score::{Band, DEFAULT_TOLERANCE_PERMILLE};

/// A grade of the chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Grade {
    Lambda1,
    Lambda2,
    Lambda3,
    Lambda5,
    Lambda7,
}

impl Grade {
    pub const ALL: [Self; 5] = [Self::Lambda1, Self::Lambda2, Self::Lambda3, Self::Lambda5, Self::Lambda7];

    /// The name that files and messages use.
    pub fn name(self) -> &'static str {
        match self {
            Self::Lambda1 => "lambda1",
            Self::Lambda2 => "lambda2",
            Self::Lambda3 => "lambda3",
            Self::Lambda5 => "lambda5",
            Self::Lambda7 => "lambda7",
        }
    }
}

/// The five grades, in the order of [`Grade::ALL`]; each finite and above 0.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Grades(pub [f64; 5]);

/// How much each grade counts: exponents of 0 or more, in the order of [`Grade::ALL`]. All 1 is the published model.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Weights(pub [f64; 5]);

impl Default for Weights {
    fn default() -> Self {
        Self([1.0; 5])
    }
}

/// Why grades have no consistency.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum ConsistencyError {
    #[error("{value} is no grade: it must be a number above 0", value = written(*value))]
    Grade { grade: Grade, value: f64 },
    #[error("{value} is no weight: it must be 0 or more", value = written(*value))]
    Weight { grade: Grade, value: f64 },
    #[error("the product of the grades is too large or too small for a number")]
    Range,
}

impl ConsistencyError {
    /// The grade at fault.
    pub fn grade(&self) -> Option<Grade> {
        match self {
            Self::Grade { grade, .. } | Self::Weight { grade, .. } => Some(*grade),
            Self::Range => None,
        }
    }
}

fn written(value: f64) -> String {
    if value.is_nan() { "NaN".to_owned() } else { value.to_string() }
}

/// What to do about one grade.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Advice {
    pub grade: Grade,
    pub action: Action,
    /// What s3 (s1 for [`Action::ClarifyPromise`]) is multiplied by when the grade becomes 1.
    pub gain: f64,
}

/// What would raise a grade.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// λ2 above 1: the customer expects more than was meant.
    ClarifyPromise,
    /// λ1: design what is already understood.
    CoverNeeds,
    /// λ3: do what is designed.
    FollowDesign,
    /// λ5: see that the customer receives what is done.
    CompleteReception,
    /// λ7: understand the needs.
    UnderstandNeeds,
}

/// The three degrees of one service.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Consistency {
    /// Service implementation, P / E: above 1 the customer gets more than expected.
    pub s1: f64,
    /// Requirement response, E / N.
    pub s2: f64,
    /// Service perception, P / N.
    pub s3: f64,
    /// The band of s1, as for any ratio of perception to expectation.
    pub band: Band,
    /// What to raise, the most helpful first; an over-read promise comes first while s1 is below 1. Empty when no grade is
    /// below 1 and the promise is not over-read.
    pub advice: Vec<Advice>,
}

/// Computes the three degrees of one service.
///
/// With weights a: s1 = λ1^a1 λ3^a3 λ5^a5 / λ2^a2 and s2 = λ7^a7 λ2^a2; the same a2, so that the promise cancels in s3.
pub fn consistency(grades: &Grades, weights: &Weights) -> Result<Consistency, ConsistencyError> {
    for (grade, (value, weight)) in Grade::ALL.into_iter().zip(grades.0.into_iter().zip(weights.0)) {
        if !(value.is_finite() && value > 0.0) {
            return Err(ConsistencyError::Grade { grade, value });
        }
        if !(weight.is_finite() && weight >= 0.0) {
            return Err(ConsistencyError::Weight { grade, value: weight });
        }
    }
    let [l1, l2, l3, l5, l7] = std::array::from_fn(|at| power(grades.0[at], weights.0[at]));
    let (s1, s2, s3) = (l1 * l3 * l5 / l2, l7 * l2, l1 * l3 * l5 * l7);
    if ![s1, s2, s3].into_iter().all(f64::is_normal) {
        return Err(ConsistencyError::Range);
    }
    let band = Band::of_ratio(s1, DEFAULT_TOLERANCE_PERMILLE);
    Ok(Consistency { s1, s2, s3, band, advice: advice(grades, weights, s1) })
}

/// The weight 1 of the published model must not cost the last digit.
#[expect(clippy::float_cmp, reason = "exactly the weight that leaves the grade as it is")]
fn power(grade: f64, weight: f64) -> f64 {
    if weight == 1.0 { grade } else { grade.powf(weight) }
}

/// ∂ ln s3 / ∂λ = a / λ: the smallest grade gains most, so grades below 1 are ranked by what bringing them to 1 multiplies.
fn advice(grades: &Grades, weights: &Weights, s1: f64) -> Vec<Advice> {
    let gain = |grade: Grade, action| {
        let at = grade as usize;
        Advice { grade, action, gain: power(grades.0[at], weights.0[at]).recip() }
    };
    let mut advice: Vec<Advice> = [
        gain(Grade::Lambda1, Action::CoverNeeds),
        gain(Grade::Lambda3, Action::FollowDesign),
        gain(Grade::Lambda5, Action::CompleteReception),
        gain(Grade::Lambda7, Action::UnderstandNeeds),
    ]
    .into_iter()
    .filter(|advice| advice.gain > 1.0)
    .collect();
    advice.sort_by(|a, b| b.gain.total_cmp(&a.gain));
    let promise = power(grades.0[Grade::Lambda2 as usize], weights.0[Grade::Lambda2 as usize]);
    if s1 < 1.0 && promise > 1.0 {
        advice.insert(0, Advice { grade: Grade::Lambda2, action: Action::ClarifyPromise, gain: promise });
    }
    advice
}
