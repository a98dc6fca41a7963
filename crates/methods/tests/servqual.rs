//! SERVQUAL against a reference run and worked numbers, and the laws it keeps.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use proptest::prelude::*;
use serde_json::Value;
use ting_methods::score::Scale;
use ting_methods::servqual::{Battery, BatteryError, Dimension, Gap, Pair, Servqual, Survey, SurveyError};

struct Respondent {
    pairs: Vec<Pair>,
    weights: Option<Vec<f64>>,
}

fn golden() -> Value {
    serde_json::from_str(include_str!("golden/servqual.json")).unwrap()
}

/// The columns are E1 to E22, P1 to P22 and the five weights.
fn golden_respondents() -> Vec<Respondent> {
    let mut reader = csv::Reader::from_reader(include_bytes!("golden/servqual.csv").as_slice());
    let read = |record: csv::StringRecord| {
        let answer = |at: usize| Scale::CES.thousandths(&record[at]).unwrap();
        Respondent {
            pairs: (0..22).map(|item| Some((answer(item), answer(22 + item)))).collect(),
            weights: Some((44..49).map(|at| record[at].parse().unwrap()).collect()),
        }
    };
    reader.records().map(|record| read(record.unwrap())).collect()
}

fn survey(battery: Battery, respondents: &[Respondent]) -> Servqual {
    let mut survey = Survey::new(battery);
    for respondent in respondents {
        survey.add(&respondent.pairs, respondent.weights.as_deref()).unwrap();
    }
    survey.result()
}

fn standard(respondents: &[Respondent]) -> Servqual {
    survey(Battery::standard(Scale::CES), respondents)
}

#[track_caller]
fn close(actual: Option<f64>, expected: &Value) {
    let (actual, expected) = (actual.unwrap(), expected.as_f64().unwrap());
    assert!((actual - expected).abs() <= 1e-9, "{actual} instead of {expected}");
}

#[test]
fn the_reference_run_is_met() {
    let (golden, found) = (&golden()["servqual"], standard(&golden_respondents()));
    assert_eq!((found.n, found.weighted_n), (60, 60));
    for dimension in &found.dimensions {
        let expected = &golden["dimensions"][&dimension.dimension];
        close(dimension.expected, &expected["expectation"]);
        close(dimension.perceived, &expected["perception"]);
        close(dimension.gap, &expected["gap"]);
        close(dimension.mean_weight, &expected["mean_weight"]);
        close(dimension.t, &expected["t"]);
        close(dimension.p, &expected["p"]);
    }
    let items = found.dimensions.iter().flat_map(|dimension| &dimension.items);
    assert_eq!(items.clone().count(), 22);
    for (item, expected) in items.zip(golden["item_gaps"].as_array().unwrap()) {
        close(item.gap, expected);
    }
    close(found.unweighted, &golden["overall_unweighted"]);
    close(found.weighted, &golden["overall_weighted_individual"]);
    close(found.weighted_by_mean_weights, &golden["overall_weighted_mean_weights"]);
}

/// One respondent with the five dimensions of a printed example: gaps, −0.32 unweighted, −0.399 weighted.
#[test]
fn worked_numbers_hold() {
    let names = ["tangibles", "reliability", "responsiveness", "assurance", "empathy"];
    let dimensions = names.map(|name| Dimension { name: name.to_owned(), items: vec![name.to_owned()] });
    let battery = Battery::new(Scale::CES, dimensions.to_vec()).unwrap();
    let pairs = [(6200, 5900), (6600, 5800), (6400, 6000), (6500, 6300), (6000, 6100)].map(Some);
    let weights = vec![11.0, 32.0, 22.0, 19.0, 16.0];
    let found = survey(battery, &[Respondent { pairs: pairs.to_vec(), weights: Some(weights) }]);
    let gaps: Vec<f64> = found.dimensions.iter().map(|dimension| dimension.gap.unwrap()).collect();
    for (gap, expected) in gaps.iter().zip([-0.3, -0.8, -0.4, -0.2, 0.1]) {
        assert!((gap - expected).abs() < 1e-12, "{gaps:?}");
    }
    assert!(
        (found.unweighted.unwrap() + 0.32).abs() < 1e-12 && (found.weighted.unwrap() + 0.399).abs() < 1e-12
    );
    // One respondent says nothing of the spread.
    assert_eq!((found.unweighted_low, found.dimensions[0].low, found.dimensions[0].t), (None, None, None));
}

