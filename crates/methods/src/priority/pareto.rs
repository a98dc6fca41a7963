use crate::number::len_f64;

/// Rounding that must not push a set past its share: 0.5 + 0.3 is 0.8.
const ROUNDING: f64 = 1e-12;

/// Why there is no Pareto set.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum ParetoError {
    #[error("a share is above 0 and at most 1")]
    Share,
    #[error("value {} is not a finite number of 0 or more", .at + 1)]
    Value {
        /// Its place, from 0.
        at: usize,
    },
    #[error("the sum is too large for a number")]
    Sum,
}

/// The smallest set whose values reach a share of the sum, as places, the largest value first; equal values in the order given.
/// Empty when nothing has a value.
///
/// With revenue by customer and 0.8 these are the key customers.
pub fn pareto(values: &[f64], share: f64) -> Result<Vec<usize>, ParetoError> {
    if !(share > 0.0 && share <= 1.0) {
        return Err(ParetoError::Share);
    }
    if let Some(at) = values.iter().position(|value| !(value.is_finite() && *value >= 0.0)) {
        return Err(ParetoError::Value { at });
    }
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|a, b| values[*b].total_cmp(&values[*a]));
    let sum: f64 = order.iter().map(|at| values[*at]).sum();
    if !sum.is_finite() {
        return Err(ParetoError::Sum);
    }
    let enough = share * sum * (1.0 - ROUNDING * len_f64(values.len().max(1)));
    let mut reached = 0.0;
    let missing = |at: &usize| {
        let missing = reached < enough;
        reached += values[*at];
        missing
    };
    Ok(order.into_iter().take_while(missing).collect())
}
