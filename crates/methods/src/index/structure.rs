use serde::{Deserialize, Serialize};
use statrs::distribution::{ContinuousCDF as _, StudentsT};

use super::plan::{Fault, Plan};
use crate::number::len_f64;
use crate::stats::{Cholesky, Square};

/// What latent variables do to each other.
#[derive(Debug, Clone)]
pub(super) struct Structure {
    /// Row: what is caused; column: the cause.
    pub coefficients: Square,
    /// Row: what is caused; column: the cause. Direct and indirect effects together.
    pub totals: Square,
    /// Explained share of each latent variable; none for those without a cause.
    pub r_squared: Vec<Option<f64>>,
}

/// Regresses each latent variable on its causes; only their correlations are needed.
pub(super) fn structure(plan: &Plan, latent: &Square, factor: &mut Cholesky) -> Result<Structure, Fault> {
    let latents = plan.latents();
    let mut found = Structure {
        coefficients: Square::zeros(latents),
        totals: Square::zeros(latents),
        r_squared: vec![None; latents],
    };
    let mut coefficients = Vec::new();
    for to in plan.order.iter().copied().filter(|latent| !plan.causes[*latent].is_empty()) {
        let causes = &plan.causes[to];
        factor
            .factor(latent, causes)
            .map_err(|at| Fault::DependentCauses { latent: to, cause: causes[at] })?;
        coefficients.clear();
        coefficients.extend(causes.iter().map(|cause| latent[(*cause, to)]));
        factor.solve(&mut coefficients);
        let mut explained = 0.0;
        for (cause, coefficient) in causes.iter().zip(&coefficients) {
            found.coefficients[(to, *cause)] = *coefficient;
            explained += coefficient * latent[(*cause, to)];
            // Causes come first in the order, so what stands behind the cause is known.
            for behind in 0..latents {
                let through = coefficient * found.totals[(*cause, behind)];
                found.totals[(to, behind)] += through;
            }
            found.totals[(to, *cause)] += coefficient;
        }
        found.r_squared[to] = Some(explained);
    }
    Ok(found)
}

/// What ordinary least squares says of one path.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Regression {
    /// Standard error of the coefficient if scores were measured; none without degrees of freedom.
    pub ols_se: Option<f64>,
    pub t: Option<f64>,
    /// Two-sided probability of a coefficient this far from zero by chance.
    pub p: Option<f64>,
    /// Variance inflation by the other causes; 1 is none.
    pub vif: f64,
    /// Cohen's effect size f²: what the cause adds beside the unexplained; none when nothing is unexplained.
    pub f_squared: Option<f64>,
}

/// The regression of each path, in the order of the model.
pub(super) fn regressions(
    plan: &Plan,
    latent: &Square,
    structure: &Structure,
    rows: usize,
    factor: &mut Cholesky,
) -> Result<Vec<Regression>, Fault> {
    let mut inflation = Square::zeros(plan.latents());
    for (to, causes) in plan.causes.iter().enumerate().filter(|(_, causes)| !causes.is_empty()) {
        factor
            .factor(latent, causes)
            .map_err(|at| Fault::DependentCauses { latent: to, cause: causes[at] })?;
        for (cause, vif) in causes.iter().zip(factor.inverse_diagonal()) {
            inflation[(to, *cause)] = vif;
        }
    }
    let regression = |(from, to): &(usize, usize)| {
        let free = rows.checked_sub(plan.causes[*to].len() + 1).filter(|free| *free > 0);
        // Rounding must not explain more than there is.
        let unexplained = (1.0 - structure.r_squared[*to].unwrap_or_default()).max(0.0);
        let coefficient = structure.coefficients[(*to, *from)];
        one(coefficient, inflation[(*to, *from)], unexplained, free)
    };
    Ok(plan.paths.iter().map(regression).collect())
}

fn one(coefficient: f64, vif: f64, unexplained: f64, free: Option<usize>) -> Regression {
    let explained_all = unexplained < 1e-12;
    let free = free.map(len_f64);
    let ols_se = free.map(|free| (unexplained / free * vif).sqrt());
    let t = ols_se.filter(|_| !explained_all).map(|se| coefficient / se).filter(|t| t.is_finite());
    let p = t.zip(free).and_then(|(t, free)| {
        let distribution = StudentsT::new(0.0, 1.0, free).ok()?;
        Some(2.0 * distribution.sf(t.abs()))
    });
    let f_squared = (!explained_all).then(|| coefficient * coefficient / (vif * unexplained));
    Regression { ols_se, t, p, vif, f_squared }
}

/// R² corrected for the number of causes; none without degrees of freedom.
pub(super) fn adjusted(r_squared: f64, rows: usize, causes: usize) -> Option<f64> {
    let free = rows.checked_sub(causes + 1).filter(|free| *free > 0)?;
    Some(1.0 - (1.0 - r_squared) * len_f64(rows.checked_sub(1)?) / len_f64(free))
}
