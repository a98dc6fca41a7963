use serde::{Deserialize, Serialize};

use crate::interval::{Interval, t95, two_sided};
use crate::number::as_f64;
use crate::sum::Sum;

/// A mean over respondents with what is known of it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Mean {
    /// Respondents.
    pub n: u64,
    /// The mean gap, perceived − expected; below 0 something is missing.
    pub gap: f64,
    /// Student's t interval of 95 %; `None` for one respondent.
    pub low: Option<f64>,
    pub high: Option<f64>,
    /// With n − 1; `None` for one respondent.
    pub standard_deviation: Option<f64>,
    /// The gap in its standard errors (paired t test against no gap); `None` when all respondents said the same.
    pub t: Option<f64>,
    /// How likely such a `t` is when there is no gap, two-sided.
    pub p: Option<f64>,
}

/// The mean of `n` gaps whose squared distances from it sum up to `squares`; no gap is wider than `widest`.
fn mean(n: u64, gap: f64, squares: f64, widest: f64) -> Mean {
    let mut mean = Mean { n, gap, low: None, high: None, standard_deviation: None, t: None, p: None };
    if n < 2 {
        return mean;
    }
    // What is left of equal gaps after rounding is no spread.
    let variance = if squares <= 1e-14 * gap * gap * as_f64(n) { 0.0 } else { squares / as_f64(n - 1) };
    let error = (variance / as_f64(n)).sqrt();
    mean.standard_deviation = Some(variance.sqrt());
    let interval = t95(n - 1).map(|t| Interval::around(gap, t * error, -widest, widest));
    (mean.low, mean.high) = (interval.map(|found| found.lower), interval.map(|found| found.upper));
    mean.t = (error > 0.0).then(|| gap / error);
    mean.p = mean.t.and_then(|t| two_sided(t, n - 1));
    mean
}

/// Sums over the pairs of one group of items, in thousandths of a step; all of them exact.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Pairs {
    pub n: u64,
    pub expected: i128,
    pub perceived: i128,
    squares: i128,
}

impl Pairs {
    pub fn add(&mut self, expected: i64, perceived: i64) {
        let gap = i128::from(perceived) - i128::from(expected);
        self.n += 1;
        self.expected += i128::from(expected);
        self.perceived += i128::from(perceived);
        self.squares += gap * gap;
    }

    /// Mean gap and squared distances from it, of gaps that are each the mean of `items` items.
    #[expect(clippy::cast_precision_loss, reason = "exact sums, rounded once")]
    fn spread(&self, items: f64) -> (f64, f64) {
        let (n, unit) = (as_f64(self.n), 1000.0 * items);
        let sum = self.perceived - self.expected;
        // n Σx² − (Σx)² of integers is never below 0 and rounds only once.
        let distances = i128::from(self.n) * self.squares - sum * sum;
        (sum as f64 / (n * unit), distances as f64 / (n * unit * unit))
    }
}

/// The mean of gaps that are means of `items[at] = at + 1` items each: respondents may have left items out.
pub(super) fn combined(by_items: &[Pairs], widest: f64) -> Option<(f64, f64, Mean)> {
    let n: u64 = by_items.iter().map(|pairs| pairs.n).sum();
    if n == 0 {
        return None;
    }
    let groups = || by_items.iter().zip((1_u32..).map(f64::from)).filter(|(pairs, _)| pairs.n > 0);
    #[expect(clippy::cast_precision_loss, reason = "exact sums, rounded once")]
    let average = |sum: fn(&Pairs) -> i128| {
        groups().map(|(pairs, items)| sum(pairs) as f64 / (1000.0 * items)).sum::<f64>() / as_f64(n)
    };
    let gap = average(|pairs| pairs.perceived - pairs.expected);
    // Within groups of equally many items, and between them: all terms are 0 or more, so nothing cancels.
    let squares = groups().map(|(pairs, items)| {
        let (own, within) = pairs.spread(items);
        within + as_f64(pairs.n) * (own - gap) * (own - gap)
    });
    let mean = mean(n, gap, squares.sum(), widest);
    Some((average(|pairs| pairs.expected), average(|pairs| pairs.perceived), mean))
}

/// Sums over respondents of gaps that are no whole thousandths.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Moments {
    n: u64,
    sum: Sum,
    squares: Sum,
}

impl Moments {
    pub fn add(&mut self, gap: f64) -> Option<()> {
        let mut next = *self;
        next.n = next.n.checked_add(1)?;
        next.sum.add(gap)?;
        next.squares.add(gap * gap)?;
        *self = next;
        Some(())
    }

    pub fn mean(&self, widest: f64) -> Option<Mean> {
        let n = as_f64(self.n);
        let gap = self.sum.value() / n;
        let squares = (self.squares.value() - n * gap * gap).max(0.0);
        (self.n > 0).then(|| mean(self.n, gap, squares, widest))
    }
}
