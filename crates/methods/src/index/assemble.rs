use serde::{Deserialize, Serialize};

use super::{
    Answers, IndexError, Model,
    consistent::consistent,
    plan::{Fault, Plan},
    prepare::{Prepared, prepare},
    reliability::{Reliability, htmt, pairs, reliability},
    resample::{Resampling, Spreads},
    result::{Effect, Index, LatentResult, Outer, Pair, PathResult, Resampled},
    scores::Ruler,
    structure::{Regression, Structure, adjusted, regressions, structure},
    warnings::warnings,
    weights::{EXACT, Fit, fit},
};
use crate::number::len_f64;
use crate::stats::Cholesky;

/// How a latent variable is estimated from those beside it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scheme {
    /// Regression on its causes, correlation with its effects.
    #[default]
    Path,
    /// The sign of the correlation.
    Centroid,
    /// The correlation.
    Factorial,
}

/// What is done to indicators before the fit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standardize {
    /// Each is standardised, so that all count alike.
    #[default]
    Item,
    /// Each is put from its scale on 0 to 100 and centred, so that those that vary more count more.
    Raw,
}

/// What is done about missing answers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Missing {
    /// The mean of those who answered takes their place.
    #[default]
    Mean,
    /// The row is left out.
    Listwise,
}

/// How many samples to draw, and from which seed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bootstrap {
    pub samples: usize,
    pub seed: u64,
}

/// How a model is fitted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Options {
    pub scheme: Scheme,
    pub standardize: Standardize,
    pub missing: Missing,
    pub bootstrap: Option<Bootstrap>,
}

/// Fits a model to answers. `progress` hears what part of the bootstrap is done, from 0 to 1 and from any thread.
///
/// Without missing answers a fit costs a pass over the rows, and a bootstrap one pass over the rows a sample. Which rows a
/// sample draws hangs on their order; nothing else does.
pub fn index(
    model: &Model,
    answers: &Answers,
    options: &Options,
    progress: &(dyn Fn(f64) + Sync),
) -> Result<Index, IndexError> {
    let plan = Plan::of(model);
    let named = |fault: Fault| fault.named(model, &plan);
    let prepared = prepare(model, answers, options)?;
    let mut factor = Cholesky::default();
    let fit = fit(&plan, &prepared.covariance, options.scheme, EXACT).map_err(named)?;
    let structure = structure(&plan, &fit.latent, &mut factor).map_err(named)?;
    let rows = prepared.rows.len();
    let regressions = regressions(&plan, &fit.latent, &structure, rows, &mut factor).map_err(named)?;
    let (scheme, standardize) = (options.scheme, options.standardize);
    let resampling = Resampling { plan: &plan, prepared: &prepared, scheme, standardize, progress };
    let spreads = options.bootstrap.map(|bootstrap| resampling.spreads(&fit, &structure, bootstrap));
    let maker = Maker {
        model,
        plan: &plan,
        prepared: &prepared,
        fit: &fit,
        structure: &structure,
        spreads: spreads.as_ref(),
    };
    let mut found = maker.index(options, &regressions);
    found.rows_left_out = answers.rows() - rows;
    found.warnings = warnings(model, &found, &prepared.beyond);
    Ok(found)
}

/// Puts names to numbers.
struct Maker<'a> {
    model: &'a Model,
    plan: &'a Plan,
    prepared: &'a Prepared,
    fit: &'a Fit,
    structure: &'a Structure,
    spreads: Option<&'a Spreads>,
}

