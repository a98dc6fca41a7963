use std::io::{Read as _, Write as _};
use std::net::TcpListener;

use serde_json::{Value, json};

use crate::run::{Desk, text};

const EXAMPLE: [&str; 4] = ["themes", "examples/workspace/comments.csv", "--id", "external_id"];

fn with<'a>(arguments: &[&'a str]) -> Vec<&'a str> {
    [&EXAMPLE[..], arguments].concat()
}

fn middle(answer: &Value) -> Vec<&Value> {
    answer["themes"].as_array().unwrap().iter().filter(|theme| theme["level"] == 2).collect()
}

fn theme_of(answer: &Value, id: &str) -> Value {
    let assignments = answer["assignments"].as_array().unwrap();
    assignments.iter().find(|assignment| assignment["id"] == id).unwrap()["theme"].clone()
}

#[test]
fn the_example_falls_into_themes_that_are_named_and_quoted() {
    let desk = Desk::new();
    let answer = desk.json(&EXAMPLE);
    let themes = middle(&answer);
    assert!((6..=14).contains(&themes.len()), "{}", themes.len());
    for theme in &themes {
        assert!(
            !theme["label"].as_str().unwrap().is_empty() && !theme["terms"].as_array().unwrap().is_empty()
        );
        assert!(!theme["quotes"].as_array().unwrap().is_empty() && theme["parent"].is_u64(), "{theme}");
    }
    let labels: Vec<&str> =
        answer["themes"].as_array().unwrap().iter().map(|theme| theme["label"].as_str().unwrap()).collect();
    assert!((1..labels.len()).all(|at| !labels[..at].contains(&labels[at])), "each title once: {labels:?}");
    let placed: u64 = themes.iter().map(|theme| theme["size"].as_u64().unwrap()).sum();
    let cards = answer["assignments"].as_array().unwrap().len() as u64;
    assert_eq!(placed + answer["parked"].as_u64().unwrap(), cards);
    assert!(cards > 367, "some comments speak of several things");
    assert_eq!(answer["comments"], 367);
    let themeless = answer["assignments"].as_array().unwrap().iter().filter(|card| card["theme"].is_null());
    let nearest: Vec<&Value> = themeless.map(|card| &card["nearest"]).filter(|key| key.is_u64()).collect();
    assert!(!nearest.is_empty() && nearest.iter().all(|key| themes.iter().any(|theme| &theme["id"] == *key)));
    assert!(answer["duplicates"].as_array().unwrap().iter().any(|group| group["keep"] == "T002"));
    assert_eq!((&answer["seed"], &answer["version"]), (&json!(1), &json!(3)));
    let table = desk.table(&EXAMPLE);
    assert!(table.contains("THEME") && table.contains("367 comments"), "{table}");
    assert!(table.lines().all(|line| line.chars().count() <= 140), "{table}");
}

#[test]
fn finer_resolutions_make_more_themes() {
    let desk = Desk::new();
    let count = |resolution| middle(&desk.json(&with(&["--resolution", resolution]))).len();
    assert!(count("0.5") < count("4"));
}

#[test]
fn decisions_are_kept_and_a_preview_tells_what_would_change() {
    let desk = Desk::new();
    let before = desk.json(&EXAMPLE);
    desk.file("before.json", before.to_string());
    let theme =
        middle(&before).into_iter().find(|theme| theme["id"] != theme_of(&before, "T010")).unwrap()["id"]
            .clone();
    let pin = json!({"action": "pin", "card": "T010", "theme": theme, "who": "Li", "why": "about waiting"});
    let name = json!({"action": "rename", "theme": theme, "label": "等得太久"});
    let gone = json!({"action": "park", "card": "T9999"});
    desk.file("decisions.jsonl", format!("{pin}\n\n{name}\n{gone}\n"));
    let guided = ["--previous", "before.json", "--corrections", "decisions.jsonl"];
    let after = desk.json(&with(&guided));
    assert_eq!(theme_of(&after, "T010"), theme);
    let named = middle(&after).into_iter().find(|found| found["id"] == theme).unwrap();
    assert_eq!((&named["label"], &named["named"]), (&json!("等得太久"), &json!(true)));
    assert_eq!(after["unused_corrections"][0], json!({"correction": 3, "message": "there is no card T9999"}));
    let diff = &after["diff"];
    assert!(diff["moved"].as_array().unwrap().iter().any(|change| change["id"] == "T010"), "{diff}");
    let shown = desk.table(&with(&[&guided[..], &["--preview"]].concat()));
    assert!(shown.contains("cards that move") && !shown.contains("THEME"), "{shown}");
}

#[test]
fn a_sample_is_fitted_and_the_rest_is_placed() {
    let desk = Desk::new();
    let answer = desk.json(&with(&["--sample", "200"]));
    assert_eq!((&answer["comments"], &answer["fitted"]), (&json!(367), &json!(200)));
    let all = desk.json(&EXAMPLE);
    let count = |answer: &Value| answer["assignments"].as_array().unwrap().len();
    assert_eq!(count(&answer), count(&all));
    let placed: u64 = middle(&answer).iter().map(|theme| theme["size"].as_u64().unwrap()).sum();
    assert_eq!(placed + answer["parked"].as_u64().unwrap(), count(&answer) as u64);
}

