use serde::{Deserialize, Serialize};
use statrs::distribution::{ChiSquared as Distribution, ContinuousCDF};

use super::category::{Category, Cell};
use crate::interval::{Interval, wilson};
use crate::number::as_f64;

/// How many pairs of answers fell into each cell of the table.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    #[serde(rename = "M")]
    pub m: u64,
    #[serde(rename = "O")]
    pub o: u64,
    #[serde(rename = "A")]
    pub a: u64,
    #[serde(rename = "I")]
    pub i: u64,
    #[serde(rename = "R")]
    pub r: u64,
    #[serde(rename = "Q")]
    pub q: u64,
}

/// The test of whether M, O, A and I are equally frequent, with three degrees of freedom.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ChiSquared {
    pub statistic: f64,
    /// 0 to 1.
    pub p: f64,
}

impl Counts {
    /// Counts so many pairs of one cell.
    pub fn add(&mut self, cell: Cell, pairs: u64) {
        let count = match cell {
            Cell::M => &mut self.m,
            Cell::O => &mut self.o,
            Cell::A => &mut self.a,
            Cell::I => &mut self.i,
            Cell::R => &mut self.r,
            Cell::Q => &mut self.q,
        };
        *count += pairs;
    }

    /// Both counts together.
    #[must_use]
    pub fn plus(&self, other: &Self) -> Self {
        let mut sum = *self;
        for (cell, pairs) in Cell::ALL.into_iter().zip([other.m, other.o, other.a, other.i, other.r, other.q])
        {
            sum.add(cell, pairs);
        }
        sum
    }

    /// All pairs, R and Q included.
    pub fn n(&self) -> u64 {
        self.classified() + self.r + self.q
    }

    /// Pairs that say M, O, A or I: those of which Better and Worse are shares.
    pub fn classified(&self) -> u64 {
        self.m + self.o + self.a + self.i
    }

    /// Satisfaction gained when the requirement is met, 0 to 1: (A + O) / (A + O + M + I). `None` when all is R or Q.
    pub fn better(&self) -> Option<f64> {
        share(self.a + self.o, self.classified())
    }

    /// The 95 % Wilson interval of [`Counts::better`].
    pub fn better_interval(&self) -> Option<Interval> {
        wilson(self.a + self.o, self.classified())
    }

    /// Satisfaction lost when it is not met, −1 to 0: −(O + M) / (A + O + M + I). `None` when all is R or Q.
    pub fn worse(&self) -> Option<f64> {
        share(self.o + self.m, self.classified()).map(negative)
    }

    /// The 95 % Wilson interval of [`Counts::worse`], that of its size with the sign turned.
    pub fn worse_interval(&self) -> Option<Interval> {
        let size = wilson(self.o + self.m, self.classified())?;
        Some(Interval { lower: negative(size.upper), upper: negative(size.lower) })
    }

    /// Share of pairs for which the requirement matters, (A + O + M) / n (Lee & Newcomb 1997). `None` without pairs.
    pub fn total_strength(&self) -> Option<f64> {
        share(self.a + self.o + self.m, self.n())
    }

    /// How far the leading category is ahead, (largest − second of M, O, A, I, R) / n (Lee & Newcomb 1997). `None` without
    /// pairs.
    pub fn category_strength(&self) -> Option<f64> {
        let [(_, largest), (_, second), ..] = self.ranked();
        share(largest - second, self.n())
    }

    /// Share of pairs that contradict themselves. `None` without pairs.
    pub fn questionable_share(&self) -> Option<f64> {
        share(self.q, self.n())
    }

    /// Tests whether M, O, A and I are equally frequent. `None` when all is R or Q.
    pub fn chi_squared(&self) -> Option<ChiSquared> {
        let expected = as_f64(self.classified()) / 4.0;
        if expected <= 0.0 {
            return None;
        }
        let part = |count| (as_f64(count) - expected).powi(2) / expected;
        let statistic: f64 = [self.m, self.o, self.a, self.i].into_iter().map(part).sum();
        let p = Distribution::new(3.0).ok()?.sf(statistic);
        Some(ChiSquared { statistic, p })
    }

    /// The five categories with their counts, the largest first; ties in the order M, O, A, I, R.
    pub(super) fn ranked(&self) -> [(Category, u64); 5] {
        let counts = [self.m, self.o, self.a, self.i, self.r];
        let mut ranked: [(Category, u64); 5] = std::array::from_fn(|at| (Category::VOTED[at], counts[at]));
        ranked.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
        ranked
    }
}

fn share(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| as_f64(part) / as_f64(whole))
}

/// The negative of a share, without a minus before nothing.
fn negative(share: f64) -> f64 {
    0.0 - share
}
