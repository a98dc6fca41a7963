use serde_json::Value;
use ting_methods::index::{Index, Missing, Options, Scheme, Standardize, scores};

use crate::survey::{answers, fit, golden, mobi, mobi_model, near, rows};

const TOLERANCE: f64 = 1e-8;

fn options(scheme: Scheme, standardize: Standardize) -> Options {
    Options { scheme, standardize, ..Options::default() }
}

/// What all goldens of a whole fit have.
fn compare(found: &Index, golden: &Value, tolerance: f64) {
    assert_eq!(found.n, 250);
    near("GoF", found.gof, &golden["gof_multi_item_blocks"], tolerance);
    near("GoF of all", Some(found.gof_all_blocks), &golden["gof_all_blocks"], tolerance);
    for outer in &found.outer {
        let name = outer.indicator.as_str();
        near(name, Some(outer.weight), &golden["weights"][name], tolerance);
        near(name, Some(outer.loading), &golden["loadings"][name], tolerance);
        for (latent, cross) in found.latent.iter().zip(&outer.cross_loadings) {
            near(name, Some(*cross), &golden["crossloadings"][name][&latent.name], tolerance);
        }
    }
    for path in &found.paths {
        let name = format!("{}->{}", path.from, path.to);
        near(&name, Some(path.value), &golden["paths"][&name], tolerance);
        let ols = &golden["structural_ols"][&name];
        near(&name, path.regression.ols_se, &ols["se"], tolerance);
        near(&name, path.regression.t, &ols["t"], 100.0 * tolerance);
        near(&name, Some(path.regression.vif), &ols["vif"], tolerance);
        near(&name, path.regression.f_squared, &ols["f2"], tolerance);
    }
    let effects = golden["total_effects"].as_object().unwrap();
    assert_eq!(found.total_effects.len(), effects.len());
    for effect in &found.total_effects {
        near("effect", Some(effect.value), &effects[&format!("{}->{}", effect.from, effect.to)], tolerance);
    }
    for (at, latent) in found.latent.iter().enumerate() {
        let name = latent.name.as_str();
        near(name, latent.r_squared, &golden["r2"][name], tolerance);
        near(name, latent.r_squared_adjusted, &golden["r2_adj"][name], tolerance);
        near(name, Some(latent.communality), &golden["communality"][name], tolerance);
        near(name, latent.redundancy, &golden["redundancy"][name], tolerance);
        near(name, latent.sqrt_ave, &golden["fornell_larcker_sqrt_ave"][name], tolerance);
        for (other, correlation) in found.latent.iter().zip(&found.latent_correlations[at]) {
            near(name, Some(*correlation), &golden["latent_correlations"][name][&other.name], tolerance);
        }
        let (reliability, expected) = (&latent.reliability, &golden["reliability"][name]);
        near(name, reliability.alpha, &expected["alpha_std"], tolerance);
        near(name, reliability.alpha_raw, &expected["alpha_raw"], tolerance);
        near(name, reliability.rho_c, &expected["rho_C"], tolerance);
        near(name, reliability.ave, &expected["AVE"], tolerance);
        near(name, reliability.dg_rho, &expected["dg_rho_pca"], tolerance);
        near(name, reliability.eigenvalue1, &expected["eig1"], tolerance);
        near(name, reliability.eigenvalue2, &expected["eig2"], tolerance);
    }
    for pair in &found.htmt {
        let name = format!("{}~{}", pair.first, pair.second);
        near(&name, pair.value, &golden["htmt"][&name], tolerance);
    }
}

/// What is reckoned from unstandardised weights.
fn compare_index(found: &Index, golden: &Value) {
    for latent in &found.latent {
        let name = latent.name.as_str();
        near(name, latent.reliability.rho_a, &golden["reliability"][name]["rho_A"], TOLERANCE);
        near(name, latent.index, &golden["csi"]["index"][name], 1e-7);
        near(name, latent.index_sd, &golden["csi"]["individual_sd"][name], 1e-7);
        near(name, latent.index_standardized, &golden["csi"]["index_std_weights"][name], 1e-7);
    }
    for outer in &found.outer {
        let expected = &golden["csi"]["unstd_normalised_weights"][&outer.indicator];
        near(&outer.indicator, outer.index_weight, expected, TOLERANCE);
    }
    for effect in &found.total_effects {
        let expected = &golden["ipma"][&effect.to][&effect.from]["importance_unstd_total"];
        near(&effect.from, effect.importance, expected, 1e-7);
    }
}

#[test]
fn standardised_items_agree_with_the_reference() {
    for (scheme, file) in [(Scheme::Path, "path.json"), (Scheme::Centroid, "centroid.json")] {
        let (found, golden) = (mobi(&options(scheme, Standardize::Item)), golden(file));
        compare(&found, &golden, TOLERANCE);
        compare_index(&found, &golden);
    }
}

