use crate::run::Desk;

const EXAMPLE: &str = "examples/methods/house.json";

/// Weights and relations whose distributions R and NumPy agree upon.
const WORKED: &str = r#"{
  "rows": [{"id": "a", "weight": 10.8}, {"id": "b", "weight": 5.8}, {"id": "c", "weight": 6.4}, {"id": "d", "weight": 4.5}],
  "columns": [{"id": "1"}, {"id": "2"}, {"id": "3"}, {"id": "4"}],
  "relations": [
    {"row": "a", "column": "1", "strength": "strong"}, {"row": "a", "column": "3", "strength": "weak"},
    {"row": "a", "column": "4", "strength": "strong"}, {"row": "b", "column": "1", "strength": "weak"},
    {"row": "b", "column": "2", "strength": "strong"}, {"row": "c", "column": "1", "strength": "strong"},
    {"row": "c", "column": "2", "strength": "medium"}, {"row": "c", "column": "3", "strength": "medium"},
    {"row": "d", "column": "3", "strength": "strong"}, {"row": "d", "column": "4", "strength": "weak"}],
  "roof": [{"a": "1", "b": "3", "value": 0.3}, {"a": "2", "b": "4", "value": -0.1}]
}"#;

#[test]
fn the_worked_house_has_its_three_distributions() {
    let desk = Desk::new();
    desk.file("house.json", WORKED);
    let answer = desk.json(&["house", "house.json"]);
    let of = |key: &str, at: usize| answer["characteristics"][at][key].as_f64().unwrap();
    assert!(
        (of("independent", 0) - 160.6).abs() < 1e-9
            && (of("independent_percent", 3) - 25.160_811).abs() < 1e-6
    );
    assert!(
        (of("proportional", 2) - 5.898_421).abs() < 1e-6 && (of("wasserman", 3) - 4.303_541).abs() < 1e-6
    );
    assert_eq!(
        (&answer["trade_offs"][0]["a"], &answer["trade_offs"][0]["value"]),
        (&"2".into(), &(-0.1).into())
    );
    let five = desk.json(&["house", "house.json", "--scale", "5-3-1"]);
    assert!((five["characteristics"][0]["independent"].as_f64().unwrap() - 91.8).abs() < 1e-9);
}

#[test]
fn the_example_tells_what_nothing_serves_and_draws_the_house() {
    let desk = Desk::new();
    let answer = desk.json(&["house", EXAMPLE, "--svg", "house.svg"]);
    assert_eq!(answer["uncovered"], serde_json::json!(["显示清楚"]));
    assert_eq!(answer["redundant"], serde_json::json!(["外壳颜色数"]));
    assert_eq!(answer["characteristics"][0]["competitors"], serde_json::json!({"河谷": 15.0}));
    assert_eq!(answer["trade_offs"].as_array().unwrap().len(), 2);
    let svg = desk.read("house.svg");
    assert!(svg.contains("燃气热水器") && svg.contains("换热效率") && svg.contains(">−<"), "{svg}");
    let table = desk.table(&["house", EXAMPLE]);
    assert!(table.contains("no characteristic serves it"), "{table}");
}

#[test]
fn bad_files_name_the_line_or_the_place() {
    for (from, to, told) in [
        (
            "\"row\": \"b\", \"column\": \"2\"",
            "\"row\": \"z\", \"column\": \"2\"",
            "relations[4].row: there is no row z",
        ),
        ("\"a\": \"2\", \"b\": \"4\"", "\"a\": \"2\", \"b\": \"9\"", "roof[1].b: there is no column 9"),
        ("\"weight\": 5.8", "\"weight\": -5.8", "rows[1].weight: -5.8 is no weight"),
        ("\"weight\": 5.8", "\"weight\": NaN", "line 2:"),
        ("\"weight\": 5.8", "\"weight\": 1e999", "line 2: rows[1].weight: number out of range"),
        ("\"weight\": 5.8", "\"weight\": \"much\"", "line 2: rows[1].weight: invalid type"),
        (
            "\"column\": \"1\", \"strength\": \"weak\"",
            "\"column\": \"1\", \"strength\": \"faint\"",
            "relations[3].strength: unknown variant",
        ),
        ("{\"id\": \"b\"", "{\"id\": \"a\"", "rows[1].id: a is there twice"),
        ("{\"id\": \"4\"}", "{\"id\": \"1\"}", "columns[3].id: 1 is there twice"),
        (
            "\"row\": \"d\", \"column\": \"4\"",
            "\"row\": \"d\", \"column\": \"3\"",
            "relations[9]: d and 3 stand here a second time",
        ),
        ("\"value\": 0.3", "\"value\": 0", "roof[0].value: it must be"),
        ("\"columns\"", "\"colums\"", "missing field `columns`"),
    ] {
        assert!(WORKED.contains(from), "{from}");
        let bad = WORKED.replacen(from, to, 1);
        let really = Desk::new().file("bad.json", &bad).refusal(&["house", "bad.json"]);
        assert!(really.contains("bad.json") && really.contains(told), "{to}: {really}");
    }
    let desk = Desk::new();
    desk.file("empty.json", "").file("cut.json", &WORKED[..200]).file("more.json", format!("{WORKED} 1"));
    for file in ["empty.json", "cut.json", "more.json"] {
        assert!(desk.refusal(&["house", file]).contains("line "), "{file}");
    }
    assert!(desk.refusal(&["house", EXAMPLE, "--svg", "no/where.svg"]).contains("cannot write no/where.svg"));
}
