//! The parcel service whose numbers are known, and what is wrong with files.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fmt::Write as _;

use ting_methods::bundle::{
    Answer, Held, Model, Origin, Questions, RequestError, Selection, Value, configure,
};

const LOGISTICS: &str = include_str!("../../../examples/methods/logistics.toml");

fn logistics() -> Model {
    Model::parse(LOGISTICS).unwrap()
}

fn ask(model: &Model, choices: &[(&str, &str)]) -> Answer {
    configure(model, &model.choose(choices.iter().copied()).unwrap(), &Questions::default())
}

fn numbers(held: &[Held]) -> Vec<f64> {
    held.iter().filter_map(|held| if let Held::Value(value) = held { value.number() } else { None }).collect()
}

/// Counts made with python-constraint2 2.9.0 over the same model, and by hand: 2·5·5 + 2·15·5.
#[test]
fn the_parcel_service_counts_as_known() {
    let model = logistics().sampled("time", &[0.5, 1.0, 2.0, 3.0]).unwrap();
    for (choices, expected) in [
        (&[][..], 200),
        (&[("speed", "express")], 50),
        (&[("speed", "express"), ("care", "premium")], 10),
        (&[("speed", "express"), ("quantity", "8")], 0),
        (&[("speed", "standard"), ("quantity", "8")], 10),
        (&[("speed", "standard"), ("quantity", "8"), ("care", "basic")], 8),
    ] {
        assert_eq!(ask(&model, choices).configurations, Some(expected), "{choices:?}");
    }
    let with = |rule: &str| {
        let model = Model::parse(&format!("{LOGISTICS}\n[[constraint]]\nrequire = \"{rule}\"\n")).unwrap();
        ask(&model.sampled("time", &[0.5, 1.0, 2.0, 3.0]).unwrap(), &[]).configurations
    };
    assert_eq!([with("mode = air"), with("mode = land")], [Some(100), Some(100)]);
    assert_eq!(
        ["0.5", "1", "2", "3"].map(|time| with(&format!("time = {time}"))),
        [25, 25, 75, 75].map(Some)
    );
    let express = ask(&model, &[("speed", "express")]);
    assert_eq!(express.domains["mode"], [Held::Value(Value::Text("air".to_owned()))]);
    assert_eq!(numbers(&express.domains["quantity"]), [1.0, 2.0, 3.0, 4.0, 5.0]);
    let standard = ask(&model, &[("speed", "standard"), ("quantity", "8")]);
    assert_eq!(standard.domains["mode"], [Held::Value(Value::Text("land".to_owned()))]);
}

#[test]
fn intervals_stay_whole() {
    let model = logistics();
    // Land from over a day on with any quantity, air with up to five; five combinations of care each.
    assert_eq!(ask(&model, &[]).configurations, Some(75));
    let express = ask(&model, &[("speed", "express")]);
    assert_eq!(express.configurations, Some(25));
    assert_eq!(express.domains["time"].iter().map(ToString::to_string).collect::<Vec<_>>(), ["(0, 1]"]);
    let time = &model.attributes.iter().find(|attribute| attribute.id == "time").unwrap().domain;
    let contains = [0.0, 1e-9, 3.0, 3.000_000_1].map(|value| time.contains(&Value::Number(value)));
    assert_eq!(contains, [false, true, true, false]);
}

#[test]
fn the_conflict_names_choices_mappings_and_constraints() {
    let answer = ask(&logistics(), &[("quantity", "8"), ("care", "premium"), ("speed", "express")]);
    let ids = |kind| {
        let reasons = answer.conflict.iter().filter(move |reason| reason.kind == kind);
        reasons.map(|reason| reason.id.as_str()).collect::<Vec<_>>()
    };
    assert_eq!(ids(Origin::Choice), ["speed", "quantity"]);
    assert_eq!(ids(Origin::Mapping), ["fast", "quantity → quantity"]);
    assert_eq!(ids(Origin::Constraint), ["C1", "C3"]);
    assert_eq!((answer.feasible, answer.configurations), (Some(false), Some(0)));
    assert!(answer.conflict_minimal && answer.coverage_exact);
    // Of three needs with the same weight two can be met.
    assert!((answer.coverage.unwrap() - 2.0 / 3.0).abs() < 1e-12);
    assert_eq!(answer.given_up.len(), 1);
}

