use serde::{Deserialize, Serialize};

use super::Observations;
use crate::number::len_f64;

/// How columns of different units are made comparable.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scale {
    /// (x − mean) / standard deviation, which is that of the whole population (divided by n).
    #[default]
    Zscore,
    /// (x − smallest) / (largest − smallest).
    Minmax,
    /// As they are: only for columns of one unit.
    Raw,
}

/// Scaled rows, one after the other; columns that are constant are left out.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Points {
    pub width: usize,
    pub values: Vec<f64>,
}

impl Points {
    /// Scales the given rows by what these rows have; columns come ordered by name.
    pub fn scaled(observations: &Observations, rows: &[usize], scale: Scale) -> Self {
        let order = observations.column_order();
        let columns: Vec<(usize, Linear)> = order
            .iter()
            .filter_map(|column| {
                let values = || rows.iter().map(|row| observations.row(*row)[*column]);
                Linear::of(values, scale).map(|linear| (*column, linear))
            })
            .collect();
        let mut values = Vec::with_capacity(rows.len() * columns.len());
        for row in rows {
            let row = observations.row(*row);
            values.extend(columns.iter().map(|(column, linear)| linear.apply(row[*column])));
        }
        Self { width: columns.len(), values }
    }

    pub fn len(&self) -> usize {
        self.values.len().checked_div(self.width).unwrap_or_default()
    }

    pub fn row(&self, at: usize) -> &[f64] {
        &self.values[at * self.width..(at + 1) * self.width]
    }

    /// Some of the rows.
    pub fn choose(&self, rows: &[usize]) -> Self {
        let values = rows.iter().flat_map(|row| self.row(*row)).copied().collect();
        Self { width: self.width, values }
    }
}

/// x ↦ ((x − from) / range − mean) / deviation: step by step, so that neither large nor tiny units lose digits.
struct Linear {
    from: f64,
    range: f64,
    mean: f64,
    deviation: f64,
}

impl Linear {
    /// `None` for a constant column.
    fn of<I: Iterator<Item = f64>>(values: impl Fn() -> I, scale: Scale) -> Option<Self> {
        let (least, most) =
            values().fold((f64::INFINITY, f64::NEG_INFINITY), |(least, most), x| (least.min(x), most.max(x)));
        let range = most - least;
        if range <= 0.0 || range.is_nan() {
            return None;
        }
        match scale {
            Scale::Raw => Some(Self { from: 0.0, range: 1.0, mean: 0.0, deviation: 1.0 }),
            Scale::Minmax => Some(Self { from: least, range, mean: 0.0, deviation: 1.0 }),
            Scale::Zscore => {
                let n = len_f64(values().count());
                let unit = |x: f64| (x - least) / range;
                let mean = values().map(unit).sum::<f64>() / n;
                let deviation = (values().map(|x| (unit(x) - mean).powi(2)).sum::<f64>() / n).sqrt();
                Some(Self { from: least, range, mean, deviation })
            }
        }
    }

    fn apply(&self, x: f64) -> f64 {
        ((x - self.from) / self.range - self.mean) / self.deviation
    }
}

/// The square of the distance between two rows.
pub(super) fn squared_distance(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum()
}
