use serde::{Deserialize, Serialize};

use super::Observations;
use crate::interval::{Interval, wilson};
use crate::number::len_f64;

/// Standard deviations between a segment's mean and that of all rows from which on a column is named as its mark.
const MARKED: f64 = 0.5;
/// Columns named at most.
const MARKS: usize = 3;

/// One segment in the units of the file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Segment {
    /// 1 is the largest.
    pub label: usize,
    /// Its rows.
    pub size: usize,
    /// Its part of the rows that were segmented, 0 to 1.
    pub share: f64,
    /// The 95 % Wilson interval of the share.
    pub interval: Interval,
    /// Mean silhouette of its rows; `None` when none of them was looked at.
    pub silhouette: Option<f64>,
    /// The id of the row nearest to its centre.
    pub typical: String,
    /// Each column, in the order of the file.
    pub columns: Vec<Trait>,
    /// The columns that tell it from all rows together, the most telling first, at most three.
    pub marks: Vec<Mark>,
}

/// One column of a segment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Trait {
    pub column: String,
    /// Its mean, in the unit of the file.
    pub mean: f64,
    /// Its standard deviation (divided by n).
    pub deviation: f64,
    /// The mean of all segmented rows.
    pub overall: f64,
    /// (mean − overall) / standard deviation of all segmented rows; `None` for a constant column.
    pub difference: Option<f64>,
}

/// A column by which a segment differs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Mark {
    pub column: String,
    /// Standard deviations above or below all rows, at least half of one.
    pub difference: f64,
}

/// Mean and standard deviation of a column over some rows.
fn moments(values: impl Iterator<Item = f64> + Clone) -> (f64, f64) {
    let n = len_f64(values.clone().count());
    let mean = values.clone().sum::<f64>() / n;
    let variance = values.map(|value| (value - mean) * (value - mean)).sum::<f64>() / n;
    (mean, variance.sqrt())
}

/// What is common to the profiles of all segments.
pub(super) struct Profiles<'a> {
    pub observations: &'a Observations,
    /// The segmented rows.
    pub rows: &'a [usize],
    /// The segment of each of them, from 0.
    pub labels: &'a [usize],
}

impl Profiles<'_> {
    /// Describes a segment; `typical` is its most central row.
    pub fn of(&self, label: usize, typical: usize, silhouette: Option<f64>) -> Segment {
        let own: Vec<usize> =
            self.rows.iter().zip(self.labels).filter(|(_, of)| **of == label).map(|(row, _)| *row).collect();
        let names = self.observations.columns();
        let columns: Vec<Trait> = (0..names.len()).map(|column| self.column(column, &own)).collect();
        let mut marks: Vec<Mark> = columns
            .iter()
            .filter_map(|found| Some(Mark { column: found.column.clone(), difference: found.difference? }))
            .filter(|mark| mark.difference.abs() >= MARKED)
            .collect();
        marks.sort_by(|a, b| {
            b.difference.abs().total_cmp(&a.difference.abs()).then_with(|| a.column.cmp(&b.column))
        });
        marks.truncate(MARKS);
        let interval = wilson(own.len() as u64, self.rows.len() as u64);
        Segment {
            label: label + 1,
            size: own.len(),
            share: len_f64(own.len()) / len_f64(self.rows.len()),
            interval: interval.unwrap_or(Interval { lower: 0.0, upper: 1.0 }),
            silhouette,
            typical: self.observations.id(typical).to_owned(),
            columns,
            marks,
        }
    }

    fn column(&self, column: usize, own: &[usize]) -> Trait {
        let value = |row: &usize| self.observations.row(*row)[column];
        let (mean, deviation) = moments(own.iter().map(value));
        let (overall, spread) = moments(self.rows.iter().map(value));
        Trait {
            column: self.observations.columns()[column].clone(),
            mean,
            deviation,
            overall,
            difference: Some((mean - overall) / spread).filter(|difference| difference.is_finite()),
        }
    }
}