#[test]
fn what_cannot_be_asked_is_said() {
    let model = logistics();
    let refused = |id, value| model.choose([(id, value)]).unwrap_err().to_string();
    assert!(refused("sped", "express").contains("speed, care, quantity"));
    assert!(refused("speed", "slow").contains("express, standard"));
    assert!(refused("quantity", "11").contains("1 … 10"));
    assert!(matches!(model.choose([("care", "basic"), ("care", "basic")]), Err(RequestError::Twice { .. })));
    assert!(matches!(logistics().sampled("mode", &[1.0]), Err(RequestError::Sample { .. })));
    for outside in [0.0, 3.1, f64::NAN, f64::INFINITY] {
        assert!(
            matches!(logistics().sampled("time", &[outside]), Err(RequestError::Value { .. })),
            "{outside}"
        );
    }
}

#[test]
fn modules_are_chosen_and_left_out() {
    let text = "[[module]]\nid = 'shop'\n[[module]]\nid = '安装'\nparent = 'shop'\noptional = true\n\
        [[module.attribute]]\nid = 'floor'\ndomain = '0..9'\n[[module]]\nid = 'lift'\nparent = 'shop'\noptional = true\n\
        [[module]]\nid = 'stairs'\nparent = 'shop'\noptional = true\n\
        [[constraint]]\nmodule = '安装'\nrequires = 'lift'\n[[constraint]]\nmodule = 'lift'\nexcludes = ['stairs']\n\
        [[external]]\nid = 'E'\n[[external.attribute]]\nid = 'install'\ndomain = 'bool'\n\
        [[mapping]]\nwhen = 'install'\nthen = '安装'\n[[mapping]]\nwhen = 'install = no'\nthen = 'not 安装'\n";
    let model = Model::parse(text).unwrap();
    // Nothing, lift or stairs; or the lift and one of ten floors.
    assert_eq!(ask(&model, &[]).configurations, Some(13));
    let with = ask(&model, &[("install", "yes")]);
    assert_eq!(with.configurations, Some(10));
    assert_eq!([with.modules["lift"], with.modules["stairs"]], [Selection::Chosen, Selection::LeftOut]);
    assert_eq!(ask(&model, &[("install", "no")]).configurations, Some(3));
    assert_eq!(model.warnings, ["no need and no default ever reaches the attribute floor"]);
}

#[test]
fn counting_that_would_take_too_long_says_so() {
    let mut text = String::from("[[module]]\nid = \"m\"\n");
    for at in 0..60 {
        let _ = write!(text, "[[module.attribute]]\nid = \"a{at}\"\ndomain = \"0..9\"\n");
    }
    let free = ask(&Model::parse(&text).unwrap(), &[]);
    assert_eq!((free.feasible, free.configurations), (Some(true), None));
    assert_eq!(free.configurations_reason.unwrap(), format!("there are more than {}", u64::MAX));
    for at in 0..180 {
        let (a, b, c) = (at % 60, (at * 7 + 3) % 60, (at * 11 + 5) % 60);
        let _ = write!(text, "[[constraint]]\nrequire = \"a{a} + a{b} - 2 * a{c} <= 9\"\n");
    }
    let model = Model::parse(&text).unwrap();
    let tied = configure(
        &model,
        &model.choose([]).unwrap(),
        &Questions { count_work: 3_000, ..Questions::default() },
    );
    assert_eq!((tied.feasible, tied.configurations), (Some(true), None));
    assert_eq!(tied.configurations_reason.unwrap(), "counting was stopped after 3000 looks at rules");
    let none = configure(
        &model,
        &model.choose([]).unwrap(),
        &Questions { work: 0, count_work: 0, ..Questions::default() },
    );
    assert_eq!((none.feasible, none.coverage, none.domains_exact), (None, None, false));
}

