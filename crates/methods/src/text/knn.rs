use rayon::prelude::*;

use super::cluster::spherical_k_means;
use super::rows::{BLOCK, Rows};

/// Up to here every pair is compared; beyond, only pairs in neighbouring cells.
const EXACT: usize = 8_000;

/// Cells searched for each row when not every pair is compared.
const PROBES: usize = 8;

/// The nearest other rows of each row by cosine, nearest first; rows must have unit length.
pub(super) fn nearest(rows: &Rows, k: usize) -> Vec<Vec<(u32, f32)>> {
    if rows.height() <= EXACT { nearest_of_all(rows, k) } else { nearest_in_cells(rows, k) }
}

fn nearest_of_all(rows: &Rows, k: usize) -> Vec<Vec<(u32, f32)>> {
    let block = |(number, block): (usize, &[f32])| {
        let cosines = rows.cosines(block);
        let best = |(at, line): (usize, &[f32])| {
            let mut found = Nearest::new(k);
            found.offer_all(line, number_of, number_of(number * BLOCK + at));
            found.sorted()
        };
        cosines.chunks_exact(rows.height()).enumerate().map(best).collect::<Vec<_>>()
    };
    rows.blocks().enumerate().flat_map_iter(block).collect()
}

/// Rows are counted far below 2^32.
fn number_of(row: usize) -> u32 {
    u32::try_from(row).unwrap_or(u32::MAX)
}

/// Sorts rows into √n cells and compares each row with the members of its nearest cells only.
fn nearest_in_cells(rows: &Rows, k: usize) -> Vec<Vec<(u32, f32)>> {
    let cells = rows.height().isqrt();
    let every = |step: usize| rows.select((0..rows.height()).step_by(step));
    let centres = spherical_k_means(&every(4), every(rows.height() / cells), 4).centroids;
    let (members, visitors) = sort_into_cells(rows, &centres);
    let mut found: Vec<Nearest> = (0..rows.height()).map(|_| Nearest::new(k)).collect();
    for (members, visitors) in members.iter().zip(&visitors) {
        let inside = select(rows, members);
        let lines: Vec<Vec<f32>> =
            visitors.par_chunks(BLOCK).map(|block| inside.cosines(select(rows, block).cells())).collect();
        let lines = lines.iter().flat_map(|lines| lines.chunks_exact(members.len().max(1)));
        for (visitor, line) in visitors.iter().zip(lines) {
            found[*visitor as usize].offer_all(line, |member| members[member], *visitor);
        }
    }
    found.into_iter().map(Nearest::sorted).collect()
}

type Cells = Vec<Vec<u32>>;

/// Who lives in each cell, and who searches it.
fn sort_into_cells(rows: &Rows, centres: &Rows) -> (Cells, Cells) {
    let best = |line: &[f32]| {
        let mut nearest = Nearest::new(PROBES);
        (0_u32..).zip(line).for_each(|(cell, cosine)| nearest.offer(cell, *cosine));
        nearest.sorted()
    };
    let block =
        |block: &[f32]| centres.cosines(block).chunks_exact(centres.height()).map(best).collect::<Vec<_>>();
    let probes: Vec<Vec<(u32, f32)>> = rows.blocks().flat_map_iter(block).collect();
    let mut members = vec![Vec::new(); centres.height()];
    let mut visitors = vec![Vec::new(); centres.height()];
    for (row, cells) in (0_u32..).zip(&probes) {
        for (cell, _) in cells {
            visitors[*cell as usize].push(row);
        }
        if let Some((cell, _)) = cells.first() {
            members[*cell as usize].push(row);
        }
    }
    (members, visitors)
}

fn select(rows: &Rows, picked: &[u32]) -> Rows {
    rows.select(picked.iter().map(|row| *row as usize))
}

/// Cosines that are looked at together.
const RUN: usize = 32;

/// The best few seen so far, best first.
struct Nearest {
    k: usize,
    held: Vec<(u32, f32)>,
}

impl Nearest {
    fn new(k: usize) -> Self {
        Self { k, held: Vec::with_capacity(k) }
    }

    /// Offers a line of cosines, each with the row that `row_of` has for its place, but for one row.
    fn offer_all(&mut self, line: &[f32], row_of: impl Fn(usize) -> u32, but: u32) {
        for (number, run) in line.chunks(RUN).enumerate() {
            // Few are better than what is held: most runs are passed over at once.
            let worst = if self.held.len() == self.k {
                self.held.last().map_or(f32::INFINITY, |(_, worst)| *worst)
            } else {
                f32::NEG_INFINITY
            };
            if run.iter().map(|cosine| u32::from(*cosine > worst)).sum::<u32>() == 0 {
                continue;
            }
            for (at, cosine) in run.iter().enumerate() {
                let row = row_of(number * RUN + at);
                if row != but {
                    self.offer(row, *cosine);
                }
            }
        }
    }

    fn offer(&mut self, row: u32, cosine: f32) {
        if self.held.len() == self.k {
            // Equal cosines: the one offered first stays.
            if self.held.last().is_none_or(|(_, worst)| cosine <= *worst) {
                return;
            }
            self.held.pop();
        }
        let place = self.held.partition_point(|(_, held)| held.total_cmp(&cosine).is_ge());
        self.held.insert(place, (row, cosine));
    }

    fn sorted(mut self) -> Vec<(u32, f32)> {
        self.held.sort_unstable_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        self.held
    }
}

#[cfg(test)]
mod tests {
    use super::super::rows::{Rows, dot, scale_to_unit};
    use super::{nearest_in_cells, nearest_of_all};
    use crate::random::Random;

    fn unit_rows(count: usize) -> Rows {
        let mut random = Random::new(5);
        let mut rows = Rows::from_cells(8, (0..count * 8).map(|_| random.normal()).collect());
        for row in rows.iter_mut() {
            assert!(scale_to_unit(row));
        }
        rows
    }

    #[test]
    fn the_nearest_row_is_the_one_with_the_largest_cosine() {
        let rows = unit_rows(300);
        for (row, found) in nearest_of_all(&rows, 5).iter().enumerate() {
            let cosine = |other: usize| dot(rows.row(row), rows.row(other));
            let best =
                (0..300).filter(|other| *other != row).max_by(|a, b| cosine(*a).total_cmp(&cosine(*b)));
            assert_eq!(Some(found[0].0 as usize), best);
            assert_eq!(found.len(), 5);
        }
    }

    #[test]
    fn searching_cells_finds_most_of_the_nearest_rows() {
        let rows = unit_rows(2_000);
        let (exact, quick) = (nearest_of_all(&rows, 10), nearest_in_cells(&rows, 10));
        let mut recall = 0;
        for (exact, quick) in exact.iter().zip(&quick) {
            recall += exact.iter().filter(|hit| quick.contains(hit)).count();
        }
        assert!(recall > 16_000, "{recall} of 20000");
    }
}
