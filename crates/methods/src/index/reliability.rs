use std::ops::Range;

use faer::{Mat, Side};
use serde::{Deserialize, Serialize};

use super::{plan::Plan, prepare::Prepared, weights::Fit};
use crate::number::len_f64;
use crate::stats::Square;

/// How well the indicators of one latent variable agree. All are 1 for a single indicator; none where a formula has no value.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Reliability {
    /// Cronbach's alpha of the standardised indicators.
    pub alpha: Option<f64>,
    /// Cronbach's alpha of the indicators as they were answered.
    pub alpha_raw: Option<f64>,
    /// Dijkstra and Henseler.
    pub rho_a: Option<f64>,
    /// Composite reliability from loadings (Jöreskog).
    pub rho_c: Option<f64>,
    /// Average variance extracted: the mean of the squared loadings.
    pub ave: Option<f64>,
    /// Dillon and Goldstein's rho from the first principal component.
    pub dg_rho: Option<f64>,
    /// The two greatest eigenvalues of the indicators' correlations; one scale has one above 1.
    pub eigenvalue1: Option<f64>,
    pub eigenvalue2: Option<f64>,
}

pub(super) fn reliability(plan: &Plan, prepared: &Prepared, fit: &Fit, latent: usize) -> Reliability {
    let block = plan.blocks[latent].clone();
    let k = len_f64(block.len());
    let loadings: Vec<f64> = block.clone().map(|indicator| fit.cross(indicator, latent)).collect();
    if loadings.len() == 1 {
        let one = Some(1.0);
        return Reliability {
            alpha: one,
            alpha_raw: one,
            rho_a: one,
            rho_c: one,
            ave: one,
            dg_rho: one,
            eigenvalue1: one,
            eigenvalue2: None,
        };
    }
    let (own, all) = variance_and_total(block.clone(), |i, j| {
        fit.items[(i, j)] * prepared.deviations[i] * prepared.deviations[j]
    });
    let mean_correlation = (sum(&fit.items, &block, &block) - k) / (k * (k - 1.0));
    let (eigenvalues, dg_rho) = principal(&fit.items, &block);
    Reliability {
        alpha: finite(k * mean_correlation / (1.0 + (k - 1.0) * mean_correlation)),
        alpha_raw: finite(k / (k - 1.0) * (1.0 - own / all)),
        rho_a: rho_a(prepared, fit, block),
        rho_c: composite(&loadings),
        ave: finite(loadings.iter().map(|loading| loading * loading).sum::<f64>() / k),
        dg_rho,
        eigenvalue1: eigenvalues.map(|pair| pair.0),
        eigenvalue2: eigenvalues.map(|pair| pair.1),
    }
}

/// A value that rounding or a vanishing divisor has not blown up.
fn finite(value: f64) -> Option<f64> {
    (value.is_finite() && value.abs() < 1e9).then_some(value)
}

fn variance_and_total(block: Range<usize>, covariance: impl Fn(usize, usize) -> f64) -> (f64, f64) {
    let own = block.clone().map(|i| covariance(i, i)).sum();
    let all = block.clone().flat_map(|i| block.clone().map(move |j| (i, j))).map(|(i, j)| covariance(i, j));
    (own, all.sum())
}

fn composite(loadings: &[f64]) -> Option<f64> {
    let sum: f64 = loadings.iter().sum();
    let unexplained: f64 = loadings.iter().map(|loading| 1.0 - loading * loading).sum();
    finite(sum * sum / (sum * sum + unexplained))
}

/// Needs weights of standardised indicators: a raw weight times the deviation of its indicator.
fn rho_a(prepared: &Prepared, fit: &Fit, block: Range<usize>) -> Option<f64> {
    let weight = |i: usize| fit.weights[i] * prepared.deviations[i] / prepared.units[i];
    let length: f64 = block.clone().map(|i| weight(i).powi(2)).sum();
    let (mut apart, mut expected) = (0.0, 0.0);
    for i in block.clone() {
        for j in block.clone().filter(|j| *j != i) {
            apart += weight(i) * weight(j) * fit.items[(i, j)];
            expected += (weight(i) * weight(j)).powi(2);
        }
    }
    finite(length * length * apart / expected)
}

fn principal(items: &Square, block: &Range<usize>) -> (Option<(f64, f64)>, Option<f64>) {
    let k = block.len();
    let matrix = Mat::from_fn(k, k, |i, j| items[(block.start + i, block.start + j)]);
    let Ok(decomposition) = matrix.self_adjoint_eigen(Side::Lower) else { return (None, None) };
    let (values, vectors) = (decomposition.S().column_vector(), decomposition.U());
    let (first, second) = (values[k - 1], values[k - 2]);
    let loadings: Vec<f64> = (0..k).map(|i| vectors[(i, k - 1)] * first.max(0.0).sqrt()).collect();
    (Some((first, second)), composite(&loadings))
}

fn sum(items: &Square, one: &Range<usize>, other: &Range<usize>) -> f64 {
    one.clone().map(|row| items.row(row)[other.clone()].iter().sum::<f64>()).sum()
}

/// The heterotrait-monotrait ratio of each pair of latent variables, by the absolute correlations of their indicators; a
/// single indicator agrees with itself by 1. Pairs in the order of [`pairs`]; none where indicators do not agree at all.
pub(super) fn htmt(plan: &Plan, items: &Square) -> Vec<Option<f64>> {
    let absolute = |one: &Range<usize>, other: &Range<usize>| {
        let row = |row: usize| items.row(row)[other.clone()].iter().map(|value| value.abs()).sum::<f64>();
        one.clone().map(row).sum::<f64>()
    };
    let within = |block: &Range<usize>| match block.len() {
        1 => 1.0,
        k => (absolute(block, block) - len_f64(k)) / len_f64(k * (k - 1)),
    };
    let within: Vec<f64> = plan.blocks.iter().map(within).collect();
    let ratio = |(one, other): (usize, usize)| {
        let (a, b) = (&plan.blocks[one], &plan.blocks[other]);
        finite(absolute(a, b) / len_f64(a.len() * b.len()) / (within[one] * within[other]).sqrt())
    };
    pairs(plan.latents()).map(ratio).collect()
}

/// All pairs, the earlier first.
pub(super) fn pairs(latents: usize) -> impl Iterator<Item = (usize, usize)> {
    (0..latents).flat_map(|later| (0..later).map(move |earlier| (earlier, later)))
}
