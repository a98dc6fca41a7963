//! Shared statistics against numpy and scipy.

use ting_methods::random::Random;
use ting_methods::stats::{Cholesky, Rows, Square, Sums, draw_counts, quantile, spread};

fn close(a: f64, b: f64, tolerance: f64) -> bool {
    (a - b).abs() <= tolerance
}

#[test]
fn quantiles_are_those_of_numpy() {
    // numpy 2.4.6, quantile([1, 2, 4, 8, 16], q).
    let values = [1.0, 2.0, 4.0, 8.0, 16.0];
    for (part, expected) in [(0.0, 1.0), (0.1, 1.4), (0.25, 2.0), (0.5, 4.0), (0.9, 12.8), (1.0, 16.0)] {
        assert!(close(quantile(&values, part).unwrap(), expected, 1e-12), "{part}");
    }
    assert_eq!(quantile(&[3.0], 0.4), Some(3.0));
    assert_eq!((quantile(&[], 0.5), quantile(&values, f64::NAN), quantile(&values, 1.1)), (None, None, None));
}

#[test]
fn bca_ends_are_those_of_the_formula_in_scipy() {
    // Values of a fixed sequence and jackknife; scipy 1.17.1 norm.ppf and norm.cdf, numpy quantile and std(ddof=1). The same
    // script gives what scipy.stats.bootstrap(method="BCa") gives on a sample of ten.
    let normal = statrs::distribution::Normal::standard();
    let draws: Vec<f64> = (1..=1000_u32)
        .map(|at| {
            let part = f64::from(at * 7919 % 1009) / 1009.0;
            let z = statrs::distribution::ContinuousCDF::inverse_cdf(&normal, (part * 1008.0 + 0.5) / 1009.0);
            0.5 + 0.1 * z + 0.03 * (part - 0.3).powi(2)
        })
        .collect();
    let jackknife: Vec<f64> =
        (1..=50_u32).map(|at| 0.5 + 0.01 * (f64::from(at * 37 % 101) / 101.0).powi(3)).collect();
    for (estimate, low, high) in
        [(0.5, 0.296_006_110_851, 0.695_875_471_125), (0.53, 0.353_334_080_545, 0.746_914_475_721)]
    {
        let found = spread(estimate, &mut draws.clone(), &jackknife);
        assert!(close(found.se.unwrap(), 0.102_481_208_359, 1e-9));
        assert!(
            close(found.low.unwrap(), 0.308_294_51, 1e-7) && close(found.high.unwrap(), 0.707_600_66, 1e-7)
        );
        assert!(
            close(found.bca_low.unwrap(), low, 1e-7) && close(found.bca_high.unwrap(), high, 1e-7),
            "{found:?}"
        );
    }
}

#[test]
fn too_few_or_equal_draws_have_no_corrected_interval() {
    assert_eq!(spread(1.0, &mut [1.0], &[]).se, None);
    let one_sided = spread(0.0, &mut [1.0, 2.0, 3.0], &[1.0, 2.0]);
    assert_eq!((one_sided.bca_low, one_sided.low.is_some()), (None, true));
    let equal = spread(2.0, &mut [2.0; 9], &[2.0; 4]);
    assert_eq!((equal.se, equal.low, equal.bca_low), (Some(0.0), Some(2.0), Some(2.0)));
}

#[test]
fn samples_share_one_stream_whoever_draws_them() {
    let rows = 250;
    let mut stream = Random::new(20_250_101);
    // The first draws of the reference.
    let first: Vec<usize> = (0..10).map(|_| stream.below(rows)).collect();
    assert_eq!(first, [168, 55, 185, 123, 128, 84, 238, 108, 60, 191]);
    let mut stream = Random::new(20_250_101);
    for number in 0..3 {
        let mut expected = vec![0_u32; rows];
        (0..rows).for_each(|_| expected[stream.below(rows)] += 1);
        let mut counts = vec![7; rows];
        draw_counts(20_250_101, number, &mut counts);
        assert_eq!(counts, expected, "{number}");
    }
}

#[test]
fn counted_rows_are_repeated_rows() {
    let rows = Rows::new(2, vec![1.0, 2.0, -3.0, 0.5, 2.0, -2.5]);
    let covariance = |sums: &Sums| {
        let mut matrix = Square::zeros(2);
        sums.covariance(&mut matrix);
        matrix
    };
    let (mut counted, mut repeated) = (Sums::new(2), Sums::new(2));
    counted.add_counted(&rows, &[2, 0, 3]);
    for at in [0, 0, 2, 2, 2] {
        repeated.add(rows.row(at), 1.0);
    }
    let (a, b) = (covariance(&counted), covariance(&repeated));
    assert!((0..2).all(|i| (0..2).all(|j| close(a[(i, j)], b[(i, j)], 1e-12))));
    // numpy: cov of (1,2) twice and (2,-2.5) three times.
    assert!(close(a[(0, 0)], 0.3, 1e-12) && close(a[(0, 1)], -1.35, 1e-12) && close(a[(1, 1)], 6.075, 1e-12));
    counted.add(rows.row(2), -3.0);
    counted.add(rows.row(1), 1.0);
    let mut direct = Sums::new(2);
    for at in [0, 0, 1] {
        direct.add(rows.row(at), 1.0);
    }
    assert!(close(covariance(&counted)[(0, 1)], covariance(&direct)[(0, 1)], 1e-12));
}

#[test]
fn a_factor_solves_and_names_what_depends() {
    let mut matrix = Square::zeros(3);
    for (row, cells) in [[4.0, 2.0, 0.4], [2.0, 3.0, 0.5], [0.4, 0.5, 2.0]].iter().enumerate() {
        matrix.row_mut(row).copy_from_slice(cells);
    }
    let mut factor = Cholesky::default();
    factor.factor(&matrix, &[0, 1, 2]).unwrap();
    let mut solved = [1.0, -2.0, 3.0];
    factor.solve(&mut solved);
    for (row, expected) in [1.0, -2.0, 3.0].into_iter().enumerate() {
        let product: f64 = matrix.row(row).iter().zip(solved).map(|(a, b)| a * b).sum();
        assert!(close(product, expected, 1e-12));
    }
    // The second and the first are one.
    matrix[(0, 1)] = 4.0;
    matrix[(1, 0)] = 4.0;
    matrix[(1, 1)] = 4.0;
    assert_eq!(factor.factor(&matrix, &[2, 0, 1]), Err(2));
}
