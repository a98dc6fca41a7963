use serde_json::{Value, json};

use crate::run::Desk;

const EXAMPLE: &str = "examples/methods/delight.csv";

#[test]
fn the_example_tells_states_and_rules() {
    let desk = Desk::new();
    let answer = desk.json(&["delight", EXAMPLE]);
    let rules: Vec<&str> =
        answer["rows"].as_array().unwrap().iter().map(|row| row["rule"].as_str().unwrap_or("none")).collect();
    assert_eq!(
        rules,
        [
            "esteem_met",
            "esteem_met",
            "promise_broken",
            "promise_broken",
            "repeated_annoyance",
            "safety_violated",
            "justice_violated",
            "ratio",
            "ratio",
            "promise_broken",
            "esteem_met",
            "none",
        ]
    );
    assert_eq!(
        (&answer["n"], &answer["unknown"], &answer["of"]),
        (&json!(12), &json!(1), &json!("customers"))
    );
    let counts: Vec<u64> =
        answer["states"].as_array().unwrap().iter().map(|share| share["count"].as_u64().unwrap()).collect();
    assert_eq!(counts, [3, 1, 1, 0, 1]);
    let last = answer["customers"].as_array().unwrap().last().unwrap();
    assert_eq!((&last["state"], &last["rule"]), (&Value::Null, &Value::Null));
    let table = desk.table(&["delight", EXAMPLE]);
    assert!(
        table.contains("promises were broken repeatedly") && table.contains("safety was violated"),
        "{table}"
    );
}

#[test]
fn settings_move_the_rules() {
    let desk = Desk::new();
    let rule = |arguments: &[&str], row: usize| {
        desk.json(&[&["delight", EXAMPLE], arguments].concat())["rows"][row]["rule"].clone()
    };
    // The third broken promise of Mr Li lies 46 days after the first.
    assert_eq!(rule(&["--days", "47"], 4), "repeated_annoyance");
    assert_eq!(rule(&["--days", "46"], 4), "promise_broken");
    assert_eq!(rule(&["--annoyances", "2"], 3), "repeated_annoyance");
    // Only an esteem of 5 delights, so one of 4 leaves the ratio to decide.
    assert_eq!(rule(&["--esteem", "5"], 1), "ratio");
    let output = desk.ting(&["method", "delight", EXAMPLE, "--esteem", "6"]);
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn bad_files_name_line_and_column() {
    for (content, told) in [
        ("customer\na\n", "none of the columns safety, justice, promise, esteem, perceived is there"),
        ("safety\nyes\n", "line 2: column safety: yes is neither ok nor violated"),
        ("promise\nkept\nno\n", "line 3: column promise: no is neither kept nor broken"),
        ("esteem\n6\n", "line 2: column esteem: 6 is no esteem from 1 to 5"),
        ("perceived,expected\n5,0\n", "line 2: column expected: 0 is no expectation"),
        ("perceived\n5\n", "there is no column expected"),
        ("esteem,date\n5,01.03.2026\n", "line 2: column date: 01.03.2026 is no date such as 2026-03-01"),
        ("esteem,date\n5,2026-02-30\n", "line 2: column date: 2026-02-30 is no date"),
        ("safety\n", "line 2: there are no rows"),
        ("", "line 1: the file is empty"),
    ] {
        let refusal = Desk::new().file("bad.csv", content).refusal(&["delight", "bad.csv"]);
        assert!(refusal.contains(told), "{content}: {refusal}");
    }
}
