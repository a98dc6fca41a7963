use faer::{Mat, Side};
use serde::{Deserialize, Serialize};

use super::points::Points;
use super::search::sample;
use super::{Observations, Segments};
use crate::number::len_f64;

/// Spots on a picture at most.
const SPOTS: usize = 1500;

/// Segmented rows on the two principal axes of the scaled columns: the flat view that keeps most of the distances.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Plane {
    /// The part of the variance that each axis shows, 0 to 1.
    pub shares: [f64; 2],
    /// The rows; of more than 1500 as many are drawn.
    pub spots: Vec<Spot>,
    /// Rows there are.
    pub of: usize,
}

/// One row on the plane.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Spot {
    pub id: String,
    /// 1 is the largest segment.
    pub label: usize,
    pub x: f64,
    pub y: f64,
}

/// Computes the plane of rows that were segmented. `None` when the segments are not of these observations.
pub fn plane(observations: &Observations, found: &Segments) -> Option<Plane> {
    if found.labels.len() != observations.len() {
        return None;
    }
    let mut rows = observations.canonical_rows();
    rows.retain(|row| found.labels[*row].label.is_some());
    let points = Points::scaled(observations, &rows, found.scale);
    let n = len_f64(points.len());
    let mut mean = vec![0.0; points.width];
    for row in points.values.chunks_exact(points.width.max(1)) {
        mean.iter_mut().zip(row).for_each(|(mean, value)| *mean += value / n);
    }
    let (axes, shares) = axes(&points, &mean)?;
    let along = |row: &[f64], axis: &[f64]| -> f64 {
        row.iter().zip(&mean).zip(axis).map(|((value, mean), weight)| (value - mean) * weight).sum()
    };
    let spots = sample(points.len(), SPOTS, found.seed).into_iter().filter_map(|place| {
        let (row, given) = (points.row(place), rows[place]);
        let label = found.labels[given].label?;
        Some(Spot {
            id: observations.id(given).to_owned(),
            label,
            x: along(row, &axes[0]),
            y: along(row, &axes[1]),
        })
    });
    Some(Plane { shares, spots: spots.collect(), of: points.len() })
}

/// The two directions of largest variance, and the part of it that each has. With one column the second is nothing.
fn axes(points: &Points, mean: &[f64]) -> Option<([Vec<f64>; 2], [f64; 2])> {
    let width = points.width;
    let mut products = Mat::<f64>::zeros(width, width);
    for row in points.values.chunks_exact(width.max(1)) {
        for a in 0..width {
            for b in 0..=a {
                products[(a, b)] += (row[a] - mean[a]) * (row[b] - mean[b]);
            }
        }
    }
    let eigen = products.self_adjoint_eigen(Side::Lower).ok()?;
    let (values, vectors) = (eigen.S().column_vector(), eigen.U());
    let total: f64 = (0..width).map(|at| values[at].max(0.0)).sum();
    let axis = |rank: usize| {
        // Eigenvalues ascend.
        let Some(at) = (width.checked_sub(rank + 1)).filter(|_| total > 0.0) else {
            return (vec![0.0; width], 0.0);
        };
        let axis: Vec<f64> = (0..width).map(|row| vectors[(row, at)]).collect();
        // A direction has no sign of its own: its largest part points upwards.
        let largest = axis
            .iter()
            .copied()
            .fold(0.0, |most: f64, part| if part.abs() > most.abs() { part } else { most });
        let sign = if largest < 0.0 { -1.0 } else { 1.0 };
        (axis.into_iter().map(|part| part * sign).collect(), values[at].max(0.0) / total)
    };
    let ((first, share), (second, next)) = (axis(0), axis(1));
    Some(([first, second], [share, next]))
}
