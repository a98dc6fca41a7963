use serde_json::{Value, json};

use crate::nps::{close, golden};
use crate::run::Desk;

#[test]
fn the_reference_run_is_met() {
    let answer = golden().json(&["ces", "golden.csv", "--column", "ces_1_7"]);
    assert_eq!(answer["n"], 400);
    close(&answer["score"], 5.0775);
    close(&answer["low"], 4.951_404_199_926_943);
    close(&answer["high"], 5.203_595_800_073_057);
    close(&answer["standard_deviation"], 1.282_812_445_146_818_4);
    close(&answer["easy_percent"], 69.25);
}

#[test]
fn one_answer_has_a_score_and_says_why_it_has_no_interval() {
    let desk = Desk::new();
    desk.file("a.csv", "q\n6\n");
    let answer = desk.json(&["ces", "a.csv", "--column", "q"]);
    assert_eq!(
        (&answer["score"], &answer["low"], &answer["high"]),
        (&json!(6.0), &Value::Null, &Value::Null)
    );
    assert_eq!(answer["reason"], "one answer says nothing of the spread");
    let table = desk.table(&["ces", "a.csv", "--column", "q"]);
    assert!(table.contains("none") && table.contains("directional"), "{table}");
}
