//! Counts as numbers to reckon with.

/// A count as a number; exact below 2^53, which no count of answers reaches.
#[expect(clippy::cast_precision_loss, reason = "counts of answers stay far below 2^53")]
pub(crate) fn as_f64(count: u64) -> f64 {
    count as f64
}

/// A length as a number; exact, because nothing in memory has 2^53 items.
#[expect(clippy::cast_precision_loss, reason = "nothing in memory has 2^53 items")]
pub(crate) fn len_f64(length: usize) -> f64 {
    length as f64
}

/// The whole part of a place in a list. What is below 0 or no number is 0.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a cast to usize stops at its ends"
)]
pub(crate) fn floor_index(place: f64) -> usize {
    place.floor() as usize
}

/// The sum of values that does not depend on their order, not even in its last digit.
pub(crate) fn ordered_sum(values: impl IntoIterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.into_iter().collect();
    values.sort_unstable_by(f64::total_cmp);
    values.into_iter().sum()
}
