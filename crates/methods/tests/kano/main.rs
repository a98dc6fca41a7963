//! Kano's questionnaire against published and independently computed figures, and the laws it keeps.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use ting_methods::kano::{Answer, Options, Requirement, Study, Table};

mod edges;
mod laws;
mod published;
mod table;
mod worked;

/// Functional and dysfunctional answer, importance.
type Row = (u8, u8, u8);

fn study(table: Table, rows: &[Row]) -> Study {
    let mut study = Study::new(table);
    for (at, (functional, dysfunctional, importance)) in rows.iter().enumerate() {
        let (respondent, line) = (at.to_string(), at as u64 + 2);
        let answer = answer(&respondent, "x", *functional, *dysfunctional);
        study.add(&Answer { importance: Some(*importance), line, ..answer }).unwrap();
    }
    study
}

fn answer<'a>(respondent: &'a str, requirement: &'a str, functional: u8, dysfunctional: u8) -> Answer<'a> {
    Answer {
        respondent,
        requirement,
        segment: None,
        functional: Some(functional),
        dysfunctional: Some(dysfunctional),
        importance: None,
        line: 2,
    }
}

fn found(table: Table, rows: &[Row]) -> Requirement {
    study(table, rows).findings(&Options::default()).requirements.remove(0)
}

#[track_caller]
fn close(found: impl Into<Option<f64>>, expected: impl Into<Option<f64>>, tolerance: f64) {
    match (found.into(), expected.into()) {
        (None, None) => {}
        (Some(found), Some(expected)) => {
            assert!((found - expected).abs() <= tolerance, "{found} instead of {expected}");
        }
        (found, expected) => panic!("{found:?} instead of {expected:?}"),
    }
}
