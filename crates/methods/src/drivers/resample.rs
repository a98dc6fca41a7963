use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;

use super::{regression::Regression, shapley::Shapley};
use crate::number::len_f64;
use crate::stats::{Rows, Spread, Square, Sums, draw_counts, jackknife_groups, spread};

const LOOK: usize = 16;
/// From so many drivers on, weighing takes longer than leaving out rows is worth: fewer groups tell the acceleration too.
const MANY_DRIVERS: usize = 12;
const FEW_GROUPS: usize = 100;

/// What a thread uses again from sample to sample.
struct Work {
    counts: Vec<u32>,
    sums: Sums,
    correlations: Square,
    shapley: Shapley,
}

/// How much the shares vary over bootstrap samples, and how many samples failed. `rows` are centred and scaled.
pub(super) fn spreads(
    rows: &Rows,
    shares: &[f64],
    samples: usize,
    seed: u64,
    progress: &(dyn Fn(f64) + Sync),
) -> (Vec<Spread>, usize) {
    let few = if shares.len() > MANY_DRIVERS { FEW_GROUPS } else { usize::MAX };
    let groups = jackknife_groups(rows.len()).min(few);
    let done = AtomicUsize::new(0);
    let step = || {
        let done = done.fetch_add(1, Ordering::Relaxed) + 1;
        if done.is_multiple_of(LOOK) {
            progress(len_f64(done) / len_f64(samples + groups));
        }
    };
    let work = || Work::new(rows);
    let draws = (0..samples).into_par_iter().map_init(work, |work, number| {
        step();
        draw_counts(seed, number as u64, &mut work.counts);
        work.sums.clear();
        work.sums.add_counted(rows, &work.counts);
        work.shares(rows.len())
    });
    let draws: Vec<Option<Vec<f64>>> = draws.collect();
    let total = Sums::of(rows);
    let jackknife = (0..groups).into_par_iter().map_init(work, |work, group| {
        step();
        work.sums.clone_from(&total);
        rows.iter().skip(group).step_by(groups).for_each(|row| work.sums.add(row, -1.0));
        work.shares(rows.len())
    });
    let jackknife: Vec<Option<Vec<f64>>> = jackknife.collect();
    let column =
        |list: &[Option<Vec<f64>>], at: usize| list.iter().flatten().map(|row| row[at]).collect::<Vec<_>>();
    let one = |(at, share): (usize, &f64)| spread(*share, &mut column(&draws, at), &column(&jackknife, at));
    let failed = draws.iter().filter(|draw| draw.is_none()).count();
    (shares.iter().enumerate().map(one).collect(), failed)
}

impl Work {
    fn new(rows: &Rows) -> Self {
        Self {
            counts: vec![0; rows.len()],
            sums: Sums::new(rows.width()),
            correlations: Square::zeros(rows.width()),
            shapley: Shapley::default(),
        }
    }

    /// The shares of a sample; none when a column is constant, drivers depend on each other or nothing is explained.
    fn shares(&mut self, rows: usize) -> Option<Vec<f64>> {
        self.sums.covariance(&mut self.correlations);
        self.correlations.correlate(1e-12).ok()?;
        Regression::of(&self.correlations, rows).ok()?;
        normalized(&self.shapley.shares(&self.correlations))
    }
}

/// Contributions divided by their sum; none when nothing is explained.
pub(super) fn normalized(contributions: &[f64]) -> Option<Vec<f64>> {
    let sum: f64 = contributions.iter().sum();
    (sum > 1e-12).then(|| contributions.iter().map(|contribution| contribution / sum).collect())
}
