use super::{
    plan::Plan,
    reliability::Reliability,
    result::Consistent,
    structure::{Structure, structure},
};
use crate::stats::{Cholesky, Square};

/// Corrects correlations for attenuation by rho_A, for reflective latent variables of several indicators, and regresses
/// again. None when a rho_A is not above zero or the corrected correlations are none.
pub(super) fn consistent(plan: &Plan, latent: &Square, reliabilities: &[Reliability]) -> Option<Consistent> {
    let quality = |at: usize| {
        if plan.formative[at] || plan.blocks[at].len() == 1 {
            return Some(1.0);
        }
        reliabilities[at].rho_a.filter(|rho| *rho > 1e-9).map(f64::sqrt)
    };
    let qualities: Vec<f64> = (0..plan.latents()).map(quality).collect::<Option<_>>()?;
    let mut corrected = latent.clone();
    for row in 0..plan.latents() {
        for column in (0..plan.latents()).filter(|column| *column != row) {
            corrected[(row, column)] /= qualities[row] * qualities[column];
        }
    }
    let Structure { coefficients, r_squared, .. } =
        structure(plan, &corrected, &mut Cholesky::default()).ok()?;
    if r_squared.iter().flatten().any(|explained| *explained > 1.0 + 1e-9) {
        return None;
    }
    Some(Consistent {
        paths: plan.paths.iter().map(|(from, to)| coefficients[(*to, *from)]).collect(),
        r_squared,
        latent_correlations: (0..plan.latents()).map(|row| corrected.row(row).to_vec()).collect(),
    })
}
