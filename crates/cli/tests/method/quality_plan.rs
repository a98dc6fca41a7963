use crate::run::Desk;

const EXAMPLE: &str = "examples/methods/quality-plan.csv";

#[test]
fn the_example_ranks_what_to_improve() {
    let desk = Desk::new();
    let answer = desk.json(&["quality-plan", EXAMPLE]);
    let first = &answer["rows"][0];
    // The first row of a published planning table: u 1.3889, w 9.5833.
    assert!((first["level_up"].as_f64().unwrap() - 1.3889).abs() < 5e-5);
    assert!((first["absolute_weight"].as_f64().unwrap() - 9.5833).abs() < 5e-5);
    assert_eq!((&first["rank"], &answer["rows"][6]["rank"]), (&2.into(), &1.into()));
    assert_eq!(answer["competitors"], serde_json::json!(["河谷", "北星"]));
    assert_eq!(answer["rows"][7]["warnings"], serde_json::json!(["reduction", "behind_best"]));
    assert_eq!(answer["rows"][7]["gaps"][1], serde_json::Value::Null);
    assert!((answer["rows"][0]["gaps"][0]["own"].as_f64().unwrap() + 0.4).abs() < 1e-12);
    let table = desk.table(&["quality-plan", EXAMPLE]);
    assert!(table.contains("below today") && table.contains("sales points are too many"), "{table}");
}

#[test]
fn kano_counts_only_when_asked_for() {
    let desk = Desk::new();
    let level = |arguments: &[&str]| desk.json(arguments)["rows"][0]["level_up"].as_f64().unwrap();
    let plain = level(&["quality-plan", EXAMPLE]);
    assert!((level(&["quality-plan", EXAMPLE, "--kano"]) - plain * plain).abs() < 1e-12);
    let answer = desk.json(&["quality-plan", EXAMPLE, "--kano"]);
    assert_eq!(answer["rows"][3]["warnings"], serde_json::json!(["kano_unconfirmed"]));
    desk.file(
        "p.csv",
        "requirement,importance,own,planned,sales_point,kano,confirmed\na,3,3,3,1,R,yes\nb,3,3,3,1,O,\n",
    );
    assert_eq!(desk.json(&["quality-plan", "p.csv", "--kano"])["rows"][0]["weight_percent"], 0.0);
}

#[test]
fn bad_files_name_line_and_column() {
    let head = "requirement,importance,own,planned,sales_point,kano,rival\n";
    for (content, told) in [
        (
            "requirement,importance,own,planned\na,1,1,1\n".to_owned(),
            "line 1: there is no column sales_point",
        ),
        (String::new(), "line 1: the file is empty"),
        (head.to_owned(), "line 2: there are no rows"),
        (
            format!("{head}a,3,3,3,1,,\na,3,3,3,1,,\n"),
            "line 3: column requirement: a is there twice, first on line 2",
        ),
        (format!("{head}a,3,0,3,1,,\n"), "line 2: column own: 0 is not a satisfaction above 0"),
        (format!("{head}a,NaN,3,3,1,,\n"), "line 2: column importance: NaN is no number"),
        (format!("{head}a,3,3,6,1,,\n"), "line 2: column planned: 6 is not a satisfaction above 0, up to 5"),
        (
            format!("{head}a,3,3,3,1.3,,\n"),
            "line 2: column sales_point: 1.3 is not a sales point (1.5, 1.2, 1)",
        ),
        (format!("{head}a,3,3,3,1,X,\n"), "line 2: column kano: X is no class"),
        (format!("{head}a,3,3,3,1,,9\n"), "line 2: column rival: 9 is not a satisfaction"),
        (format!("{head},3,3,3,1,,\n"), "line 2: column requirement: it is empty"),
    ] {
        let really = Desk::new().file("bad.csv", &content).refusal(&["quality-plan", "bad.csv"]);
        assert!(really.contains(told), "{content}: {really}");
    }
    let desk = Desk::new();
    desk.file("wide.csv", format!("{head}a,9,8,8,2,,\n"));
    desk.json(&["quality-plan", "wide.csv", "--scale", "10", "--sales-points", "2,1"]);
}
