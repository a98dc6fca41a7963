//! Looks for the best partition from many seeded starts.

use rayon::prelude::*;

use super::lloyd::{Empty, Partition, lloyd};
use super::points::{Points, squared_distance};
use crate::random::{Random, mix};

/// Starts of a search, and how many small files get: there the best partition is found rather than a good one.
const STARTS: usize = 50;
const MOST_STARTS: usize = 400;
/// Rows times starts that are spent on small files.
const SMALL_WORK: usize = 100_000;
/// Rounds of moving single rows.
const TRANSFERS: usize = 50;
/// In larger files the starts are tried on this many rows, and the best of them is taken to all.
const SAMPLE: usize = 4096;

/// Finds the partition with the smallest inertia. `starts` overrides how many are tried.
pub(super) fn search(points: &Points, k: usize, seed: u64, starts: Option<usize>) -> Partition {
    let n = points.len();
    // Each k draws its own numbers, so that it finds the same whichever others are looked at.
    let seed = mix(seed ^ mix(k as u64));
    if n <= SAMPLE {
        let starts = starts.unwrap_or_else(|| (SMALL_WORK / n.max(1)).clamp(STARTS, MOST_STARTS));
        return best_of(points, k, seed, starts);
    }
    let sample = points.choose(&sample(n, SAMPLE, seed));
    let trained = best_of(&sample, k, seed, starts.unwrap_or(STARTS));
    // What is rare may be missing in the sample, so one start looks at all rows.
    let seeded = scattered(points, k, &mut Random::new(mix(seed)));
    let (from_sample, from_all) = rayon::join(
        || lloyd(points, trained.centres, Empty::Reseed),
        || lloyd(points, seeded, Empty::Reseed),
    );
    if from_all.inertia < from_sample.inertia { from_all } else { from_sample }
}

/// So many different places of `n`, in ascending order; all of them when there are no more.
pub(super) fn sample(n: usize, wanted: usize, seed: u64) -> Vec<usize> {
    if n <= wanted {
        return (0..n).collect();
    }
    let mut random = Random::new(mix(seed.wrapping_add(n as u64)));
    // Each place is taken with the probability that is left for it (Knuth, volume 2, algorithm S).
    let mut taken = Vec::with_capacity(wanted);
    for at in 0..n {
        if random.below(n - at) < wanted - taken.len() {
            taken.push(at);
        }
    }
    taken
}

fn best_of(points: &Points, k: usize, seed: u64, starts: usize) -> Partition {
    let found = (0..starts.max(1)).into_par_iter().map(|start| {
        let mut random = Random::new(mix(seed.wrapping_add(start as u64)));
        let rested = lloyd(points, scattered(points, k, &mut random), Empty::Reseed);
        (start, lloyd(points, transferred(points, rested), Empty::Reseed))
    });
    let better = |a: (usize, Partition), b: (usize, Partition)| {
        let order = b.1.inertia.total_cmp(&a.1.inertia).then(b.0.cmp(&a.0));
        if order.is_lt() { b } else { a }
    };
    let none =
        Partition { labels: vec![], centres: vec![], inertia: f64::INFINITY, passes: 0, settled: false };
    found.reduce(|| (usize::MAX, none.clone()), better).1
}

