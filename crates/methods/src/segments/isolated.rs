//! Finds rows that stand alone, without taking small segments for errors.

use rayon::prelude::*;

use super::points::{Points, squared_distance};
use crate::number::len_f64;

/// A row with fewer neighbours than this within reach stands alone.
const NEIGHBOURS: usize = 3;
/// So many times farther than usual in its neighbourhood a row must be.
const LONELIER: f64 = 2.0;
/// When more than a tenth of the rows stand alone, they are no exceptions but how the data is.
const MOST: usize = 10;
/// Rows looked at between two looks at how many stand alone.
const BATCH: usize = 2048;
/// Rows of the first look, spread over all.
const GLANCE: usize = 256;

/// What was found.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Isolated {
    /// Places of rows, with the distance to the third nearest neighbour.
    Rows(Vec<(usize, f64)>),
    /// More than a tenth of the rows stand alone.
    TooMany,
}

/// Finds the rows whose third nearest neighbour is farther than √p in standard deviations, p being the number of columns, and
/// more than twice as far as is usual for their three nearest rows.
///
/// The second condition keeps small loose segments whole: their rows are far from each other, but all of them are. It is that of
/// local outlier factors (Breunig and others, SIGMOD 2000) at its simplest.
///
/// `points` are z-scores, ordered by their first column, so that a row looks only at those near it there.
pub(super) fn isolated(points: &Points) -> Isolated {
    let n = points.len();
    if n <= NEIGHBOURS {
        return Isolated::Rows(Vec::new());
    }
    let glance: Vec<usize> = (0..n).step_by(n.div_ceil(GLANCE)).collect();
    let seen = glance.par_iter().filter(|row| stands_alone(points, **row)).count();
    if seen * 4 > glance.len().max(4 * MOST) {
        return Isolated::TooMany;
    }
    let mut alone = Vec::new();
    for start in (0..n).step_by(BATCH) {
        let batch = (start..n.min(start + BATCH)).into_par_iter();
        alone.par_extend(batch.filter(|row| stands_alone(points, *row)));
        if alone.len() * MOST > n {
            return Isolated::TooMany;
        }
    }
    let confirmed = alone.into_par_iter().filter_map(|row| Some((row, confirmed(points, row)?)));
    Isolated::Rows(confirmed.collect())
}

fn stands_alone(points: &Points, row: usize) -> bool {
    let own = points.row(row);
    let reach = len_f64(points.width);
    let near = |other: &usize| {
        let step = points.row(*other)[0] - own[0];
        step * step <= reach
    };
    let within = |other: &usize| squared_distance(points.row(*other), own) <= reach;
    let after = (row + 1..points.len()).take_while(near).filter(within).take(NEIGHBOURS).count();
    let before = |wanted| (0..row).rev().take_while(near).filter(within).take(wanted).count();
    after + before(NEIGHBOURS - after) < NEIGHBOURS
}

/// The distance to the third nearest row, if that is far beside what is usual where the nearest rows are.
fn confirmed(points: &Points, row: usize) -> Option<f64> {
    let nearest = nearest(points, row);
    let mut usual = nearest.map(|(_, other)| self::nearest(points, other)[NEIGHBOURS - 1].0);
    usual.sort_by(f64::total_cmp);
    let own = nearest[NEIGHBOURS - 1].0;
    (own > usual[NEIGHBOURS / 2] * LONELIER).then_some(own)
}

/// The nearest other rows with their distances, the nearest first. There are more rows than that.
fn nearest(points: &Points, row: usize) -> [(f64, usize); NEIGHBOURS] {
    let own = points.row(row);
    let mut nearest = [(f64::INFINITY, row); NEIGHBOURS];
    for other in (0..points.len()).filter(|other| *other != row) {
        let distance = squared_distance(points.row(other), own);
        if distance < nearest[NEIGHBOURS - 1].0 {
            nearest[NEIGHBOURS - 1] = (distance, other);
            nearest.sort_by(|a, b| a.0.total_cmp(&b.0));
        }
    }
    nearest.map(|(square, other)| (square.sqrt(), other))
}
