use crate::number::{floor_index, len_f64};

/// The quantile of numbers in ascending order, linear between neighbours (type 7 of Hyndman and Fan, *The American
/// Statistician* 50, 1996). `None` for no numbers or a part outside 0 to 1.
pub fn quantile(ascending: &[f64], part: f64) -> Option<f64> {
    let last = ascending.len().checked_sub(1)?;
    if !(0.0..=1.0).contains(&part) {
        return None;
    }
    let place = part * len_f64(last);
    let below = floor_index(place).min(last);
    let above = (below + 1).min(last);
    let (low, high) = (ascending[below], ascending[above]);
    Some(low + (place - len_f64(below)) * (high - low))
}
