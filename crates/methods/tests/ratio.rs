//! Ratios of perception to expectation against worked numbers, and the laws they keep.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use proptest::prelude::*;
use ting_methods::ratio::{Bands, Place, Rating, Ratio, RatioError, Totals, Zone, ZoneTotals, zone};
use ting_methods::score::Band;

const PERCEIVED: [f64; 5] = [5.9, 5.8, 6.0, 6.3, 6.1];
const EXPECTED: [f64; 5] = [6.2, 6.6, 6.4, 6.5, 6.0];
const WEIGHTS: [f64; 5] = [11.0, 32.0, 22.0, 19.0, 16.0];

fn totals(ratings: &[Rating]) -> Option<Ratio> {
    let mut totals = Totals::default();
    for rating in ratings {
        totals.add(rating).unwrap();
    }
    totals.result(50)
}

fn ratings(perceived: &[f64], expected: &[f64], weights: &[f64]) -> Vec<Rating> {
    let pairs = perceived.iter().zip(expected).zip(weights);
    pairs
        .map(|((perceived, expected), weight)| Rating {
            perceived: *perceived,
            expected: *expected,
            weight: *weight,
        })
        .collect()
}

fn close(actual: f64, expected: f64, tolerance: f64) -> bool {
    (actual - expected).abs() <= tolerance
}

/// Computed elsewhere from the five dimensions of a printed example, to six digits.
#[test]
fn worked_numbers_hold() {
    let found = totals(&ratings(&PERCEIVED, &EXPECTED, &WEIGHTS)).unwrap();
    assert_eq!((found.n, found.band), (5, Band::Dissatisfied));
    for (actual, expected) in [
        (found.ratio, 0.937_627),
        (found.mean_ratio, 0.938_960),
        (found.geometric, 0.937_728),
        (found.unweighted_ratio, 0.949_527),
    ] {
        assert!(close(actual, expected, 5e-7), "{actual} instead of {expected}");
    }
    assert!(
        close(found.difference, -0.399, 1e-12) && close(found.unweighted_difference, -0.32, 1e-12),
        "{found:?}"
    );
}

#[test]
fn the_zone_of_tolerance_has_its_ends() {
    let of = |perceived| zone(perceived, Zone { adequate: 5.0, desired: 7.0 }).unwrap();
    for (perceived, msa, mss, place) in [
        (4.6, -0.4, -2.4, Place::Below),
        (6.1, 1.1, -0.9, Place::Within),
        (7.4, 2.4, 0.4, Place::Above),
        (5.0, 0.0, -2.0, Place::Within),
        (7.0, 2.0, 0.0, Place::Within),
    ] {
        let found = of(perceived);
        assert!(
            close(found.msa, msa, 1e-12) && close(found.mss, mss, 1e-12) && found.place == place,
            "{found:?}"
        );
    }
    let upside_down = Zone { adequate: 7.0, desired: 5.0 };
    assert!(matches!(zone(6.0, upside_down), Err(RatioError::Zone { .. })));
    assert!(zone(f64::NAN, Zone { adequate: 5.0, desired: 7.0 }).is_err());
    assert!(zone(6.0, Zone { adequate: f64::NAN, desired: 7.0 }).is_err());
    assert!(zone(6.0, Zone { adequate: 5.0, desired: f64::INFINITY }).is_err());
}

#[test]
fn zones_are_totalled_with_their_weights() {
    let mut totals = ZoneTotals::default();
    let of = Zone { adequate: 5.0, desired: 7.0 };
    for (perceived, weight) in [(4.6, 1.0), (6.1, 2.0), (7.4, 1.0)] {
        totals.add(&Rating { perceived, expected: 7.0, weight }, of).unwrap();
    }
    let found = totals.result().unwrap();
    assert!(
        close(found.msa, (-0.4 + 2.2 + 2.4) / 4.0, 1e-12)
            && close(found.mss, (-2.4 - 1.8 + 0.4) / 4.0, 1e-12)
    );
    assert_eq!((found.below.count, found.within.count, found.above.count, found.n), (1, 1, 1, 3));
    assert_eq!(ZoneTotals::default().result(), None);
}

#[test]
fn what_is_no_rating_is_refused_and_not_taken_in() {
    let mut totals = Totals::default();
    totals.add(&Rating::new(5.0, 5.0)).unwrap();
    let before = totals;
    for wrong in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -1.0, 1e7] {
        assert!(matches!(totals.add(&Rating::new(wrong, 5.0)), Err(RatioError::Perceived(_))), "{wrong}");
        assert!(matches!(totals.add(&Rating::new(5.0, wrong)), Err(RatioError::Expected(_))), "{wrong}");
        let rating = Rating { weight: wrong, ..Rating::new(5.0, 5.0) };
        assert!(matches!(totals.add(&rating), Err(RatioError::Weight(_))), "{wrong}");
    }
    assert!(matches!(totals.add(&Rating::new(5.0, 0.0)), Err(RatioError::Expected(_))));
    // 1e6 / 1e-6 with a weight of 1e6 leaves the range of the sums.
    let vast = Rating { perceived: 1e6, expected: 1e-6, weight: 1e6 };
    assert_eq!(totals.add(&vast), Err(RatioError::Range));
    assert_eq!(totals, before);
}

#[test]
fn nothing_that_counts_has_no_ratio() {
    assert_eq!(totals(&[]), None);
    assert_eq!(totals(&[Rating { weight: 0.0, ..Rating::new(1.0, 1.0) }]), None);
    assert_eq!(Bands::default().shares(), []);
}

