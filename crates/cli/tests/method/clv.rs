use crate::run::{Desk, root};

const EXAMPLE: &str = "examples/methods/transactions.csv";

fn cdnow() -> String {
    root().join("crates/methods/tests/golden/cdnow.csv").display().to_string()
}

#[track_caller]
fn near(found: &serde_json::Value, expected: f64, relative: f64) {
    let number = found.as_f64().unwrap();
    assert!((number - expected).abs() <= relative * expected.abs(), "{number} instead of {expected}");
}

#[test]
fn cdnow_is_fitted_as_the_literature_and_lifetimes_fit_it() {
    let cdnow = cdnow();
    let twelve_months = ["--horizon", "52.14", "--step", "4.345", "--discount", "0.01"];
    let arguments = [&["clv", &cdnow, "--end", "1997-09-30"][..], &twelve_months].concat();
    let answer = Desk::new().json(&arguments);
    let parameters = &answer["parameters"];
    for (name, published) in [("r", 0.243), ("alpha", 4.414), ("a", 0.793), ("b", 2.426)] {
        near(&parameters[name], published, 2e-3);
    }
    for (name, published) in [("p", 6.25), ("q", 3.74), ("v", 15.44)] {
        near(&parameters[name], published, 3e-3);
    }
    near(&answer["log_likelihood"], -9582.43, 1e-6);
    assert_eq!((&answer["n"], &answer["gamma_gamma_n"]), (&2357.into(), &946.into()));
    assert_eq!(answer["converged"], true);
    let customers = answer["customers"].as_array().unwrap();
    let first = customers.iter().find(|customer| customer["customer"] == "1").unwrap();
    // lifetimes: P(alive) 0.7266, value of twelve months at 1 % a month 36.28.
    near(&first["p_alive"], 0.726_609, 2e-3);
    near(&first["value"], 36.2785, 2e-3);
    let interval = &answer["equity"]["interval"];
    assert!(interval["lower"].as_f64() < answer["equity"]["value"].as_f64());
}

#[test]
fn what_followed_is_compared_with_what_was_to_be_expected() {
    let desk = Desk::new();
    let arguments = ["clv", &cdnow(), "--holdout", "1997-09-30", "--end", "1998-06-30", "--svg", "h.svg"];
    let answer = desk.json(&arguments);
    // 1 882 by counting days with a purchase, 1 653.4 by SciPy's fit.
    assert_eq!(answer["holdout"]["actual"], 1882);
    near(&answer["holdout"]["expected"], 1653.4087, 1e-5);
    assert_eq!((&answer["end"], &answer["holdout_end"]), (&"1997-09-30".into(), &"1998-06-30".into()));
    assert!(desk.read("h.svg").contains("1882 actual, 1653 expected"));
    let table = desk.table(&arguments);
    assert!(table.contains("1882 purchases, 1653.4 expected"), "{table}");
    assert!(desk.refusal(&["clv", EXAMPLE, "--holdout", "2026-06-30"]).contains("before the last day"));
}

#[test]
fn the_order_of_rows_changes_nothing_and_units_change_alpha_only() {
    let desk = Desk::new();
    let example = std::fs::read_to_string(root().join(EXAMPLE)).unwrap();
    let (head, rows) = example.split_once('\n').unwrap();
    let turned: Vec<&str> = rows.lines().rev().collect();
    desk.file("turned.csv", format!("{head}\n{}\n", turned.join("\n")));
    let weeks = desk.json(&["clv", EXAMPLE, "--discount", "0.01"]);
    assert_eq!(weeks, desk.json(&["clv", "turned.csv", "--discount", "0.01"]));
    let days = desk.json(&[
        "clv",
        EXAMPLE,
        "--discount",
        "0.01",
        "--unit",
        "day",
        "--horizon",
        "364",
        "--step",
        "7",
    ]);
    let number = |key: &str| weeks["parameters"][key].as_f64().unwrap();
    near(&days["parameters"]["alpha"], 7.0 * number("alpha"), 1e-3);
    near(&days["parameters"]["b"], number("b"), 1e-3);
    near(&days["equity"]["value"], weeks["equity"]["value"].as_f64().unwrap(), 1e-4);
}

#[test]
fn a_margin_and_a_retention_rate_need_no_file() {
    let desk = Desk::new();
    let rates =
        ["clv", "--margin", "150", "--retention", "0.55", "--discount", "0.1", "--acquisition", "100"];
    near(&desk.json(&rates)["value"], 50.0, 1e-12);
    let finite = ["clv", "--margin", "100", "--retention", "0.8", "--discount", "0.1", "--periods", "3"];
    near(&desk.json(&finite)["value"], 164.087_153, 1e-8);
    assert!(desk.table(&finite).contains("164.09"));
    for (arguments, told) in [
        (&["clv"][..], "<FILE>"),
        (&["clv", "--margin", "1"], "--retention"),
        (&["clv", "--margin", "1", "--retention", "1"], "without an end the value is infinite"),
        (&["clv", "--margin", "1", "--retention", "1.5"], "from 0 to 1"),
        (&["clv", EXAMPLE, "--margin", "1", "--retention", "0.5"], "cannot be used with"),
        (&["clv", EXAMPLE, "--horizon", "0"], "the horizon must be above 0"),
        (&["clv", EXAMPLE, "--discount", "-1"], "the discount must be"),
    ] {
        let output = desk.ting(&[&["method"], arguments].concat());
        let error = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.code() == Some(2) && error.contains(told), "{arguments:?}: {error}");
    }
}

#[test]
fn data_that_tell_nothing_are_named() {
    let head = "customer,date,amount\n";
    let names = ["a", "b", "c", "d", "e", "f"];
    let rows = |days: &[u32]| {
        let rows = names.map(|name| {
            let rows: Vec<String> = days.iter().map(|day| format!("{name},2026-01-{day:02},5\n")).collect();
            rows.concat()
        });
        format!("{head}{}", rows.concat())
    };
    for (content, told) in [
        ("customer,amount\na,5\n".to_owned(), "line 1: there is no column date"),
        (format!("{head}a,2026-01-01,5\n"), "1 customers are too few: the model needs 5"),
        (rows(&[3]), "0 customers bought on more than one day"),
        (rows(&[3, 9]), "all customers did exactly the same"),
        (format!("{head}a,2026-01-01,-5\n"), "line 2: column amount: -5: the amount is below 0"),
        (head.to_owned(), "line 2: there are no rows"),
    ] {
        let told_really = Desk::new().file("bad.csv", &content).refusal(&["clv", "bad.csv"]);
        assert!(told_really.contains(told), "{content}: {told_really}");
    }
    // Everybody spends the same, so there are purchases and no values, and the answer says why.
    let desk = Desk::new();
    let more = format!("{}a,2026-01-20,5\nb,2026-02-01,5\nc,2026-02-11,5\ng,2026-01-15,5\n", rows(&[3, 9]));
    desk.file("same.csv", more);
    let answer = desk.json(&["clv", "same.csv"]);
    assert_eq!((&answer["no_value"], &answer["equity"]), (&"all_alike".into(), &serde_json::Value::Null));
    assert!(answer["customers"][0]["value"].is_null() && answer["parameters"]["p"].is_null());
    assert!(desk.table(&["clv", "same.csv"]).contains("none: all who came back spent exactly the same"));
}
