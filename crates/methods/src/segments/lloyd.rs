//! Moves centres to the means of their rows until no row changes its centre.
//!
//! Lloyd's iteration, *Least squares quantization in PCM*, 1982, with the bounds of Hamerly, *Making k-means even faster*, SDM
//! 2010: an upper bound on the distance to the own centre and a lower one on that to any other spare most of the distances.

use rayon::prelude::*;

use super::points::{Points, squared_distance};
use crate::number::len_f64;

/// Iterations after which the search gives up.
const PASSES: usize = 300;
/// Rows whose sums are taken together; fixed, so that sums do not depend on the number of threads.
const BLOCK: usize = 2048;
/// Centres compared at a time.
const LANES: usize = 4;
/// Bounds gather rounding errors; a row within this part of a bound is looked at again.
const SLACK: f64 = 1e-9;

/// What becomes of a centre that no row is nearest to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Empty {
    /// It stays where it is.
    Keep,
    /// It goes to the row farthest from its own centre.
    Reseed,
}

/// Rows divided among centres.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Partition {
    /// For each row the number of its centre, from 0.
    pub labels: Vec<usize>,
    /// One centre after the other.
    pub centres: Vec<f64>,
    /// Sum of squared distances to the own centres.
    pub inertia: f64,
    /// How often all rows were assigned.
    pub passes: usize,
    /// Whether the last pass changed nothing.
    pub settled: bool,
}

/// Where a row belongs and how near other centres may be.
#[derive(Debug, Clone, Copy)]
struct Place {
    label: usize,
    upper: f64,
    lower: f64,
}

/// Iterates from the given centres, one after the other. A tie goes to the lowest number.
pub(super) fn lloyd(points: &Points, mut centres: Vec<f64>, empty: Empty) -> Partition {
    let width = points.width;
    let k = centres.len() / width;
    let mut places = vec![Place { label: k, upper: f64::INFINITY, lower: 0.0 }; points.len()];
    let (mut passes, mut settled) = (0, false);
    let mut still = vec![0.0; k];
    while passes < PASSES && !settled {
        passes += 1;
        let totals = assign(points, &centres, &still, &mut places);
        settled = totals.changed == 0;
        if settled {
            break;
        }
        let next = moved(points, &centres, &totals, &places, empty);
        for (at, way) in still.iter_mut().enumerate() {
            let own = at * width..(at + 1) * width;
            *way = squared_distance(&centres[own.clone()], &next[own]).sqrt();
        }
        centres = next;
    }
    let labels: Vec<usize> = places.into_iter().map(|place| place.label).collect();
    let inertia = inertia(points, &centres, &labels);
    Partition { labels, centres, inertia, passes, settled }
}

/// The sum of squared distances to the own centres.
fn inertia(points: &Points, centres: &[f64], labels: &[usize]) -> f64 {
    let width = points.width;
    let rows = points.values.par_chunks(BLOCK * width).zip(labels.par_chunks(BLOCK));
    let sums: Vec<f64> = rows
        .map(|(rows, labels)| {
            let own = |label: &usize| &centres[label * width..(label + 1) * width];
            rows.chunks_exact(width).zip(labels).map(|(row, label)| squared_distance(row, own(label))).sum()
        })
        .collect();
    sums.into_iter().sum()
}

/// What a pass leaves: sums and counts of the rows of each centre.
struct Totals {
    changed: usize,
    sums: Vec<f64>,
    counts: Vec<usize>,
}

fn assign(points: &Points, centres: &[f64], moved: &[f64], places: &mut [Place]) -> Totals {
    let width = points.width;
    let scan = Scan::new(centres, width, moved);
    let blocks = points.values.par_chunks(BLOCK * width).zip(places.par_chunks_mut(BLOCK));
    let parts: Vec<Totals> = blocks.map(|(rows, places)| scan.block(rows, places)).collect();
    let mut all = Totals { changed: 0, sums: vec![0.0; centres.len()], counts: vec![0; moved.len()] };
    for part in parts {
        all.changed += part.changed;
        all.sums.iter_mut().zip(part.sums).for_each(|(sum, part)| *sum += part);
        all.counts.iter_mut().zip(part.counts).for_each(|(count, part)| *count += part);
    }
    all
}

/// Centres laid out for comparing one row with several at a time.
struct Scan<'a> {
    width: usize,
    centres: &'a [f64],
    /// For each group of centres, for each column, the numbers of the centres; beyond the last one they are infinite.
    lanes: Vec<[f64; LANES]>,
    /// How far each centre has gone since the last pass.
    moved: &'a [f64],
    /// The way of the centre that went farthest, its number, and the way of the next.
    farthest: (f64, usize, f64),
    /// Half the distance from each centre to the nearest other one.
    half_gaps: Vec<f64>,
}

