//! Surveys to fit, and golden figures to compare with.

use std::path::{Path, PathBuf};

use serde_json::Value;
use ting_methods::index::{Answers, Index, IndexError, Model, Options, index};

pub fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/index").join(name)
}

pub fn golden(name: &str) -> Value {
    serde_json::from_str(&std::fs::read_to_string(file(name)).unwrap()).unwrap()
}

pub fn mobi_model() -> Model {
    Model::parse(Model::shipped("ecsi-mobi").unwrap()).unwrap()
}

/// Columns and rows of a file, gaps as none.
pub fn table(name: &str) -> (Vec<String>, Vec<Vec<Option<f64>>>) {
    let mut reader = csv::Reader::from_path(file(name)).unwrap();
    let headers = reader.headers().unwrap().iter().map(str::to_owned).collect();
    let cell = |cell: &str| (!cell.is_empty()).then(|| cell.parse().unwrap());
    (headers, reader.records().map(|row| row.unwrap().iter().map(cell).collect()).collect())
}

/// The rows of a file in the order of the model.
pub fn rows(model: &Model, name: &str) -> Vec<Vec<Option<f64>>> {
    let (headers, rows) = table(name);
    let places: Vec<usize> = model
        .indicators()
        .map(|wanted| headers.iter().position(|header| header == wanted).unwrap())
        .collect();
    rows.iter().map(|row| places.iter().map(|place| row[*place]).collect()).collect()
}

pub fn answers(model: &Model, rows: &[Vec<Option<f64>>]) -> Answers {
    let mut answers = Answers::new(model);
    for row in rows {
        answers.push(model, row).unwrap();
    }
    answers
}

pub fn fit(model: &Model, rows: &[Vec<Option<f64>>], options: &Options) -> Result<Index, IndexError> {
    index(model, &answers(model, rows), options, &|_| {})
}

pub fn mobi(options: &Options) -> Index {
    let model = mobi_model();
    fit(&model, &rows(&model, "mobi.csv"), options).unwrap()
}

#[track_caller]
pub fn near(what: &str, found: Option<f64>, expected: &Value, tolerance: f64) {
    match (found, expected.as_f64()) {
        (None, None) => {}
        (Some(found), Some(expected)) => {
            assert!((found - expected).abs() <= tolerance, "{what}: {found} instead of {expected}");
        }
        other => panic!("{what}: {other:?}"),
    }
}
