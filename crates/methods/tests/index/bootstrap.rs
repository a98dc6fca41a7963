use serde_json::Value;
use ting_methods::index::{Bootstrap, Index, Options};
use ting_methods::stats::Spread;

use crate::survey::{golden, mobi, near};

fn resampled(samples: usize, seed: u64) -> Index {
    mobi(&Options { bootstrap: Some(Bootstrap { samples, seed }), ..Options::default() })
}

/// Every estimate with its spread, by the names of the golden files.
fn spreads(found: &Index) -> Vec<(&'static str, String, Spread)> {
    let mut all = Vec::new();
    all.extend(found.paths.iter().map(|path| ("paths", format!("{}->{}", path.from, path.to), path.spread)));
    all.extend(
        found
            .total_effects
            .iter()
            .map(|effect| ("total", format!("{}->{}", effect.from, effect.to), effect.spread)),
    );
    all.extend(
        found.outer.iter().map(|outer| ("loadings", outer.indicator.clone(), outer.loading_spread.unwrap())),
    );
    all.extend(
        found.outer.iter().map(|outer| ("weights", outer.indicator.clone(), outer.weight_spread.unwrap())),
    );
    let explained =
        found.latent.iter().filter_map(|latent| Some(("r2", latent.name.clone(), latent.r_squared_spread?)));
    all.extend(explained);
    all.extend(
        found.htmt.iter().map(|pair| ("htmt", format!("{}~{}", pair.first, pair.second), pair.spread)),
    );
    all
}

#[test]
fn drawing_the_rows_that_others_drew_gives_their_standard_errors() {
    let golden = golden("boot_fixed_indices.json");
    let found = resampled(200, 20_250_101);
    assert_eq!(found.bootstrap.unwrap().failed, 0);
    let mut compared = 0;
    for (kind, name, spread) in spreads(&found) {
        let expected = &golden[kind][&name];
        if expected.is_null() {
            // A single indicator is its latent variable in every sample.
            assert!(spread.se.unwrap() < 1e-12, "{kind} {name}");
            continue;
        }
        compared += 1;
        near(&name, spread.se, &expected["se"], 1e-7);
        near(&name, spread.low, &expected["q025"], 1e-7);
        near(&name, spread.high, &expected["q975"], 1e-7);
    }
    let known = |kind: &str| golden[kind].as_object().unwrap().len();
    assert_eq!(
        compared,
        ["paths", "total", "loadings", "weights", "r2", "htmt"].map(known).iter().sum::<usize>()
    );
}

#[test]
fn other_seeds_give_the_same_within_chance() {
    let golden = golden("boot_mc.json");
    let samples = 3000.0;
    for (kind, name, spread) in spreads(&resampled(3000, 5)) {
        let expected = &golden[kind][&name];
        let Some(se) = expected["se"].as_f64() else { continue };
        let number = |key: &str| expected[key].as_f64().unwrap();
        let chance = 4.0 * ((number("kurtosis") - 1.0) / 4.0 * (1.0 / samples + 1.0 / 20_000.0)).sqrt();
        assert!((spread.se.unwrap() / se - 1.0).abs() <= chance, "{kind} {name}: {spread:?} beside {se}");
        let ends = 4.0 * se / f64::sqrt(samples) * 2.7;
        for (found, key) in [(spread.low, "q025"), (spread.high, "q975")] {
            assert!((found.unwrap() - number(key)).abs() <= ends, "{kind} {name} {key}: {found:?}");
        }
    }
}

#[test]
fn a_seed_gives_the_same_whatever_the_threads() {
    let on = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| resampled(100, 9))
    };
    let (one, three) = (on(1), on(3));
    assert_eq!(one, three);
    assert_ne!(one.paths[0].spread, resampled(100, 10).paths[0].spread);
}

#[test]
fn corrected_intervals_lie_near_the_plain_ones() {
    for (kind, name, spread) in spreads(&resampled(1000, 2)) {
        let (Some(low), Some(high)) = (spread.bca_low, spread.bca_high) else { continue };
        let se = spread.se.unwrap();
        assert!(low <= high, "{kind} {name}");
        // Bias and skewness move the ends by parts of a standard error, not by several.
        for (corrected, plain) in [(low, spread.low.unwrap()), (high, spread.high.unwrap())] {
            assert!((corrected - plain).abs() <= 2.0 * se + 1e-12, "{kind} {name}: {spread:?}");
        }
    }
}

#[test]
fn the_answer_survives_being_written_and_read() {
    let found = resampled(20, 1);
    let text = serde_json::to_string(&found).unwrap();
    let value: Value = serde_json::from_str(&text).unwrap();
    assert!(value["paths"][0]["se"].is_f64() && value["paths"][0]["low"].is_f64());
    let read: Index = serde_json::from_str(&text).unwrap();
    assert_eq!(read.paths.len(), found.paths.len());
    let plain = serde_json::to_value(mobi(&Options::default())).unwrap();
    assert!(plain["paths"][0]["se"].is_null() && plain["paths"][0].as_object().unwrap().contains_key("se"));
}
