use proptest::prelude::*;
use ting_methods::index::{
    Answers, Bootstrap, IndexError, Missing, Model, Options, Scheme, Standardize, draw, index,
};

use crate::survey::fit;

const TEXT: &str = "title = \"t\"\nscale = [1, 5]\n[[latent]]\nname = \"A\"\nindicators = [\"a\", \"b\"]\nmode = \"MODE\"\n\
    [[latent]]\nname = \"B\"\nindicators = [\"c\", \"d\"]\n[[latent]]\nname = \"C\"\nindicators = [\"e\"]\n\
    [[path]]\nfrom = \"A\"\nto = \"B\"\n[[path]]\nfrom = \"B\"\nto = \"C\"\n[[path]]\nfrom = \"A\"\nto = \"C\"\n";

fn model(mode: &str) -> Model {
    Model::parse(&TEXT.replace("MODE", mode)).unwrap()
}

fn rows(rows: &[[f64; 5]]) -> Vec<Vec<Option<f64>>> {
    rows.iter().map(|row| row.iter().copied().map(Some).collect()).collect()
}

fn refusal(mode: &str, rows: &[Vec<Option<f64>>], options: &Options) -> IndexError {
    fit(&model(mode), rows, options).unwrap_err()
}

#[test]
fn what_cannot_be_fitted_is_refused_with_a_reason() {
    let plain = Options::default();
    let few = |n: usize| refusal("A", &rows(&[[1.0, 2.0, 3.0, 4.0, 5.0]; 2])[..n], &plain);
    assert_eq!(few(0), IndexError::TooFewRows { rows: 0, needed: 3 });
    assert_eq!(few(1), IndexError::TooFewRows { rows: 1, needed: 3 });
    let same = rows(&[[1.0, 2.0, 3.0, 4.0, 5.0]; 4]);
    assert_eq!(refusal("A", &same, &plain), IndexError::Constant { indicator: "a".to_owned() });
    // A and B have the same answers, so their paths to C cannot be told apart.
    let twins: Vec<[f64; 5]> = [1.0, 2.0, 5.0, 4.0, 3.0]
        .iter()
        .zip([3.0, 1.0, 2.0, 5.0, 4.0])
        .map(|(a, b)| [*a, b, *a, b, a + 0.1 * b * b])
        .collect();
    assert_eq!(
        refusal("A", &rows(&twins), &plain),
        IndexError::DependentCauses { latent: "C".to_owned(), cause: "B".to_owned() }
    );
    // Mode B cannot weigh two equal questions.
    let equal: Vec<[f64; 5]> =
        twins.iter().map(|row| [row[0], 2.0 * row[0], row[1], row[4], row[2] * row[3]]).collect();
    assert_eq!(
        refusal("B", &rows(&equal), &plain),
        IndexError::DependentIndicators { latent: "A".to_owned(), indicator: "b".to_owned() }
    );
    let huge: Vec<[f64; 5]> =
        twins.iter().map(|row| [row[0] * 1e300, row[1], row[2], row[3], row[4]]).collect();
    assert_eq!(refusal("A", &rows(&huge), &plain), IndexError::TooLarge { indicator: "a".to_owned() });
}

#[test]
fn rows_that_are_no_answers_are_refused() {
    let model = model("A");
    let mut answers = Answers::new(&model);
    assert_eq!(answers.push(&model, &[Some(1.0)]), Err(IndexError::Width { expected: 5, found: 1 }));
    for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let row = [Some(1.0), Some(1.0), Some(bad), None, None];
        assert_eq!(answers.push(&model, &row), Err(IndexError::NotFinite { indicator: "c".to_owned() }));
    }
    assert_eq!(answers.rows(), 0);
    let nobody = vec![vec![None, Some(1.0), Some(2.0), Some(3.0), Some(4.0)]; 5];
    assert_eq!(
        fit(&model, &nobody, &Options::default()),
        Err(IndexError::NobodyAnswered { indicator: "a".to_owned() })
    );
    let listwise = Options { missing: Missing::Listwise, ..Options::default() };
    assert_eq!(fit(&model, &nobody, &listwise), Err(IndexError::TooFewRows { rows: 0, needed: 3 }));
}

fn cell() -> impl Strategy<Value = Option<f64>> {
    prop_oneof![
        6 => (1_i32..=5).prop_map(|answer| Some(f64::from(answer))),
        1 => Just(None),
        1 => prop::sample::select(vec![0.0, 1e-300, -1e-300, 1e150, -1e150, 1e300, f64::MAX, f64::MIN_POSITIVE]).prop_map(Some),
    ]
}

fn tame_cell() -> impl Strategy<Value = Option<f64>> {
    prop_oneof![12 => (1_i32..=3).prop_map(|answer| Some(f64::from(answer))), 1 => Just(None)]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn no_matrix_makes_it_panic_or_answer_nonsense(
        rows in prop_oneof![
            prop::collection::vec(prop::collection::vec(cell(), 5), 0..14),
            prop::collection::vec(prop::collection::vec(tame_cell(), 5), 3..14),
        ],
        mode in "[AB]",
        scheme in prop::sample::select(vec![Scheme::Path, Scheme::Centroid, Scheme::Factorial]),
        raw in any::<bool>(),
        listwise in any::<bool>(),
    ) {
        let options = Options {
            scheme,
            standardize: if raw { Standardize::Raw } else { Standardize::Item },
            missing: if listwise { Missing::Listwise } else { Missing::Mean },
            bootstrap: Some(Bootstrap { samples: 12, seed: 3 }),
        };
        let model = model(&mode);
        let mut answers = Answers::new(&model);
        for row in &rows {
            answers.push(&model, row).unwrap();
        }
        if let Ok(found) = index(&model, &answers, &options, &|_| {}) {
            let text = format!("{found:?}");
            prop_assert!(!text.contains("NaN") && !text.contains("inf"), "{text}");
            prop_assert!(found.latent.iter().all(|latent| latent.r_squared.is_none_or(|r| (0.0..=1.0).contains(&r))));
            let svg = draw(&model, &found);
            prop_assert!(!svg.contains("NaN") && !svg.contains("inf\""), "{svg}");
        }
    }

    #[test]
    fn no_text_makes_the_reader_panic(text in "\\PC{0,200}") {
        let _ = Model::parse(&text);
        let _ = Model::parse(&format!("{TEXT}{text}"));
    }
}
