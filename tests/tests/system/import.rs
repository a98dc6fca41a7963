//! The `ting` command as a person uses it: files in, and a look at what came of them.

use std::{
    path::{Path, PathBuf},
    process::{Command, Output},
};

use serde_json::Value;

use crate::bed::SystemBed;

/// Lines of `bad.csv` that cannot be taken, with the column at fault; its README says why.
const REFUSED: [(u64, &str); 12] = [
    (3, "text"),
    (4, "text"),
    (5, "kind"),
    (6, "occurred_at"),
    (7, "occurred_at"),
    (8, "text"),
    (9, "text"),
    (10, "text"),
    (12, "source"),
    (13, "channel"),
    (14, "touchpoint"),
    (15, "text"),
];

/// Rows, and how many of them are new, known and refused.
type Counts = (u64, u64, u64, u64);

struct Ting {
    environment: Vec<(String, String)>,
}

impl Ting {
    /// A person with nothing but a token and addresses; `home` keeps the progress of imports.
    fn new(bed: &SystemBed, home: &Path) -> Self {
        let pair = |key: &str, value: String| (key.to_owned(), value);
        let mut environment = vec![
            pair("HOME", home.display().to_string()),
            pair("TING_TOKEN", bed.token()),
            pair("TING_NATS_URL", bed.cluster.nats.url()),
        ];
        for service in ting_local::services::NAMES {
            let variable = format!("TING_{}_ADDRESS", service.to_uppercase());
            environment.push((variable, bed.cluster.address(service)));
        }
        Self { environment }
    }

    fn run(&self, arguments: &[&str]) -> Output {
        tokio::task::block_in_place(|| {
            Command::new(env!("CARGO_BIN_EXE_ting-under-test"))
                .args(arguments)
                .env_clear()
                .envs(self.environment.clone())
                .output()
                .unwrap()
        })
    }

    /// What a command prints that must succeed.
    fn says(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert!(output.status.success(), "{arguments:?}: {output:?}");
        String::from_utf8(output.stdout).unwrap()
    }

    fn says_json(&self, arguments: &[&str]) -> Value {
        serde_json::from_str(&self.says(&[arguments, &["--format", "json"]].concat())).unwrap()
    }
}

fn example(name: &str) -> String {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../examples/workspace");
    folder.join(name).display().to_string()
}

fn counts(file: &Value) -> Counts {
    let count = |key: &str| file[key].as_u64().unwrap();
    (count("rows"), count("created"), count("duplicates"), count("refused"))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sample_files_are_taken_in_once_and_shown_again() {
    let bed = SystemBed::start().await;
    let home = tempfile::tempdir().unwrap();
    let ting = Ting::new(&bed, home.path());
    good_rows_are_taken_in_once(&ting);
    bad_rows_are_refused_by_line(&ting);
    bed.quiet().await;
    what_came_of_them_is_shown(&ting);
}

fn good_rows_are_taken_in_once(ting: &Ting) {
    let files = ["customers.csv", "comments.csv", "answers.csv"].map(example);
    let command: Vec<&str> = ["import"].into_iter().chain(files.iter().map(String::as_str)).collect();
    let imported = |again: bool| -> Vec<Counts> {
        let answer = ting.says_json(&command);
        assert_eq!(answer["errors"].as_array().unwrap().len(), 0, "again: {again}");
        answer["files"].as_array().unwrap().iter().map(counts).collect()
    };
    assert_eq!(imported(false), [(120, 120, 0, 0), (367, 367, 0, 0), (900, 900, 0, 0)]);
    assert_eq!(imported(true), [(120, 0, 120, 0), (367, 0, 367, 0), (900, 0, 900, 0)]);
}

fn bad_rows_are_refused_by_line(ting: &Ting) {
    let file = example("bad.csv");
    for created in [3, 0] {
        let output = ting.run(&["import", &file, "--format", "json"]);
        assert_eq!(output.status.code(), Some(1), "{output:?}");
        let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(counts(&answer["files"][0]), (15, created, 3 - created, 12));
        let errors = answer["errors"].as_array().unwrap();
        let refused: Vec<(u64, &str)> = errors
            .iter()
            .map(|error| (error["row"].as_u64().unwrap(), error["field"].as_str().unwrap()))
            .map(|(row, field)| (row, field.rsplit('.').next().unwrap()))
            .collect();
        assert_eq!(refused, REFUSED);
    }
}

fn what_came_of_them_is_shown(ting: &Ting) {
    ting.says(&["themes", "run", "--wait"]);
    let themes = ting.says_json(&["themes"]);
    assert!(themes["themes"].as_array().unwrap().len() >= 2, "{themes}");
    assert_eq!(themes["comments"], "370");

    let scores = ting.says(&["scores", "--format", "csv"]);
    assert!(["nps", "csat", "ces"].iter().all(|metric| scores.contains(metric)), "{scores}");
    let cases = ting.says_json(&["cases", "list", "--state", "open"]);
    assert!(!cases["cases"].as_array().unwrap().is_empty(), "{cases}");
    let events = ting.says(&["events", "tail", "--since", "all", "--count", "3", "--format", "json"]);
    let types: Vec<Value> = events.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(types.len(), 3);
    assert!(types.iter().all(|event| event["specversion"] == "1.0" && event["workspace"] == "acme"));

    let status = ting.says(&["ops", "status"]);
    let doctor = ting.says(&["ops", "doctor"]);
    for service in ting_local::services::NAMES {
        assert!(status.contains(service) && doctor.contains(service), "{status}{doctor}");
    }
    assert!(doctor.contains("well") && !doctor.contains("wrong"), "{doctor}");
}
