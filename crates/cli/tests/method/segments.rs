use crate::run::{Desk, text};

const EXAMPLE: &str = "examples/methods/segments.csv";

#[test]
fn the_example_keeps_minorities_and_sets_an_error_aside() {
    let desk = Desk::new();
    let answer = desk.json(&["segments", EXAMPLE, "--id", "customer"]);
    // The file was made of 45, 10 and 4 customers of three kinds, and one test robot.
    assert_eq!(answer["k"], 3);
    assert_eq!(answer["sizes"], serde_json::json!([45, 10, 4]));
    assert_eq!(answer["outliers"].as_array().unwrap().len(), 1);
    let robot = answer["outliers"][0]["id"].clone();
    let labels = answer["labels"].as_array().unwrap();
    assert_eq!(labels.len(), 60);
    assert!(labels.iter().all(|label| label["label"].is_null() == (label["id"] == robot)));
    assert_eq!(answer["silhouettes"].as_object().unwrap().len(), 9);
    let table = desk.table(&["segments", EXAMPLE, "--id", "customer"]);
    assert!(table.contains("high account_notices") && table.contains("SET ASIDE"), "{table}");
    assert!(table.lines().all(|line| line.chars().count() <= 118), "{table}");
}

#[test]
fn labels_and_pictures_are_written_where_asked() {
    let desk = Desk::new();
    desk.file("客户.csv", "名,登录,存款\n甲,1,10\n乙,2,11\n丙,30,90\n丁,31,95\n戊,1,12\n");
    let arguments =
        ["segments", "客户.csv", "--id", "名", "--k", "2", "--labels", "labels.csv", "--svg", "seen.svg"];
    let answer = desk.json(&arguments);
    assert_eq!(answer["sizes"], serde_json::json!([3, 2]));
    assert_eq!(desk.read("labels.csv"), "id,segment\n甲,1\n乙,1\n丙,2\n丁,2\n戊,1\n");
    assert!(desk.read("seen.svg").contains("登录"));
    let rows = desk.json(&["segments", "客户.csv", "--columns", "登录,存款", "--k", "2", "--scale", "raw"]);
    assert_eq!(rows["labels"][3]["id"], "5", "without a name a row is called by its line");
}

#[test]
fn other_programs_start_from_the_first_rows() {
    let desk = Desk::new();
    desk.file("p.csv", "x,y\n1,1\n5,7\n1.5,2\n3,4\n3.5,5\n4.5,5\n3.5,4.5\n");
    let answer = desk.json(&["segments", "p.csv", "--k", "2", "--scale", "raw", "--start", "first"]);
    assert!((answer["inertia"].as_f64().unwrap() - 8.525).abs() < 1e-12);
    assert!((answer["silhouettes"]["2"].as_f64().unwrap() - 0.645_005).abs() < 1e-6);
}

#[test]
fn bad_files_name_line_and_column() {
    for (content, arguments, told) in [
        ("id,a\nx,1\ny,two\n", vec!["--id", "id"], "line 3: column a: two is no number"),
        ("id,a\nx,1\ny,\n", vec!["--id", "id"], "line 3: column a: it is empty"),
        ("id,a\nx,1\ny,inf\n", vec!["--id", "id"], "line 3: column a: inf is no number"),
        ("id,a\nx,1\ny,1e200\n", vec!["--id", "id"], "line 3: column a: 1"),
        ("id,a\nx,1\nx,2\n", vec!["--id", "id"], "line 3: column id: x is there already, in line 2"),
        ("id,a\nx,1\ny,2\n", vec![], "line 2: column id: x is no number"),
        ("id,a\nx,1\n", vec!["--id", "name"], "line 1: there is no column name"),
        ("id,a\nx,1\n", vec!["--id", "id", "--columns", "b"], "line 1: there is no column b"),
        ("id,a\nx,1\n", vec!["--id", "id", "--columns", "a,a"], "the column a is there twice"),
        ("id\nx\n", vec!["--id", "id"], "there is no column to compare the rows by"),
        ("id,a\n", vec!["--id", "id"], "line 2: there are no rows"),
        ("id,a\nx,1\ny,1\n", vec!["--id", "id"], "all rows are equal"),
        ("a\n1\n2\n2\n", vec!["--k", "3"], "3 segments need as many different rows, and there are 2"),
    ] {
        let arguments = [vec!["segments", "bad.csv"], arguments].concat();
        let told_really = Desk::new().file("bad.csv", content).refusal(&arguments);
        assert!(told_really.contains(told), "{content}: {told_really}");
    }
}

#[test]
fn wrong_use_ends_with_2() {
    for k in ["1", "0", "3..2", "x", "2..5000"] {
        let output = Desk::new().ting(&["method", "segments", EXAMPLE, "--k", k]);
        assert_eq!(output.status.code(), Some(2), "{k}: {}", text(&output.stderr));
    }
}
