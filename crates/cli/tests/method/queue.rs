use serde_json::json;

use crate::run::{Desk, text};

const LOAD: [&str; 7] = ["queue", "--calls", "100", "--interval", "1800", "--handling", "180"];

#[test]
fn staffing_is_as_known() {
    let desk = Desk::new();
    let target =
        ["--within", "20", "--service-level", "0.8", "--max-occupancy", "0.85", "--shrinkage", "0.3"];
    let answer = desk.json(&[&LOAD[..], &target].concat());
    assert_eq!((&answer["agents"], &answer["positions"]), (&json!(14), &json!(20)));
    // From pyworkforce and the R package ErlangC.
    for (key, expected) in [
        ("wait_probability", 0.174_131_934),
        ("service_level", 0.888_350_019),
        ("mean_wait", 7.835_937),
        ("occupancy", 0.714_285_714),
    ] {
        assert!((answer[key].as_f64().unwrap() - expected).abs() < 1e-6, "{key}: {}", answer[key]);
    }
    assert_eq!(answer["sensitivity"].as_array().unwrap().len(), 6);
    let table = desk.table(&[&LOAD[..], &target].concat());
    assert!(table.contains("20 to employ, with 30.0 % shrinkage"), "{table}");
    assert!(table.contains("    13         79.6 %"), "{table}");
}

#[test]
fn each_model_tells_what_is_its_own() {
    let desk = Desk::new();
    let ask = |more: &[&str]| desk.json(&[&LOAD[..], more].concat());
    let waits = ask(&["--agents", "12"]);
    assert_eq!((&waits["model"], &waits["meets_target"]), (&json!("erlang_c"), &json!(false)));
    assert!(waits["wait_quantiles"]["p90"].is_number() && waits["abandonment"].is_null());
    let leaves = ask(&["--agents", "12", "--patience", "120"]);
    assert_eq!(leaves["model"], "erlang_a");
    assert!((leaves["abandonment"].as_f64().unwrap() - 0.061_597_377).abs() < 1e-8);
    let blocked =
        desk.json(&["queue", "--calls", "7", "--interval", "1", "--handling", "1", "--lines", "10"]);
    assert_eq!(blocked["model"], "erlang_b");
    assert!((blocked["blocking"].as_f64().unwrap() - 0.078_740_883).abs() < 1e-8);
    let few = ask(&["--max-blocking", "0.01"]);
    assert!(few["blocking"].as_f64().unwrap() <= 0.01);
    assert!(
        ask(&["--lines", &(few["agents"].as_u64().unwrap() - 1).to_string()])["blocking"].as_f64().unwrap()
            > 0.01
    );
}

#[test]
fn what_cannot_be_is_refused() {
    let desk = Desk::new();
    let refusal = desk.refusal(&[&LOAD[..], &["--agents", "10"]].concat());
    assert!(refusal.contains("grows without end; it takes at least 11"), "{refusal}");
    assert!(refusal.contains("--patience"), "{refusal}");
    for (wrong, told) in [
        (["--shrinkage", "1"], "the shrinkage must be a share from 0 to below 1"),
        (["--service-level", "1"], "the service level must be a share above 0 and below 1"),
        (["--agents", "0"], "at least one agent"),
        (["--patience", "NaN"], "the patience must be a number above 0, not NaN"),
        (["--max-occupancy", "1e-9"], "too large"),
    ] {
        let refusal = desk.refusal(&[&LOAD[..], &wrong].concat());
        assert!(refusal.contains(told), "{wrong:?}: {refusal}");
    }
    for wrong in [
        &["--lines", "3", "--agents", "3"][..],
        &["--agents", "few"],
        &["--service-level", "0.9", "--max-blocking", "0.1"],
    ] {
        let output = desk.ting(&[&["method"], &LOAD[..], wrong].concat());
        assert_eq!(output.status.code(), Some(2), "{wrong:?}: {}", text(&output.stderr));
    }
}