#[test]
fn vectors_come_from_a_file() {
    let desk = Desk::new();
    desk.file("c.csv", "id,text\n".to_owned() + &rows(|at| format!("comment {at} on something")));
    desk.file(
        "v.csv",
        "id,x,y,z\n".to_owned() + &rows(|at| vector(at).map(|cell| cell.to_string()).join(",")),
    );
    let encoded =
        ["themes", "c.csv", "--id", "id", "--encoder", "made-up", "--vectors", "v.csv", "--save", "m.ting"];
    let answer = desk.json(&encoded);
    assert_eq!(answer["encoder"], "made-up");
    let told = desk.refusal(&["assign", "m.ting", "c.csv", "--id", "id"]);
    assert!(told.contains("vectors of made-up"), "{told}");
    desk.json(&["assign", "m.ting", "c.csv", "--id", "id", "--encoder", "made-up", "--vectors", "v.csv"]);
    desk.file("v.csv", "id,x\nc1,1\n");
    let told = desk.refusal(&encoded);
    assert!(told.contains("v.csv has no vector for c0"), "{told}");
}

fn rows(of: impl Fn(usize) -> String) -> String {
    (0..60).map(|at| format!("c{at},{}\n", of(at))).collect::<Vec<_>>().concat()
}

fn vector(at: usize) -> [f64; 3] {
    [[1.0, 0.1, 0.0], [0.0, 1.0, 0.1], [0.1, 0.0, 1.0]][at % 3]
}

#[test]
fn vectors_come_from_an_embeddings_server() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/v1/embeddings", listener.local_addr().unwrap());
    let server = std::thread::spawn(move || serve(&listener));
    let desk = Desk::new();
    desk.file("c.csv", "id,text\n".to_owned() + &rows(|at| format!("comment {at} on something")));
    let answer = desk.json(&["themes", "c.csv", "--id", "id", "--encoder", "tiny", "--embeddings", &url]);
    assert_eq!(answer["encoder"], "tiny");
    // Three directions, three themes.
    let themes: std::collections::BTreeSet<String> =
        (0..3).map(|at| theme_of(&answer, &format!("c{at}")).to_string()).collect();
    assert_eq!(themes.len(), 3, "{}", answer["themes"]);
    let request = server.join().unwrap();
    assert_eq!((&request["model"], &request["input"][7]), (&json!("tiny"), &json!("comment 7 on something")));
}

/// Answers one request as an OpenAI-compatible server does, in turned order, and gives what was asked.
fn serve(listener: &TcpListener) -> Value {
    let (mut stream, _) = listener.accept().unwrap();
    let mut received = Vec::new();
    let body = loop {
        let mut piece = [0; 4096];
        let count = stream.read(&mut piece).unwrap();
        received.extend_from_slice(&piece[..count]);
        let Some(end) = received.windows(4).position(|four| four == b"\r\n\r\n") else { continue };
        let head = String::from_utf8_lossy(&received[..end]).to_lowercase();
        let length: usize =
            head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap().parse().unwrap();
        if received.len() >= end + 4 + length {
            break serde_json::from_slice::<Value>(&received[end + 4..]).unwrap();
        }
    };
    let count = body["input"].as_array().unwrap().len();
    let data: Vec<Value> = (0..count).rev().map(|at| json!({"index": at, "embedding": vector(at)})).collect();
    let answer = json!({"object": "list", "data": data}).to_string();
    write!(
        stream,
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{answer}",
        answer.len()
    )
    .unwrap();
    body
}

#[test]
fn what_is_wrong_is_told() {
    let desk = Desk::new();
    desk.file("c.csv", "id,text\na,slow\na,late\n");
    desk.file("bad.jsonl", "{\"action\": \"pin\", \"card\": \"a\"}\n");
    desk.file("theme.jsonl", "{\"action\": \"lock\", \"theme\": 3}\n");
    desk.file("empty.csv", "id,text\n");
    for (arguments, told) in [
        (vec!["themes", "c.csv", "--text", "words"], "there is no column words"),
        (vec!["themes", "c.csv", "--id", "id"], "line 3: column id: a is there twice"),
        (vec!["themes", "c.csv", "--corrections", "bad.jsonl"], "bad.jsonl, line 1: missing field `theme`"),
        (
            vec!["themes", "c.csv", "--corrections", "theme.jsonl"],
            "names theme 3, and nothing says which run's",
        ),
        (vec!["themes", "c.csv", "--previous", "c.csv"], "c.csv is no result of themes"),
        (vec!["themes", "empty.csv"], "there are no rows"),
        (vec!["themes", "nowhere.csv"], "cannot read nowhere.csv"),
        (vec!["themes", "c.csv", "--encoder", "x", "--embeddings", "http://127.0.0.1:1/"], "127.0.0.1:1"),
    ] {
        let said = desk.refusal(&arguments);
        assert!(said.contains(told), "{arguments:?}: {said}");
    }
    for arguments in [
        vec!["method", "themes", "c.csv", "--resolution", "0"],
        vec!["method", "themes", "c.csv", "--sample", "3"],
        vec!["method", "themes", "c.csv", "--preview"],
        vec!["method", "themes", "c.csv", "--vectors", "v.csv"],
        vec!["method", "themes", "c.csv", "--encoder", "x"],
    ] {
        let output = desk.ting(&arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {}", text(&output.stderr));
    }
}

#[test]
fn hostile_comments_are_parked_or_placed() {
    let desk = Desk::new();
    let long = "慢".repeat(10_000);
    let marks = format!("e{}", "\u{301}".repeat(5_000));
    let texts = ["", "a", "😀😀", "\u{200b}", "好bad很slow медленно", &long, &marks];
    let rows: Vec<String> = texts.iter().map(|text| format!("\"{text}\"\n")).collect();
    desk.file("c.csv", format!("text\n{}", rows.concat()));
    let answer = desk.json(&["themes", "c.csv"]);
    assert_eq!(answer["comments"], 7);
    desk.file("one.csv", "text\ntoo slow\n");
    assert_eq!(desk.json(&["themes", "one.csv"])["parked"], 1);
    assert!(desk.table(&["themes", "one.csv"]).contains("no themes"));
}
