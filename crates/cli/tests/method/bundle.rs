use serde_json::json;

use crate::run::{Desk, text};

const EXAMPLE: &str = "examples/methods/logistics.toml";

#[test]
fn the_parcel_service_answers_as_known() {
    let desk = Desk::new();
    let ask = |choices: &[&str]| {
        let mut arguments = vec!["bundle", EXAMPLE, "--sample", "time=0.5,1,2,3"];
        if !choices.is_empty() {
            arguments.push("--choose");
            arguments.extend(choices);
        }
        desk.json(&arguments)
    };
    assert_eq!(ask(&[])["configurations"], 200);
    assert_eq!(ask(&[])["coverage"], json!(null));
    let express = ask(&["speed=express"]);
    assert_eq!((&express["configurations"], &express["coverage"]), (&json!(50), &json!(1.0)));
    assert_eq!(express["domains"]["mode"], json!(["air"]));
    assert_eq!(express["domains"]["quantity"], json!([1, 2, 3, 4, 5]));
    assert_eq!(ask(&["speed=standard", "quantity=8", "care=basic"])["configurations"], 8);
    let conflict = ask(&["speed=express", "quantity=8"]);
    assert_eq!((&conflict["feasible"], &conflict["configurations"]), (&json!(false), &json!(0)));
    let said: Vec<&str> = conflict["conflict"]
        .as_array()
        .unwrap()
        .iter()
        .map(|reason| reason["id"].as_str().unwrap())
        .collect();
    assert_eq!(said, ["speed", "quantity", "fast", "quantity → quantity", "C1", "C3"]);
    assert_eq!(conflict["conflict"][0], json!({"kind": "choice", "id": "speed", "text": "speed = express"}));
}

#[test]
fn intervals_stay_whole_and_configurations_are_listed() {
    let desk = Desk::new();
    let answer = desk.json(&["bundle", EXAMPLE, "--choose", "speed=express", "--one"]);
    let span = json!([{"lower": 0.0, "lower_closed": false, "upper": 1.0, "upper_closed": true}]);
    assert_eq!((&answer["configurations"], &answer["domains"]["time"]), (&json!(25), &span));
    // Defaults where nothing speaks against them: express goes by air, whatever is preferred.
    let values = &answer["listed"][0]["values"];
    assert_eq!(
        (&values["mode"], &values["tracking"], &values["time"]),
        (&json!(["air"]), &json!(["basic"]), &span)
    );
    let all = desk.json(&["bundle", EXAMPLE, "--choose", "speed=express", "--all", "--limit", "7"]);
    assert_eq!(all["listed"].as_array().unwrap().len(), 7);
    let table = desk.table(&["bundle", EXAMPLE, "--choose", "speed=express", "quantity=8"]);
    assert!(table.contains("constraint  C1"), "{table}");
    assert!(table.contains("keep speed = express; give up quantity = 8"), "{table}");
}

#[test]
fn the_decompositions_are_models() {
    let desk = Desk::new();
    assert_eq!(desk.json(&["bundle", "examples/methods/flower.toml"])["configurations"], 256);
    let parts = desk.json(&["bundle", "examples/methods/seven_parts.toml"]);
    assert_eq!((&parts["configurations"], parts["modules"].as_object().unwrap().len()), (&json!(1), 8));
}

#[test]
fn bad_models_name_line_and_column() {
    let desk = Desk::new();
    let module =
        "[[module]]\nid = \"m\"\n[[module.attribute]]\nid = \"mode\"\ndomain = [\"land\", \"air\"]\n";
    for (content, told) in [
        (b"[[module\n".to_vec(), "bad.toml, line 1, column"),
        (Vec::new(), "bad.toml, line 1, column 1: module: there is no module"),
        (b"[[module]]\nid = \"\xff\"\n".to_vec(), "bad.toml, line 2: the file is not UTF-8"),
        (
            format!("{module}[[constraint]]\nid = \"K\"\nforbid = \"mode = sea\"\n").into_bytes(),
            "bad.toml, line 8, column 18: constraint K.forbid: mode has no value sea: it has land, air",
        ),
        (
            format!(
                "{module}[[external]]\nid = \"E\"\n[[external.attribute]]\nid = \"fast\"\ndomain = \"bool\"\n"
            )
            .into_bytes(),
            "bad.toml, line 10, column 10: external attribute fast.domain: need without service",
        ),
    ] {
        let refusal = desk.file("bad.toml", &content).refusal(&["bundle", "bad.toml"]);
        assert!(refusal.contains(told), "{refusal}");
    }
    assert!(desk.refusal(&["bundle", "nowhere.toml"]).contains("cannot read nowhere.toml"));
    assert!(desk.refusal(&["bundle", EXAMPLE, "--choose", "speed=slow"]).contains("express, standard"));
    assert!(desk.refusal(&["bundle", EXAMPLE, "--sample", "time=0"]).contains("(0, 3]"));
}

#[test]
fn wrong_use_ends_with_two() {
    let desk = Desk::new();
    for wrong in
        [&["--choose", "speed"][..], &["--sample", "time=soon"], &["--limit", "3"], &["--one", "--all"]]
    {
        let output = desk.ting(&[&["method", "bundle", EXAMPLE], wrong].concat());
        assert_eq!(output.status.code(), Some(2), "{wrong:?}: {}", text(&output.stderr));
    }
}
