//! What else tells good partitions from poor ones.

use super::lloyd::Partition;
use super::points::{Points, squared_distance};
use crate::number::len_f64;

/// Average of squares between segments over that within: Caliński and Harabasz, *A dendrite method*, 1974.
pub(super) fn calinski_harabasz(points: &Points, partition: &Partition) -> Option<f64> {
    let (n, k) = (points.len(), partition.centres.len() / points.width);
    if n <= k || k < 2 || partition.inertia <= 0.0 {
        return None;
    }
    let mut mean = vec![0.0; points.width];
    for row in points.values.chunks_exact(points.width) {
        mean.iter_mut().zip(row).for_each(|(mean, value)| *mean += value / len_f64(n));
    }
    let total: f64 = points.values.chunks_exact(points.width).map(|row| squared_distance(row, &mean)).sum();
    let between = (total - partition.inertia) / len_f64(k - 1);
    Some(between / (partition.inertia / len_f64(n - k))).filter(|ratio| ratio.is_finite())
}

/// How much the most alike segments overlap, smaller is better: Davies and Bouldin, *A cluster separation measure*, 1979.
pub(super) fn davies_bouldin(points: &Points, partition: &Partition) -> Option<f64> {
    let width = points.width;
    let centres: Vec<&[f64]> = partition.centres.chunks_exact(width).collect();
    let (mut spread, mut sizes) = (vec![0.0; centres.len()], vec![0_usize; centres.len()]);
    for (row, label) in points.values.chunks_exact(width).zip(&partition.labels) {
        spread[*label] += squared_distance(row, centres[*label]).sqrt();
        sizes[*label] += 1;
    }
    spread.iter_mut().zip(&sizes).for_each(|(spread, size)| *spread /= len_f64(*size));
    let worst = |at: usize| {
        let others = (0..centres.len()).filter(|other| *other != at);
        others
            .map(|other| (spread[at] + spread[other]) / squared_distance(centres[at], centres[other]).sqrt())
            .fold(0.0, f64::max)
    };
    let mean = (0..centres.len()).map(worst).sum::<f64>() / len_f64(centres.len());
    (centres.len() > 1 && mean.is_finite()).then_some(mean)
}
