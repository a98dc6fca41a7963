use crate::run::Desk;

const EXAMPLE: &str = "examples/methods/index.csv";

#[test]
fn the_example_gives_paths_scores_and_a_picture() {
    let desk = Desk::new();
    let arguments = ["index", "--model", "ecsi", "--data", EXAMPLE, "--bootstrap", "200", "--seed", "7"];
    let answer = desk.json(&[&arguments[..], &["--svg", "paths.svg", "--scores", "scores.csv"]].concat());
    assert_eq!(answer["n"], 120);
    assert_eq!(answer["answers_filled"], 14);
    for latent in answer["latent"].as_array().unwrap() {
        let index = latent["index"].as_f64().unwrap();
        assert!((0.0..=100.0).contains(&index), "{latent}");
        for key in ["alpha", "rho_a", "rho_c", "ave"] {
            assert!((0.0..=1.0).contains(&latent[key].as_f64().unwrap()), "{key} {latent}");
        }
        assert_eq!(latent["r_squared"].is_null(), latent["name"] == "Image");
    }
    for path in answer["paths"].as_array().unwrap() {
        let number = |key: &str| path[key].as_f64().unwrap();
        assert!(number("low") <= number("high") && number("se") > 0.0, "{path}");
    }
    assert_eq!(answer["outer"].as_array().unwrap().len(), 20);
    assert_eq!(answer["bootstrap"]["samples"], 200);
    assert!(desk.read("paths.svg").contains("顾客满意"));
    let scores = desk.read("scores.csv");
    assert!(scores.starts_with("line,Image,Expectation,Quality,Value,Satisfaction,Loyalty\n2,"), "{scores}");
    // The mean of the customers' indices is the index.
    let column: Vec<f64> =
        scores.lines().skip(1).map(|line| line.split(',').nth(5).unwrap().parse().unwrap()).collect();
    let mean = column.iter().sum::<f64>() / 120.0;
    assert!((mean - answer["latent"][4]["index"].as_f64().unwrap()).abs() < 1e-3);
    assert_eq!(answer, desk.json(&arguments));
}

#[test]
fn options_change_what_they_say() {
    let desk = Desk::new();
    let with = |more: &[&str]| desk.json(&[&["index", "--model", "ecsi", "--data", EXAMPLE], more].concat());
    let plain = with(&[]);
    assert!(plain["paths"][0]["se"].is_null() && plain["paths"][0]["low"].is_null());
    assert_eq!((&plain["scheme"], &plain["standardize"]), (&"path".into(), &"item".into()));
    for more in [
        ["--scheme", "centroid"],
        ["--scheme", "factorial"],
        ["--standardize", "raw"],
        ["--missing", "listwise"],
    ] {
        assert_ne!(with(&more)["paths"], plain["paths"], "{more:?}");
    }
    let left_out = with(&["--missing", "listwise"])["rows_left_out"].as_u64().unwrap();
    assert!((1..=14).contains(&left_out));
}

#[test]
fn a_shipped_model_can_be_printed_changed_and_used() {
    let desk = Desk::new();
    for name in ["scsb", "acsi", "ecsi", "ccsi", "ecsi-mobi"] {
        assert!(desk.table(&["index", "--model", name, "--print-model"]).contains("[[latent]]"), "{name}");
    }
    let text = desk.table(&["index", "--model", "ecsi", "--print-model"]);
    desk.file("mine.toml", text.replace("\"Loyalty\"", "\"Staying\"").replace("顾客忠诚", "顾客保留"));
    let (mine, shipped) = (
        desk.json(&["index", "--model", "mine.toml", "--data", EXAMPLE]),
        desk.json(&["index", "--model", "ecsi", "--data", EXAMPLE]),
    );
    assert_eq!(mine["latent"][5]["name"], "Staying");
    assert_eq!(mine["gof"], shipped["gof"]);
    let table = desk.table(&["index", "--model", "mine.toml", "--data", EXAMPLE]);
    assert!(table.contains("Staying 顾客保留") && table.contains("14 missing answers"), "{table}");
    assert!(table.lines().all(|line| line.chars().count() <= 120), "{table}");
}

#[test]
fn models_and_files_that_are_wrong_are_told_with_their_place() {
    let desk = Desk::new();
    let two = "title = \"t\"\n[[latent]]\nname = \"A\"\nindicators = [\"a\"]\n[[latent]]\nname = \"B\"\nindicators = [\"b\"]\n[[path]]\nfrom = \"A\"\nto = \"B\"\n";
    desk.file("two.toml", two).file("bad.toml", two.replace("to = \"B\"", "to = \"C\""));
    let told = |model: &str, content: &str| {
        desk.file("bad.csv", content).refusal(&["index", "--model", model, "--data", "bad.csv"])
    };
    for (model, content, expected) in [
        ("nowhere", "a\n1\n", "there is no model nowhere"),
        ("bad.toml", "a,b\n1,1\n", "bad.toml, line 10: there is no latent variable C"),
        ("two.toml", "a\n1\n", "bad.csv, line 1: there is no column b"),
        ("two.toml", "a,b\n1,2\n1,x\n", "bad.csv, line 3: column b: x is no number"),
        ("two.toml", "a,b\n", "line 2: there are no rows"),
        ("two.toml", "", "line 1: the file is empty"),
        ("two.toml", "a,b\n1,2\n", "bad.csv: 1 rows are too few"),
        ("two.toml", "a,b\n1,2\n1,3\n1,5\n", "bad.csv: all answers to a are the same"),
        ("two.toml", "a,b\n,2\n,3\n,5\n", "bad.csv: nobody answered a"),
        ("two.toml", "a,b\n1e300,2\n-1e300,3\n3,5\n", "bad.csv: the answers to a are too large"),
    ] {
        let found = told(model, content);
        assert!(found.contains(expected), "{content}: {found}");
    }
    let usage = desk.ting(&["method", "index", "--model", "ecsi"]);
    assert_eq!(usage.status.code(), Some(2));
    let usage = desk.ting(&["method", "index", "--model", "ecsi", "--data", EXAMPLE, "--bootstrap", "0"]);
    assert_eq!(usage.status.code(), Some(2));
}
