use serde::{Deserialize, Serialize};

use super::category::Category;
use super::counts::Counts;
use crate::number::as_f64;

/// Fong's test (1996): do the two most frequent categories really differ, at 90 %?
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Fong {
    /// The largest count less the second of M, O, A, I, R.
    pub difference: u64,
    /// 1.65 √((a + b)(2n − a − b) / 2n) with the two counts a, b and n of all pairs.
    pub threshold: f64,
    /// Whether the difference reaches the threshold.
    pub significant: bool,
    /// The two categories, the larger first.
    pub leading: [Category; 2],
}

impl Fong {
    /// Tests counts; `None` when there are none but questionable ones.
    pub fn of(counts: &Counts) -> Option<Self> {
        let [(first, a), (second, b), ..] = counts.ranked();
        if a + b == 0 {
            return None;
        }
        let (pairs, leading, difference) = (2.0 * as_f64(counts.n()), as_f64(a + b), a - b);
        let threshold = 1.65 * (leading * (pairs - leading) / pairs).sqrt();
        let significant = as_f64(difference) >= threshold;
        Some(Self { difference, threshold, significant, leading: [first, second] })
    }
}
