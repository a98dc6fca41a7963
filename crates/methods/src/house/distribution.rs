use super::HouseError;
use crate::number::ordered_sum;

/// Less of a row's shares than this, beside what they are made of, is a rounded nothing.
const VANISHING: f64 = 1e-12;

/// What each characteristic gets.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Distribution {
    pub(super) values: Vec<f64>,
    sum: f64,
}

impl Distribution {
    pub(super) fn independent(weights: &[f64], strengths: &[Vec<f64>]) -> Result<Self, HouseError> {
        Self::of(weights, strengths)
    }

    /// A row that nothing serves has nothing to share out.
    pub(super) fn proportional(weights: &[f64], strengths: &[Vec<f64>]) -> Result<Self, HouseError> {
        let shared = |row: &Vec<f64>| shares(row).unwrap_or_else(|| vec![0.0; row.len()]);
        Self::of(weights, &strengths.iter().map(shared).collect::<Vec<_>>())
    }

    /// None when the roof leaves a served row with weight nothing to share out, or less; and which rows these are.
    pub(super) fn wasserman(
        weights: &[f64],
        strengths: &[Vec<f64>],
        roof: &[Vec<f64>],
    ) -> (Option<Self>, Vec<usize>) {
        let mut undefined = Vec::new();
        let mut shared = Vec::with_capacity(strengths.len());
        for (at, row) in strengths.iter().enumerate() {
            let carried = (0..row.len()).map(|j| carried(row, roof, j)).collect::<Vec<_>>();
            let carried = shares(&carried);
            let served = row.iter().any(|strength| *strength > 0.0);
            if served && carried.is_none() && weights[at] > 0.0 {
                undefined.push(at);
            }
            shared.push(carried.unwrap_or_else(|| vec![0.0; row.len()]));
        }
        let found = if undefined.is_empty() { Self::of(weights, &shared).ok() } else { None };
        (found, undefined)
    }

    /// The share of a characteristic in percent; none when there is nothing to share.
    pub(super) fn percent(&self, at: usize) -> Option<f64> {
        (self.sum > 0.0).then(|| 100.0 * (self.values[at] / self.sum))
    }

    /// Adds up weight × factor by column; a row without factors adds nothing.
    fn of(weights: &[f64], factors: &[Vec<f64>]) -> Result<Self, HouseError> {
        let columns = factors.iter().map(Vec::len).max().unwrap_or_default();
        let column = |j: usize| {
            let terms = weights.iter().zip(factors).filter_map(|(weight, row)| Some(weight * row.get(j)?));
            ordered_sum(terms)
        };
        let values: Vec<f64> = (0..columns).map(column).collect();
        let sum = ordered_sum(values.iter().copied());
        if sum.is_finite() { Ok(Self { values, sum }) } else { Err(HouseError::Range) }
    }
}

/// What a row asks of characteristic `j`, itself and through the roof.
fn carried(row: &[f64], roof: &[Vec<f64>], j: usize) -> f64 {
    let terms = row.iter().zip(roof).map(|(strength, helps)| strength * helps[j]);
    ordered_sum(terms.filter(|term| term.abs() > 0.0))
}

/// The parts of a row's sum; none when the sum is not above 0.
fn shares(row: &[f64]) -> Option<Vec<f64>> {
    let sum = ordered_sum(row.iter().copied());
    let size = ordered_sum(row.iter().map(|value| value.abs()));
    (sum > VANISHING * size).then(|| row.iter().map(|value| value / sum).collect())
}
