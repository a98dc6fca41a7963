//! Answers on declared scales: what counts, what does not, and the scores that other scales give.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use proptest::prelude::*;
use serde_json::Value;
use ting_methods::score::{Answers, Exclusion, Scale, ScaleError, ScoreError, ces, csat, nps};

fn golden() -> Value {
    serde_json::from_str(include_str!("golden/servqual.json")).unwrap()
}

fn answers(scale: Scale, counts: &[u64]) -> Answers {
    let mut answers = Answers::new(scale);
    for (answer, count) in (scale.lowest()..).zip(counts) {
        for _ in 0..*count {
            answers.add(answer).unwrap();
        }
    }
    answers
}

fn counts(case: &Value) -> Vec<u64> {
    case["counts"].as_array().unwrap().iter().map(|count| count.as_u64().unwrap()).collect()
}

#[track_caller]
fn close(actual: f64, expected: &Value) {
    let expected = expected.as_f64().unwrap();
    assert!((actual - expected).abs() <= 1e-9, "{actual} instead of {expected}");
}

#[test]
fn a_score_on_one_to_ten_equals_the_reference_run() {
    let case = &golden()["nps_1_10"];
    let score = answers(Scale::new(1, 10).unwrap(), &counts(case)).nps().unwrap().unwrap();
    assert_eq!((score.promoters, score.passives, score.detractors), (95, 95, 60));
    close(score.value, &case["nps"]);
    close(score.adjusted_wald.lower, &case["adj_wald95"][0]);
    close(score.wald.upper, &case["wald95"][1]);
}

#[test]
fn a_share_of_the_top_three_equals_the_reference_run() {
    let case = &golden()["csat_1_10_top_3"];
    let score = answers(Scale::new(1, 10).unwrap(), &counts(case)).csat(3).unwrap().unwrap();
    close(score.percent, &case["csat_pct"]);
    close(score.interval.lower, &case["wilson95_pct"][0]);
    close(score.interval.upper, &case["wilson95_pct"][1]);
    close(score.mean, &case["mean"]);
    close(score.standard_deviation.unwrap(), &case["sd"]);
}

#[test]
fn what_is_no_answer_is_excluded_with_its_reason() {
    for (text, expected) in [
        ("7", Ok(7)),
        ("7.0", Ok(7)),
        ("1e0", Ok(1)),
        ("", Err(Exclusion::Empty)),
        ("n/a", Err(Exclusion::NotANumber)),
        ("NaN", Err(Exclusion::NotANumber)),
        ("inf", Err(Exclusion::NotANumber)),
        ("七", Err(Exclusion::NotANumber)),
        ("6.5", Err(Exclusion::NotWhole)),
        ("0", Err(Exclusion::OutsideScale)),
        ("8", Err(Exclusion::OutsideScale)),
        ("7.5", Err(Exclusion::OutsideScale)),
        ("-3", Err(Exclusion::OutsideScale)),
        ("99999999999999999999", Err(Exclusion::OutsideScale)),
        ("9223372036854775807", Err(Exclusion::OutsideScale)),
    ] {
        assert_eq!(Scale::CES.whole(text), expected, "{text:?}");
    }
    assert_eq!(Scale::CES.thousandths("6.125"), Ok(6125));
    assert_eq!(Scale::CES.thousandths("0.1"), Err(Exclusion::OutsideScale));
    assert_eq!(Scale::CES.thousandths("6.0005"), Err(Exclusion::NotWhole));
}

#[test]
fn scales_are_read_as_they_are_written() {
    for (text, ends) in
        [("0-10", (0, 10)), ("1-5", (1, 5)), ("-3-3", (-3, 3)), ("-5--1", (-5, -1)), (" 1 - 7 ", (1, 7))]
    {
        let scale: Scale = text.parse().unwrap();
        assert_eq!((scale.lowest(), scale.highest()), ends, "{text}");
    }
    for text in ["", "5", "-5", "a-b", "1-", "1–5", "1-5-7"] {
        assert_eq!(text.parse::<Scale>(), Err(ScaleError::Words(text.to_owned())), "{text}");
    }
    for text in ["5-1", "1-1", "0-101", "-9223372036854775808-9223372036854775807", "2000-2005"] {
        assert!(matches!(text.parse::<Scale>(), Err(ScaleError::Ends { .. })), "{text}");
    }
}

#[test]
fn scores_that_a_scale_does_not_have_are_refused() {
    assert_eq!(Answers::new(Scale::CSAT).nps(), Err(ScoreError::NpsScale(Scale::CSAT)));
    for top in [0, 5, 6, usize::MAX] {
        assert_eq!(Answers::new(Scale::CSAT).csat(top), Err(ScoreError::Top { top, scale: Scale::CSAT }));
    }
    assert_eq!(Answers::new(Scale::NPS).nps(), Ok(None));
    assert_eq!(Answers::new(Scale::CSAT).csat(2), Ok(None));
    assert_eq!(Answers::new(Scale::CES).ces(), None);
    assert!(Answers::new(Scale::CES).add(8).is_err());
}

proptest! {
    #[test]
    fn answers_counted_one_by_one_score_as_their_counts(given in prop::collection::vec(0_u64..40, 11)) {
        prop_assert_eq!(answers(Scale::NPS, &given).nps().unwrap(), nps(&given.clone().try_into().unwrap()));
        let five: [u64; 5] = given[..5].try_into().unwrap();
        prop_assert_eq!(answers(Scale::CSAT, &five).csat(2).unwrap(), csat(&five));
        let seven: [u64; 7] = given[..7].try_into().unwrap();
        prop_assert_eq!(answers(Scale::CES, &seven).ces(), ces(&seven));
    }

    #[test]
    fn moving_a_scale_moves_the_mean_and_nothing_else(given in prop::collection::vec(0_u64..40, 7), by in -50_i32..50) {
        let moved = Scale::new(1 + i64::from(by), 7 + i64::from(by)).unwrap();
        let (one, other) = (answers(Scale::CES, &given).ces(), answers(moved, &given).ces());
        prop_assert_eq!(one.is_some(), other.is_some());
        if let (Some(one), Some(other)) = (one, other) {
            prop_assert!((other.mean - one.mean - f64::from(by)).abs() < 1e-9);
            prop_assert_eq!(one.easy_percent.to_bits(), other.easy_percent.to_bits());
            let (one, other) = (one.standard_deviation, other.standard_deviation);
            prop_assert!(one.is_none() == other.is_none() && (one.unwrap_or(0.0) - other.unwrap_or(0.0)).abs() < 1e-9);
        }
    }

    #[test]
    fn more_top_answers_never_lower_the_share(given in prop::collection::vec(0_u64..40, 7), top in 1_usize..6) {
        let answers = answers(Scale::CES, &given);
        if let (Some(fewer), Some(more)) = (answers.csat(top).unwrap(), answers.csat(top + 1).ok().flatten()) {
            prop_assert!(fewer.percent <= more.percent);
        }
    }
}
