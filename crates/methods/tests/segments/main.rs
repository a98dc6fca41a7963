//! Segments against golden numbers, and the laws they keep.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::Path;

use serde_json::Value;
use ting_methods::segments::{
    Observations, Scale, Segments, Settings, Start, Warning, picture, plane, segments,
};

mod laws;
mod refusals;

fn golden(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name)).unwrap()
}

/// The first columns of a golden file, each row named by its number.
fn table(name: &str, width: usize) -> Observations {
    let content = golden(name);
    let mut reader = csv::Reader::from_reader(content.as_bytes());
    let heads = reader.headers().unwrap().iter().take(width).map(str::to_owned).collect();
    let rows: Vec<Vec<f64>> = reader
        .records()
        .map(|row| row.unwrap().iter().take(width).map(|cell| cell.parse().unwrap()).collect())
        .collect();
    observed(heads, &rows)
}

fn observed(columns: Vec<String>, rows: &[Vec<f64>]) -> Observations {
    let mut observations = Observations::new(columns).unwrap();
    for (at, row) in rows.iter().enumerate() {
        observations.push(&at.to_string(), row).unwrap();
    }
    observations
}

fn unnamed(rows: &[Vec<f64>]) -> Observations {
    observed((0..rows[0].len()).map(|column| format!("c{column:02}")).collect(), rows)
}

fn found(observations: &Observations, settings: &Settings) -> Segments {
    segments(observations, settings, &|_| {}).unwrap()
}

fn settings(scale: Scale, least: usize, most: usize) -> Settings {
    Settings { k: least..=most, scale, ..Settings::default() }
}

fn close(a: f64, b: f64, relative: f64) -> bool {
    (a - b).abs() <= relative * b.abs().max(1e-300)
}

fn sorted(sizes: &Value) -> Vec<usize> {
    sizes.as_array().unwrap().iter().map(|size| usize::try_from(size.as_u64().unwrap()).unwrap()).collect()
}

fn agrees(observations: &Observations, scale: Scale, expected: &Value, most: usize) {
    let found = found(observations, &settings(scale, 2, most));
    assert_eq!(found.outliers, []);
    for candidate in &found.candidates {
        let expected = &expected[candidate.k.to_string()];
        let best = expected["best_inertia"].as_f64().unwrap();
        let allowed = if candidate.k <= 5 { 1.0 + 1e-6 } else { 1.02 };
        assert!(candidate.inertia <= best * allowed, "k = {}: {} > {best}", candidate.k, candidate.inertia);
        if close(candidate.inertia, best, 1e-9) {
            for (value, key, tolerance) in [
                (candidate.silhouette, "silhouette", 1e-9),
                (candidate.calinski_harabasz, "calinski_harabasz", 1e-8),
                (candidate.davies_bouldin, "davies_bouldin", 1e-9),
            ] {
                assert!(
                    close(value.unwrap(), expected[key].as_f64().unwrap(), tolerance),
                    "{key} {}",
                    candidate.k
                );
            }
        }
    }
    for k in 2..=most.min(5) {
        let found = self::found(observations, &settings(scale, k, k));
        assert_eq!(found.sizes, sorted(&expected[k.to_string()]["sizes_sorted"]), "k = {k}");
    }
    let three = self::found(observations, &settings(scale, 3, 3));
    let labels = sorted(&expected["3"]["labels_by_size"]);
    assert!(three.labels.iter().zip(labels).all(|(found, label)| found.label == Some(label + 1)));
    from_the_first_rows(observations, scale, expected, most);
}

fn from_the_first_rows(observations: &Observations, scale: Scale, expected: &Value, most: usize) {
    for k in 2..=most {
        let settings = Settings { start: Start::First, ..settings(scale, k, k) };
        let found = found(observations, &settings);
        let expected = &expected[k.to_string()]["lloyd_from_first_k_rows"];
        assert!(close(found.inertia, expected["inertia"].as_f64().unwrap(), 1e-10), "k = {k}");
        let mut sizes = sorted(&expected["sizes"]);
        sizes.sort_unstable_by(|a, b| b.cmp(a));
        assert_eq!(found.sizes, sizes, "k = {k}");
    }
}

#[test]
fn bank_customers_agree_with_the_reference() {
    let expected: Value = serde_json::from_str(&golden("segments_bank.json")).unwrap();
    let observations = table("segments_bank.csv", 8);
    agrees(&observations, Scale::Zscore, &expected["zscore_ddof0"], 10);
    agrees(&observations, Scale::Minmax, &expected["minmax"], 5);
}

