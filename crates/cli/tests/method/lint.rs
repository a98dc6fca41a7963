use serde_json::Value;

use crate::run::Desk;

const EXAMPLE: &str = "examples/methods/lint.txt";

fn rules(line: &Value) -> Vec<&str> {
    line["warnings"].as_array().unwrap().iter().map(|warning| warning["rule"].as_str().unwrap()).collect()
}

#[test]
fn the_example_is_warned_about_in_its_own_language() {
    let desk = Desk::new();
    let answer = desk.json(&["lint", EXAMPLE]);
    let line = |text: &str| {
        let lines = answer["lines"].as_array().unwrap();
        lines.iter().find(|line| line["text"] == text).unwrap_or_else(|| panic!("{text}")).clone()
    };
    assert_eq!(rules(&line("能可靠地点着火")), Vec::<&str>::new());
    assert_eq!(rules(&line("小型化")), ["R2", "R4"]);
    let reliable = line("可靠性好")["warnings"][0].clone();
    assert_eq!(
        (&reliable["rule"], &reliable["start"], &reliable["end"]),
        (&"R3".into(), &0.into(), &3.into())
    );
    assert!(reliable["suggestion"].as_str().unwrap().contains("用多年仍正常工作"));
    let english = line("good reliability")["warnings"][0].clone();
    assert_eq!((&english["start"], &english["end"]), (&5.into(), &16.into()));
    assert!(english["message"].as_str().unwrap().is_ascii());
    let table = desk.table(&["lint", EXAMPLE]);
    assert!(table.contains("good [reliability]"), "{table}");
}

#[test]
fn lines_are_those_of_the_file_and_more_rules_come_when_asked_for() {
    let desk = Desk::new();
    desk.file("a.txt", "\u{feff}# head\r\n\r\n水热得更快\r\n");
    let answer = desk.json(&["lint", "a.txt"]);
    assert_eq!(answer["lines"][0]["line"], 3);
    assert_eq!(rules(&answer["lines"][0]), Vec::<&str>::new());
    assert_eq!(rules(&desk.json(&["lint", "a.txt", "--more"])["lines"][0]), ["L6"]);
}

#[test]
fn what_is_no_text_is_refused() {
    let desk = Desk::new();
    desk.file("empty.txt", "# nothing\n").file("bytes.txt", b"a\n\xff\n");
    assert!(
        desk.refusal(&["lint", "empty.txt"]).contains("empty.txt, line 1: there are no demanded qualities")
    );
    assert!(desk.refusal(&["lint", "bytes.txt"]).contains("bytes.txt, line 2: it is not UTF-8"));
    assert!(desk.refusal(&["lint", "nowhere.txt"]).contains("cannot read nowhere.txt"));
}