impl Maker<'_> {
    fn index(&self, options: &Options, regressions: &[Regression]) -> Index {
        let places = 0..self.plan.latents();
        let reliabilities: Vec<Reliability> =
            places.clone().map(|at| reliability(self.plan, self.prepared, self.fit, at)).collect();
        let (gof, gof_all_blocks) = self.goodness_of_fit();
        Index {
            n: self.prepared.rows.len(),
            rows_left_out: 0,
            answers_filled: self.prepared.filled,
            scheme: options.scheme,
            standardize: options.standardize,
            missing: options.missing,
            iterations: self.fit.rounds,
            gof,
            gof_all_blocks,
            latent: places.clone().map(|at| self.latent(at, reliabilities[at])).collect(),
            paths: self.paths(regressions),
            outer: places.clone().flat_map(|at| self.outer(at)).collect(),
            total_effects: self.effects(),
            htmt: self.pairs(),
            latent_correlations: places.map(|at| self.fit.latent.row(at).to_vec()).collect(),
            consistent: consistent(self.plan, &self.fit.latent, &reliabilities),
            bootstrap: options.bootstrap.zip(self.spreads).map(|(bootstrap, spreads)| Resampled {
                samples: bootstrap.samples,
                seed: bootstrap.seed,
                failed: spreads.failed,
            }),
            warnings: Vec::new(),
        }
    }

    fn name(&self, latent: usize) -> String {
        self.model.latents()[latent].name.clone()
    }

    fn r_squared(&self, latent: usize) -> Option<f64> {
        self.structure.r_squared[latent].map(|explained| explained.clamp(0.0, 1.0))
    }

    fn communality(&self, latent: usize) -> f64 {
        let block = self.plan.blocks[latent].clone();
        let count = len_f64(block.len());
        block.map(|indicator| self.fit.cross(indicator, latent).powi(2)).sum::<f64>() / count
    }

    /// The root of mean communality, each indicator counting alike, times mean R²: over latent variables of several
    /// indicators, and over all.
    fn goodness_of_fit(&self) -> (Option<f64>, f64) {
        let explained: Vec<f64> = (0..self.plan.latents()).filter_map(|at| self.r_squared(at)).collect();
        let explained = explained.iter().sum::<f64>() / len_f64(explained.len());
        let over = |least: usize| {
            let blocks = self.plan.blocks.iter().enumerate().filter(|(_, block)| block.len() >= least);
            let (sum, count) = blocks.fold((0.0, 0), |(sum, count), (at, block)| {
                (sum + self.communality(at) * len_f64(block.len()), count + block.len())
            });
            (count > 0).then(|| (sum / len_f64(count) * explained).sqrt())
        };
        (over(2), over(1).unwrap_or_default())
    }

    fn latent(&self, at: usize, reliability: Reliability) -> LatentResult {
        let own = &self.model.latents()[at];
        let r_squared = self.r_squared(at);
        let caused = (0..at).filter(|before| !self.plan.causes[*before].is_empty()).count();
        let others = (0..self.plan.latents()).filter(|other| *other != at);
        let largest = others.map(|other| self.fit.latent[(at, other)].abs()).fold(0.0, f64::max);
        let sqrt_ave = reliability.ave.map(f64::sqrt);
        let ruler = Ruler::of(self.model, self.plan, self.prepared, self.fit, at);
        let plain = Ruler::standardized(self.model, self.plan, self.prepared, self.fit, at);
        LatentResult {
            name: own.name.clone(),
            zh: own.zh.clone(),
            mode: own.mode,
            scale: own.scale,
            r_squared,
            r_squared_adjusted: r_squared
                .and_then(|r| adjusted(r, self.prepared.rows.len(), self.plan.causes[at].len())),
            r_squared_spread: self.spreads.filter(|_| r_squared.is_some()).map(|all| all.r_squared[caused]),
            reliability,
            communality: self.communality(at),
            redundancy: r_squared.map(|r| r * self.communality(at)),
            sqrt_ave,
            largest_correlation: largest,
            fornell_larcker: sqrt_ave.map(|root| root > largest),
            index: ruler.as_ref().map(|ruler| ruler.mean(self.plan, self.prepared, at)),
            index_sd: ruler.as_ref().map(|ruler| ruler.deviation(self.plan, self.prepared, at)),
            index_standardized: plain.map(|ruler| ruler.mean(self.plan, self.prepared, at)),
        }
    }

    fn paths(&self, regressions: &[Regression]) -> Vec<PathResult> {
        let path = |(at, (from, to)): (usize, &(usize, usize))| PathResult {
            from: self.name(*from),
            to: self.name(*to),
            value: self.structure.coefficients[(*to, *from)],
            spread: self.spreads.map(|all| all.paths[at]).unwrap_or_default(),
            regression: regressions[at],
        };
        self.plan.paths.iter().enumerate().map(path).collect()
    }

    fn outer(&self, latent: usize) -> Vec<Outer> {
        let ruler = Ruler::of(self.model, self.plan, self.prepared, self.fit, latent);
        let block = self.plan.blocks[latent].clone();
        let one = |(within, at): (usize, usize)| Outer {
            indicator: self.model.latents()[latent].indicators[within].clone(),
            latent: self.name(latent),
            weight: self.fit.weights[at] * self.prepared.weight_factor,
            loading: self.fit.cross(at, latent),
            weight_spread: self.spreads.map(|all| all.weights[at]),
            loading_spread: self.spreads.map(|all| all.loadings[at]),
            index_weight: ruler.as_ref().map(|ruler| ruler.weights[within]),
            mean: self.prepared.means[at],
            sd: self.prepared.deviations[at],
            cross_loadings: (0..self.plan.latents()).map(|other| self.fit.cross(at, other)).collect(),
        };
        block.enumerate().map(one).collect()
    }

    fn effects(&self) -> Vec<Effect> {
        let deviation = |at: usize| {
            let ruler = Ruler::of(self.model, self.plan, self.prepared, self.fit, at)?;
            Some(ruler.deviation(self.plan, self.prepared, at)).filter(|deviation| *deviation > 0.0)
        };
        let deviations: Vec<Option<f64>> = (0..self.plan.latents()).map(deviation).collect();
        let effect = |(at, (from, to)): (usize, &(usize, usize))| {
            let (value, direct) =
                (self.structure.totals[(*to, *from)], self.structure.coefficients[(*to, *from)]);
            Effect {
                from: self.name(*from),
                to: self.name(*to),
                value,
                spread: self.spreads.map(|all| all.totals[at]).unwrap_or_default(),
                direct,
                indirect: value - direct,
                importance: deviations[*to].zip(deviations[*from]).map(|(to, from)| value * to / from),
            }
        };
        self.plan.joined.iter().enumerate().map(effect).collect()
    }

    fn pairs(&self) -> Vec<Pair> {
        let ratios = htmt(self.plan, &self.fit.items);
        let pair = |(at, ((first, second), value)): (usize, ((usize, usize), Option<f64>))| Pair {
            first: self.name(first),
            second: self.name(second),
            value,
            spread: self.spreads.and_then(|all| all.htmt.get(at).copied()).unwrap_or_default(),
        };
        pairs(self.plan.latents()).zip(ratios).enumerate().map(pair).collect()
    }
}
