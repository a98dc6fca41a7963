use serde_json::json;

use crate::nps::{close, golden};
use crate::run::{Desk, text};

#[test]
fn the_reference_run_is_met() {
    let answer = golden().json(&["csat", "golden.csv", "--column", "csat_1_5"]);
    assert_eq!(
        (&answer["n"], &answer["satisfied"], &answer["scale"]),
        (&json!(400), &json!(282), &json!("1-5"))
    );
    close(&answer["score"], 70.5);
    close(&answer["low"], 65.852_895_099_527_6);
    close(&answer["high"], 74.757_100_832_766_24);
    close(&answer["mean"], 3.925);
    close(&answer["standard_deviation"], 0.928_185_769_151_379_4);
    assert_eq!(answer["distribution"].as_array().unwrap().len(), 5);
}

#[test]
fn other_scales_and_tops_are_declared() {
    let desk = Desk::new();
    desk.file("a.csv", "q\n10\n8\n7\n1\n");
    let answer = desk.json(&["csat", "a.csv", "--column", "q", "--scale", "1-10", "--top", "3"]);
    close(&answer["score"], 50.0);
    // On 1-5 only one of them is an answer.
    let narrow = desk.json(&["csat", "a.csv", "--column", "q"]);
    assert_eq!((&narrow["n"], &narrow["excluded"]["total"]), (&json!(1), &json!(3)));
    for top in ["0", "5"] {
        let output = desk.ting(&["method", "csat", "a.csv", "--column", "q", "--top", top]);
        assert_eq!(output.status.code(), Some(2), "{}", text(&output.stderr));
    }
}
