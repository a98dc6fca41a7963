//! Scores against a reference run, and the laws they keep.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use proptest::prelude::*;
use serde_json::Value;
use ting_methods::score::{
    Band, BandError, DEFAULT_TOLERANCE_PERMILLE, Interval, Nps, TallyError, band, ces, csat, nps,
    nps_difference, satisfaction_ratio, tally, wilson,
};

fn golden() -> Value {
    serde_json::from_str(include_str!("golden/score.json")).unwrap()
}

fn counts<const N: usize>(value: &Value) -> [u64; N] {
    let list: Vec<u64> = value["counts"].as_array().unwrap().iter().map(|n| n.as_u64().unwrap()).collect();
    list.try_into().unwrap()
}

#[track_caller]
fn close(actual: f64, expected: &Value) {
    let expected = expected.as_f64().unwrap();
    assert!((actual - expected).abs() <= 1e-9 * expected.abs().max(1.0), "{actual} instead of {expected}");
}

#[track_caller]
fn close_interval(actual: Interval, expected: &Value) {
    close(actual.lower, &expected[0]);
    close(actual.upper, &expected[1]);
}

#[test]
fn nps_equals_the_reference_run() {
    for case in golden()["nps"].as_array().unwrap() {
        let score = nps(&counts::<11>(case)).unwrap();
        assert_eq!(score.n, case["n"].as_u64().unwrap());
        assert_eq!(score.promoters, case["promoters"].as_u64().unwrap());
        assert_eq!(score.passives, case["passives"].as_u64().unwrap());
        assert_eq!(score.detractors, case["detractors"].as_u64().unwrap());
        close(score.value, &case["nps"]);
        close(score.standard_error, &case["se_pop"]);
        close_interval(score.wald, &case["wald95"]);
        close_interval(score.adjusted_wald, &case["adj_wald95"]);
    }
}

#[test]
fn the_difference_of_two_nps_equals_the_reference_run() {
    let golden = golden();
    let of = |segment: usize| nps(&counts::<11>(&golden["nps"][segment])).unwrap();
    let difference = nps_difference(&of(2), &of(1));
    close(difference.value, &golden["nps_difference"]["diff"]);
    close(difference.standard_error, &golden["nps_difference"]["se"]);
    close_interval(difference.interval, &golden["nps_difference"]["wald95"]);
}

#[test]
fn csat_equals_the_reference_run() {
    let golden = &golden()["csat"];
    let score = csat(&counts::<5>(golden)).unwrap();
    assert_eq!(score.satisfied, golden["satisfied"].as_u64().unwrap());
    close(score.percent, &golden["csat_pct"]);
    close_interval(score.interval, &golden["wilson95_pct"]);
    close(score.mean, &golden["mean"]);
    close(score.standard_deviation.unwrap(), &golden["sd"]);
}

#[test]
fn ces_equals_the_reference_run() {
    let golden = &golden()["ces"];
    let score = ces(&counts::<7>(golden)).unwrap();
    close(score.mean, &golden["mean"]);
    close(score.standard_deviation.unwrap(), &golden["sd"]);
    close_interval(score.interval.unwrap(), &golden["t95"]);
    close(score.easy_percent, &golden["top_box_pct"]);
}

/// Critical values as printed in any table of Student's t, here to ten digits.
#[test]
fn the_t_interval_uses_the_tabled_critical_values() {
    // Two answers 3 and 5: mean 4, deviation √2, so the half width is t itself and is cut at 1 and 7.
    let two = ces(&[0, 0, 1, 0, 1, 0, 0]).unwrap().interval.unwrap();
    assert_eq!((two.lower, two.upper), (1.0, 7.0));
    // 3, 4, 5 eleven times over: deviation √(22/32), 32 degrees of freedom, t = 2.036933343460.
    let many = ces(&[0, 0, 11, 11, 11, 0, 0]).unwrap();
    let t = (many.interval.unwrap().upper - 4.0) / (many.standard_deviation.unwrap() / 33_f64.sqrt());
    assert!((t - 2.036_933_343_460_1).abs() < 1e-10, "{t}");
}

