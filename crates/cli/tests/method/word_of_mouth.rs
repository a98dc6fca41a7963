use serde_json::{Value, json};

use crate::run::{Desk, text};

#[test]
fn worked_numbers_hold() {
    let desk = Desk::new();
    let counts = ["word-of-mouth", "--dissatisfied", "10", "--satisfied", "70", "--highly-satisfied", "20"];
    let answer = desk.json(&counts);
    assert_eq!(answer["positive"], json!({"low": 760.0, "high": 760.0}));
    assert_eq!(answer["negative"], json!({"low": 220.0, "high": 220.0}));
    assert_eq!(answer["net"], json!({"low": 540.0, "high": 540.0}));
    assert!((answer["break_even"].as_f64().unwrap() - 22.0 / 30.0).abs() < 1e-12);
    assert_eq!(answer["replacement_cost"], Value::Null);
    let table = desk.table(&counts);
    assert!(table.contains("73.3 %") && table.contains("Sloan Management"), "{table}");
}

#[test]
fn options_count_more_than_the_file_and_the_file_more_than_the_default() {
    let desk = Desk::new();
    desk.file("f.toml", "[satisfied_tells]\nlow = 4\nhigh = 6\nsource = \"own survey\"\n[dissatisfied_tells]\nlow = 9\nsource = \"own survey\"\n");
    let answer = desk.json(&[
        "word-of-mouth",
        "--satisfied",
        "10",
        "--dissatisfied",
        "1",
        "--figures",
        "f.toml",
        "--dissatisfied-tells",
        "12-20",
    ]);
    assert_eq!(answer["positive"], json!({"low": 40.0, "high": 60.0}));
    assert_eq!(answer["net"], json!({"low": 20.0, "high": 48.0}));
    assert_eq!(answer["figures"]["satisfied_tells"]["source"], "own survey");
    assert_eq!(answer["figures"]["dissatisfied_tells"]["source"], "given on the command line");
    for (file, told) in [
        ("[nonsense]\nlow = 1\nsource = \"x\"\n", "there is no figure nonsense"),
        ("[satisfied_tells]\nlow = 1\n", "missing field `source`"),
        ("[satisfied_tells]\nlow = 1\nsource = \" \"\n", "source not empty"),
        ("[satisfied_tells]\nlow = 2\nhigh = 1\nsource = \"x\"\n", "low not above high"),
        ("[satisfied_tells]\nlow = nan\nsource = \"x\"\n", "0 or more"),
    ] {
        let refusal = desk.file("bad.toml", file).refusal(&[
            "word-of-mouth",
            "--satisfied",
            "1",
            "--figures",
            "bad.toml",
        ]);
        assert!(refusal.contains(told), "{file}: {refusal}");
    }
}

#[test]
fn use_without_customers_or_with_nonsense_is_wrong() {
    for arguments in [
        &["word-of-mouth"][..],
        &["word-of-mouth", "--satisfied", "-1"],
        &["word-of-mouth", "--satisfied", "1", "--profit", "NaN"],
        &["word-of-mouth", "--satisfied", "1", "--satisfied-tells", "9-3"],
        &["word-of-mouth", "--satisfied", "18446744073709551615"],
    ] {
        let output = Desk::new().ting(&[&["method"], arguments].concat());
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {}", text(&output.stderr));
    }
}
