use crate::run::{Desk, text};

const EXAMPLE: &str = "examples/methods/forecast.csv";
const EXPERTS: &str = "examples/methods/forecast-experts.csv";

#[test]
fn the_example_is_better_than_naive() {
    let desk = Desk::new();
    let arguments = ["forecast", EXAMPLE, "--column", "complaints", "--season", "12", "--horizon", "6"];
    let answer = desk.json(&arguments);
    assert_eq!(answer["n"], 60);
    assert_eq!(answer["fitted"].as_array().unwrap().len(), 60);
    let steps = answer["forecast"].as_array().unwrap();
    assert_eq!(steps.len(), 6);
    for step in steps {
        assert!(
            step["low"].as_f64() < step["value"].as_f64() && step["value"].as_f64() < step["high"].as_f64()
        );
    }
    assert!(answer["backtest"]["relative"].as_f64().unwrap() < 0.7, "{answer}");
    // The file was made with a peak in February.
    assert!(steps[1]["value"].as_f64() > steps[3]["value"].as_f64());
    let table = desk.table(&arguments);
    assert!(table.contains("in the past: naive") && table.contains("95 % interval"), "{table}");
}

#[test]
fn fixed_parameters_are_used_as_given() {
    let desk = Desk::new();
    desk.file("s.csv", "value\n112\n118\n132\n129\n121\n135\n148\n148\n136\n119\n104\n118\n");
    let simple = desk.json(&["forecast", "s.csv", "--method", "simple", "--alpha", "0.3"]);
    assert_eq!(simple["method"], "simple");
    assert_eq!(simple["parameters"]["alpha"], 0.3);
    assert!((simple["forecast"][0]["value"].as_f64().unwrap() - 121.647_943).abs() < 1e-6);
    assert!((simple["mae"].as_f64().unwrap() - 12.510_562).abs() < 1e-6);
    assert!((simple["mape"].as_f64().unwrap() - 9.931_281).abs() < 1e-6);
    let average = desk.json(&["forecast", "s.csv", "--method", "moving-average", "--window", "3"]);
    assert!((average["forecast"][0]["value"].as_f64().unwrap() - 113.666_667).abs() < 1e-6);
    let holt = desk.json(&["forecast", "s.csv", "--method", "double", "--alpha", "0.3", "--beta", "0.1"]);
    assert!((holt["last"]["level"].as_f64().unwrap() - 131.521_942).abs() < 1e-6);
}

#[test]
fn experts_are_asked_until_they_agree() {
    let desk = Desk::new();
    let answer = desk.json(&["forecast", EXPERTS, "--method", "delphi", "--svg", "rounds.svg"]);
    assert_eq!(answer["method"], "delphi");
    assert_eq!(answer["rounds"].as_array().unwrap().len(), 3);
    assert_eq!(answer["consensus_round"], 2);
    assert!(desk.read("rounds.svg").starts_with("<svg"));
    let strict = desk.table(&["forecast", EXPERTS, "--method", "delphi", "--consensus", "0.01"]);
    assert!(strict.contains("they do not agree yet"), "{strict}");
}

#[test]
fn bad_files_name_line_and_column() {
    let rows = "1\n2\n3\n4\n5\n6\n7\n8\n";
    for (content, arguments, told) in [
        ("v\n1\nx\n".to_owned(), vec![], "line 3: column v: x is no number"),
        ("v\n1\n\"\"\n".to_owned(), vec![], "line 3: column v: it is empty"),
        ("v\n1\nNaN\n".to_owned(), vec![], "line 3: column v: NaN is no number"),
        ("v\n1\n1e200\n".to_owned(), vec![], "line 3: column v: 1"),
        ("v\n1\n".to_owned(), vec![], "column v: there are 1 values, and this needs 2"),
        ("v\n".to_owned(), vec![], "line 2: there are no rows"),
        ("a,b\n1,2\n".to_owned(), vec![], "it is not clear which column is the series"),
        ("a,b\n1,2\n".to_owned(), vec!["--column", "c"], "line 1: there is no column c"),
        (
            "month,v\n2026-02,1\n2026-01,2\n".to_owned(),
            vec![],
            "line 3: column month: 2026-01 does not come after 2026-02",
        ),
        (
            format!("v\n{rows}"),
            vec!["--method", "additive", "--season", "12"],
            "there are 8 values, and this needs 25",
        ),
        (
            format!("v\n{rows}0\n1\n"),
            vec!["--method", "multiplicative", "--season", "4"],
            "line 10: column v: 0 is not above 0",
        ),
        (
            "round,estimate\n1,5\n1.5,6\n".to_owned(),
            vec!["--method", "delphi"],
            "line 3: column round: 1.5 is not a round",
        ),
        ("estimate\n1\n".to_owned(), vec!["--method", "delphi"], "line 1: there is no column round"),
    ] {
        let arguments = [vec!["forecast", "bad.csv"], arguments].concat();
        let told_really = Desk::new().file("bad.csv", &content).refusal(&arguments);
        assert!(told_really.contains(told), "{content}: {told_really}");
    }
}

#[test]
fn wrong_use_ends_with_2() {
    for arguments in [
        ["--alpha", "1.5"],
        ["--season", "1"],
        ["--horizon", "0"],
        ["--window", "0"],
        ["--method", "additive"],
    ] {
        let all = [&["method", "forecast", EXAMPLE, "--column", "calls"], &arguments[..]].concat();
        let output = Desk::new().ting(&all);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {}", text(&output.stderr));
    }
}

#[test]
fn a_value_of_nothing_has_no_error_in_percent() {
    let desk = Desk::new();
    desk.file("z.csv", "week,投诉\n1,3\n2,0\n3,4\n4,2\n");
    let arguments = ["forecast", "z.csv", "--method", "simple", "--alpha", "0.5", "--svg", "z.svg"];
    let answer = desk.json(&arguments);
    assert!(answer["mape"].is_null());
    assert!(desk.read("z.svg").contains("投诉"));
    assert!(desk.table(&arguments).contains("a value is 0, so there is no error in percent"));
}