#[test]
fn what_is_wrong_is_said_with_its_place() {
    let module = "[[module]]\nid = \"m\"\n[[module.attribute]]\nid = \"mode\"\ndomain = [\"land\", \"air\"]\n\
                  [[module.attribute]]\nid = \"n\"\ndomain = \"1..5\"\n[[module.attribute]]\nid = \"x\"\ndomain = \"[0, 1]\"\n\
                  [[module.attribute]]\nid = \"y\"\ndomain = \"[0, 1]\"\n";
    let rule = |rule: &str| format!("{module}[[constraint]]\nrequire = \"{rule}\"\n");
    for (text, told) in [
        (String::new(), "line 1, column 1: module: there is no module"),
        ("[[module]]\nid = 5\n".to_owned(), "line 2, column 6: TOML: invalid type"),
        ("[[module]]\nid = \"m\"\nidd = 1\n".to_owned(), "line 3, column 1: TOML: unknown field `idd`"),
        ("[[module]\n".to_owned(), "line 1, column"),
        ("[[module]]\nid = \"a b\"\n".to_owned(), "line 2, column 6: module.id: \"a b\" is no id"),
        (
            format!("{module}[[module]]\nid = \"mode\"\n"),
            "line 16, column 6: module mode.id: the id mode is there twice",
        ),
        (
            "[[module]]\nid = \"a\"\nparent = \"b\"\n[[module]]\nid = \"b\"\nparent = \"a\"\n".to_owned(),
            "line 3, column 10: module a.parent: modules contain each other in a circle: a in b in a",
        ),
        (
            "[[module]]\nid = \"a\"\nparent = \"z\"\n".to_owned(),
            "line 3, column 10: module a.parent: there is no module z",
        ),
        (
            module.replace("1..5", "5..1"),
            "line 8, column 10: module m.attribute n.domain: the domain 5..1 is empty",
        ),
        (module.replace("[0, 1]", "(1, 1]"), "the domain (1, 1] is empty"),
        (module.replace("[0, 1]", "[0, inf)"), "\"inf\" is no finite number"),
        (module.replace("[\"land\", \"air\"]", "[]"), "the domain is empty"),
        (module.replace("[\"land\", \"air\"]", "[\"land\", 1]"), "land and 1 are of different kinds"),
        (
            rule("mode = ship"),
            "line 16, column 19: constraint C1.require: mode has no value ship: it has land, air",
        ),
        (
            rule("n = 3 and nn = 4"),
            "line 16, column 22: constraint C1.require: there is no attribute or module nn",
        ),
        (rule("n = 9"), "n never has that value"),
        (rule("mode < air"), "mode has no order"),
        (rule("mode + n < 3"), "mode has words for values"),
        (rule("x + y < 1"), "both take any number of an interval"),
        (
            rule("n <"),
            "line 16, column 15: constraint C1.require: a name or a number is expected, but the expression ends",
        ),
        (rule("1 < n < 3"), "one comparison at a time"),
        (rule("(n < 3"), "a closing parenthesis is expected"),
        (rule("n"), "n is not yes or no"),
        (rule("3 < 4"), "the comparison names no attribute or module"),
        (rule(""), "the expression is empty"),
        (rule(&"not ".repeat(80)), "nested too deeply"),
        (
            format!("{module}[[constraint]]\nif = \"n = 1\"\n"),
            "line 16, column 6: constraint C1: a constraint has one of these forms",
        ),
        (
            format!(
                "{module}[[external]]\nid = \"E\"\n[[external.attribute]]\nid = \"q\"\ndomain = \"1..9\"\npasses_to = \"n\"\n"
            ),
            "need without service: n has no value 6",
        ),
        (
            format!(
                "{module}[[external]]\nid = \"E\"\n[[external.attribute]]\nid = \"q\"\ndomain = [\"u\", \"v\"]\n[[mapping]]\nwhen = \"q = u\"\nthen = \"n = 1\"\n"
            ),
            "line 19, column 10: external attribute q.domain: need without service: no mapping says what q = v means",
        ),
        (
            format!(
                "{module}[[external]]\nid = \"E\"\n[[external.attribute]]\nid = \"q\"\ndomain = \"(0, 3]\"\n[[mapping]]\nwhen = \"q < 1\"\nthen = \"n = 1\"\n[[mapping]]\nwhen = \"q > 1\"\nthen = \"n = 2\"\n"
            ),
            "no mapping says what q = [1, 1] means",
        ),
    ] {
        let fault = Model::parse(&text).unwrap_err().to_string();
        assert!(fault.contains(told), "{text}\n{fault}");
    }
}
