use proptest::prelude::*;
use ting_methods::segments::{Observations, Scale, Segments, Settings, picture, plane, segments};

use crate::{close, observed, unnamed};

/// Few different values make ties and equal rows likely.
fn rows() -> impl Strategy<Value = Vec<Vec<f64>>> {
    let cell = prop_oneof![(-3..4_i32).prop_map(f64::from), -5.0..5.0_f64];
    (1..4_usize, 5..40_usize)
        .prop_flat_map(move |(width, n)| prop::collection::vec(prop::collection::vec(cell.clone(), width), n))
}

/// Segments, or none where rows are too alike for them.
fn any(rows: &[Vec<f64>], scale: Scale) -> Option<Segments> {
    let settings = Settings { k: 2..=4, scale, ..Settings::default() };
    segments(&unnamed(rows), &settings, &|_| {}).ok()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn order_of_rows_changes_nothing(rows in rows(), turn in 0..40_usize) {
        let mut turned: Vec<(usize, Vec<f64>)> = rows.iter().cloned().enumerate().collect();
        turned.rotate_left(turn % rows.len());
        turned.reverse();
        let mut observations = Observations::new((0..rows[0].len()).map(|c| format!("c{c:02}")).collect()).unwrap();
        for (id, row) in &turned {
            observations.push(&id.to_string(), row).unwrap();
        }
        let settings = Settings { k: 2..=4, ..Settings::default() };
        let (a, b) = (segments(&unnamed(&rows), &settings, &|_| {}), segments(&observations, &settings, &|_| {}));
        match (a, b) {
            (Ok(mut a), Ok(mut b)) => {
                a.labels.sort_by(|a, b| a.id.cmp(&b.id));
                b.labels.sort_by(|a, b| a.id.cmp(&b.id));
                // Sums of the profile are taken in the order of equal rows, which is that of the file.
                prop_assert_eq!((a.labels, a.sizes, a.candidates, a.outliers), (b.labels, b.sizes, b.candidates, b.outliers));
            }
            (a, b) => prop_assert_eq!(a.err(), b.err()),
        }
    }

    #[test]
    fn order_of_columns_changes_nothing(rows in rows()) {
        let width = rows[0].len();
        let heads: Vec<String> = (0..width).map(|c| format!("c{c:02}")).rev().collect();
        let turned: Vec<Vec<f64>> = rows.iter().map(|row| row.iter().rev().copied().collect()).collect();
        let settings = Settings { k: 2..=4, ..Settings::default() };
        let (a, b) = (segments(&unnamed(&rows), &settings, &|_| {}), segments(&observed(heads, &turned), &settings, &|_| {}));
        match (a, b) {
            (Ok(a), Ok(b)) => prop_assert_eq!((a.labels, a.candidates), (b.labels, b.candidates)),
            (a, b) => prop_assert_eq!(a.err(), b.err()),
        }
    }

    #[test]
    fn units_do_not_matter_once_scaled(rows in rows(), power in -20..20_i32, shift in -4..4_i32) {
        // Powers of two and small whole numbers keep every digit.
        let other: Vec<Vec<f64>> = rows.iter().map(|row| row.iter().map(|x| (x.round() + f64::from(shift)) * 2_f64.powi(power)).collect()).collect();
        let whole: Vec<Vec<f64>> = rows.iter().map(|row| row.iter().map(|x| x.round()).collect()).collect();
        for scale in [Scale::Zscore, Scale::Minmax] {
            let (a, b) = (any(&whole, scale), any(&other, scale));
            prop_assert_eq!(a.is_some(), b.is_some());
            let (Some(a), Some(b)) = (a, b) else { continue };
            prop_assert!(close(a.inertia + 1.0, b.inertia + 1.0, 1e-9));
            prop_assert_eq!((a.sizes, a.labels), (b.sizes, b.labels));
        }
    }

    #[test]
    fn raw_inertia_grows_with_the_square_of_the_unit(rows in rows()) {
        let twice: Vec<Vec<f64>> = rows.iter().map(|row| row.iter().map(|x| 2.0 * x).collect()).collect();
        if let (Some(a), Some(b)) = (any(&rows, Scale::Raw), any(&twice, Scale::Raw)) {
            prop_assert!(close(4.0 * a.inertia + 1.0, b.inertia + 1.0, 1e-12));
            prop_assert_eq!(a.silhouettes, b.silhouettes);
        }
    }

    #[test]
    fn numbers_keep_their_bounds(rows in rows()) {
        let Some(found) = any(&rows, Scale::Zscore) else { return Ok(()) };
        for silhouette in found.silhouettes.values().flatten() {
            prop_assert!((-1.0..=1.0).contains(silhouette));
        }
        // Small files get 400 starts, which find what more segments save.
        for pair in found.candidates.windows(2) {
            prop_assert!(pair[1].inertia <= pair[0].inertia * (1.0 + 1e-9) + 1e-12);
        }
        prop_assert_eq!(found.sizes.iter().sum::<usize>() + found.outliers.len(), rows.len());
        prop_assert!(found.sizes.is_sorted_by(|a, b| a >= b) && found.sizes.iter().all(|size| *size > 0));
        for (label, size) in found.sizes.iter().enumerate() {
            let own = found.labels.iter().filter(|of| of.label == Some(label + 1)).count();
            prop_assert_eq!(own, *size);
        }
        for trait_ in 0..rows[0].len() {
            let kept: f64 = found.segments.iter().map(|segment| segment.columns[trait_].mean * segment.share).sum();
            prop_assert!((kept - found.segments[0].columns[trait_].overall).abs() < 1e-9);
        }
    }

    #[test]
    fn hostile_numbers_never_panic(rows in prop::collection::vec(prop::collection::vec(any_number(), 2), 1..12)) {
        let mut observations = Observations::new(vec!["a".to_owned(), "b".to_owned()]).unwrap();
        for row in &rows {
            let _ = observations.push("x", row);
        }
        for scale in [Scale::Zscore, Scale::Minmax, Scale::Raw] {
            let settings = Settings { k: 2..=3, scale, ..Settings::default() };
            if let Ok(found) = segments(&observations, &settings, &|_| {}) {
                prop_assert!(found.inertia.is_finite());
                let json = serde_json::to_value(&found).unwrap();
                prop_assert_eq!(serde_json::from_value::<Segments>(json).unwrap(), found.clone());
                let svg = picture(&found, &plane(&observations, &found).unwrap());
                prop_assert!(!svg.contains("NaN") && !svg.contains("inf"));
            }
        }
    }
}

fn any_number() -> impl Strategy<Value = f64> {
    prop_oneof![
        Just(0.0),
        Just(-0.0),
        Just(1e150),
        Just(-1e150),
        Just(1e-300),
        Just(f64::NAN),
        -1e6..1e6_f64,
        Just(5e-324)
    ]
}
