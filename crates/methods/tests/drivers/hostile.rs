use proptest::prelude::*;
use ting_methods::drivers::{DriversError, MOST_DRIVERS, Observations, Options, draw, drivers};
use ting_methods::index::Bootstrap;

use crate::weigh;

#[test]
fn what_cannot_be_weighed_is_refused_with_a_reason() {
    let plain = Options::default();
    let name = |name: &str| name.to_owned();
    assert_eq!(Observations::new(vec![], name("y")), Err(DriversError::NoDrivers));
    let many = (0..=MOST_DRIVERS).map(|at| at.to_string()).collect();
    assert_eq!(Observations::new(many, name("y")), Err(DriversError::TooManyDrivers { found: 21 }));
    let line = |at: f64| vec![at, at * at, 3.0 * at + 1.0, (at * 7.0) % 5.0];
    let rows: Vec<Vec<f64>> = [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0].map(line).to_vec();
    assert_eq!(weigh(&["a", "b", "c"], &rows, &plain), Err(DriversError::Dependent { name: name("c") }));
    assert_eq!(
        weigh(&["a", "b", "c"], &rows[..5], &plain),
        Err(DriversError::TooFewRows { rows: 5, needed: 6 })
    );
    assert_eq!(weigh(&["a"], &[], &plain), Err(DriversError::TooFewRows { rows: 0, needed: 4 }));
    let constant: Vec<Vec<f64>> = rows.iter().map(|row| vec![row[0], 2.0]).collect();
    assert_eq!(weigh(&["a"], &constant, &plain), Err(DriversError::Constant { name: name("y") }));
    let huge: Vec<Vec<f64>> = rows.iter().map(|row| vec![row[0] * 1e300, row[3]]).collect();
    assert_eq!(weigh(&["a"], &huge, &plain), Err(DriversError::TooLarge { name: name("a") }));
    for bad in [f64::NAN, f64::INFINITY] {
        assert_eq!(
            weigh(&["a"], &[vec![1.0, bad]], &plain),
            Err(DriversError::NotFinite { name: name("y") })
        );
    }
    assert_eq!(weigh(&["a"], &[vec![1.0]], &plain), Err(DriversError::Width { expected: 2, found: 1 }));
}

#[test]
fn rows_with_gaps_are_left_out_and_counted() {
    let mut observations = Observations::new(vec!["a".to_owned()], "y".to_owned()).unwrap();
    for (x, y) in [
        (Some(1.0), Some(2.0)),
        (None, Some(3.0)),
        (Some(2.0), None),
        (Some(2.0), Some(2.5)),
        (Some(3.0), Some(1.0)),
        (Some(4.0), Some(5.0)),
    ] {
        observations.push(&[x, y]).unwrap();
    }
    let found = drivers(&observations, &Options::default(), &|_| {}).unwrap();
    assert_eq!((found.n, found.rows_left_out), (4, 2));
    assert!(found.warnings.iter().any(|told| told.starts_with("2 rows")));
}

#[test]
fn nothing_explained_has_no_shares() {
    // x and y of a full plan do not go together at all.
    let rows = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]].map(|row| row.to_vec());
    let options = Options { bootstrap: Some(Bootstrap { samples: 5, seed: 1 }), ..Options::default() };
    let found = weigh(&["x"], &rows, &options).unwrap();
    assert_eq!((found.drivers[0].share, found.drivers[0].spread.se), (None, None));
    assert!(found.r_squared < 1e-12);
}

fn cell() -> impl Strategy<Value = f64> {
    prop_oneof![
        8 => (1_i32..=3).prop_map(f64::from),
        1 => prop::sample::select(vec![0.0, 1e-300, 1e150, -1e150, 1e300, f64::MAX, f64::MIN_POSITIVE]),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn no_matrix_makes_it_panic_or_answer_nonsense(
        rows in prop_oneof![
            prop::collection::vec(prop::collection::vec(cell(), 4), 0..14),
            prop::collection::vec(prop::collection::vec((1_i32..=3).prop_map(f64::from), 4), 6..14),
        ]
    ) {
        let options = Options { bootstrap: Some(Bootstrap { samples: 10, seed: 1 }), ..Options::default() };
        if let Ok(found) = weigh(&["a", "b", "c"], &rows, &options) {
            let text = format!("{found:?}");
            prop_assert!(!text.contains("NaN") && !text.contains("inf"), "{text}");
            let svg = draw(&found);
            prop_assert!(!svg.contains("NaN") && !svg.contains("inf\""), "{svg}");
        }
    }
}
