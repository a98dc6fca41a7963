use std::fmt;

use serde::{Deserialize, Serialize};

use super::{BgNbd, GammaGamma, fit::Fit, gamma_gamma::Spending};

/// Stronger correlation between how often and how much makes the values doubtful.
const STRONG: f64 = 0.2;
/// With fewer customers three parameters fit anything.
const LEAST_SPENDERS: usize = 4;

/// Something to know before the results are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Warning {
    /// The search for r, α, a, b did not come to rest.
    PurchasesNotConverged,
    /// The data leave r, α, a, b open.
    PurchasesVague,
    /// The search for p, q, v did not come to rest.
    ValuesNotConverged,
    /// The data leave p, q, v open.
    ValuesVague,
    /// Who buys often spends more, or less, each time.
    ValueDependsOnFrequency,
}

impl fmt::Display for Warning {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str(match self {
            Self::PurchasesNotConverged => "the search for r, alpha, a, b did not come to rest: do not use them",
            Self::PurchasesVague => {
                "the data leave r, alpha, a, b open, so they have no errors; expected purchases may still be right"
            }
            Self::ValuesNotConverged => "the search for p, q, v did not come to rest: do not use the values",
            Self::ValuesVague => "the data leave p, q, v open, so they have no errors",
            Self::ValueDependsOnFrequency => {
                "how much customers spend depends on how often they buy, which the values assume it does not"
            }
        })
    }
}

impl Warning {
    pub(super) fn all(
        purchases: &Fit<BgNbd, 4>,
        money: Option<&Fit<GammaGamma, 3>>,
        correlation: Option<f64>,
    ) -> Vec<Self> {
        let vague = |converged: bool, told: bool| converged && !told;
        let found = [
            (!purchases.converged, Self::PurchasesNotConverged),
            (vague(purchases.converged, purchases.covariances.is_some()), Self::PurchasesVague),
            (money.is_some_and(|m| !m.converged), Self::ValuesNotConverged),
            (money.is_some_and(|m| vague(m.converged, m.covariances.is_some())), Self::ValuesVague),
            (correlation.is_some_and(|r| r.abs() > STRONG), Self::ValueDependsOnFrequency),
        ];
        found.into_iter().filter_map(|(is, warning)| is.then_some(warning)).collect()
    }
}

/// Why there are no values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoValue {
    /// Too few customers came back and paid something.
    TooFew,
    /// All who came back spent exactly the same.
    AllAlike,
    /// The mean value of a purchase does not exist (q is 1 or less): a few customers spend almost everything.
    NoMean,
}

impl fmt::Display for NoValue {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str(match self {
            Self::TooFew => "fewer than four customers came back and paid something",
            Self::AllAlike => "all who came back spent exactly the same",
            Self::NoMean => {
                "the mean value of a purchase does not exist: a few customers spend almost everything"
            }
        })
    }
}

impl NoValue {
    pub(super) fn of(spendings: &[Spending]) -> Option<Self> {
        if spendings.len() < LEAST_SPENDERS {
            return Some(Self::TooFew);
        }
        #[expect(clippy::float_cmp, reason = "exactly the same")]
        let alike = spendings.windows(2).all(|pair| pair[0].mean == pair[1].mean);
        alike.then_some(Self::AllAlike)
    }
}
