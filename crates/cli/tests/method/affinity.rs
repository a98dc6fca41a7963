use crate::run::{Desk, text};

const LABELS: &str = "examples/methods/affinity.txt";
const TREE: &str = "examples/methods/affinity-tree.txt";
const VOICES: &str = "examples/methods/affinity-voices.csv";

#[test]
fn the_example_falls_into_islands_of_at_most_five() {
    let desk = Desk::new();
    let answer = desk.json(&["affinity", LABELS]);
    let islands = answer["islands"].as_array().unwrap();
    let sizes: Vec<usize> = islands.iter().map(|island| island["labels"].as_array().unwrap().len()).collect();
    assert!(sizes.iter().all(|size| (2..=5).contains(size)), "{sizes:?}");
    let alone = answer["alone"].as_array().unwrap().len();
    assert_eq!(answer["n"], sizes.iter().sum::<usize>() + alone);
    let weather = islands.iter().find(|island| {
        island["labels"].as_array().unwrap().iter().any(|label| label["text"] == "在强风中火焰也很稳定")
    });
    assert_eq!(weather.unwrap()["labels"].as_array().unwrap().len(), 4);
    assert!(desk.table(&["affinity", LABELS]).contains("20 labels"));
}

#[test]
fn the_tree_of_the_example_is_sound_and_no_voice_is_lost() {
    let answer = Desk::new().json(&["affinity", TREE, "--check", "--voices", VOICES]);
    assert_eq!(
        (&answer["valid"], &answer["leaves"], &answer["levels"]),
        (&true.into(), &20.into(), &3.into())
    );
    assert_eq!(answer["findings"], serde_json::json!([]));
}

#[test]
fn a_tree_with_something_wrong_ends_with_status_1_and_says_where() {
    let desk = Desk::new();
    desk.file("tree.txt", "甲好\n  乙好\n  丙好\n丁好\n  乙好\n");
    desk.file("voices.csv", "voice,quality\n贵,\n慢,快\n");
    let run = desk.ting(&[
        "method",
        "affinity",
        "tree.txt",
        "--check",
        "--voices",
        "voices.csv",
        "--format",
        "json",
    ]);
    assert_eq!(run.status.code(), Some(1));
    let answer: serde_json::Value = serde_json::from_slice(&run.stdout).unwrap();
    let found: Vec<(&str, u64)> = answer["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| (finding["problem"].as_str().unwrap(), finding["line"].as_u64().unwrap()))
        .collect();
    let expected = [("island_of_one", 4), ("leaf_twice", 5), ("voice_lost", 2), ("quality_unknown", 3)];
    assert!(expected.iter().all(|problem| found.contains(problem)), "{found:?}");
    let shown = desk.ting(&["method", "affinity", "tree.txt", "--check"]);
    assert!(text(&shown.stdout).contains("it stands already on line 2"), "{}", text(&shown.stdout));
}

#[test]
fn bad_files_name_the_line_and_wrong_use_ends_with_status_2() {
    let desk = Desk::new();
    desk.file("indent.txt", "甲\n    乙\n  丙\n").file("empty.txt", "\n").file("voices.csv", "voice\na\n");
    assert!(
        desk.refusal(&["affinity", "indent.txt", "--check"])
            .contains("indent.txt, line 3: it is indented like")
    );
    assert!(desk.refusal(&["affinity", "empty.txt"]).contains("empty.txt, line 1: there are no labels"));
    let told = desk.refusal(&["affinity", TREE, "--check", "--voices", "voices.csv"]);
    assert!(told.contains("line 1: there is no column quality"), "{told}");
    for arguments in [["--similarity", "0"], ["--largest", "1"], ["--voices", "voices.csv"]] {
        let run = desk.ting(&[&["method", "affinity", LABELS], &arguments[..]].concat());
        assert_eq!(run.status.code(), Some(2), "{arguments:?}");
    }
}
