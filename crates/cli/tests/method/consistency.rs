use crate::run::Desk;

const EXAMPLE: &str = "examples/methods/consistency.csv";

#[test]
fn the_example_shows_where_each_service_loses_most() {
    let desk = Desk::new();
    let answer = desk.json(&["consistency", EXAMPLE]);
    let delivery = &answer["rows"][0];
    assert_eq!(delivery["service"], "配送 delivery");
    assert!((delivery["s1"].as_f64().unwrap() - 0.5472).abs() < 1e-12);
    assert!((delivery["s2"].as_f64().unwrap() - 0.875).abs() < 1e-12);
    assert!((delivery["s3"].as_f64().unwrap() - 0.4788).abs() < 1e-12);
    assert_eq!(delivery["band"], "dissatisfied");
    // The promise is over-read, so it comes first; then the smallest grade.
    let grades: Vec<&str> = delivery["advice"]
        .as_array()
        .unwrap()
        .iter()
        .map(|advice| advice["grade"].as_str().unwrap())
        .collect();
    assert_eq!(grades, ["lambda2", "lambda7", "lambda1", "lambda3", "lambda5"]);
    let table = desk.table(&["consistency", EXAMPLE]);
    assert!(table.contains("lambda2: make the promise clear (s1 × 1.25)"), "{table}");
}

#[test]
fn weights_are_read_and_empty_ones_count_one() {
    let desk = Desk::new();
    desk.file("w.csv", "lambda1,lambda2,lambda3,lambda5,lambda7,weight1,weight2\n0.5,2,1,1,1,2,\n");
    let answer = desk.json(&["consistency", "w.csv"]);
    assert_eq!(answer["rows"][0]["s1"], 0.125);
    assert_eq!(answer["rows"][0]["s3"], 0.25);
}

#[test]
fn bad_files_name_line_and_column() {
    let head = "lambda1,lambda2,lambda3,lambda5,lambda7,weight1\n";
    for (content, told) in [
        ("lambda1\n1\n".to_owned(), "line 1: there is no column lambda2"),
        (format!("{head}1,1,1,1,1,1\n1,0,1,1,1,1\n"), "line 3: column lambda2: 0 is no grade"),
        (format!("{head}1,1,-0.5,1,1,1\n"), "line 2: column lambda3: -0.5 is no grade"),
        (format!("{head}1,1,1,NaN,1,1\n"), "line 2: column lambda5: NaN is no number"),
        (format!("{head}1,1,1,1,,1\n"), "line 2: column lambda7: it is empty"),
        (format!("{head}1,1,1,1,1,-1\n"), "line 2: column weight1: -1 is no weight"),
        (format!("{head}1e300,1,1e300,1,1,1\n"), "too large or too small"),
        (head.to_owned(), "line 2: there are no rows"),
        (String::new(), "line 1: the file is empty"),
    ] {
        let told_really = Desk::new().file("bad.csv", &content).refusal(&["consistency", "bad.csv"]);
        assert!(told_really.contains(told), "{content}: {told_really}");
    }
    assert!(Desk::new().refusal(&["consistency", "nowhere.csv"]).contains("cannot read nowhere.csv"));
}