/// Moves single rows to other centres as long as that lowers the inertia, counting that both centres move with them: what is
/// at rest for Lloyd need not be so here. Hartigan, *Clustering Algorithms*, 1975. Returns the centres.
fn transferred(points: &Points, partition: Partition) -> Vec<f64> {
    let width = points.width;
    let Partition { mut labels, mut centres, .. } = partition;
    let mut sizes = vec![0.0_f64; centres.len() / width];
    for label in &labels {
        sizes[*label] += 1.0;
    }
    for _ in 0..TRANSFERS {
        let mut moved = false;
        for (row, label) in points.values.chunks_exact(width).zip(&mut labels) {
            if sizes[*label] < 2.0 {
                continue;
            }
            let cost = |to: usize| squared_distance(row, &centres[to * width..(to + 1) * width]) * sizes[to];
            let leaving = cost(*label) / (sizes[*label] - 1.0);
            let others =
                (0..sizes.len()).filter(|to| to != label).map(|to| (cost(to) / (sizes[to] + 1.0), to));
            let best = others.reduce(|best, this| if this.0 < best.0 { this } else { best });
            let Some((_, to)) = best.filter(|(joining, _)| *joining < leaving * (1.0 - 1e-12)) else {
                continue;
            };
            for (centre, weight) in [(*label, -1.0), (to, 1.0)] {
                sizes[centre] += weight;
                for (mean, value) in centres[centre * width..(centre + 1) * width].iter_mut().zip(row) {
                    *mean += weight * (value - *mean) / sizes[centre];
                }
            }
            *label = to;
            moved = true;
        }
        if !moved {
            break;
        }
    }
    centres
}

/// Chooses starting centres far from each other: k-means++ (Arthur and Vassilvitskii, SODA 2007), each time the best of
/// 2 + ln k candidates, as the authors recommend.
fn scattered(points: &Points, k: usize, random: &mut Random) -> Vec<f64> {
    let n = points.len();
    let mut centres = points.row(random.below(n)).to_vec();
    let mut nearest: Vec<f64> = distances(points, &centres);
    let candidates = 2 + k.checked_ilog2().map_or(0, |log| log as usize * 7 / 10);
    for _ in 1..k {
        let total: f64 = nearest.iter().sum();
        let tried = (0..candidates).map(|_| {
            let row = weighted(&nearest, total, random);
            let mut closer = distances(points, points.row(row));
            closer.iter_mut().zip(&nearest).for_each(|(closer, before)| *closer = closer.min(*before));
            (closer.iter().sum::<f64>(), row, closer)
        });
        let best = tried.reduce(|best, this| if this.0 < best.0 { this } else { best });
        let Some((_, row, closer)) = best else { break };
        centres.extend_from_slice(points.row(row));
        nearest = closer;
    }
    centres
}

fn distances(points: &Points, centre: &[f64]) -> Vec<f64> {
    points.values.chunks_exact(points.width).map(|row| squared_distance(row, centre)).collect()
}

/// A row, chosen with the probability of its weight.
fn weighted(weights: &[f64], total: f64, random: &mut Random) -> usize {
    let mut left = random.unit() * total;
    let mut last = None;
    for (at, weight) in weights.iter().enumerate().filter(|(_, weight)| **weight > 0.0) {
        left -= weight;
        last = Some(at);
        if left <= 0.0 {
            break;
        }
    }
    // Without any weight the rows are too near to each other for an `f64`; then any is as good.
    last.unwrap_or_else(|| random.below(weights.len()))
}

/// The centres at the given rows.
pub(super) fn from_rows(points: &Points, rows: &[usize]) -> Partition {
    lloyd(points, points.choose(rows).values, Empty::Keep)
}

/// Numbers segments from the largest to the smallest, those of one size by their centres; leaves out empty ones.
pub(super) fn numbered(found: &Partition, width: usize) -> Partition {
    let k = found.centres.len() / width;
    let mut sizes = vec![0_usize; k];
    for label in &found.labels {
        sizes[*label] += 1;
    }
    let centre = |at: usize| &found.centres[at * width..(at + 1) * width];
    let mut order: Vec<usize> = (0..k).filter(|at| sizes[*at] > 0).collect();
    order.sort_by(|a, b| {
        let compared = centre(*a).iter().zip(centre(*b)).map(|(a, b)| a.total_cmp(b));
        sizes[*b].cmp(&sizes[*a]).then(compared.fold(std::cmp::Ordering::Equal, std::cmp::Ordering::then))
    });
    let mut numbers = vec![0; k];
    for (number, at) in order.iter().enumerate() {
        numbers[*at] = number;
    }
    let centres = order.iter().flat_map(|at| centre(*at)).copied().collect();
    let labels = found.labels.iter().map(|label| numbers[*label]).collect();
    Partition { labels, centres, ..*found }
}