#[test]
fn what_is_left_out_is_left_out_with_its_weight() {
    let battery = || {
        let dimension = |name: &str, items: [&str; 2]| Dimension {
            name: name.to_owned(),
            items: items.map(str::to_owned).to_vec(),
        };
        Battery::new(Scale::CES, vec![dimension("a", ["1", "2"]), dimension("b", ["3", "4"])]).unwrap()
    };
    let respondent = |pairs: [Pair; 4], weights: [f64; 2]| Respondent {
        pairs: pairs.to_vec(),
        weights: Some(weights.to_vec()),
    };
    let found = survey(
        battery(),
        &[
            respondent([Some((6000, 4000)), Some((6000, 5000)), Some((5000, 5000)), None], [50.0, 50.0]),
            respondent([Some((6000, 5000)), None, None, None], [10.0, 90.0]),
            respondent([None; 4], [50.0, 50.0]),
        ],
    );
    // Dimension a: means −1.5 and −1; b: 0 of one respondent. Overall: −0.75 and −1.
    assert_eq!((found.n, found.dimensions[0].n, found.dimensions[1].n), (2, 2, 1));
    assert_eq!((found.dimensions[0].gap, found.dimensions[1].gap), (Some(-1.25), Some(0.0)));
    assert_eq!((found.unweighted, found.weighted), (Some(-0.875), Some(-0.875)));
    let nobody = survey(battery(), &[]);
    assert_eq!(
        (nobody.n, nobody.unweighted, nobody.weighted, nobody.dimensions[0].gap),
        (0, None, None, None)
    );
    assert_eq!(nobody.dimensions[0].items[0].gap, None);
}

#[test]
fn respondents_who_all_say_the_same_have_no_spread_and_no_test() {
    let same = || Respondent { pairs: vec![Some((6100, 5000)); 22], weights: None };
    let found = standard(&[same(), same(), same()]);
    let dimension = &found.dimensions[1];
    assert_eq!((dimension.standard_deviation, dimension.t, dimension.p), (Some(0.0), None, None));
    assert_eq!((dimension.low, dimension.high), (dimension.gap, dimension.gap));
    assert!((found.unweighted_high.unwrap() - found.unweighted_low.unwrap()).abs() < 1e-12);
    assert_eq!((found.weighted, found.weighted_by_mean_weights, found.weighted_n), (None, None, 0));
}

#[test]
fn what_does_not_fit_the_battery_is_refused() {
    let mut survey = Survey::new(Battery::standard(Scale::CES));
    let pairs = vec![Some((6000, 5000)); 22];
    assert_eq!(survey.add(&pairs[..21], None), Err(SurveyError::Pairs { given: 21, items: 22 }));
    assert_eq!(survey.add(&pairs, Some(&[100.0])), Err(SurveyError::Weights { given: 1, dimensions: 5 }));
    for wrong in [f64::NAN, f64::INFINITY, -1.0] {
        let weights = [wrong, 0.0, 0.0, 0.0, 100.0];
        assert!(matches!(survey.add(&pairs, Some(&weights)), Err(SurveyError::Weight(_))), "{wrong}");
    }
    for wrong in [0, 7001, i64::MIN, i64::MAX] {
        let mut pairs = pairs.clone();
        pairs[3] = Some((wrong, 5000));
        assert_eq!(survey.add(&pairs, None), Err(SurveyError::Scale));
    }
    assert_eq!(survey.result().n, 0);
    // Points of nothing are no weights.
    survey.add(&pairs, Some(&[0.0; 5])).unwrap();
    assert_eq!((survey.result().n, survey.result().weighted_n), (1, 0));
}

#[test]
fn dimensions_that_are_no_battery_are_refused() {
    let dimension = |name: &str, items: &[&str]| Dimension {
        name: name.to_owned(),
        items: items.iter().map(|item| (*item).to_owned()).collect(),
    };
    let battery = |dimensions: Vec<Dimension>| Battery::new(Scale::CES, dimensions).map(drop);
    assert_eq!(battery(vec![]), Err(BatteryError::NoDimension));
    assert_eq!(battery(vec![dimension(" ", &["1"])]), Err(BatteryError::NoName));
    assert_eq!(
        battery(vec![dimension("a", &["1"]), dimension("A", &["2"])]),
        Err(BatteryError::Twice("A".to_owned()))
    );
    assert_eq!(battery(vec![dimension("a", &[])]), Err(BatteryError::NoItems("a".to_owned())));
    assert_eq!(
        battery(vec![dimension("a", &["1"]), dimension("b", &["1"])]),
        Err(BatteryError::Item("1".to_owned()))
    );
    let many = Dimension { name: "a".to_owned(), items: (0..=1000).map(|item| item.to_string()).collect() };
    assert_eq!(battery(vec![many]), Err(BatteryError::TooMany));
    assert_eq!(Battery::standard(Scale::CES).items().count(), 22);
}

