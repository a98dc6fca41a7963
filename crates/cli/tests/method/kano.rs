use crate::run::{Desk, text};

const EXAMPLE: &str = "examples/methods/kano.csv";
const HEAD: &str = "respondent,requirement,functional,dysfunctional,importance,segment\n";

#[test]
fn the_example_says_what_is_taken_for_granted_and_what_delights() {
    let desk = Desk::new();
    let answer = desk.json(&["kano", EXAMPLE]);
    assert_eq!(answer["respondents"], 40);
    // Eight requirements for each of forty, of whom two left a half out.
    assert_eq!((&answer["answers"], &answer["dropped"]), (&318.into(), &2.into()));
    assert_eq!(answer["straight_lining"]["respondents"], serde_json::json!(["c33"]));
    assert_eq!(answer["table"], serde_json::json!(["QAAAO", "RIIIM", "RIIIM", "RIIIM", "RRRRQ"]));
    let found = answer["requirements"].as_array().unwrap();
    assert_eq!(found.len(), 8);
    let class = |name: &str| {
        let one =
            found.iter().find(|found| found["requirement"].as_str().unwrap().starts_with(name)).unwrap();
        one["category"].as_str().unwrap()
    };
    assert_eq!((class("破损赔付"), class("大厅音乐"), class("每日电话回访")), ("M", "I", "R"));
    let table = desk.table(&["kano", EXAMPLE]);
    assert!(table.contains("same pair throughout 1 (2 %)"), "{table}");
    assert!(table.contains("its presence displeases"), "{table}");
    assert!(table.lines().all(|line| unicode_width::UnicodeWidthStr::width(line) <= 100), "{table}");
}

#[test]
fn counts_of_the_file_are_those_of_the_answer() {
    let desk = Desk::new();
    // Worked by hand: O 1, M 1, A 1, I 1, R 1, Q 1.
    desk.file(
        "all.csv",
        format!(
            "{HEAD}a,x,1,5,9,n\nb,x,2,5,9,n\nc,x,1,3,,n\nd,x,3,3,1,s\ne,x,5,3,1,s\nf,x,1,1,1,s\ng,x,1,,1,s\n"
        ),
    );
    let found = desk.json(&["kano", "all.csv"])["requirements"][0].clone();
    assert_eq!(found["counts"], serde_json::json!({"M": 1, "O": 1, "A": 1, "I": 1, "R": 1, "Q": 1}));
    assert_eq!((&found["n"], &found["classified"], &found["dropped"]), (&6.into(), &4.into(), &1.into()));
    assert_eq!((&found["better"], &found["worse"]), (&0.5.into(), &(-0.5).into()));
    assert_eq!((&found["total_strength"], &found["category_strength"]), (&0.5.into(), &0.0.into()));
    assert_eq!(found["category"], "M");
    assert_eq!(found["rules"], serde_json::json!({"mode": "M", "near_tie": "M", "blauth": "I"}));
    assert_eq!((&found["fong"]["difference"], &found["fong"]["significant"]), (&0.into(), &false.into()));
    assert!(found["segment"].is_null() && found["continuous"]["importance"] == 4.2);
    assert_eq!(
        found["warnings"],
        serde_json::json!(["directional", "misunderstood", "mixed", "rules_disagree"])
    );

    let split = desk.json(&["kano", "all.csv", "--by", "segment"]);
    let seen: Vec<_> =
        split["requirements"].as_array().unwrap().iter().map(|found| &found["segment"]).collect();
    assert_eq!(seen, ["n", "s"]);
    assert_eq!(split["requirements"][0]["counts"]["I"], 0);
}

#[test]
fn the_rule_and_the_table_decide_the_category() {
    let desk = Desk::new();
    desk.file("two.csv", format!("{HEAD}a,x,1,5,,\nb,x,4,4,,\nc,x,4,4,,\n"));
    let category = |options: &[&str]| {
        let answer = desk.json(&[&["kano", "two.csv"], options].concat());
        answer["requirements"][0]["category"].as_str().unwrap().to_owned()
    };
    assert_eq!(category(&[]), "I");
    assert_eq!(category(&["--rule", "near-tie", "--near-tie", "0.4"]), "O");
    assert_eq!(category(&["--table", "pouliot"]), "O");
    assert_eq!(category(&["--table", "pouliot", "--rule", "blauth"]), "Unclassified");
    desk.file(
        "own.csv",
        "functional,1,2,3,4,5\n5,R,R,R,R,Q\n1,Q,A,A,A,A\n2,R,I,I,I,M\n3,R,I,I,I,M\n4,R,I,I,m,M\n",
    );
    assert_eq!(category(&["--table", "own.csv"]), "M");
    desk.file("short.csv", format!("{HEAD}a,x,1,3,,\n"));
    let short = desk.json(&["kano", "short.csv", "--table", "short3"]);
    assert_eq!(short["requirements"][0]["category"], "O");
    assert_eq!(short["requirements"][0]["continuous"]["dysfunctional"], 4.0);
}

