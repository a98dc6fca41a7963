use serde_json::{Value, json};

use crate::run::{Desk, text};

const GOLDEN: &[u8] = include_bytes!("../../../methods/tests/golden/scores.csv");
const EXAMPLE: &str = "examples/methods/scores.csv";

/// Within the tolerance of the reference run.
#[track_caller]
pub fn close(actual: &Value, expected: f64) {
    let actual = actual.as_f64().unwrap();
    assert!((actual - expected).abs() <= 1e-9, "{actual} instead of {expected}");
}

/// A desk with the answers of the reference run.
pub fn golden() -> Desk {
    let desk = Desk::new();
    desk.file("golden.csv", GOLDEN);
    desk
}

#[test]
fn the_reference_run_is_met_for_all_and_by_group() {
    let desk = golden();
    let answer = desk.json(&["nps", "golden.csv", "--column", "nps_0_10", "--by", "segment"]);
    assert_eq!(answer["n"], 400);
    assert_eq!([&answer["promoters"], &answer["passives"], &answer["detractors"]], [173, 139, 88]);
    close(&answer["score"], 21.25);
    close(&answer["standard_error"], 3.896_613_112_691_585);
    close(&answer["low"], 13.485_985_565_051_205);
    close(&answer["high"], 28.697_637_263_732_91);
    // The higher score first.
    let groups = answer["groups"].as_array().unwrap();
    let (one, nought) = (&groups[0], &groups[1]);
    assert_eq!(
        (&one["group"], &one["n"], &nought["group"], &nought["n"]),
        (&json!("1"), &json!(207), &json!("0"), &json!(193))
    );
    close(&one["score"], 23.671_497_584_541_065);
    close(&one["low"], 12.730_160_433_753_706);
    close(&nought["high"], 29.178_612_334_724_71);
    let wald = desk.json(&["nps", "golden.csv", "--column", "nps_0_10", "--interval", "wald"]);
    close(&wald["low"], 13.612_778_637_437_978);
    close(&wald["high"], 28.887_221_362_562_02);
    assert_eq!((&answer["interval"], &wald["interval"]), (&json!("adjusted Wald"), &json!("Wald")));
}

#[test]
fn stray_answers_are_counted_with_their_reason_and_lines() {
    let desk = Desk::new();
    desk.file("a.csv", "q,who\n10,a\n,a\nvery,b\n9.0,b\n6.5,\n11,a\n-1,a\n0,b\n");
    let answer = desk.json(&["nps", "a.csv", "--column", "Q", "--by", "who"]);
    assert_eq!(
        (&answer["n"], &answer["promoters"], &answer["detractors"]),
        (&json!(3), &json!(2), &json!(1))
    );
    assert_eq!(
        answer["excluded"],
        json!({"total": 5, "reasons": [
            {"reason": "empty", "count": 1, "lines": [3]},
            {"reason": "not_a_number", "count": 1, "lines": [4]},
            {"reason": "not_whole", "count": 1, "lines": [6]},
            {"reason": "outside_scale", "count": 2, "lines": [7, 8]},
        ]})
    );
    // A group of which nothing counts has no score.
    let last = &answer["groups"][2];
    assert_eq!(
        (&last["group"], &last["n"], &last["score"], &last["low"]),
        (&json!(""), &json!(0), &Value::Null, &Value::Null)
    );
    assert_eq!(last["directional"], true);
    let table = desk.table(&["nps", "a.csv", "--column", "q", "--by", "who"]);
    assert!(table.contains("5 answers do not count: 1 empty (line 3); 1 no number (line 4)"), "{table}");
    assert!(table.contains("(empty)") && table.contains("directional: fewer than 30 answers"), "{table}");
    let strict = desk.refusal(&["nps", "a.csv", "--column", "q", "--strict"]);
    assert!(strict.contains("a.csv, line 3: column q: it is empty"), "{strict}");
}

#[test]
fn files_without_a_score_are_refused() {
    for (content, told) in [
        ("q\n,\n", "it has 2 columns where the header has 1"),
        ("other\n1\n", "line 1: there is no column q"),
        ("q\n", "line 2: there are no rows"),
        ("", "line 1: the file is empty"),
        ("q\n12\nx\n", "column q: no answer counts: 1 no number (line 3); 1 outside the scale (line 2)"),
    ] {
        let refusal = Desk::new().file("bad.csv", content).refusal(&["nps", "bad.csv", "--column", "q"]);
        assert!(refusal.contains(told), "{content}: {refusal}");
    }
    let many: Vec<String> = (0..=10_000).map(|row| format!("5,{row}")).collect();
    let many = many.join("\n");
    let refusal = Desk::new()
        .file("many.csv", format!("q,id\n{many}"))
        .refusal(&["nps", "many.csv", "--column", "q", "--by", "id"]);
    assert!(
        refusal.contains("line 10002: column id: there are more than 10000 different values"),
        "{refusal}"
    );
}

#[test]
fn scales_that_are_none_are_wrong_use() {
    for scale in ["1-5", "5", "10-0", "0-10-20"] {
        let output = Desk::new().ting(&["method", "nps", EXAMPLE, "--column", "recommend", "--scale", scale]);
        assert_eq!(output.status.code(), Some(2), "{scale}: {}", text(&output.stderr));
    }
}

#[test]
fn no_order_of_rows_changes_a_byte_and_the_picture_shows_every_group() {
    let desk = Desk::new();
    let content = desk.read(EXAMPLE);
    let mut lines: Vec<&str> = content.lines().collect();
    lines[1..].reverse();
    desk.file("turned.csv", lines.join("\n"));
    let arguments = |file| ["nps", file, "--column", "recommend", "--by", "segment", "--format", "csv"];
    assert_eq!(desk.table(&arguments(EXAMPLE)), desk.table(&arguments("turned.csv")));
    desk.json(&["nps", EXAMPLE, "--column", "recommend", "--by", "segment", "--svg", "n.svg"]);
    let svg = desk.read("n.svg");
    for shown in
        ["NPS of recommend by segment", "老客户 loyal", "校园 campus", "fewer than 30 answers: directional"]
    {
        assert!(svg.contains(shown), "{shown}");
    }
}
