use crate::run::{Desk, text};

const EXAMPLE: &str = "examples/methods/priority.csv";

/// The worked example: internal on time 12, tracking 8, price 5; external price 30, brand 15, on time 5.
const WORKED: &str = "need,source,mentions\nprice,external,30\non time,internal,12\ntracking,internal,8\n\
                      price,internal,5\nbrand,external,15\non time,external,5\n";

#[test]
fn mentions_inside_count_more_than_outside() {
    let desk = Desk::new();
    desk.file("worked.csv", WORKED);
    let answer = desk.json(&["priority", "worked.csv"]);
    let needs = answer["needs"].as_array().unwrap();
    for (need, (name, score)) in
        needs.iter().zip([("on time", 0.366), ("price", 0.32), ("tracking", 0.224), ("brand", 0.09)])
    {
        assert_eq!(need["need"], name);
        assert!((need["score"].as_f64().unwrap() - score).abs() < 1e-12, "{need}");
    }
    assert_eq!(answer["pareto"]["needs"], 3);
    assert_eq!(answer["mentions"], serde_json::json!({"internal": 25, "external": 50}));
    assert_eq!(
        (&needs[0]["level"], &needs[0]["category"], &needs[0]["fragmentation"]),
        (&().into(), &().into(), &().into())
    );
    // Wholly internal: brand is only a wish from outside.
    let alone = desk.json(&["priority", "worked.csv", "--internal-weight", "1", "--pareto", "0.5"]);
    assert_eq!((&alone["needs"][3]["need"], &alone["needs"][3]["score"]), (&"brand".into(), &0.0.into()));
    assert_eq!((&alone["needs"][3]["kind"], &alone["pareto"]["needs"]), (&"virtual".into(), &2.into()));
}

#[test]
fn the_example_gates_by_level_and_guesses_by_factor() {
    let desk = Desk::new();
    let answer = desk.json(&["priority", EXAMPLE]);
    let need = |name: &str| {
        let needs = answer["needs"].as_array().unwrap();
        needs.iter().find(|need| need["need"].as_str().unwrap().starts_with(name)).unwrap().clone()
    };
    assert_eq!((&need("准时送达")["gate"], &need("破损赔付")["gate"]), (&"open".into(), &"met".into()));
    assert_eq!(
        (&need("货物跟踪")["gate"], &need("货物跟踪")["waits_for_level"]),
        (&"closed".into(), &1.into())
    );
    assert_eq!((&need("价格")["category"], &need("价格")["category_from"]), (&"M".into(), &"factor".into()));
    assert_eq!(
        (&need("货物跟踪")["category_from"], &need("绿色品牌")["kind"]),
        (&"survey".into(), &"virtual".into())
    );
    let table = desk.table(&["priority", EXAMPLE, "--ladder", "freight"]);
    assert!(table.contains("after port to port"), "{table}");
    assert!(!desk.table(&["priority", EXAMPLE, "--no-gate"]).contains("after "));
}

#[test]
fn levels_may_be_steps_of_a_ladder() {
    let desk = Desk::new();
    desk.file(
        "m.csv",
        "need,source,mentions,level,met\na,internal,1,安全,否\nb,internal,1,esteem,no\nc,internal,1,1,是\n",
    );
    let answer = desk.json(&["priority", "m.csv", "--ladder", "maslow"]);
    let levels: Vec<_> = answer["needs"].as_array().unwrap().iter().map(|need| &need["level"]).collect();
    assert_eq!(levels, [2, 4, 1]);
    assert!(desk.refusal(&["priority", "m.csv"]).contains("column level: 安全 is not a level"));
}

#[test]
fn bad_files_name_line_and_column() {
    let head = "need,source,mentions,level,met,factor,category,orders,volume\n";
    for (content, told) in [
        ("need,source\na,internal\n".to_owned(), "line 1: there is no column mentions"),
        (
            format!("{head}a,inside,1,,,,,,\n"),
            "line 2: column source: inside is neither internal nor external",
        ),
        (format!("{head}a,internal,-1,,,,,,\n"), "line 2: column mentions: -1 is not a count"),
        (format!("{head}a,internal,NaN,,,,,,\n"), "line 2: column mentions: NaN is not a count"),
        (format!("{head}a,internal,1.5,,,,,,\n"), "line 2: column mentions: 1.5 is not a count"),
        (format!("{head}a,internal,1,0,,,,,\n"), "line 2: column level: 0 is not a level"),
        (format!("{head}a,internal,1,,maybe,,,,\n"), "line 2: column met: maybe is not yes or no"),
        (format!("{head}a,internal,1,,,luck,,,\n"), "line 2: column factor: luck is not a factor"),
        (format!("{head}a,internal,1,,,,Q,,\n"), "line 2: column category: Q is not one of M O A I R"),
        (format!("{head}a,internal,1,,,,,-1,\n"), "line 2: column orders: -1 is not a number of 0 or more"),
        (format!("{head}a,internal,1,,,,,1,0\n"), "line 2: column volume: 0 is not a number above 0"),
        (
            format!("{head}a,internal,1,2,,,,,\na,external,1,3,,,,,\n"),
            "line 3: column level: 3 is not what another row of this need says",
        ),
        (
            format!("{head}a,internal,1,,no,,,,\na,external,1,,yes,,,,\n"),
            "line 3: column met: yes is not what another row of this need says",
        ),
        (
            format!("{head}a,internal,1,,,,,,\nb,internal,1,,,,,,\na,internal,2,,,,,,\n"),
            "line 4: column need: its internal mentions are on line 2 already",
        ),
        (format!("{head},internal,1,,,,,,\n"), "line 2: column need: it is empty"),
        (head.to_owned(), "line 2: there are no rows"),
        (String::new(), "line 1: the file is empty"),
    ] {
        let told_really = Desk::new().file("bad.csv", &content).refusal(&["priority", "bad.csv"]);
        assert!(told_really.contains(told), "{content}: {told_really}");
    }
}

#[test]
fn wrong_use_ends_with_two() {
    for wrong in [&["--internal-weight", "0.5"][..], &["--pareto", "0"], &["--ladder", "career"]] {
        let output = Desk::new().ting(&[&["method", "priority", EXAMPLE], wrong].concat());
        assert_eq!(output.status.code(), Some(2), "{wrong:?}: {}", text(&output.stderr));
    }
}