#[test]
fn what_does_not_exist_is_null() {
    let desk = Desk::new();
    desk.file("q.csv", format!("{HEAD}a,x,1,1,,\nb,y,,1,,\n"));
    let answer = desk.json(&["kano", "q.csv", "--cut", "means"]);
    for found in answer["requirements"].as_array().unwrap() {
        assert_eq!(found["category"], "Unclassified");
        for key in ["better", "worse", "fong", "quadrant", "better_interval", "chi_squared"] {
            assert!(found[key].is_null(), "{key}: {found}");
        }
        for key in ["importance", "functional_weighted", "dysfunctional_weighted"] {
            assert!(found["continuous"][key].is_null(), "{key}: {found}");
        }
    }
    assert!(answer["requirements"][1]["total_strength"].is_null());
    desk.table(&["kano", "q.csv"]);
}

#[test]
fn pictures_name_the_requirements_and_the_quadrants() {
    let desk = Desk::new();
    for (picture, scale) in [("better-worse", "|Worse|"), ("continuous", "dysfunctional mean")] {
        desk.table(&["kano", EXAMPLE, "--svg", "plane.svg", "--picture", picture]);
        let svg = desk.read("plane.svg");
        for part in [
            "破损赔付 damage cover",
            "A  attractive",
            "M  must-be",
            "O  one-dimensional",
            "I  indifferent",
            scale,
        ] {
            assert!(svg.contains(part), "{picture}: {part}");
        }
        assert!(!svg.contains("NaN") && !svg.contains("inf"), "{picture}");
    }
    assert!(
        desk.refusal(&["kano", EXAMPLE, "--svg", "nowhere/plane.svg"])
            .contains("cannot write nowhere/plane.svg")
    );
}

#[test]
fn bad_files_name_line_and_column() {
    for (content, told) in [
        ("respondent,requirement,functional\na,x,1\n".to_owned(), "line 1: there is no column dysfunctional"),
        (
            format!("{HEAD}a,x,1,5,9,n\na,y,6,5,9,n\n"),
            "line 3: column functional: 6 is not an answer from 1 to 5",
        ),
        (format!("{HEAD}a,x,1,0,9,n\n"), "line 2: column dysfunctional: 0 is not an answer from 1 to 5"),
        (format!("{HEAD}a,x,1,NaN,9,n\n"), "line 2: column dysfunctional: NaN is not an answer from 1 to 5"),
        (format!("{HEAD}a,x,1,2.5,9,n\n"), "line 2: column dysfunctional: 2.5 is not an answer from 1 to 5"),
        (format!("{HEAD}a,x,1,5,11,n\n"), "line 2: column importance: 11 is not an importance from 0 to 10"),
        (format!("{HEAD}a,x,1,5,-1,n\n"), "line 2: column importance: -1 is not an importance from 0 to 10"),
        (format!("{HEAD},x,1,5,1,n\n"), "line 2: column respondent: it is empty"),
        (format!("{HEAD}a,,1,5,1,n\n"), "line 2: column requirement: it is empty"),
        (
            format!("{HEAD}a,x,1,5,9,n\nb,x,1,5,9,n\na,y,1,5,9,n\n\na,x,2,5,9,s\n"),
            "line 6: column requirement: the respondent has answered this requirement before, on line 2",
        ),
        (HEAD.to_owned(), "line 2: there are no rows"),
        (String::new(), "line 1: the file is empty"),
    ] {
        let told_really = Desk::new().file("bad.csv", &content).refusal(&["kano", "bad.csv"]);
        assert!(told_really.contains("bad.csv") && told_really.contains(told), "{content}: {told_really}");
    }
    assert!(Desk::new().refusal(&["kano", EXAMPLE, "--by", "age"]).contains("there is no column age"));
    assert!(Desk::new().refusal(&["kano", EXAMPLE, "--table", "none.csv"]).contains("cannot read none.csv"));
    for (table, told) in [
        ("functional,1,2\n1,A,A\n", "line 1: there is no column 3"),
        ("functional,1,2,3\n1,A,A,O\n2,I,X,M\n", "line 3: column 2: X is none of M O A I R Q"),
        ("functional,1,2,3\n1,A,A,O\n1,I,I,M\n", "line 3: column functional: the answer 1 is there twice"),
        ("functional,1,2,3\n1,A,A,O\n3,I,I,M\n", "there is no row for the answer 2"),
        ("functional,1,2,3\n4,A,A,O\n", "line 2: column functional: 4 is not an answer from 1 to 3"),
    ] {
        let told_really = Desk::new().file("t.csv", table).refusal(&["kano", EXAMPLE, "--table", "t.csv"]);
        assert!(told_really.contains(told), "{table}: {told_really}");
    }
}

#[test]
fn wrong_use_ends_with_two() {
    for wrong in
        [&["--rule", "best"][..], &["--near-tie", "2"], &["--questionable", "NaN"], &["--picture", "pie"]]
    {
        let output = Desk::new().ting(&[&["method", "kano", EXAMPLE], wrong].concat());
        assert_eq!(output.status.code(), Some(2), "{wrong:?}: {}", text(&output.stderr));
    }
}