#[test]
fn irises_agree_with_the_reference() {
    let expected: Value = serde_json::from_str(&golden("segments_iris.json")).unwrap();
    let observations = table("segments_iris.csv", 4);
    agrees(&observations, Scale::Raw, &expected["raw"], 10);
    assert_eq!(found(&observations, &settings(Scale::Raw, 2, 10)).k, 2);
}

#[test]
fn criteria_that_disagree_are_told() {
    let observations = table("segments_bank.csv", 8);
    let by_score = found(&observations, &settings(Scale::Zscore, 2, 10));
    assert_eq!(by_score.k, 2);
    let other = Warning::OtherChoice { criterion: "calinski_harabasz".to_owned(), k: 3 };
    assert!(by_score.warnings.contains(&other), "{:?}", by_score.warnings);
    assert_eq!(found(&observations, &settings(Scale::Minmax, 2, 10)).k, 3);
}

/// The integer table of 100 customers that a linear congruential generator makes anywhere.
fn customers() -> Vec<Vec<f64>> {
    const BASE: [[i64; 8]; 3] =
        [[260, 6, 240, 5, 4, 5, 8, 1], [20, 3, 6, 55, 4, 4, 4, 1], [190, 34, 34, 48, 40, 36, 26, 12]];
    const SPAN: [[i64; 8]; 3] =
        [[40, 4, 40, 10, 5, 5, 6, 3], [14, 4, 8, 18, 6, 6, 6, 3], [40, 10, 12, 16, 12, 12, 10, 8]];
    let mut state = 20_230_517_i64;
    let mut draw = || {
        state = (1_103_515_245 * state + 12345) % (1 << 31);
        state >> 16
    };
    let row = |class: usize, draw: &mut dyn FnMut() -> i64| {
        (0..8)
            .map(|j| i32::try_from(BASE[class][j] + draw() * SPAN[class][j] / 32768).unwrap().into())
            .collect()
    };
    (0..100)
        .map(|i| {
            row(
                if i < 5 {
                    0
                } else if i < 87 {
                    1
                } else {
                    2
                },
                &mut draw,
            )
        })
        .collect()
}

#[test]
fn minorities_stay_and_a_single_error_goes() {
    let mut rows = customers();
    assert_eq!(rows[0], [262.0, 9.0, 268.0, 14.0, 5.0, 7.0, 13.0, 1.0]);
    let total: f64 = rows.iter().flatten().sum();
    assert!((total - 19232.0).abs() < 1e-9);
    let whole = unnamed(&rows);
    for (scale, inertia, silhouette) in
        [(Scale::Raw, 9_064.918_199, 0.937_863), (Scale::Zscore, 33.791_706, 0.887_912)]
    {
        let found = found(&whole, &settings(scale, 2, 10));
        assert_eq!((found.k, found.sizes.as_slice(), found.outliers.len()), (3, [82, 13, 5].as_slice(), 0));
        assert!((found.inertia - inertia).abs() < 1e-6);
        assert!((found.silhouettes[&3].unwrap() - silhouette).abs() < 1e-6);
    }
    let centres = found(&whole, &settings(Scale::Raw, 3, 3));
    assert!((centres.segments[0].columns[0].mean - 26.4268).abs() < 1e-4);
    assert!((centres.segments[2].columns[2].mean - 249.6).abs() < 1e-9);
    rows.push(vec![5000.0, 300.0, 900.0, 50.0, 400.0, 300.0, 200.0, 100.0]);
    let spoiled = unnamed(&rows);
    let restored = found(&spoiled, &settings(Scale::Zscore, 2, 10));
    assert_eq!(restored.outliers.len(), 1);
    assert_eq!(restored.outliers[0].id, "100");
    assert!((restored.outliers[0].distance - 22.7258).abs() < 1e-4);
    assert!((restored.inertia - 33.791_706).abs() < 1e-6);
    assert_eq!(restored.labels[100].label, None);
    let kept = found(&spoiled, &Settings { keep_outliers: true, ..settings(Scale::Zscore, 2, 10) });
    assert_eq!((kept.k, kept.sizes.as_slice()), (2, [100, 1].as_slice()));
    assert!((kept.silhouettes[&2].unwrap() - 0.932_679).abs() < 1e-6);
}