#[test]
fn the_five_gaps_are_numbered() {
    let numbers: Vec<u8> = Gap::ALL.into_iter().map(Gap::number).collect();
    assert_eq!(numbers, [1, 2, 3, 4, 5]);
    assert_eq!((Gap::numbered(5), Gap::numbered(0), Gap::numbered(6)), (Some(Gap::Perception), None, None));
}

fn respondents() -> impl Strategy<Value = Vec<Respondent>> {
    let pair = prop::option::weighted(0.9, (1000_i64..=7000, 1000_i64..=7000));
    let respondent =
        (prop::collection::vec(pair, 22), prop::option::of(prop::collection::vec(0.0..60.0_f64, 5)))
            .prop_map(|(pairs, weights)| Respondent { pairs, weights });
    prop::collection::vec(respondent, 1..12)
}

impl std::fmt::Debug for Respondent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?} {:?}", self.pairs, self.weights)
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_order_changes_a_digit(mut respondents in respondents(), by in 0_usize..12) {
        let before = standard(&respondents);
        let by = by % respondents.len();
        respondents.rotate_left(by);
        respondents.reverse();
        prop_assert_eq!(before, standard(&respondents));
    }

    #[test]
    fn a_gap_is_perceived_minus_expected_and_turns_round_with_them(respondents in respondents()) {
        let found = standard(&respondents);
        let turned: Vec<Respondent> = respondents.iter().map(|one| Respondent {
            pairs: one.pairs.iter().map(|pair| pair.map(|(expected, perceived)| (perceived, expected))).collect(),
            weights: one.weights.clone(),
        }).collect();
        let turned = standard(&turned);
        for (one, other) in found.dimensions.iter().zip(&turned.dimensions) {
            if let (Some(expected), Some(perceived), Some(gap)) = (one.expected, one.perceived, one.gap) {
                prop_assert!((perceived - expected - gap).abs() < 1e-9);
                prop_assert!((gap + other.gap.unwrap()).abs() < 1e-9);
                prop_assert!(one.low.is_none_or(|low| low <= gap + 1e-12) && one.high.is_none_or(|high| high >= gap - 1e-12));
            }
        }
    }

    #[test]
    fn the_overall_gap_of_complete_answers_is_the_mean_of_the_dimensions(
        answers in prop::collection::vec(prop::collection::vec((1000_i64..=7000, 1000_i64..=7000), 22), 1..8)
    ) {
        let complete: Vec<Respondent> = answers.into_iter().map(|pairs| Respondent {
            pairs: pairs.into_iter().map(Some).collect(), weights: Some(vec![20.0; 5]),
        }).collect();
        let found = standard(&complete);
        let mean: f64 = found.dimensions.iter().map(|dimension| dimension.gap.unwrap()).sum::<f64>() / 5.0;
        prop_assert!((found.unweighted.unwrap() - mean).abs() < 1e-9);
        // Equal points are no weights.
        prop_assert!((found.weighted.unwrap() - mean).abs() < 1e-9);
        prop_assert!((found.weighted_by_mean_weights.unwrap() - mean).abs() < 1e-9);
    }

    #[test]
    fn everybody_twice_keeps_the_gaps_and_narrows_the_interval(respondents in respondents()) {
        let once = standard(&respondents);
        let twice = standard(&respondents.iter().chain(&respondents).map(|one| Respondent {
            pairs: one.pairs.clone(), weights: one.weights.clone(),
        }).collect::<Vec<_>>());
        prop_assert_eq!(twice.n, 2 * once.n);
        for (one, two) in once.dimensions.iter().zip(&twice.dimensions) {
            prop_assert!((one.gap.unwrap_or(0.0) - two.gap.unwrap_or(0.0)).abs() < 1e-9);
            if let (Some(low), Some(high)) = (one.low, one.high) {
                prop_assert!(two.high.unwrap() - two.low.unwrap() <= high - low + 1e-9);
            }
        }
    }
}
