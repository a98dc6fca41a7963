use serde_json::{Value, json};

use crate::nps::close;
use crate::run::{Desk, text};

const EXAMPLE: &str = "examples/methods/servqual.csv";
const GOLDEN: &[u8] = include_bytes!("../../../methods/tests/golden/servqual.csv");

#[test]
fn the_reference_run_is_met() {
    let desk = Desk::new();
    let answer = desk.file("golden.csv", GOLDEN).json(&["servqual", "golden.csv"]);
    assert_eq!((&answer["n"], &answer["gap"]["number"]), (&json!(60), &json!(5)));
    for (at, (name, gap)) in [
        ("tangibles", -0.35),
        ("reliability", -1.253_333_333_333_333_6),
        ("responsiveness", -0.925),
        ("assurance", -0.470_833_333_333_333_3),
        ("empathy", -0.926_666_666_666_666_6),
    ]
    .into_iter()
    .enumerate()
    {
        assert_eq!(answer["dimensions"][at]["dimension"], name);
        close(&answer["dimensions"][at]["gap"], gap);
    }
    close(&answer["unweighted"], -0.785_166_666_666_666_7);
    close(&answer["weighted"], -0.8734);
    close(&answer["weighted_by_mean_weights"], -0.873_862_5);
    close(&answer["dimensions"][1]["items"][1]["gap"], -1.366_666_666_666_666_7);
}

#[test]
fn another_battery_is_declared_and_needs_no_weights() {
    let desk = Desk::new();
    desk.file("b.toml", "scale = \"1-5\"\n[[dimensions]]\nname = \"数字 digital\"\nitems = [\"app\"]\n");
    desk.file("a.csv", "Papp,Eapp\n3,5\n2.5,4\n9,4\n");
    let answer = desk.json(&["servqual", "a.csv", "--battery", "b.toml", "--gap", "1"]);
    assert_eq!(
        (&answer["n"], &answer["scale"], &answer["weighted"]),
        (&json!(2), &json!("1-5"), &Value::Null)
    );
    assert_eq!((&answer["unweighted"], &answer["gap"]["degree"]), (&json!(-1.75), &json!("lambda7")));
    assert_eq!(
        answer["excluded"]["reasons"][0],
        json!({"reason": "outside_scale", "count": 1, "lines": [4]})
    );
    let strict = desk.refusal(&["servqual", "a.csv", "--battery", "b.toml", "--strict"]);
    assert!(strict.contains("line 4: column Papp: 9 lies outside the scale 1-5"), "{strict}");
    for (battery, told) in [
        ("", "missing field"),
        ("scale = \"5-1\"\n[[dimensions]]\nname = \"a\"\nitems = [\"app\"]\n", "is no scale"),
        ("dimensions = []\n", "there is no dimension"),
        ("[[dimensions]]\nname = \"a\"\nitems = [\"app\"]\nwieght = 3\n", "unknown field"),
        ("nonsense", "bad.toml"),
    ] {
        let refusal = desk.file("bad.toml", battery).refusal(&["servqual", "a.csv", "--battery", "bad.toml"]);
        assert!(refusal.contains(told), "{battery}: {refusal}");
    }
}

#[test]
fn bad_files_are_refused() {
    let desk = Desk::new();
    desk.file(
        "b.toml",
        "[[dimensions]]\nname = \"a\"\nitems = [\"1\"]\n[[dimensions]]\nname = \"b\"\nitems = [\"2\"]\n",
    );
    for (content, told) in [
        ("E1,P1,E2\n5,5,5\n", "there is no column P2"),
        ("E1,P1,E2,P2,W_a\n5,5,5,5,100\n", "there is no column W_b"),
        ("E1,P1,E2,P2,W_a,W_b\n5,5,5,5,x,1\n", "line 2: column W_a: x is no number"),
        ("E1,P1,E2,P2,W_a,W_b\n5,5,5,5,-1,1\n", "line 2: column W_a: -1 are no points"),
        ("E1,P1,E2,P2\n5,,,5\n", "nobody answered an item on both sides: 2 empty (line 2"),
        ("E1,P1,E2,P2\n", "line 2: there are no rows"),
    ] {
        let refusal = desk.file("bad.csv", content).refusal(&["servqual", "bad.csv", "--battery", "b.toml"]);
        assert!(refusal.contains(told), "{content}: {refusal}");
    }
    let output = desk.ting(&["method", "servqual", EXAMPLE, "--gap", "6"]);
    assert_eq!(output.status.code(), Some(2), "{}", text(&output.stderr));
}

#[test]
fn no_order_of_rows_changes_a_byte_and_the_picture_shows_every_item() {
    let desk = Desk::new();
    let content = desk.read(EXAMPLE);
    let mut lines: Vec<&str> = content.lines().collect();
    lines[1..].reverse();
    desk.file("turned.csv", lines.join("\n"));
    let (mut one, mut other) =
        (desk.json(&["servqual", EXAMPLE, "--svg", "s.svg"]), desk.json(&["servqual", "turned.csv"]));
    // Only the lines that are named follow the order of the file.
    for answer in [&mut one, &mut other] {
        answer["excluded"] = Value::Null;
    }
    assert_eq!(one, other);
    let svg = desk.read("s.svg");
    assert!((1..=22).all(|item| svg.contains(&format!(">item {item}<"))) && svg.contains("no gap"), "{svg}");
}