#[test]
fn nothing_perceived_makes_the_geometric_mean_nothing() {
    let found = totals(&[Rating::new(0.0, 5.0), Rating::new(5.0, 5.0)]).unwrap();
    assert_eq!((found.geometric.to_bits(), found.ratio.to_bits()), (0_f64.to_bits(), 0.5_f64.to_bits()));
    // A rating without weight does not, and leaves the weighted totals alone.
    let found = totals(&[Rating { weight: 0.0, ..Rating::new(0.0, 5.0) }, Rating::new(5.0, 5.0)]).unwrap();
    assert!(close(found.geometric, 1.0, 1e-15) && close(found.ratio, 1.0, 1e-15) && found.n == 2);
}

#[test]
fn shares_of_bands_have_the_published_interval() {
    let mut bands = Bands::default();
    for at in 0..10 {
        bands.add(if at < 7 { Band::Satisfied } else { Band::Delighted });
    }
    let satisfied = bands.shares()[1];
    assert_eq!((satisfied.band, satisfied.share.count, satisfied.share.n), (Band::Satisfied, 7, 10));
    assert!(close(satisfied.share.low, 0.396_778, 5e-7) && close(satisfied.share.high, 0.892_209, 5e-7));
}

fn some_ratings() -> impl Strategy<Value = Vec<Rating>> {
    let rating = (0.0..10.0_f64, 0.1..10.0_f64, 0.01..100.0_f64)
        .prop_map(|(perceived, expected, weight)| Rating { perceived, expected, weight });
    prop::collection::vec(rating, 1..40)
}

proptest! {
    #[test]
    fn no_order_changes_a_digit(ratings in some_ratings(), by in 0_usize..40) {
        let mut turned = ratings.clone();
        turned.rotate_left(by % ratings.len());
        turned.reverse();
        prop_assert_eq!(totals(&ratings), totals(&turned));
    }

    #[test]
    fn means_lie_between_the_smallest_and_the_largest_ratio(ratings in some_ratings()) {
        let found = totals(&ratings).unwrap();
        let each: Vec<f64> = ratings.iter().map(|rating| rating.ratio().unwrap()).collect();
        let (low, high) = (each.iter().copied().fold(f64::MAX, f64::min), each.iter().copied().fold(0.0, f64::max));
        for mean in [found.ratio, found.mean_ratio, found.geometric, found.unweighted_ratio] {
            prop_assert!(mean >= low * (1.0 - 1e-9) && mean <= high * (1.0 + 1e-9), "{mean} {low} {high}");
        }
        prop_assert!(found.geometric <= found.mean_ratio * (1.0 + 1e-9), "the geometric mean is never above the other");
    }

    #[test]
    fn the_unit_of_scale_and_weights_does_not_matter(ratings in some_ratings(), scale in 0.1..50.0_f64, weight in 0.1..50.0_f64) {
        let other: Vec<Rating> = ratings.iter().map(|rating| Rating {
            perceived: rating.perceived * scale, expected: rating.expected * scale, weight: rating.weight * weight,
        }).collect();
        let (one, other) = (totals(&ratings).unwrap(), totals(&other).unwrap());
        prop_assert!(close(one.ratio, other.ratio, 1e-9 * one.ratio.max(1.0)));
        prop_assert!(close(one.mean_ratio, other.mean_ratio, 1e-9 * one.mean_ratio.max(1.0)));
        prop_assert!(close(one.geometric, other.geometric, 1e-9 * one.geometric.max(1.0)));
        prop_assert!(close(one.difference * scale, other.difference, 1e-8));
    }

    #[test]
    fn equal_weights_are_no_weights(ratings in some_ratings()) {
        let equal: Vec<Rating> = ratings.iter().map(|rating| Rating { weight: 3.0, ..*rating }).collect();
        let found = totals(&equal).unwrap();
        prop_assert!(close(found.ratio, found.unweighted_ratio, 1e-12 * found.ratio.max(1.0)));
        prop_assert!(close(found.difference, found.unweighted_difference, 1e-12));
    }

    #[test]
    fn the_ratio_and_the_difference_agree_on_the_side(ratings in some_ratings()) {
        let found = totals(&ratings).unwrap();
        prop_assert!((found.ratio > 1.0) == (found.difference > 0.0) || found.difference.abs() < 1e-12);
    }

    #[test]
    fn a_perception_raised_never_lowers_a_total(ratings in some_ratings(), at in 0_usize..40, more in 0.0..5.0_f64) {
        let mut raised = ratings.clone();
        raised[at % ratings.len()].perceived += more;
        let (before, after) = (totals(&ratings).unwrap(), totals(&raised).unwrap());
        prop_assert!(after.ratio >= before.ratio && after.mean_ratio >= before.mean_ratio && after.band >= before.band);
    }

    #[test]
    fn adequacy_is_superiority_and_the_width_of_the_zone(p in 0.0..10.0_f64, a in 0.0..10.0_f64, width in 0.0..5.0_f64) {
        let found = zone(p, Zone { adequate: a, desired: a + width }).unwrap();
        prop_assert!(close(found.msa, found.mss + width, 1e-9));
        let expected = if found.msa < 0.0 { Place::Below } else if found.mss > 0.0 { Place::Above } else { Place::Within };
        prop_assert_eq!(found.place, expected);
    }
}
