use serde_json::Value;

use crate::run::{Desk, root};

const EXAMPLE: &str = "examples/methods/transactions.csv";

fn cdnow() -> String {
    root().join("crates/methods/tests/golden/cdnow.csv").display().to_string()
}

fn count(answer: &Value, key: &str, value: &str) -> usize {
    answer["customers"].as_array().unwrap().iter().filter(|customer| customer[key] == value).count()
}

#[test]
fn cdnow_is_scored_up_to_the_reference() {
    let desk = Desk::new();
    let answer = desk.json(&["rfm", &cdnow(), "--reference", "1997-09-30"]);
    // As pandas and NumPy score it; the file goes on until 1998-06-30.
    assert_eq!((&answer["n"], &answer["reference"]), (&2357.into(), &"1997-09-30".into()));
    assert_eq!(answer["cuts"]["recency"], serde_json::json!([99.0, 198.0, 219.0, 242.0]));
    assert_eq!(answer["cuts"]["frequency"], serde_json::json!([1.0, 1.0, 2.0, 3.0]));
    assert!((answer["cuts"]["monetary"][2].as_f64().unwrap() - 45.976).abs() < 1e-9);
    assert_eq!((count(&answer, "code", "555"), count(&answer, "code", "111")), (191, 146));
    assert_eq!(count(&answer, "value_class", "general_retain"), 1455);
    let first =
        answer["customers"].as_array().unwrap().iter().find(|customer| customer["customer"] == "1").unwrap();
    assert_eq!([&first["r"], &first["f"], &first["m"]], [5, 4, 4]);
    assert_eq!((first["monetary"].as_f64(), &first["segment"]), (Some(74.02), &"key".into()));
    let table = desk.table(&["rfm", &cdnow(), "--reference", "1997-09-30"]);
    let left_out = answer["rows_left_out"].as_u64().unwrap();
    assert!(
        left_out > 0 && table.contains(&format!("left out: {left_out} rows after 1997-09-30")),
        "{table}"
    );
    assert!(table.lines().all(|line| line.chars().count() <= 110), "{table}");
}

#[test]
fn the_order_of_rows_and_the_hour_of_the_day_change_nothing() {
    let desk = Desk::new();
    let example = std::fs::read_to_string(root().join(EXAMPLE)).unwrap();
    let (head, rows) = example.split_once('\n').unwrap();
    let turned: Vec<String> =
        rows.lines().rev().map(|row| row.replacen(",20", ",\t20", 1).replacen(',', ", ", 1)).collect();
    desk.file("turned.csv", format!("{head}\n{}\n", turned.join("\n")));
    assert_eq!(desk.json(&["rfm", EXAMPLE]), desk.json(&["rfm", "turned.csv"]));
    let hours = rows.lines().map(|row| {
        let (start, amount) = row.rsplit_once(',').unwrap();
        format!("{start}T23:30:00+08:00,{amount}")
    });
    desk.file("hours.csv", format!("{head}\n{}\n", hours.collect::<Vec<_>>().join("\n")));
    assert_eq!(desk.json(&["rfm", EXAMPLE]), desk.json(&["rfm", "hours.csv"]));
}

#[test]
fn spreadsheets_get_every_customer() {
    let output = Desk::new().ting(&["method", "rfm", EXAMPLE, "--format", "csv"]);
    let csv = String::from_utf8(output.stdout).unwrap();
    assert_eq!(csv.lines().count(), 61);
    assert!(
        csv.starts_with("customer,days since last,frequency,money,rfm,sum,segment,value class\n"),
        "{csv}"
    );
}

#[test]
fn returns_are_what_one_says_they_are() {
    let desk = Desk::new();
    let buys = ["a", "b", "c", "d", "e"].map(|name| format!("{name},2026-01-05,10\n")).concat();
    desk.file("r.csv", format!("customer,date,amount\n{buys}a,2026-01-09,-4.50\n"));
    let told = desk.refusal(&["rfm", "r.csv"]);
    assert!(
        told.contains("r.csv, line 7: column amount: -4.50: the amount is below 0; say with --returns"),
        "{told}"
    );
    for (returns, monetary, left_out) in [("ignore", 10.0, 1), ("subtract", 5.5, 0)] {
        let answer = desk.json(&["rfm", "r.csv", "--returns", returns, "--weights", "2,0,1"]);
        let first = &answer["customers"][0];
        assert_eq!((&first["monetary"], &first["recency_days"]), (&monetary.into(), &0.into()), "{returns}");
        assert_eq!(answer["returns_left_out"], left_out, "{returns}");
    }
}

#[test]
fn bad_files_name_line_and_column() {
    let head = "customer,date,amount\n";
    for (content, told) in [
        ("customer,date\na,2026-01-01\n".to_owned(), "line 1: there is no column amount"),
        (format!("{head}a,2026-01-01,5\nb,01/03/2026,5\n"), "line 3: column date: 01/03/2026 is no date"),
        (format!("{head}a,2026-02-30,5\n"), "line 2: column date: 2026-02-30 is no date"),
        (format!("{head}a,2026-1-2,5\n"), "line 2: column date: 2026-1-2 is no date"),
        (format!("{head}a,,5\n"), "line 2: column date: it is empty"),
        (format!("{head},2026-01-01,5\n"), "line 2: column customer: it is empty"),
        (format!("{head}a,2026-01-01,\n"), "line 2: column amount: it is empty"),
        (format!("{head}a,2026-01-01,NaN\n"), "line 2: column amount: NaN is no amount"),
        (format!("{head}a,2026-01-01,\"1,000\"\n"), "line 2: column amount: 1,000 is no amount"),
        (
            format!("{head}a,2026-01-01,0.12345678\n"),
            "line 2: column amount: 0.12345678 has more than six decimals",
        ),
        (format!("{head}a,2026-01-01,5\n"), "1 customers are too few: fifths need 5"),
        (head.to_owned(), "line 2: there are no rows"),
        (String::new(), "line 1: the file is empty"),
    ] {
        let told_really = Desk::new().file("bad.csv", &content).refusal(&["rfm", "bad.csv"]);
        assert!(told_really.contains(told), "{content}: {told_really}");
    }
    let desk = Desk::new();
    desk.file("late.csv", format!("{head}a,2026-01-01,5\n"));
    let told = desk.refusal(&["rfm", "late.csv", "--reference", "2025-12-31"]);
    assert!(told.contains("late.csv, line 2: column date: every purchase is after 2025-12-31"), "{told}");
}

#[test]
fn wrong_use_is_told_apart_from_bad_files() {
    for arguments in [
        &["method", "rfm"][..],
        &["method", "rfm", EXAMPLE, "--reference", "yesterday"],
        &["method", "rfm", EXAMPLE, "--weights", "1,2"],
        &["method", "rfm", EXAMPLE, "--weights", "0,0,0"],
    ] {
        assert_eq!(Desk::new().ting(arguments).status.code(), Some(2), "{arguments:?}");
    }
}
