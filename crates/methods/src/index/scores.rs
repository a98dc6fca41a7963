use super::{
    Answers, IndexError, Model, Options, Scale,
    plan::{Fault, Plan},
    prepare::{Prepared, prepare},
    weights::{EXACT, Fit, fit},
};

/// The latent variables of each customer.
#[derive(Debug, Clone, PartialEq)]
pub struct Scores {
    /// Which of the answers' rows they are, from 0.
    pub rows: Vec<usize>,
    /// For each row and latent variable, in standard deviations from the mean.
    pub standardized: Vec<Vec<f64>>,
    /// For each row and latent variable, from 0 to 100; none where the latent variable has no index.
    pub index: Vec<Vec<Option<f64>>>,
}

/// Scores every customer. Costs a fit and a pass over the rows.
pub fn scores(model: &Model, answers: &Answers, options: &Options) -> Result<Scores, IndexError> {
    let plan = Plan::of(model);
    let named = |fault: Fault| fault.named(model, &plan);
    let prepared = prepare(model, answers, options)?;
    let fit = fit(&plan, &prepared.covariance, options.scheme, EXACT).map_err(named)?;
    let rulers: Vec<Option<Ruler>> =
        (0..plan.latents()).map(|latent| Ruler::of(model, &plan, &prepared, &fit, latent)).collect();
    let score = |row: &[f64]| {
        let blocks = plan.blocks.iter();
        blocks.map(|block| block.clone().map(|i| row[i] * fit.weights[i]).sum::<f64>()).collect::<Vec<_>>()
    };
    let measure = |row: &[f64]| {
        let places = rulers.iter().enumerate();
        places
            .map(|(latent, ruler)| ruler.as_ref().map(|ruler| ruler.measure(&plan, &prepared, latent, row)))
            .collect()
    };
    Ok(Scores {
        standardized: prepared.rows.iter().map(score).collect(),
        index: prepared.rows.iter().map(measure).collect(),
        rows: prepared.kept.clone(),
    })
}

/// What turns the answers to the indicators of one latent variable into an index from 0 to 100.
pub(super) struct Ruler {
    /// Per point of each answer, adding to 1.
    pub weights: Vec<f64>,
    scale: Scale,
}

impl Ruler {
    /// By unstandardised weights. None without a scale, or when weights cancel out.
    pub fn of(model: &Model, plan: &Plan, prepared: &Prepared, fit: &Fit, latent: usize) -> Option<Self> {
        let scale = model.latents()[latent].scale?;
        let per_point = plan.blocks[latent].clone().map(|i| fit.weights[i] / prepared.units[i]);
        Some(Self { weights: shares(&per_point.collect::<Vec<_>>())?, scale })
    }

    /// By standardised weights, which some packages use on answers that are not standardised.
    pub fn standardized(
        model: &Model,
        plan: &Plan,
        prepared: &Prepared,
        fit: &Fit,
        latent: usize,
    ) -> Option<Self> {
        let scale = model.latents()[latent].scale?;
        let per_deviation =
            plan.blocks[latent].clone().map(|i| fit.weights[i] * prepared.deviations[i] / prepared.units[i]);
        Some(Self { weights: shares(&per_deviation.collect::<Vec<_>>())?, scale })
    }

    /// The mean over all customers.
    pub fn mean(&self, plan: &Plan, prepared: &Prepared, latent: usize) -> f64 {
        self.place(
            plan.blocks[latent].clone().zip(&self.weights).map(|(i, weight)| weight * prepared.means[i]),
        )
    }

    /// The standard deviation over all customers.
    pub fn deviation(&self, plan: &Plan, prepared: &Prepared, latent: usize) -> f64 {
        let weighted =
            || plan.blocks[latent].clone().zip(&self.weights).map(|(i, w)| (i, w * prepared.units[i]));
        let row = |(i, a): (usize, f64)| {
            weighted().map(move |(j, b)| a * b * prepared.covariance[(i, j)]).sum::<f64>()
        };
        let variance: f64 = weighted().map(row).sum();
        100.0 * variance.max(0.0).sqrt() / (self.scale.highest - self.scale.lowest)
    }

    /// One customer, from a row that is centred and in its units.
    fn measure(&self, plan: &Plan, prepared: &Prepared, latent: usize, row: &[f64]) -> f64 {
        let answer = |i: usize| prepared.means[i] + row[i] * prepared.units[i];
        self.place(plan.blocks[latent].clone().zip(&self.weights).map(|(i, weight)| weight * answer(i)))
    }

    fn place(&self, weighted: impl Iterator<Item = f64>) -> f64 {
        let Scale { lowest, highest } = self.scale;
        100.0 * (weighted.sum::<f64>() - lowest) / (highest - lowest)
    }
}

/// The weights divided by their sum; none when they cancel out.
fn shares(weights: &[f64]) -> Option<Vec<f64>> {
    let sum: f64 = weights.iter().sum();
    let size: f64 = weights.iter().map(|weight| weight.abs()).sum();
    if !sum.is_normal() || sum.abs() < 1e-6 * size {
        return None;
    }
    Some(weights.iter().map(|weight| weight / sum).collect())
}
