use super::{Index, Mode, Model, Sign};

/// Conventional limits: Henseler and others (2015) for HTMT, Hair and others for the rest.
const LEAST_RELIABILITY: f64 = 0.7;
const LEAST_AVE: f64 = 0.5;
const MOST_HTMT: f64 = 0.9;
const MOST_VIF: f64 = 5.0;

/// Says in plain words what a reader should know before trusting the numbers.
pub(super) fn warnings(model: &Model, found: &Index, beyond: &[usize]) -> Vec<String> {
    let mut told = Vec::new();
    told.extend(rows(found));
    for (indicator, count) in model.indicators().zip(beyond).filter(|(_, count)| **count > 0) {
        told.push(format!("{count} answers to {indicator} lie beyond the scale that the model gives it"));
    }
    paths(model, found, &mut told);
    latents(model, found, &mut told);
    for pair in &found.htmt {
        if let Some(ratio) = pair.value.filter(|ratio| *ratio >= MOST_HTMT) {
            told.push(format!(
                "{} and {} are hardly two things: HTMT {ratio:.2} is not below {MOST_HTMT}",
                pair.first, pair.second
            ));
        }
    }
    if found.consistent.is_none() {
        told.push("consistent PLS has no solution: correlations corrected by rho_A are none".to_owned());
    }
    told
}

fn rows(found: &Index) -> Vec<String> {
    let mut told = Vec::new();
    if found.rows_left_out > 0 {
        told.push(format!("{} rows with a missing answer were left out", found.rows_left_out));
    }
    if found.answers_filled > 0 {
        told.push(format!(
            "{} missing answers were replaced by the mean of their column",
            found.answers_filled
        ));
    }
    // Ten rows for each path that leads to one latent variable is the least that is commonly asked for.
    let causes = |to: &str| found.paths.iter().filter(|path| path.to == to).count();
    let most = found.latent.iter().map(|latent| causes(&latent.name)).max().unwrap_or_default();
    if found.n < 10 * most {
        let needed = 10 * most;
        told.push(format!(
            "{} rows are few: ten for each cause of one latent variable make {needed}",
            found.n
        ));
    }
    if let Some(resampled) = found.bootstrap.filter(|resampled| resampled.failed > 0) {
        let failed = resampled.failed;
        told.push(format!(
            "{failed} of {} bootstrap samples could not be fitted; the others count",
            resampled.samples
        ));
    }
    told
}

fn paths(model: &Model, found: &Index, told: &mut Vec<String>) {
    for (causal, path) in model.paths().iter().zip(&found.paths) {
        let (from, to, value) = (&path.from, &path.to, path.value);
        let contrary = match causal.sign {
            Some(Sign::Positive) => value < 0.0,
            Some(Sign::Negative) => value > 0.0,
            None => false,
        };
        if contrary {
            let sure = if path.significant() == Some(true) { "" } else { ", though it may be chance" };
            told.push(format!("{from} → {to} is {value:.2}: the model expects the other sign{sure}"));
        }
        if path.regression.vif >= MOST_VIF {
            let vif = path.regression.vif;
            told.push(format!("{from} → {to} is uncertain: the causes of {to} go together (VIF {vif:.1})"));
        }
    }
}

fn latents(model: &Model, found: &Index, told: &mut Vec<String>) {
    for (latent, result) in model.latents().iter().zip(&found.latent) {
        let name = &result.name;
        if result.mode == Mode::A && latent.indicators.len() > 1 {
            let reliability = result.reliability;
            if let Some(rho) = reliability.rho_c.filter(|rho| *rho < LEAST_RELIABILITY) {
                told.push(format!(
                    "the indicators of {name} agree little: rho_C {rho:.2} is below {LEAST_RELIABILITY}"
                ));
            }
            if let Some(ave) = reliability.ave.filter(|ave| *ave < LEAST_AVE) {
                told.push(format!(
                    "{name} explains less than half of its indicators: AVE {ave:.2} is below {LEAST_AVE}"
                ));
            }
        }
        let outer = found.outer.iter().filter(|outer| outer.latent == *name);
        for indicator in outer.filter(|outer| outer.weight < 0.0) {
            told.push(format!(
                "{} counts against {name} (weight {:.2}): is the question turned around?",
                indicator.indicator, indicator.weight
            ));
        }
        match (result.index, latent.scale) {
            (None, None) => told.push(format!("{name} has no index: the model gives its questions no scale")),
            (None, Some(_)) => told.push(format!("{name} has no index: its weights cancel out")),
            (Some(index), _) if !(0.0..=100.0).contains(&index) => {
                told.push(format!(
                    "the index of {name}, {index:.1}, is beyond 0 to 100: check scale and weights"
                ));
            }
            _ => {}
        }
    }
}
