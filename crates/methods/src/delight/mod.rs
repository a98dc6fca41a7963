//! Whether a service met the needs that outrank expectations: safety, justice and esteem.
//!
//! People are people first and consumers second. A violation of safety (unharmed body and property, predictability, clear prices) or
//! justice (equal treatment, open terms, kept promises) **outrages**, and no amount of esteem makes up for it; met, they are taken
//! for granted. Esteem (choice, control, being treated as a person) **delights** when it is met. Schneider and Bowen,
//! *Understanding customer delight and outrage*, Sloan Management Review 41(1), 1999; the annoyed customer, as opposed to the
//! victimised one, after Bell and Zemke.
//!
//! The rules, of which the first that holds decides:
//!
//! | rule | holds when | state |
//! |---|---|---|
//! | [`Rule::SafetyViolated`] | safety was violated | outraged |
//! | [`Rule::JusticeViolated`] | justice was violated | outraged |
//! | [`Rule::EsteemMet`] | esteem ≥ 4 of 5, and perceived ÷ expected ≥ 1 − tolerance | delighted |
//! | [`Rule::RepeatedAnnoyance`] | a promise was broken, the third time within 90 days | outraged |
//! | [`Rule::PromiseBroken`] | a promise was broken | annoyed |
//! | [`Rule::Ratio`] | perceived ÷ expected is known | its band |
//!
//! Where none holds nothing is known. The table is derived from the article, which has no numbers; all numbers are settings.

use serde::{Deserialize, Serialize};

use crate::interval::Share;
use crate::score::Band;

mod repeats;
mod rules;
mod total;

pub use repeats::{Occasion, judge_all};
pub use rules::judge;
pub use total::Total;

/// How a customer feels, from worst to best.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    Outraged,
    Annoyed,
    Dissatisfied,
    Satisfied,
    Delighted,
}

impl State {
    pub const ALL: [Self; 5] =
        [Self::Outraged, Self::Annoyed, Self::Dissatisfied, Self::Satisfied, Self::Delighted];

    /// The name that files and messages use.
    pub fn name(self) -> &'static str {
        match self {
            Self::Outraged => "outraged",
            Self::Annoyed => "annoyed",
            Self::Dissatisfied => "dissatisfied",
            Self::Satisfied => "satisfied",
            Self::Delighted => "delighted",
        }
    }
}

impl From<Band> for State {
    fn from(band: Band) -> Self {
        match band {
            Band::Dissatisfied => Self::Dissatisfied,
            Band::Satisfied => Self::Satisfied,
            Band::Delighted => Self::Delighted,
        }
    }
}

/// What decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    SafetyViolated,
    JusticeViolated,
    EsteemMet,
    RepeatedAnnoyance,
    PromiseBroken,
    Ratio,
}

/// What is known of one occasion. What is not known violates and breaks nothing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Needs {
    pub safety_violated: bool,
    pub justice_violated: bool,
    pub promise_broken: bool,
    /// How well self-image, choice and control were respected, 1 to 5.
    pub esteem: Option<f64>,
    /// Perceived ÷ expected.
    pub ratio: Option<f64>,
}

/// The numbers of the rules.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Settings {
    /// From which esteem delights, 1 to 5.
    pub esteem: f64,
    /// How far from 1 a ratio is still "as expected", in thousandths.
    pub tolerance_permille: u32,
    /// How many annoyances outrage.
    pub annoyances: u32,
    /// Within how many days, the day of the last one among them.
    pub days: u32,
}

impl Default for Settings {
    fn default() -> Self {
        let tolerance_permille = crate::score::DEFAULT_TOLERANCE_PERMILLE;
        Self { esteem: 4.0, tolerance_permille, annoyances: 3, days: 90 }
    }
}

/// Why an occasion or settings cannot be judged.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum DelightError {
    #[error("{0} is no esteem: it must be a number from 1 to 5")]
    Esteem(f64),
    #[error("{0} is no ratio: it must be 0 or more")]
    Ratio(f64),
    #[error("the esteem that delights must be a number from 1 to 5")]
    Threshold,
    #[error("the tolerance must lie between 0 and 999 permille")]
    Tolerance,
    #[error("annoyances and days must be 1 or more")]
    Repeats,
}

/// A state and the rule it follows from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    pub state: State,
    pub rule: Rule,
}

/// How many are in a state.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct StateShare {
    pub state: State,
    #[serde(flatten)]
    pub share: Share,
}

/// The share of each state with its Wilson interval, from outraged to delighted; empty without any.
pub fn shares(states: impl IntoIterator<Item = State>) -> Vec<StateShare> {
    let mut counts = [0_u64; 5];
    for state in states {
        counts[state as usize] += 1;
    }
    let n = counts.iter().sum();
    State::ALL
        .into_iter()
        .filter_map(|state| Some(StateShare { state, share: Share::of(counts[state as usize], n)? }))
        .collect()
}
