use proptest::prelude::*;
use ting_methods::index::{Index, Model, Options, Scheme, Standardize, draw};

use crate::survey::{fit, mobi_model, rows};

const SMALL: &str = r#"
title = "small"
scale = [0, 10]
[[latent]]
name = "A"
indicators = ["a1", "a2"]
[[latent]]
name = "B"
indicators = ["b1", "b2", "b3"]
mode = "MODE"
[[latent]]
name = "C"
indicators = ["c1"]
[[path]]
from = "A"
to = "B"
[[path]]
from = "A"
to = "C"
[[path]]
from = "B"
to = "C"
"#;

fn small(mode: &str) -> Model {
    Model::parse(&SMALL.replace("MODE", mode)).unwrap()
}

/// Answers that go together more or less.
fn survey() -> impl Strategy<Value = Vec<Vec<f64>>> {
    let row = (0.0..10.0_f64, prop::collection::vec(-3.0..3.0_f64, 6));
    prop::collection::vec(row, 25..60).prop_map(|rows| {
        let answer = |common: f64, noise: f64| (common + noise).clamp(0.0, 10.0);
        rows.iter()
            .map(|(common, noise)| noise.iter().map(|noise| answer(*common, *noise)).collect())
            .collect()
    })
}

fn options() -> impl Strategy<Value = Options> {
    let scheme = prop::sample::select(vec![Scheme::Path, Scheme::Centroid, Scheme::Factorial]);
    let standardize = prop::sample::select(vec![Standardize::Item, Standardize::Raw]);
    (scheme, standardize).prop_map(|(scheme, standardize)| Options {
        scheme,
        standardize,
        ..Options::default()
    })
}

fn some(rows: &[Vec<f64>]) -> Vec<Vec<Option<f64>>> {
    rows.iter().map(|row| row.iter().copied().map(Some).collect()).collect()
}

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-8 * (1.0 + b.abs())
}

fn same_structure(a: &Index, b: &Index) -> bool {
    let paths = a.paths.iter().zip(&b.paths).all(|(a, b)| close(a.value, b.value));
    let loadings = a.outer.iter().zip(&b.outer).all(|(a, b)| close(a.loading, b.loading));
    paths && loadings && close(a.gof.unwrap(), b.gof.unwrap())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn shares_are_shares_and_effects_add_up(rows in survey(), options in options(), mode in "[AB]") {
        let found = fit(&small(&mode), &some(&rows), &options).unwrap();
        for latent in &found.latent {
            prop_assert!(latent.r_squared.is_none_or(|r| (0.0..=1.0).contains(&r)));
            prop_assert!((0.0..=1.0 + 1e-12).contains(&latent.communality));
            prop_assert!(latent.redundancy.is_none_or(|r| r <= latent.communality));
        }
        prop_assert!((0.0..=1.0).contains(&found.gof.unwrap()));
        for effect in &found.total_effects {
            prop_assert!(close(effect.value, effect.direct + effect.indirect));
        }
        // A works on C directly and through B.
        let path = |at: usize| found.paths[at].value;
        let total = found.total_effects.iter().find(|effect| (effect.from.as_str(), effect.to.as_str()) == ("A", "C")).unwrap();
        prop_assert!(close(total.value, path(1) + path(0) * path(2)));
        // One cause: the path is the correlation.
        prop_assert!(close(path(0), found.latent_correlations[0][1]));
        prop_assert!(close(found.latent[1].r_squared.unwrap(), path(0) * path(0)));
    }

    #[test]
    fn the_order_of_rows_changes_nothing(rows in survey(), options in options(), turn in 0_usize..25) {
        let model = small("A");
        let mut turned = rows.clone();
        turned.rotate_left(turn);
        turned.reverse();
        let (a, b) = (fit(&model, &some(&rows), &options).unwrap(), fit(&model, &some(&turned), &options).unwrap());
        prop_assert!(same_structure(&a, &b));
        prop_assert!(a.latent.iter().zip(&b.latent).all(|(a, b)| close(a.index.unwrap(), b.index.unwrap())));
    }

    #[test]
    fn asking_everybody_twice_changes_no_estimate(rows in survey(), options in options()) {
        let model = small("A");
        let twice: Vec<Vec<f64>> = rows.iter().chain(&rows).cloned().collect();
        let (a, b) = (fit(&model, &some(&rows), &options).unwrap(), fit(&model, &some(&twice), &options).unwrap());
        prop_assert!(same_structure(&a, &b));
    }

    #[test]
    fn the_unit_of_a_question_does_not_matter_when_items_are_standardised(
        rows in survey(), at in 0_usize..6, factor in 0.01..100.0_f64, shift in -50.0..50.0_f64
    ) {
        let model = small("A");
        let mut moved = rows.clone();
        for row in &mut moved {
            row[at] = row[at] * factor + shift;
        }
        let (a, b) = (fit(&model, &some(&rows), &Options::default()).unwrap(), fit(&model, &some(&moved), &Options::default()).unwrap());
        prop_assert!(same_structure(&a, &b));
        prop_assert!(a.outer.iter().zip(&b.outer).all(|(a, b)| close(a.weight, b.weight)));
    }

    #[test]
    fn answers_that_are_a_point_higher_raise_the_index_by_its_share_of_the_scale(rows in survey(), options in options(), by in 0.0..5.0_f64) {
        let model = small("A");
        let moved: Vec<Vec<f64>> = rows.iter().map(|row| row.iter().map(|answer| answer + by).collect()).collect();
        let (a, b) = (fit(&model, &some(&rows), &options).unwrap(), fit(&model, &some(&moved), &options).unwrap());
        for (a, b) in a.latent.iter().zip(&b.latent) {
            prop_assert!(close(b.index.unwrap() - a.index.unwrap(), 10.0 * by));
            prop_assert!(close(a.index_sd.unwrap(), b.index_sd.unwrap()));
        }
        prop_assert!(same_structure(&a, &b));
    }

    #[test]
    fn weights_above_zero_keep_the_index_on_its_scale(rows in survey(), options in options()) {
        let found = fit(&small("A"), &some(&rows), &options).unwrap();
        for latent in &found.latent {
            if found.outer.iter().filter(|outer| outer.latent == latent.name).all(|outer| outer.weight >= 0.0) {
                prop_assert!((0.0..=100.0).contains(&latent.index.unwrap()));
            }
        }
        let sums = found.latent.iter().map(|latent| {
            found.outer.iter().filter(|outer| outer.latent == latent.name).map(|outer| outer.index_weight.unwrap()).sum::<f64>()
        });
        prop_assert!(sums.into_iter().all(|sum| close(sum, 1.0)));
    }

    #[test]
    fn formative_scores_explain_at_least_as_much_of_a_lone_neighbour(rows in survey()) {
        // With one effect each, mode B on both sides is canonical correlation: no weights correlate more.
        let text = |mode: &str| format!(
            "title = \"t\"\n[[latent]]\nname = \"A\"\nindicators = [\"a\", \"b\", \"c\"]\nmode = \"{mode}\"\n\
             [[latent]]\nname = \"B\"\nindicators = [\"d\", \"e\", \"f\"]\nmode = \"{mode}\"\n[[path]]\nfrom = \"A\"\nto = \"B\"\n");
        let explained = |mode: &str| {
            let found = fit(&Model::parse(&text(mode)).unwrap(), &some(&rows), &Options::default()).unwrap();
            found.latent[1].r_squared.unwrap()
        };
        prop_assert!(explained("B") >= explained("A") - 1e-9);
    }
}