#[test]
fn wilson_equals_published_values() {
    for (successes, n, lower, upper) in [(82, 100, 0.733_326, 0.882_998), (7, 10, 0.396_778, 0.892_209)] {
        let interval = wilson(successes, n).unwrap();
        assert!(
            (interval.lower - lower).abs() < 1e-6 && (interval.upper - upper).abs() < 1e-6,
            "{interval:?}"
        );
    }
}

#[test]
fn no_answers_give_no_score() {
    assert_eq!(nps(&[0; 11]), None);
    assert_eq!(csat(&[0; 5]), None);
    assert_eq!(ces(&[0; 7]), None);
    assert_eq!(wilson(0, 0), None);
    assert_eq!(wilson(2, 1), None);
}

#[test]
fn one_answer_gives_a_value_and_an_honest_interval() {
    let promoter = Nps::from_groups(1, 0, 0).unwrap();
    assert_eq!(promoter.value.to_bits(), 100_f64.to_bits());
    assert!(promoter.adjusted_wald.lower < 0.0, "one promoter proves nothing: {promoter:?}");
    let happy = csat(&[0, 0, 0, 0, 1]).unwrap();
    assert!(happy.interval.lower < 25.0 && happy.standard_deviation.is_none());
    let easy = ces(&[0, 0, 0, 0, 0, 0, 1]).unwrap();
    assert_eq!((easy.interval, easy.standard_deviation), (None, None));
}

#[test]
fn counts_beyond_the_integer_range_give_no_score_instead_of_a_wrong_one() {
    assert_eq!(nps(&[u64::MAX; 11]), None);
    assert_eq!(csat(&[u64::MAX; 5]), None);
    assert_eq!(ces(&[u64::MAX; 7]), None);
}

#[test]
fn answers_outside_the_scale_are_named() {
    assert_eq!(tally::<5>(1, [(5, 2), (1, 1), (5, 1)]), Ok([1, 0, 0, 0, 3]));
    assert_eq!(tally::<5>(1, [(6, 1)]), Err(TallyError::OutsideScale { value: 6, lowest: 1, highest: 5 }));
    assert_eq!(tally::<5>(1, [(0, 1)]), Err(TallyError::OutsideScale { value: 0, lowest: 1, highest: 5 }));
    assert_eq!(tally::<5>(1, [(2, -1)]), Err(TallyError::NegativeCount { value: 2 }));
}

#[test]
fn the_band_boundaries_belong_to_satisfied() {
    let of = |perceived, expected| band(perceived, expected, DEFAULT_TOLERANCE_PERMILLE);
    assert_eq!(of(95, 100), Ok(Band::Satisfied));
    assert_eq!(of(105, 100), Ok(Band::Satisfied));
    assert_eq!(of(9_499, 10_000), Ok(Band::Dissatisfied));
    assert_eq!(of(10_501, 10_000), Ok(Band::Delighted));
    assert_eq!(of(0, 1), Ok(Band::Dissatisfied));
    assert_eq!(band(i64::MAX, 1, 999), Ok(Band::Delighted));
    assert_eq!(band(1, i64::MAX, 0), Ok(Band::Dissatisfied));
}

#[test]
fn a_band_needs_an_expectation_and_a_perception() {
    assert_eq!(band(1, 0, 50), Err(BandError::NoExpectation));
    assert_eq!(band(1, -1, 50), Err(BandError::NoExpectation));
    assert_eq!(band(-1, 1, 50), Err(BandError::NegativePerception));
    assert_eq!(band(1, 1, 1000), Err(BandError::Tolerance));
    assert_eq!(satisfaction_ratio(1, 0), Err(BandError::NoExpectation));
}

