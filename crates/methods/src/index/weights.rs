use super::{
    Scheme,
    plan::{Fault, Plan},
};
use crate::stats::{Cholesky, Square};

/// Weights that move less in a round are settled.
pub(super) const EXACT: f64 = 1e-14;
/// Enough for the standard error of a bootstrap.
pub(super) const RESAMPLED: f64 = 1e-10;

const MOST_ROUNDS: u64 = 3000;
/// Below it rounding may keep weights from settling further; after so many rounds without progress they have.
const ROUNDING: f64 = 1e-10;
const PATIENCE: u32 = 8;
/// A variance of scores, beside indicators of variance one, that is nothing but rounding.
const NO_START: f64 = 1e-10;
const NO_SCORE: f64 = 1e-24;

/// Outer weights and what follows from them at once.
#[derive(Debug, Clone)]
pub(super) struct Fit {
    /// One for each indicator; scores have a variance of one.
    pub weights: Vec<f64>,
    /// Correlations of indicators with latent variables, indicator after indicator.
    pub cross: Vec<f64>,
    /// Correlations of latent variables.
    pub latent: Square,
    /// Correlations of indicators.
    pub items: Square,
    pub rounds: u64,
}

impl Fit {
    /// The correlation of an indicator with a latent variable.
    pub fn cross(&self, indicator: usize, latent: usize) -> f64 {
        self.cross[indicator * self.latent.side() + latent]
    }
}

/// Fits outer weights to the covariances of indicators: all start at one, all are renewed at once from the inner
/// estimates of the same round, and the signs are turned so that most loadings of a latent variable are above zero.
pub(super) fn fit(plan: &Plan, covariance: &Square, scheme: Scheme, tolerance: f64) -> Result<Fit, Fault> {
    let mut items = covariance.clone();
    let deviations = items.correlate(1e-12).map_err(|indicator| Fault::Constant { indicator })?;
    let mut search = Search::new(plan, covariance, scheme)?;
    let rounds = search.settle(tolerance)?;
    let Search { weights, mut cross, latent, .. } = search;
    for (row, deviation) in cross.chunks_exact_mut(plan.latents()).zip(&deviations) {
        for value in row {
            *value /= deviation;
        }
    }
    let mut fit = Fit { weights, cross, latent, items, rounds };
    turn(plan, &mut fit);
    Ok(fit)
}

struct Search<'a> {
    plan: &'a Plan,
    scheme: Scheme,
    covariance: &'a Square,
    weights: Vec<f64>,
    renewed: Vec<f64>,
    /// Covariances of indicators with latent variables.
    cross: Vec<f64>,
    latent: Square,
    inner: Square,
    /// For each formative latent variable, its indicators factored.
    formative: Vec<Option<Cholesky>>,
    factor: Cholesky,
    coefficients: Vec<f64>,
}

impl<'a> Search<'a> {
    fn new(plan: &'a Plan, covariance: &'a Square, scheme: Scheme) -> Result<Self, Fault> {
        let (latents, width) = (plan.latents(), plan.indicators());
        let mut formative = vec![None; latents];
        for (factor, block) in formative
            .iter_mut()
            .zip(&plan.blocks)
            .zip(&plan.formative)
            .filter_map(|((factor, block), formative)| formative.then_some((factor, block)))
        {
            let chosen: Vec<usize> = block.clone().collect();
            let mut own = Cholesky::default();
            own.factor(covariance, &chosen)
                .map_err(|at| Fault::DependentIndicators { indicator: chosen[at] })?;
            *factor = Some(own);
        }
        Ok(Self {
            plan,
            scheme,
            covariance,
            weights: vec![1.0; width],
            renewed: vec![0.0; width],
            cross: vec![0.0; width * latents],
            latent: Square::zeros(latents),
            inner: Square::zeros(latents),
            formative,
            factor: Cholesky::default(),
            coefficients: Vec::new(),
        })
    }

    /// Repeats rounds until the weights stay, and counts them.
    fn settle(&mut self, tolerance: f64) -> Result<u64, Fault> {
        self.project(NO_START)?;
        let (mut least, mut waited) = (f64::INFINITY, 0);
        for round in 1..=MOST_ROUNDS {
            self.connect()?;
            self.renew();
            std::mem::swap(&mut self.weights, &mut self.renewed);
            self.project(NO_SCORE)?;
            let moved = self.weights.iter().zip(&self.renewed);
            let moved = moved.map(|(new, old)| (new - old).abs()).fold(0.0, f64::max);
            waited = if moved < least { 0 } else { waited + 1 };
            least = least.min(moved);
            if moved < tolerance || (least < ROUNDING && waited >= PATIENCE) {
                return Ok(round);
            }
        }
        Err(Fault::NotSettled { rounds: MOST_ROUNDS })
    }

