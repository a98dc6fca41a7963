use std::path::Path;

use serde_json::Value;
use ting_methods::drivers::{Drivers, Options, Quadrant};
use ting_methods::index::{Bootstrap, Scale};

use crate::weigh;

const TOLERANCE: f64 = 1e-9;

fn golden() -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/drivers.json");
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// The rows of the mobile-phone survey by columns.
fn survey() -> impl Fn(&str, usize) -> f64 {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/index/mobi.csv");
    let mut reader = csv::Reader::from_path(path).unwrap();
    let headers: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
    let rows: Vec<Vec<f64>> =
        reader.records().map(|row| row.unwrap().iter().map(|cell| cell.parse().unwrap()).collect()).collect();
    move |column: &str, row: usize| rows[row][headers.iter().position(|header| header == column).unwrap()]
}

fn compare(found: &Drivers, golden: &Value) {
    let near = |what: &str, found: f64, expected: &Value| {
        let expected = expected.as_f64().unwrap();
        assert!(
            (found - expected).abs() <= TOLERANCE * (1.0 + expected.abs()),
            "{what}: {found} for {expected}"
        );
    };
    assert_eq!(found.n, 250);
    near("R²", found.r_squared, &golden["r2"]);
    near("adjusted", found.r_squared_adjusted, &golden["r2_adj"]);
    near("intercept", found.intercept, &golden["intercept"]);
    for driver in &found.drivers {
        let name = driver.name.as_str();
        near(name, driver.importance, &golden["lmg_shapley"][name]);
        near(name, driver.share.unwrap(), &golden["lmg_share"][name]);
        near(name, driver.coefficient, &golden["b"][name]);
        near(name, driver.coefficient_se, &golden["se"][name]);
        near(name, driver.t.unwrap(), &golden["t"][name]);
        near(name, driver.beta, &golden["beta_std"][name]);
        near(name, driver.correlation, &golden["correlation"][name]);
        near(name, driver.vif, &golden["vif"][name]);
        near(name, driver.first, &golden["first"][name]);
        near(name, driver.last, &golden["last"][name]);
        near(name, driver.pratt, &golden["pratt"][name]);
        near(name, driver.johnson.unwrap(), &golden["johnson_relative_weights"][name]);
    }
}

const ITEMS: [&str; 7] = ["PERQ1", "PERQ2", "PERQ3", "PERQ4", "PERQ5", "PERQ6", "PERQ7"];

fn items() -> Vec<Vec<f64>> {
    let cell = survey();
    (0..250).map(|row| ITEMS.iter().chain(&["CUSA1"]).map(|column| cell(column, row)).collect()).collect()
}

#[test]
fn items_agree_with_the_reference() {
    compare(&weigh(&ITEMS, &items(), &Options::default()).unwrap(), &golden()["drivers_PERQ_items_to_CUSA1"]);
}

#[test]
fn means_of_items_agree_with_the_reference() {
    let cell = survey();
    let mean = |prefix: &str, count: usize, row: usize| {
        let sum: f64 = (1..=count).map(|at| cell(&format!("{prefix}{at}"), row)).sum();
        sum / f64::from(u8::try_from(count).unwrap())
    };
    let blocks = [("IMAG", 5), ("CUEX", 3), ("PERQ", 7), ("PERV", 2), ("CUSA", 3)];
    let rows: Vec<Vec<f64>> = (0..250)
        .map(|row| blocks.iter().map(|(prefix, count)| mean(prefix, *count, row)).collect())
        .collect();
    let found = weigh(&["IMAG", "CUEX", "PERQ", "PERV"], &rows, &Options::default()).unwrap();
    compare(&found, &golden()["drivers_blocks_to_CUSA_mean"]);
}

#[test]
fn the_map_is_cut_where_the_reference_cuts_it() {
    let options = Options { scale: Some(Scale { lowest: 1.0, highest: 10.0 }), bootstrap: None };
    let (found, golden) = (weigh(&ITEMS, &items(), &options).unwrap(), &golden()["ipm_PERQ_lmg_vs_mean100"]);
    assert!((found.importance_mean - golden["importance_mean"].as_f64().unwrap()).abs() < TOLERANCE);
    assert!((found.performance_mean - golden["performance_mean"].as_f64().unwrap()).abs() < TOLERANCE);
    for driver in &found.drivers {
        let point = &golden["points"][&driver.name];
        assert!(
            (driver.performance - point["performance"].as_f64().unwrap()).abs() < TOLERANCE,
            "{}",
            driver.name
        );
        let expected = match &point["quadrant"].as_str().unwrap()[..2] {
            "Q1" => Quadrant::Weakness,
            "Q2" => Quadrant::Strength,
            "Q3" => Quadrant::Opportunity,
            _ => Quadrant::OverServed,
        };
        assert_eq!(driver.quadrant, expected, "{}", driver.name);
    }
}

#[test]
fn intervals_hold_the_share_and_hang_on_the_seed() {
    let with = |seed| Options { bootstrap: Some(Bootstrap { samples: 500, seed }), ..Options::default() };
    let found = weigh(&ITEMS, &items(), &with(1)).unwrap();
    for driver in &found.drivers {
        let (low, high) = (driver.spread.low.unwrap(), driver.spread.high.unwrap());
        assert!(low < driver.share.unwrap() && driver.share.unwrap() < high, "{driver:?}");
        assert!(driver.spread.bca_low.unwrap() < driver.spread.bca_high.unwrap());
    }
    assert_eq!(found, weigh(&ITEMS, &items(), &with(1)).unwrap());
    assert_ne!(found.drivers[0].spread, weigh(&ITEMS, &items(), &with(2)).unwrap().drivers[0].spread);
}