/// Weighted perceptions 5.9 5.8 6.0 6.3 6.1 of expectations 6.2 6.6 6.4 6.5 6.0, weights 11 32 22 19 16 %.
#[test]
fn a_weighted_total_is_the_ratio_of_weighted_sums() {
    let sum = |scores: [i64; 5]| scores.iter().zip([11, 32, 22, 19, 16]).map(|(s, w)| s * w).sum::<i64>();
    let (perceived, expected) = (sum([59, 58, 60, 63, 61]), sum([62, 66, 64, 65, 60]));
    assert!((satisfaction_ratio(perceived, expected).unwrap() - 0.937_627).abs() < 5e-7);
    assert_eq!(band(perceived, expected, DEFAULT_TOLERANCE_PERMILLE), Ok(Band::Dissatisfied));
}

fn histogram<const N: usize>() -> impl Strategy<Value = [u64; N]> {
    proptest::collection::vec(0_u64..5_000, N).prop_map(|list| list.try_into().unwrap())
}

proptest! {
    #[test]
    fn nps_stays_on_its_scale_and_within_its_intervals(counts in histogram::<11>()) {
        if let Some(score) = nps(&counts) {
            prop_assert!((-100.0..=100.0).contains(&score.value));
            prop_assert_eq!(score.n, score.promoters + score.passives + score.detractors);
            prop_assert!(score.wald.contains(score.value));
            prop_assert!(score.adjusted_wald.lower < score.adjusted_wald.upper);
        }
    }

    #[test]
    fn turning_the_groups_round_turns_the_nps_round(p in 0_u64..999, s in 0_u64..999, d in 1_u64..999) {
        let (one, other) = (Nps::from_groups(p, s, d).unwrap(), Nps::from_groups(d, s, p).unwrap());
        prop_assert!((one.value + other.value).abs() < 1e-9);
        prop_assert!((one.adjusted_wald.lower + other.adjusted_wald.upper).abs() < 1e-9);
    }

    #[test]
    fn a_detractor_turned_promoter_raises_the_nps(p in 0_u64..999, s in 0_u64..999, d in 1_u64..999) {
        let (before, after) = (Nps::from_groups(p, s, d).unwrap(), Nps::from_groups(p + 1, s, d - 1).unwrap());
        prop_assert!(after.value > before.value);
    }

    #[test]
    fn wilson_holds_the_share_and_narrows_with_more_answers(n in 1_u64..100_000, part in 0.0_f64..=1.0) {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss,
                 reason = "small counts")]
        let (successes, share) = { let k = (n as f64 * part) as u64; (k, k as f64 / n as f64) };
        let interval = wilson(successes, n).unwrap();
        prop_assert!(interval.contains(share) && interval.lower >= 0.0 && interval.upper <= 1.0);
        let ten_fold = wilson(successes * 10, n * 10).unwrap();
        prop_assert!(ten_fold.upper - ten_fold.lower < interval.upper - interval.lower);
    }

    #[test]
    fn means_stay_on_their_scale_and_within_their_intervals(five in histogram::<5>(), seven in histogram::<7>()) {
        if let Some(score) = csat(&five) {
            prop_assert!((1.0..=5.0).contains(&score.mean) && score.interval.contains(score.percent));
        }
        if let Some(score) = ces(&seven) {
            prop_assert!((1.0..=7.0).contains(&score.mean));
            prop_assert!(score.interval.is_none_or(|interval| interval.contains(score.mean)));
        }
    }

    #[test]
    fn a_band_never_falls_when_the_perception_rises(p in 0_i64..10_000, more in 0_i64..500, e in 1_i64..10_000,
                                                   tolerance in 0_u32..999) {
        prop_assert!(band(p, e, tolerance).unwrap() <= band(p + more, e, tolerance).unwrap());
    }

    #[test]
    fn a_band_does_not_depend_on_the_unit(p in 0_i64..10_000, e in 1_i64..10_000, unit in 1_i64..1_000) {
        prop_assert_eq!(band(p, e, 50), band(p * unit, e * unit, 50));
    }
}
