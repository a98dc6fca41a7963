use serde_json::{Value, json};

use crate::run::{Desk, text};

const EXAMPLE: &str = "examples/methods/ratio.csv";
const WORKED: &str = "attribute,perceived,expected,weight\na,5.9,6.2,11\nb,5.8,6.6,32\nc,6.0,6.4,22\nd,6.3,6.5,19\ne,6.1,6.0,16\n";

#[track_caller]
fn close(actual: &Value, expected: f64) {
    let actual = actual.as_f64().unwrap();
    assert!((actual - expected).abs() <= 5e-7, "{actual} instead of {expected}");
}

#[test]
fn worked_numbers_hold() {
    let desk = Desk::new();
    let answer = desk.file("w.csv", WORKED).json(&["ratio", "w.csv"]);
    assert_eq!((&answer["n"], &answer["band"]), (&json!(5), &json!("dissatisfied")));
    close(&answer["ratio"], 0.937_627);
    close(&answer["mean_ratio"], 0.938_960);
    close(&answer["geometric"], 0.937_728);
    close(&answer["difference"], -0.399);
    close(&answer["unweighted_ratio"], 0.949_527);
    close(&answer["unweighted_difference"], -0.32);
    assert_eq!((&answer["zone"], &answer["bands"]["of"]), (&Value::Null, &json!("rows")));
    assert_eq!(answer["attributes"][0]["name"], "b");
    let wide = desk.json(&["ratio", "w.csv", "--tolerance", "0.1"]);
    assert_eq!(wide["band"], "satisfied");
}

#[test]
fn the_zone_of_tolerance_and_customers_are_told() {
    let desk = Desk::new();
    desk.file(
        "z.csv",
        "customer,perceived,expected,adequate,desired\nx,4.6,7,5,7\nx,6.1,7,5,7\ny,7.4,7,5,7\ny,,7,5,7\n",
    );
    let answer = desk.json(&["ratio", "z.csv"]);
    assert_eq!((&answer["n"], &answer["unanswered"]), (&json!(3), &json!(1)));
    close(&answer["zone"]["msa"], (-0.4 + 1.1 + 2.4) / 3.0);
    close(&answer["zone"]["mss"], (-2.4 - 0.9 + 0.4) / 3.0);
    assert_eq!(answer["zone"]["below"]["count"], 1);
    assert_eq!(answer["bands"]["of"], "customers");
    let names: Vec<&Value> =
        answer["customers"].as_array().unwrap().iter().map(|customer| &customer["name"]).collect();
    assert_eq!(names, ["x", "y"]);
    close(&answer["customers"][0]["ratio"], 10.7 / 14.0);
}

#[test]
fn bad_rows_name_line_and_column() {
    for (content, told) in [
        ("perceived,expected\n5,5\n5,0\n", "line 3: column expected: 0 is no expectation"),
        ("perceived,expected\n-1,5\n", "line 2: column perceived: -1 is no perception"),
        ("perceived,expected\nx,5\n", "line 2: column perceived: x is no number"),
        ("perceived,expected,weight\n5,5,-1\n", "line 2: column weight: -1 is no weight"),
        (
            "perceived,expected,adequate,desired\n5,5,7,5\n",
            "line 2: column adequate: the adequate 7 is above the desired 5",
        ),
        ("perceived,expected,adequate\n5,5,7\n", "there is no column desired"),
        ("perceived\n5\n", "there is no column expected"),
        ("perceived,expected\n,5\n", "no row counts"),
        ("perceived,expected,weight\n5,5,0\n", "no row counts"),
        ("perceived,expected\n", "line 2: there are no rows"),
    ] {
        let refusal = Desk::new().file("bad.csv", content).refusal(&["ratio", "bad.csv"]);
        assert!(refusal.contains(told), "{content}: {refusal}");
    }
    for tolerance in ["1", "-0.1", "x", "NaN", "0.0001"] {
        let output = Desk::new().ting(&["method", "ratio", EXAMPLE, &format!("--tolerance={tolerance}")]);
        assert_eq!(output.status.code(), Some(2), "{tolerance}: {}", text(&output.stderr));
    }
}

#[test]
fn no_order_of_rows_changes_a_byte() {
    let desk = Desk::new();
    let content = desk.read(EXAMPLE);
    let mut lines: Vec<&str> = content.lines().collect();
    lines[1..].reverse();
    desk.file("turned.csv", lines.join("\n"));
    assert_eq!(desk.json(&["ratio", EXAMPLE]), desk.json(&["ratio", "turned.csv"]));
    assert_eq!(desk.table(&["ratio", EXAMPLE]), desk.table(&["ratio", "turned.csv"]));
}
