use faer::{Mat, Side};
use statrs::distribution::{ContinuousCDF as _, StudentsT};

use crate::number::len_f64;
use crate::stats::{Cholesky, Square};

/// An ordinary regression from correlations; the outcome is the last variable.
pub(super) struct Regression {
    pub r_squared: f64,
    /// Standardised coefficients.
    pub beta: Vec<f64>,
    pub beta_se: Vec<f64>,
    pub vif: Vec<f64>,
    /// Degrees of freedom left.
    pub free: f64,
}

impl Regression {
    /// The place of a driver that depends on those before it, if one does. `rows` is more than the drivers and one.
    pub fn of(correlations: &Square, rows: usize) -> Result<Self, usize> {
        let drivers = correlations.side() - 1;
        let all: Vec<usize> = (0..drivers).collect();
        let mut factor = Cholesky::default();
        factor.factor(correlations, &all)?;
        let mut beta: Vec<f64> = all.iter().map(|at| correlations[(*at, drivers)]).collect();
        factor.solve(&mut beta);
        let explained = beta.iter().enumerate().map(|(at, beta)| beta * correlations[(at, drivers)]);
        let r_squared = explained.sum::<f64>().clamp(0.0, 1.0);
        let free = len_f64(rows.saturating_sub(drivers + 1));
        let vif = factor.inverse_diagonal();
        let beta_se = vif.iter().map(|vif| ((1.0 - r_squared) / free * vif).sqrt()).collect();
        Ok(Self { r_squared, beta, beta_se, vif, free })
    }

    /// t of a coefficient and its two-sided probability; none when nothing is left unexplained.
    pub fn t(&self, at: usize) -> (Option<f64>, Option<f64>) {
        if self.r_squared > 1.0 - 1e-12 {
            return (None, None);
        }
        let t = self.beta[at] / self.beta_se[at];
        let distribution = StudentsT::new(0.0, 1.0, self.free).ok();
        let p = distribution.map(|distribution| 2.0 * distribution.sf(t.abs()));
        (t.is_finite().then_some(t), p.filter(|_| t.is_finite()))
    }

    /// What a driver adds after all others.
    pub fn last(&self, at: usize) -> f64 {
        self.beta[at] * self.beta[at] / self.vif[at]
    }
}

/// Johnson's relative weights: R² shared through the nearest variables that do not go together. None when the correlations
/// have no eigenvalues.
pub(super) fn relative_weights(correlations: &Square) -> Option<Vec<f64>> {
    let drivers = correlations.side() - 1;
    let matrix = Mat::from_fn(drivers, drivers, |i, j| correlations[(i, j)]);
    let decomposition = matrix.self_adjoint_eigen(Side::Lower).ok()?;
    let (values, vectors) = (decomposition.S().column_vector(), decomposition.U());
    let through = |i: usize, j: usize, power: f64| {
        let term = |k: usize| vectors[(i, k)] * values[k].max(0.0).powf(power) * vectors[(j, k)];
        (0..drivers).map(term).sum::<f64>()
    };
    let apart =
        |j: usize| (0..drivers).map(|i| through(i, j, -0.5) * correlations[(i, drivers)]).sum::<f64>();
    let apart: Vec<f64> = (0..drivers).map(apart).collect();
    let weight = |i: usize| (0..drivers).map(|j| (through(i, j, 0.5) * apart[j]).powi(2)).sum::<f64>();
    let weights: Vec<f64> = (0..drivers).map(weight).collect();
    weights.iter().all(|weight| weight.is_finite()).then_some(weights)
}