impl<'a> Scan<'a> {
    fn new(centres: &'a [f64], width: usize, moved: &'a [f64]) -> Self {
        let k = moved.len();
        let mut lanes = vec![[f64::INFINITY; LANES]; k.div_ceil(LANES) * width];
        let mut half_gaps = vec![f64::INFINITY; k];
        for (at, centre) in centres.chunks_exact(width).enumerate() {
            for (column, value) in centre.iter().enumerate() {
                lanes[at / LANES * width + column][at % LANES] = *value;
            }
            for (_, that) in centres.chunks_exact(width).enumerate().filter(|(other, _)| *other != at) {
                half_gaps[at] = f64::min(half_gaps[at], squared_distance(centre, that).sqrt() / 2.0);
            }
        }
        let mut farthest = (0.0, k, 0.0);
        for (at, way) in moved.iter().enumerate() {
            if *way > farthest.0 {
                farthest = (*way, at, farthest.0);
            } else if *way > farthest.2 {
                farthest.2 = *way;
            }
        }
        Self { width, centres, lanes, moved, farthest, half_gaps }
    }

    fn block(&self, rows: &[f64], places: &mut [Place]) -> Totals {
        let (width, k) = (self.width, self.moved.len());
        let mut totals = Totals { changed: 0, sums: vec![0.0; k * width], counts: vec![0; k] };
        for (row, place) in rows.chunks_exact(width).zip(places) {
            let before = place.label;
            self.place(row, place);
            totals.changed += usize::from(place.label != before);
            totals.counts[place.label] += 1;
            let sums = &mut totals.sums[place.label * width..(place.label + 1) * width];
            sums.iter_mut().zip(row).for_each(|(sum, value)| *sum += value);
        }
        totals
    }

    fn place(&self, row: &[f64], place: &mut Place) {
        let own = place.label;
        if own < self.moved.len() {
            place.upper += self.moved[own];
            place.lower -= if own == self.farthest.1 { self.farthest.2 } else { self.farthest.0 };
            let safe = place.lower.max(self.half_gaps[own]);
            if place.upper * (1.0 + SLACK) < safe {
                return;
            }
            place.upper =
                squared_distance(row, &self.centres[own * self.width..(own + 1) * self.width]).sqrt();
            if place.upper * (1.0 + SLACK) < safe {
                return;
            }
        }
        *place = self.nearest(row);
    }

    fn nearest(&self, row: &[f64]) -> Place {
        let (mut label, mut least, mut second) = (0, f64::INFINITY, f64::INFINITY);
        for (group, lanes) in self.lanes.chunks_exact(self.width).enumerate() {
            let mut squares = [0.0; LANES];
            for (value, lane) in row.iter().zip(lanes) {
                for (square, centre) in squares.iter_mut().zip(lane) {
                    *square += (value - centre) * (value - centre);
                }
            }
            for (at, square) in squares.into_iter().enumerate() {
                if square < least {
                    (label, second, least) = (group * LANES + at, least, square);
                } else if square < second {
                    second = square;
                }
            }
        }
        Place { label, upper: least.sqrt(), lower: second.sqrt() }
    }
}

/// The means of the rows of each centre.
fn moved(points: &Points, centres: &[f64], totals: &Totals, places: &[Place], empty: Empty) -> Vec<f64> {
    let width = points.width;
    let mut next = totals.sums.clone();
    let mut vacant = Vec::new();
    for (at, count) in totals.counts.iter().enumerate() {
        let own = at * width..(at + 1) * width;
        if *count > 0 {
            next[own].iter_mut().for_each(|sum| *sum /= len_f64(*count));
        } else {
            next[own.clone()].copy_from_slice(&centres[own]);
            vacant.push(at);
        }
    }
    if empty == Empty::Reseed {
        for at in vacant {
            let nearest = |row: &[f64]| {
                next.chunks_exact(width)
                    .map(|centre| squared_distance(row, centre))
                    .fold(f64::INFINITY, f64::min)
            };
            let far = (0..places.len())
                .map(|row| (row, nearest(points.row(row))))
                .fold((0, -1.0), |best, this| if this.1 > best.1 { this } else { best });
            next[at * width..(at + 1) * width].copy_from_slice(points.row(far.0));
        }
    }
    next
}
