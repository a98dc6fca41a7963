use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;

use super::{
    Bootstrap, Scheme, Standardize,
    plan::Plan,
    prepare::Prepared,
    reliability::htmt,
    structure::{Structure, structure},
    weights::{Fit, RESAMPLED, fit},
};
use crate::number::len_f64;
use crate::stats::{Cholesky, Spread, Square, Sums, draw_counts, jackknife_groups, spread};

/// Samples between two words about progress.
const LOOK: usize = 64;

/// How much everything varies, each list in the order of its estimates.
#[derive(Debug, Clone)]
pub(super) struct Spreads {
    pub paths: Vec<Spread>,
    pub totals: Vec<Spread>,
    pub loadings: Vec<Spread>,
    pub weights: Vec<Spread>,
    /// In the order of the latent variables that have a cause.
    pub r_squared: Vec<Spread>,
    /// Empty when a ratio has no value.
    pub htmt: Vec<Spread>,
    pub failed: usize,
}

/// What all samples share.
pub(super) struct Resampling<'a> {
    pub plan: &'a Plan,
    pub prepared: &'a Prepared,
    pub scheme: Scheme,
    pub standardize: Standardize,
    pub progress: &'a (dyn Fn(f64) + Sync),
}

/// What a thread uses again from sample to sample.
struct Work {
    counts: Vec<u32>,
    sums: Sums,
    covariance: Square,
    factor: Cholesky,
}

impl Resampling<'_> {
    /// Draws and fits all samples, then leaves out each group of rows for the acceleration of BCa intervals.
    pub fn spreads(&self, fit: &Fit, structure: &Structure, bootstrap: Bootstrap) -> Spreads {
        let ratios = htmt(self.plan, &fit.items).iter().all(Option::is_some);
        let estimates = self.numbers(fit, structure, ratios).unwrap_or_default();
        let groups = jackknife_groups(self.prepared.rows.len());
        let (done, all) = (AtomicUsize::new(0), bootstrap.samples + groups);
        let step = || {
            let done = done.fetch_add(1, Ordering::Relaxed) + 1;
            if done.is_multiple_of(LOOK) {
                (self.progress)(len_f64(done) / len_f64(all));
            }
        };
        let draws = (0..bootstrap.samples).into_par_iter().map_init(
            || self.work(),
            |work, number| {
                step();
                self.sample(work, bootstrap.seed, number as u64, ratios)
            },
        );
        let draws: Vec<Option<Vec<f64>>> = draws.collect();
        let total = Sums::of(&self.prepared.rows);
        let jackknife = (0..groups).into_par_iter().map_init(
            || self.work(),
            |work, group| {
                step();
                self.without(work, &total, group, groups, ratios)
            },
        );
        let jackknife: Vec<Option<Vec<f64>>> = jackknife.collect();
        let failed = draws.iter().filter(|draw| draw.is_none()).count();
        let spreads = estimates.par_iter().enumerate().map(|(at, estimate)| {
            let column = |list: &[Option<Vec<f64>>]| list.iter().flatten().map(|row| row[at]).collect();
            let (mut values, left_out): (Vec<f64>, Vec<f64>) = (column(&draws), column(&jackknife));
            spread(*estimate, &mut values, &left_out)
        });
        self.sort_out(spreads.collect(), failed)
    }

    fn work(&self) -> Work {
        let (rows, width) = (self.prepared.rows.len(), self.prepared.rows.width());
        Work {
            counts: vec![0; rows],
            sums: Sums::new(width),
            covariance: Square::zeros(width),
            factor: Cholesky::default(),
        }
    }

    fn sample(&self, work: &mut Work, seed: u64, number: u64, ratios: bool) -> Option<Vec<f64>> {
        draw_counts(seed, number, &mut work.counts);
        work.sums.clear();
        work.sums.add_counted(&self.prepared.rows, &work.counts);
        self.estimate(work, ratios)
    }

    fn without(
        &self,
        work: &mut Work,
        total: &Sums,
        group: usize,
        groups: usize,
        ratios: bool,
    ) -> Option<Vec<f64>> {
        work.sums.clone_from(total);
        self.prepared.rows.iter().skip(group).step_by(groups).for_each(|row| work.sums.add(row, -1.0));
        self.estimate(work, ratios)
    }

    /// Fits the sums of a sample; none when it cannot be fitted.
    fn estimate(&self, work: &mut Work, ratios: bool) -> Option<Vec<f64>> {
        work.sums.covariance(&mut work.covariance);
        if self.standardize == Standardize::Item {
            work.covariance.correlate(1e-12).ok()?;
        }
        let fit = fit(self.plan, &work.covariance, self.scheme, RESAMPLED).ok()?;
        let structure = structure(self.plan, &fit.latent, &mut work.factor).ok()?;
        self.numbers(&fit, &structure, ratios)
    }

    /// All estimates in a row; [`Self::sort_out`] knows their order.
    fn numbers(&self, fit: &Fit, structure: &Structure, ratios: bool) -> Option<Vec<f64>> {
        let plan = self.plan;
        let mut numbers = Vec::new();
        numbers.extend(plan.paths.iter().map(|(from, to)| structure.coefficients[(*to, *from)]));
        numbers.extend(plan.joined.iter().map(|(from, to)| structure.totals[(*to, *from)]));
        let blocks = plan.blocks.iter().enumerate();
        numbers.extend(blocks.flat_map(|(latent, block)| block.clone().map(move |i| fit.cross(i, latent))));
        numbers.extend(fit.weights.iter().map(|weight| weight * self.prepared.weight_factor));
        numbers.extend(structure.r_squared.iter().flatten());
        if ratios {
            for ratio in htmt(plan, &fit.items) {
                numbers.push(ratio?);
            }
        }
        numbers.iter().all(|number| number.is_finite()).then_some(numbers)
    }

    fn sort_out(&self, spreads: Vec<Spread>, failed: usize) -> Spreads {
        let plan = self.plan;
        let mut rest = spreads.into_iter();
        let mut take = |count: usize| rest.by_ref().take(count).collect::<Vec<_>>();
        Spreads {
            paths: take(plan.paths.len()),
            totals: take(plan.joined.len()),
            loadings: take(plan.indicators()),
            weights: take(plan.indicators()),
            r_squared: take(plan.causes.iter().filter(|causes| !causes.is_empty()).count()),
            htmt: take(plan.latents() * plan.latents()),
            failed,
        }
    }
}