    /// Computes what the scores of the weights go with, and scales all so that scores have a variance of one.
    fn project(&mut self, least: f64) -> Result<(), Fault> {
        let latents = self.plan.latents();
        for (indicator, row) in self.cross.chunks_exact_mut(latents).enumerate() {
            let covariances = self.covariance.row(indicator);
            for (cell, block) in row.iter_mut().zip(&self.plan.blocks) {
                *cell = dot(&covariances[block.clone()], &self.weights[block.clone()]);
            }
        }
        self.latent.clear();
        for (one, block) in self.plan.blocks.iter().enumerate() {
            for indicator in block.clone() {
                let weight = self.weights[indicator];
                let row = &self.cross[indicator * latents..(indicator + 1) * latents];
                let cells = self.latent.row_mut(one).iter_mut();
                cells.zip(row).for_each(|(cell, value)| *cell += weight * value);
            }
        }
        self.scale(least)
    }

    fn scale(&mut self, least: f64) -> Result<(), Fault> {
        let latents = self.plan.latents();
        let variances: Vec<f64> = (0..latents).map(|at| self.latent[(at, at)]).collect();
        if let Some(latent) = variances.iter().position(|variance| variance.is_nan() || *variance <= least) {
            return Err(Fault::NoScore { latent });
        }
        let scales: Vec<f64> = variances.iter().map(|variance| variance.sqrt().recip()).collect();
        for (block, scale) in self.plan.blocks.iter().zip(&scales) {
            self.weights[block.clone()].iter_mut().for_each(|weight| *weight *= scale);
        }
        for row in self.cross.chunks_exact_mut(latents) {
            row.iter_mut().zip(&scales).for_each(|(value, scale)| *value *= scale);
        }
        for (one, scale) in scales.iter().enumerate() {
            let row = self.latent.row_mut(one).iter_mut();
            row.zip(&scales).for_each(|(value, other)| *value *= scale * other);
            self.latent[(one, one)] = 1.0;
        }
        Ok(())
    }

    /// Weighs for each latent variable those beside it; a column of `inner` each.
    fn connect(&mut self) -> Result<(), Fault> {
        for latent in 0..self.plan.latents() {
            let (causes, effects) = (&self.plan.causes[latent], &self.plan.effects[latent]);
            for near in causes.iter().chain(effects) {
                let correlation = self.latent[(*near, latent)];
                self.inner[(*near, latent)] = match self.scheme {
                    Scheme::Centroid if correlation > 0.0 => 1.0,
                    Scheme::Centroid if correlation < 0.0 => -1.0,
                    _ => correlation,
                };
            }
            if self.scheme == Scheme::Path && !causes.is_empty() {
                self.factor
                    .factor(&self.latent, causes)
                    .map_err(|at| Fault::DependentCauses { latent, cause: causes[at] })?;
                self.coefficients.clear();
                self.coefficients.extend(causes.iter().map(|cause| self.latent[(*cause, latent)]));
                self.factor.solve(&mut self.coefficients);
                for (cause, coefficient) in causes.iter().zip(&self.coefficients) {
                    self.inner[(*cause, latent)] = *coefficient;
                }
            }
        }
        Ok(())
    }

    /// Renews the weights from the covariances of indicators with the inner estimates.
    fn renew(&mut self) {
        let latents = self.plan.latents();
        for (latent, block) in self.plan.blocks.iter().enumerate() {
            for indicator in block.clone() {
                let row = &self.cross[indicator * latents..(indicator + 1) * latents];
                let near = self.plan.causes[latent].iter().chain(&self.plan.effects[latent]);
                self.renewed[indicator] = near.map(|near| row[*near] * self.inner[(*near, latent)]).sum();
            }
            if let Some(factor) = &self.formative[latent] {
                factor.solve(&mut self.renewed[block.clone()]);
            }
        }
    }
}

/// Turns a latent variable around when most of its loadings are below zero.
fn turn(plan: &Plan, fit: &mut Fit) {
    for (latent, block) in plan.blocks.iter().enumerate() {
        let loadings = block.clone().map(|indicator| fit.cross(indicator, latent));
        let balance: i64 = loadings.map(|loading| i64::from(loading > 0.0) - i64::from(loading < 0.0)).sum();
        if balance >= 0 {
            continue;
        }
        fit.weights[block.clone()].iter_mut().for_each(|weight| *weight = -*weight);
        for row in fit.cross.chunks_exact_mut(plan.latents()) {
            row[latent] = -row[latent];
        }
        for other in (0..plan.latents()).filter(|other| *other != latent) {
            fit.latent[(latent, other)] = -fit.latent[(latent, other)];
            fit.latent[(other, latent)] = -fit.latent[(other, latent)];
        }
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}