#[test]
fn single_indicators_make_an_ordinary_regression() {
    // y = 2 x1 - x2 exactly, x1 and x2 uncorrelated with equal variance: beta 2/√5 and -1/√5, R² 1.
    let text = "title = \"t\"\n[[latent]]\nname = \"X1\"\nindicators = [\"x1\"]\n[[latent]]\nname = \"X2\"\nindicators = [\"x2\"]\n\
        [[latent]]\nname = \"Y\"\nindicators = [\"y\"]\n[[path]]\nfrom = \"X1\"\nto = \"Y\"\n[[path]]\nfrom = \"X2\"\nto = \"Y\"\n";
    let rows: Vec<Vec<f64>> = [(0.0, 0.0), (0.0, 1.0), (1.0, 0.0), (1.0, 1.0)]
        .into_iter()
        .map(|(a, b)| vec![a, b, 2.0 * a - b])
        .collect();
    let found = fit(&Model::parse(text).unwrap(), &some(&rows), &Options::default()).unwrap();
    assert!(
        close(found.paths[0].value, 2.0 / 5.0_f64.sqrt())
            && close(found.paths[1].value, -1.0 / 5.0_f64.sqrt())
    );
    assert!(close(found.latent[2].r_squared.unwrap(), 1.0));
    assert_eq!(found.gof, None);
    assert_eq!(found.paths[0].regression.t, None);
    assert!(found.warnings.iter().any(|told| told.contains("Y has no index")));
}

#[test]
fn a_picture_names_every_latent_variable_and_path() {
    let model = mobi_model();
    let found = fit(&model, &rows(&model, "mobi.csv"), &Options::default()).unwrap();
    let svg = draw(&model, &found);
    for latent in &found.latent {
        assert!(svg.contains(latent.zh.as_ref().unwrap()) && svg.contains(&latent.name), "{}", latent.name);
    }
    for path in &found.paths {
        assert!(svg.contains(&format!(">{:.2}", path.value)), "{} {}", path.from, path.to);
    }
    assert!(svg.starts_with("<svg") && svg.ends_with("</svg>\n"));
}
