//! How much nearer rows are to their own segment than to the next one.
//!
//! Rousseeuw, *Silhouettes*, Journal of Computational and Applied Mathematics 20, 1987: with a the mean distance to the other
//! rows of the own segment and b the smallest mean distance to another one, s = (b − a) / max(a, b), and 0 for a row alone.

use rayon::prelude::*;

use super::points::Points;
use crate::interval::Z95;
use crate::number::len_f64;

/// Rows whose distances are taken together; fixed, so that sums do not depend on the number of threads.
const BLOCK: usize = 128;

/// The silhouettes of one partition.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Silhouette {
    /// For each row that was looked at; empty when fewer than two segments were seen.
    pub rows: Vec<f64>,
    /// How much each of these rows moves the silhouettes of all others together, if it counts a little more; only of a sample.
    pulls: Vec<f64>,
    /// Rows there are.
    of: usize,
}

impl Silhouette {
    /// The mean over rows.
    pub fn mean(&self) -> Option<f64> {
        (!self.rows.is_empty()).then(|| self.rows.iter().sum::<f64>() / len_f64(self.rows.len()))
    }

    /// Half the width of the 95 % interval of the mean; `None` when all rows were looked at, for then it is exact.
    ///
    /// A row of the sample counts twice: by its own silhouette and by its distances in those of all others. The variance is the
    /// sum of squares of both influences together (infinitesimal jackknife), less what is not chance because rows run out.
    pub fn error(&self) -> Option<f64> {
        let (mean, n, all) = (self.mean()?, len_f64(self.rows.len()), len_f64(self.of));
        if self.rows.len() >= self.of {
            return None;
        }
        let influences = self.rows.iter().zip(&self.pulls).map(|(row, pull)| row - mean + pull);
        let squares: f64 = influences.map(|influence| influence * influence).sum();
        Some(Z95 * (squares / (n * n) * (1.0 - n / all)).sqrt())
    }
}

/// Computes the silhouettes of the chosen rows among each other, for several partitions at once: the distances, which cost
/// most, are the same for all of them.
pub(super) fn silhouettes(points: &Points, chosen: &[usize], partitions: &[&[usize]]) -> Vec<Silhouette> {
    let labelled: Vec<Labelled> = partitions.iter().map(|labels| Labelled::new(labels, chosen)).collect();
    let columns = columns(points, chosen);
    let sampled = chosen.len() < points.len();
    let blocks: Vec<Vec<Part>> = chosen
        .par_chunks(BLOCK)
        .enumerate()
        .map(|(block, rows)| {
            let mut parts = vec![Part::new(if sampled { chosen.len() } else { 0 }); labelled.len()];
            let mut distances = vec![0.0; chosen.len()];
            for (at, row) in rows.iter().enumerate() {
                measure(&columns, points.row(*row), &mut distances);
                for (partition, part) in labelled.iter().zip(&mut parts) {
                    partition.look(block * BLOCK + at, &distances, part);
                }
            }
            parts
        })
        .collect();
    let joined = |at: usize| {
        let mut all = Silhouette { rows: vec![], pulls: vec![0.0; chosen.len()], of: points.len() };
        for part in blocks.iter().map(|block| &block[at]).filter(|_| labelled[at].seen() > 1) {
            all.rows.extend(&part.silhouettes);
            all.pulls.iter_mut().zip(&part.pulls).for_each(|(sum, part)| *sum += part);
        }
        all
    };
    (0..labelled.len()).map(joined).collect()
}

/// The chosen rows, column after column, so that the distances from one row are computed side by side.
fn columns(points: &Points, chosen: &[usize]) -> Vec<Vec<f64>> {
    (0..points.width).map(|column| chosen.iter().map(|row| points.row(*row)[column]).collect()).collect()
}

fn measure(columns: &[Vec<f64>], own: &[f64], distances: &mut [f64]) {
    distances.fill(0.0);
    for (column, value) in columns.iter().zip(own) {
        for (square, other) in distances.iter_mut().zip(column) {
            *square += (other - value) * (other - value);
        }
    }
    for square in distances {
        *square = square.sqrt();
    }
}

/// What a block of rows adds to one partition.
#[derive(Debug, Clone)]
struct Part {
    silhouettes: Vec<f64>,
    pulls: Vec<f64>,
}

impl Part {
    fn new(pulls: usize) -> Self {
        Self { silhouettes: Vec::with_capacity(BLOCK), pulls: vec![0.0; pulls] }
    }
}

struct Labelled {
    labels: Vec<usize>,
    counts: Vec<f64>,
}

impl Labelled {
    fn new(labels: &[usize], chosen: &[usize]) -> Self {
        let labels: Vec<usize> = chosen.iter().map(|row| labels[*row]).collect();
        let mut counts = vec![0.0; labels.iter().max().map_or(0, |most| most + 1)];
        for label in &labels {
            counts[*label] += 1.0;
        }
        Self { labels, counts }
    }

    /// Segments of which a row was looked at.
    fn seen(&self) -> usize {
        self.counts.iter().filter(|count| **count > 0.0).count()
    }

    fn look(&self, at: usize, distances: &[f64], part: &mut Part) {
        let own = self.labels[at];
        let mut means = vec![0.0; self.counts.len()];
        for (label, distance) in self.labels.iter().zip(distances) {
            means[*label] += distance;
        }
        let mut next = (f64::INFINITY, own);
        for (label, (mean, count)) in means.iter_mut().zip(&self.counts).enumerate() {
            // The row itself is no other row of its segment.
            *mean /= if label == own { count - 1.0 } else { *count };
            if label != own && *mean < next.0 {
                next = (*mean, label);
            }
        }
        let (within, beside) = (means[own], next.0);
        let larger = within.max(beside);
        if self.counts[own] < 2.0 || !(larger > 0.0 && larger.is_finite()) {
            part.silhouettes.push(0.0);
            return;
        }
        part.silhouettes.push((beside - within) / larger);
        if part.pulls.is_empty() {
            return;
        }
        // The slopes of s along a and b.
        let (by_within, by_beside) = if within < beside {
            (-1.0 / beside, within / (beside * beside))
        } else {
            (-beside / (within * within), 1.0 / within)
        };
        let mut slopes = vec![0.0; means.len()];
        slopes[own] = by_within / (self.counts[own] - 1.0);
        slopes[next.1] = by_beside / self.counts[next.1];
        means.iter_mut().zip(&slopes).filter(|(_, slope)| **slope == 0.0).for_each(|(mean, _)| *mean = 0.0);
        for ((pull, label), distance) in part.pulls.iter_mut().zip(&self.labels).zip(distances) {
            *pull += slopes[*label] * (distance - means[*label]);
        }
        // Nor does it pull itself.
        part.pulls[at] += slopes[own] * means[own];
    }
}
