use std::time::Instant;

use crate::run::Desk;

#[test]
fn comments_that_were_fitted_are_placed_where_they_were() {
    let desk = Desk::new();
    let file = "examples/workspace/comments.csv";
    let fitted = desk.json(&["themes", file, "--id", "external_id", "--save", "m.ting"]);
    let placed = desk.json(&["assign", "m.ting", file, "--id", "external_id"]);
    let (before, after) =
        (fitted["assignments"].as_array().unwrap(), placed["assignments"].as_array().unwrap());
    assert_eq!(before.len(), after.len());
    for (one, other) in before.iter().zip(after).filter(|(one, _)| one["duplicate_of"].is_null()) {
        assert_eq!((&one["id"], &one["theme"]), (&other["id"], &other["theme"]));
    }
    assert_eq!(placed["drift"]["refit"], false);
    let table = desk.table(&["assign", "m.ting", file, "--id", "external_id"]);
    assert!(table.contains("no need to fit again"), "{table}");
}

#[test]
fn something_new_asks_for_a_fit_and_takes_no_time() {
    let desk = Desk::new();
    desk.json(&["themes", "examples/workspace/comments.csv", "--save", "m.ting"]);
    let rows: Vec<String> = (0..2000).map(|at| format!("zyqx violin concerto {at}\n")).collect();
    desk.file("new.csv", format!("text\n{}", rows.concat()));
    let started = Instant::now();
    let placed = desk.json(&["assign", "m.ting", "new.csv"]);
    // Under a millisecond each, even without optimisation of the command and with its start.
    assert!(started.elapsed().as_millis() < 4000, "{:?}", started.elapsed());
    assert_eq!(placed["drift"]["refit"], true);
    assert_eq!(placed["drift"]["seen"], 2000);
}

#[test]
fn what_is_no_model_is_told() {
    let desk = Desk::new();
    desk.file("c.csv", "text\nslow\n").file("other.ting", "something").file("old.ting", b"tfit\x01\x00rest");
    for (model, told) in [
        ("other.ting", "not a stored theme model"),
        ("old.ting", "version 1"),
        ("nowhere.ting", "cannot read nowhere.ting"),
    ] {
        let said = desk.refusal(&["assign", model, "c.csv"]);
        assert!(said.contains(told), "{said}");
    }
}