#[test]
fn ruspini_has_four_groups() {
    let points = "4,53 5,63 10,59 9,77 13,49 13,69 12,88 15,75 18,61 19,65 22,74 27,72 28,76 24,58 27,55 28,60 30,52 31,60 32,61 \
        36,72 28,147 32,149 35,153 33,154 38,151 41,150 38,145 38,143 32,143 34,141 44,156 44,149 44,143 46,142 47,149 49,152 \
        50,142 53,144 52,152 55,155 54,124 60,136 63,139 86,132 85,115 85,96 78,94 74,96 97,122 98,116 98,124 99,119 99,128 \
        101,115 108,111 110,111 108,116 111,126 115,117 117,115 70,4 77,12 83,21 61,15 69,15 78,16 66,18 58,13 64,20 69,21 66,23 \
        61,25 76,27 72,31 64,30";
    let rows: Vec<Vec<f64>> =
        points.split_whitespace().map(|pair| pair.split(',').map(|x| x.parse().unwrap()).collect()).collect();
    let found = found(&unnamed(&rows), &settings(Scale::Raw, 2, 7));
    assert_eq!((found.k, found.sizes.as_slice()), (4, [23, 20, 17, 15].as_slice()));
    for (k, inertia, silhouette) in [
        (2, 89_337.832_1, 0.582_726),
        (3, 51_063.475, 0.632_705),
        (4, 12_881.051_2, 0.737_657),
        (5, 10_126.719_8, 0.701_924),
    ] {
        let candidate = &found.candidates[k - 2];
        assert!(close(candidate.inertia, inertia, 1e-7), "{candidate:?}");
        assert!((candidate.silhouette.unwrap() - silhouette).abs() < 1e-6, "{candidate:?}");
    }
}

#[test]
fn constant_columns_are_named_and_left_out() {
    let rows: Vec<Vec<f64>> = customers()
        .into_iter()
        .map(|mut row| {
            row.push(7.0);
            row
        })
        .collect();
    let with = found(&unnamed(&rows), &settings(Scale::Zscore, 2, 5));
    assert_eq!(with.warnings, [Warning::ConstantColumn { column: "c08".to_owned() }]);
    assert_eq!(with.segments[0].columns[8].difference, None);
    let without = found(&unnamed(&customers()), &settings(Scale::Zscore, 2, 5));
    assert_eq!((with.labels, with.candidates), (without.labels, without.candidates));
}

#[test]
fn every_row_may_be_its_own_segment() {
    let rows: Vec<Vec<f64>> = [1.0, 2.0, 4.0, 8.0].map(|x| vec![x]).to_vec();
    let found = found(&unnamed(&rows), &settings(Scale::Raw, 4, 4));
    assert!(found.inertia.abs() < 1e-300);
    assert_eq!((found.sizes.as_slice(), found.silhouettes[&4]), ([1, 1, 1, 1].as_slice(), None));
    assert!(serde_json::to_string(&found).unwrap().contains("\"silhouettes\":{\"4\":null}"));
}

#[test]
fn a_sampled_silhouette_shows_an_error_that_holds() {
    let observations = table("segments_iris.csv", 4);
    let exact = found(&observations, &settings(Scale::Raw, 3, 3));
    assert_eq!((exact.candidates[0].silhouette_error, exact.silhouette_rows), (None, 150));
    let mut held = 0;
    for seed in 0..40 {
        let settings = Settings { silhouette_rows: 60, seed, ..settings(Scale::Raw, 3, 3) };
        let sampled = found(&observations, &settings).candidates[0].clone();
        let error = sampled.silhouette_error.unwrap();
        held +=
            u32::from((sampled.silhouette.unwrap() - exact.candidates[0].silhouette.unwrap()).abs() <= error);
    }
    assert!(held >= 34, "the interval of 95 % held {held} times of 40");
}

#[test]
fn large_files_find_the_same_with_one_thread() {
    let mut rows = Vec::new();
    for at in 0..60 {
        for row in customers() {
            rows.push(
                row.iter()
                    .enumerate()
                    .map(|(j, x)| x + f64::from((at * 7 + i32::try_from(j).unwrap()) % 11) / 10.0)
                    .collect(),
            );
        }
    }
    let observations = unnamed(&rows);
    let settings = settings(Scale::Zscore, 3, 4);
    let many = found(&observations, &settings);
    let single = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    assert_eq!(many, single.install(|| found(&observations, &settings)));
    assert_eq!((many.k, many.sizes.as_slice()), (3, [4920, 780, 300].as_slice()));
}

#[test]
fn a_picture_escapes_names_and_shows_every_segment() {
    let names: Vec<String> = (0..8).map(|column| format!("登录<{column}>")).collect();
    let observations = observed(names, &customers());
    let found = found(&observations, &settings(Scale::Zscore, 2, 10));
    let svg = picture(&found, &plane(&observations, &found).unwrap());
    assert!(
        svg.starts_with("<svg")
            && svg.contains("登录&lt;7&gt;")
            && !svg.contains("登录<")
            && !svg.contains("NaN")
    );
    assert!(svg.contains("3 · n = 5"));
}
