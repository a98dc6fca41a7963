//! Consistency against worked numbers, and the laws it keeps.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use proptest::prelude::*;
use ting_methods::consistency::{ConsistencyError, Grade, Grades, Weights, consistency};

fn degrees(grades: [f64; 5]) -> [f64; 3] {
    let found = consistency(&Grades(grades), &Weights::default()).unwrap();
    [found.s1, found.s2, found.s3]
}

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-12 * b.abs()
}

#[test]
fn worked_numbers_hold() {
    // λ1, λ2, λ3, λ5, λ7 and s1, s2, s3, worked out by hand from the three products.
    for (grades, expected) in [
        ([0.8, 1.25, 0.9, 0.95, 0.7], [0.5472, 0.875, 0.4788]),
        ([0.8, 1.0, 0.9, 0.95, 0.7], [0.684, 0.7, 0.4788]),
        ([1.0; 5], [1.0; 3]),
        ([1.0, 0.5, 1.0, 1.0, 1.0], [2.0, 0.5, 1.0]),
    ] {
        let found = degrees(grades);
        assert!(found.iter().zip(expected).all(|(a, b)| close(*a, b)), "{found:?} instead of {expected:?}");
    }
}

#[test]
fn a_perfect_service_needs_no_advice() {
    assert_eq!(consistency(&Grades([1.0; 5]), &Weights::default()).unwrap().advice, []);
}

#[test]
fn what_is_no_grade_is_named() {
    for value in [0.0, -1.0, f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        for (at, grade) in Grade::ALL.into_iter().enumerate() {
            let mut grades = Grades([1.0; 5]);
            grades.0[at] = value;
            assert_eq!(consistency(&grades, &Weights::default()).unwrap_err().grade(), Some(grade));
        }
    }
    let weights = Weights([1.0, 1.0, f64::NAN, 1.0, 1.0]);
    assert!(matches!(
        consistency(&Grades([1.0; 5]), &weights),
        Err(ConsistencyError::Weight { grade: Grade::Lambda3, .. })
    ));
    assert_eq!(
        consistency(&Grades([1e300, 1.0, 1e300, 1.0, 1.0]), &Weights::default()),
        Err(ConsistencyError::Range)
    );
}

fn grades() -> impl Strategy<Value = [f64; 5]> {
    prop::array::uniform5(0.01..10.0_f64)
}

proptest! {
    #[test]
    fn the_third_degree_is_the_product_of_the_others(grades in grades()) {
        let [s1, s2, s3] = degrees(grades);
        prop_assert!(close(s1 * s2, s3) && close(s3 / s2, s1));
        prop_assert!(close(s3.ln(), grades.iter().enumerate().filter(|(at, _)| *at != 1).map(|(_, l)| l.ln()).sum::<f64>())
            || s3.ln().abs() < 1e-9);
    }

    #[test]
    fn each_grade_moves_what_it_should(grades in grades(), at in 0_usize..5, factor in 1.01..3.0_f64) {
        let before = degrees(grades);
        let mut raised = grades;
        raised[at] *= factor;
        let after = degrees(raised);
        // Factors of s1, s2, s3: λ2 cancels in s3, λ7 leaves s1, the others leave s2.
        let expected = match at {
            1 => [1.0 / factor, factor, 1.0],
            4 => [1.0, factor, factor],
            _ => [factor, 1.0, factor],
        };
        for ((after, before), factor) in after.iter().zip(before).zip(expected) {
            prop_assert!(close(*after, before * factor));
        }
    }

    #[test]
    fn design_delivery_and_reception_count_alike([l1, l2, l3, l5, l7] in grades()) {
        let (a, b) = (degrees([l1, l2, l3, l5, l7]), degrees([l5, l2, l1, l3, l7]));
        prop_assert!(a.iter().zip(b).all(|(a, b)| close(*a, b)));
    }

    #[test]
    fn advice_is_ranked_and_true(grades in grades()) {
        let found = consistency(&Grades(grades), &Weights::default()).unwrap();
        for advice in &found.advice {
            let mut mended = grades;
            mended[advice.grade as usize] = 1.0;
            let after = degrees(mended);
            let gained = if advice.grade == Grade::Lambda2 { after[0] / found.s1 } else { after[2] / found.s3 };
            prop_assert!(close(gained, advice.gain) && gained > 1.0);
        }
        let ranked: Vec<f64> = found.advice.iter().filter(|advice| advice.grade != Grade::Lambda2).map(|advice| advice.gain).collect();
        prop_assert!(ranked.is_sorted_by(|a, b| a >= b));
    }
}
