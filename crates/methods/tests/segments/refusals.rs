use ting_methods::segments::{Observations, Scale, SegmentsError, Settings, segments};

use crate::{settings, unnamed};

#[test]
fn what_cannot_be_segmented_says_why() {
    let run = |rows: &[Vec<f64>], least, most| {
        segments(&unnamed(rows), &settings(Scale::Zscore, least, most), &|_| {})
    };
    assert_eq!(run(&[vec![1.0], vec![1.0]], 2, 10).unwrap_err(), SegmentsError::AllEqual);
    assert_eq!(run(&[vec![1.0]], 2, 10).unwrap_err(), SegmentsError::AllEqual);
    let pair = [vec![1.0], vec![2.0], vec![2.0]];
    assert_eq!(run(&pair, 3, 3).unwrap_err(), SegmentsError::TooFewRows { k: 3, distinct: 2 });
    assert_eq!(run(&pair, 1, 3).unwrap_err(), SegmentsError::TooFewSegments(1));
    let empty = Observations::new(vec!["a".to_owned()]).unwrap();
    assert_eq!(segments(&empty, &Settings::default(), &|_| {}).unwrap_err(), SegmentsError::NoRows);
    assert_eq!(Observations::new(vec![]).unwrap_err(), SegmentsError::NoColumns);
    let twice = Observations::new(vec!["a".to_owned(), "a".to_owned()]);
    assert_eq!(twice.unwrap_err(), SegmentsError::ColumnTwice("a".to_owned()));
    let mut one = Observations::new(vec!["a".to_owned()]).unwrap();
    assert_eq!(one.push("x", &[1.0, 2.0]).unwrap_err(), SegmentsError::Width { found: 2, expected: 1 });
    for value in [f64::NAN, f64::INFINITY, 1e200] {
        assert!(matches!(one.push("x", &[value]), Err(SegmentsError::Value { column: 0, .. })));
    }
}