#[test]
fn raw_items_agree_with_the_reference_and_the_published_table() {
    let (found, golden) = (mobi(&options(Scheme::Centroid, Standardize::Raw)), golden("raw_centroid.json"));
    compare(&found, &golden, TOLERANCE);
    // Tenenhaus and others (2005), three and four decimals.
    let published = [0.243, 0.297, 0.335, 0.672, 0.292, 0.432];
    for (latent, published) in found.latent.iter().filter(|latent| latent.r_squared.is_some()).zip(published)
    {
        assert!((latent.r_squared.unwrap() - published).abs() < 5e-4, "{}", latent.name);
    }
    assert!((found.gof.unwrap() - 0.4645).abs() < 5e-5);
    for latent in &found.latent {
        // Raw weights are per point as they are; the README beside the file says more.
        near(&latent.name, latent.index, &golden["csi"]["index_std_weights"][&latent.name], 1e-7);
    }
    for effect in &found.total_effects {
        let expected = &golden["ipma"][&effect.to][&effect.from]["importance_unstd_total_stdw"];
        near(&effect.from, effect.importance, expected, 1e-7);
    }
}

#[test]
fn a_commercial_package_prints_the_same() {
    let golden = golden("smartpls2.json");
    for (scheme, name) in [(Scheme::Path, "path"), (Scheme::Centroid, "centroid")] {
        let (found, golden) = (mobi(&options(scheme, Standardize::Item)), &golden[name]);
        for outer in &found.outer {
            near(name, Some(outer.weight), &golden["weights"][&outer.indicator], 1e-6);
            for (latent, cross) in found.latent.iter().zip(&outer.cross_loadings) {
                near(name, Some(*cross), &golden["crossloadings"][&outer.indicator][&latent.name], 1e-6);
            }
        }
        for path in &found.paths {
            near(name, Some(path.value), &golden["paths"][format!("{}->{}", path.from, path.to)], 1e-6);
        }
        for effect in &found.total_effects {
            let expected = &golden["total_effects"][format!("{}->{}", effect.from, effect.to)];
            near(name, Some(effect.value), expected, 1e-6);
        }
    }
}

#[test]
fn consistent_paths_agree_with_the_reference() {
    let (found, golden) = (mobi(&Options::default()), golden("plsc.json"));
    let consistent = found.consistent.unwrap();
    for (path, value) in found.paths.iter().zip(&consistent.paths) {
        near(&path.from, Some(*value), &golden["paths"][format!("{}->{}", path.from, path.to)], TOLERANCE);
    }
    for (at, latent) in found.latent.iter().enumerate() {
        near(&latent.name, consistent.r_squared[at], &golden["r2"][&latent.name], TOLERANCE);
        for (other, correlation) in found.latent.iter().zip(&consistent.latent_correlations[at]) {
            let expected = &golden["consistent_correlations"][&latent.name][&other.name];
            near(&latent.name, Some(*correlation), expected, TOLERANCE);
        }
    }
}

#[test]
fn missing_answers_are_filled_or_left_out_as_in_the_reference() {
    let (model, golden) = (mobi_model(), golden("missing.json"));
    let rows = rows(&model, "mobi_missing.csv");
    for (missing, name, n) in [(Missing::Mean, "mean_replacement", 250), (Missing::Listwise, "listwise", 196)]
    {
        let found = fit(&model, &rows, &Options { missing, ..Options::default() }).unwrap();
        assert_eq!((found.n, found.rows_left_out), (n, 250 - n));
        near(name, found.gof, &golden[name]["gof"], TOLERANCE);
        for path in &found.paths {
            let expected = &golden[name]["paths"][format!("{}->{}", path.from, path.to)];
            near(name, Some(path.value), expected, TOLERANCE);
        }
        for latent in &found.latent {
            near(name, latent.r_squared, &golden[name]["r2"][&latent.name], TOLERANCE);
        }
    }
}

#[test]
fn every_customer_has_a_score() {
    let (model, golden) = (mobi_model(), golden("path.json"));
    let scores = scores(&model, &answers(&model, &rows(&model, "mobi.csv")), &Options::default()).unwrap();
    assert_eq!(scores.rows, (0..250).collect::<Vec<_>>());
    for (at, latent) in model.latents().iter().enumerate() {
        for row in 0..5 {
            near(
                &latent.name,
                Some(scores.standardized[row][at]),
                &golden["scores_first"][&latent.name][row],
                TOLERANCE,
            );
            let index = &golden["csi"]["individual_scores_first"][&latent.name][row];
            near(&latent.name, scores.index[row][at], index, 1e-7);
        }
        near(
            &latent.name,
            Some(scores.standardized[249][at]),
            &golden["scores_last"][&latent.name],
            TOLERANCE,
        );
    }
}
