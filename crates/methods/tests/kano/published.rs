//! Figures from elsewhere: a package, an SQL course, a paper, and surveys evaluated in Python.

use serde_json::Value;
use ting_methods::kano::{Category, Counts, Fong, Rules, Table};

use crate::{Row, close, found};

fn golden() -> Value {
    serde_json::from_str(include_str!("../golden/kano.json")).unwrap()
}

fn letter(value: &Value) -> &str {
    value.as_str().unwrap_or("–")
}

#[track_caller]
fn same_counts(counts: &Counts, expected: &Value, tolerance: f64) {
    let rules = Rules::of(counts, 0.06);
    assert_eq!(rules.mode.letter(), letter(&expected["mode"]));
    assert_eq!(rules.near_tie.letter(), letter(&expected["near_tie"]));
    assert_eq!(rules.blauth.letter(), letter(&expected["blauth"]));
    close(counts.total_strength(), expected["total_strength"].as_f64(), tolerance);
    close(counts.category_strength(), expected["category_strength"].as_f64(), tolerance);
    close(counts.better(), expected["better"].as_f64(), tolerance);
    close(counts.worse(), expected["worse"].as_f64(), tolerance);
    close(counts.chi_squared().map(|test| test.statistic), expected["chi_squared"].as_f64(), tolerance);
    let fong = Fong::of(counts);
    assert_eq!(fong.map(|fong| fong.difference), expected["fong_difference"].as_u64());
    close(fong.map(|fong| fong.threshold), expected["fong_threshold"].as_f64(), tolerance);
    assert_eq!(fong.map(|fong| fong.significant), expected["fong_significant"].as_bool());
}

#[test]
fn the_five_published_requirements_come_out_as_printed() {
    let golden = golden();
    let tolerance = golden["tolerance"]["published"].as_f64().unwrap();
    for case in golden["published"].as_array().unwrap() {
        let counts: Counts = serde_json::from_value(case["counts"].clone()).unwrap();
        assert_eq!(counts.n(), 296);
        same_counts(&counts, case, tolerance);
    }
}

#[test]
fn random_surveys_come_out_as_elsewhere() {
    let golden = golden();
    let tolerance = golden["tolerance"]["surveys"].as_f64().unwrap();
    for case in golden["surveys"].as_array().unwrap() {
        let table = match case["table"].as_str().unwrap() {
            "standard" => Table::standard(),
            "pouliot" => Table::pouliot(),
            _ => Table::short3(),
        };
        let rows: Vec<Row> = serde_json::from_value(case["rows"].clone()).unwrap();
        let (found, expected) = (found(table, &rows), &case["expected"]);
        assert_eq!(found.n, expected["n"].as_u64().unwrap());
        assert_eq!(serde_json::to_value(found.counts).unwrap(), expected["counts"]);
        same_counts(&found.counts, expected, tolerance);
        close(found.chi_squared.map(|test| test.p), expected["chi_squared_p"].as_f64(), tolerance);
        let means = &found.continuous;
        for (found, name) in [
            (means.functional, "functional"),
            (means.dysfunctional, "dysfunctional"),
            (means.importance, "importance"),
            (means.functional_sd, "functional_sd"),
            (means.dysfunctional_sd, "dysfunctional_sd"),
            (means.importance_sd, "importance_sd"),
            (means.functional_weighted, "functional_weighted"),
            (means.dysfunctional_weighted, "dysfunctional_weighted"),
        ] {
            close(found, expected[name].as_f64(), tolerance);
        }
        for (found, name) in [
            (found.better_interval, "better_interval"),
            (found.worse_interval, "worse_interval"),
            (means.functional_interval, "functional_interval"),
        ] {
            close(found.map(|interval| interval.lower), expected[name][0].as_f64(), tolerance);
            close(found.map(|interval| interval.upper), expected[name][1].as_f64(), tolerance);
        }
    }
}

/// From an SQL course, the test by hand.
#[test]
fn twenty_answers_are_a_must_be_that_the_test_does_not_confirm() {
    let counts = Counts { m: 9, o: 5, i: 6, ..Counts::default() };
    assert_eq!(Rules::of(&counts, 0.06).mode, Category::MustBe);
    close(counts.better(), 0.25, 1e-12);
    close(counts.worse(), -0.70, 1e-12);
    let fong = Fong::of(&counts).unwrap();
    close(fong.threshold, 5.0521, 5e-5);
    assert!(fong.difference == 3 && !fong.significant);
}

/// Edge grip of Matzler & Hinterhuber's ski (1998), in tenths of a percent.
#[test]
fn the_ski_grips_as_published() {
    let counts = Counts { a: 70, o: 323, m: 493, i: 95, r: 3, q: 15 };
    assert_eq!(Rules::of(&counts, 0.06).mode, Category::MustBe);
    close(counts.better(), 0.4006, 5e-5);
    close(counts.worse(), -0.8318, 5e-5);
}
