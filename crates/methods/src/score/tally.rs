use crate::number::as_f64;

/// Why answers could not be counted into a scale.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TallyError {
    #[error("answer {value} lies outside the scale {lowest} to {highest}")]
    OutsideScale { value: i64, lowest: i64, highest: i64 },
    #[error("the count of answer {value} is negative")]
    NegativeCount { value: i64 },
    #[error("more answers than can be counted")]
    Overflow,
}

/// Sorts `(answer, count)` pairs, in any order and repeated at will, into one count per value of the scale that
/// starts at `lowest` and has `VALUES` values.
pub fn tally<const VALUES: usize>(
    lowest: i64,
    answers: impl IntoIterator<Item = (i64, i64)>,
) -> Result<[u64; VALUES], TallyError> {
    let highest = lowest.saturating_add(i64::try_from(VALUES).unwrap_or(i64::MAX) - 1);
    let mut counts = [0_u64; VALUES];
    for (value, count) in answers {
        let count = u64::try_from(count).map_err(|_| TallyError::NegativeCount { value })?;
        let slot = value
            .checked_sub(lowest)
            .and_then(|offset| usize::try_from(offset).ok())
            .and_then(|offset| counts.get_mut(offset))
            .ok_or(TallyError::OutsideScale { value, lowest, highest })?;
        *slot = slot.checked_add(count).ok_or(TallyError::Overflow)?;
    }
    Ok(counts)
}

/// The number of answers. `None` when there are none or more than a `u64` holds.
pub(super) fn total(counts: &[u64]) -> Option<u64> {
    let n = counts.iter().try_fold(0_u64, |sum, count| sum.checked_add(*count))?;
    (n > 0).then_some(n)
}

/// Mean, and standard deviation with n − 1, of a scale that starts at `lowest`; sums stay integers until the last step.
pub(super) fn mean_and_deviation(counts: &[u64], lowest: i64) -> Option<(f64, Option<f64>)> {
    let n = total(counts)?;
    let (mut sum, mut squares) = (0_i128, 0_i128);
    for (value, count) in (i128::from(lowest)..).zip(counts) {
        sum += value * i128::from(*count);
        squares += value * value * i128::from(*count);
    }
    let mean = ratio(sum, i128::from(n));
    if n == 1 {
        return Some((mean, None));
    }
    // n Σx² − (Σx)² is never negative for integers, so no rounding can turn the variance negative.
    let spread = (i128::from(n).checked_mul(squares)?).checked_sub(sum.checked_mul(sum)?)?;
    let variance = ratio(spread, i128::from(n)) / as_f64(n - 1);
    Some((mean, Some(variance.sqrt())))
}

#[expect(
    clippy::cast_precision_loss,
    reason = "sums of survey answers; the quotient needs no more than an f64"
)]
fn ratio(numerator: i128, denominator: i128) -> f64 {
    numerator as f64 / denominator as f64
}
