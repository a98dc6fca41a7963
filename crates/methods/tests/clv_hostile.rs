//! Customers whose purchases tell nothing, or cannot be.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod customers;

use customers::{HALF_YEAR, bought, sample, value_of};
use proptest::prelude::*;
use ting_methods::clv::{Behaviour, Clv, ClvError, NoValue, Options, picture};

#[test]
fn data_that_tell_nothing_are_named() {
    let once = bought(0, 0.0, 10.0, 0.0);
    let twice = bought(1, 5.0, 10.0, 3.0);
    assert_eq!(value_of(&[], &HALF_YEAR), Err(ClvError::TooFew { n: 0 }));
    assert_eq!(value_of(&[twice], &HALF_YEAR), Err(ClvError::TooFew { n: 1 }));
    assert_eq!(value_of(&[once; 40], &HALF_YEAR), Err(ClvError::NoRepeats { n: 0 }));
    assert_eq!(value_of(&[once, once, once, once, twice], &HALF_YEAR), Err(ClvError::NoRepeats { n: 1 }));
    assert_eq!(value_of(&[twice; 40], &HALF_YEAR), Err(ClvError::AllAlike));
    for wrong in [
        bought(1, 11.0, 10.0, 1.0),
        bought(1, -1.0, 10.0, 1.0),
        bought(0, 1.0, 10.0, 1.0),
        bought(1, f64::NAN, 10.0, 1.0),
        bought(1, 1.0, f64::INFINITY, 1.0),
        bought(1, 1.0, 2.0, f64::NAN),
    ] {
        assert_eq!(
            value_of(&[once, once, twice, twice, wrong], &HALF_YEAR),
            Err(ClvError::Behaviour { at: 4 })
        );
    }
    let rows = sample();
    for (options, error) in [
        (Options { horizon: 0.0, ..HALF_YEAR }, ClvError::Horizon),
        (Options { horizon: f64::NAN, ..HALF_YEAR }, ClvError::Horizon),
        (Options { step: 0.0, ..HALF_YEAR }, ClvError::Step),
        (Options { step: f64::MIN_POSITIVE, ..HALF_YEAR }, ClvError::Step),
        (Options { step: -1.0, ..HALF_YEAR }, ClvError::Step),
        (Options { discount: -1.0, ..HALF_YEAR }, ClvError::Discount),
        (Options { discount: f64::INFINITY, ..HALF_YEAR }, ClvError::Discount),
    ] {
        assert_eq!(value_of(&rows, &options), Err(error));
    }
}

#[test]
fn without_a_mean_value_there_are_purchases_and_no_money() {
    let with = |value: fn(&Behaviour) -> f64| {
        let rows: Vec<Behaviour> =
            sample().into_iter().map(|b| Behaviour { mean_value: value(&b), ..b }).collect();
        value_of(&rows, &HALF_YEAR).unwrap()
    };
    for (found, reason) in [
        (with(|_| 0.0), NoValue::TooFew),
        (with(|_| -3.0), NoValue::TooFew),
        (with(|_| 7.5), NoValue::AllAlike),
        // One in a hundred spends a million times as much.
        (with(|b| (40.0 * (b.recency - b.recency.floor()) - 20.0).exp()), NoValue::NoMean),
    ] {
        assert_eq!(found.no_value, Some(reason));
        assert_eq!(found.equity, None);
        assert!(found.customers.iter().all(|customer| customer.expected_purchases.is_finite()));
        assert!(found.expected_purchases.value > 0.0);
    }
}

/// No number of a result is NaN or infinite: JSON would show it as null where no null may be.
fn is_whole(found: &Clv) -> bool {
    let json = serde_json::to_value(found).unwrap();
    let customers = json["customers"].as_array().unwrap();
    let rows = customers.iter().all(|c| c["p_alive"].is_number() && c["expected_purchases"].is_number());
    let totals = json["log_likelihood"].is_number() && json["expected_purchases"]["value"].is_number();
    rows && totals && ["r", "alpha", "a", "b"].iter().all(|name| json["parameters"][name].is_number())
}

fn any_customer() -> impl Strategy<Value = Behaviour> {
    let value = prop_oneof![Just(0.0), Just(5.0), -10.0..1e3_f64, Just(1e12), Just(1e-6)];
    let age = prop_oneof![Just(0.0), 0.0..80.0_f64, Just(1e6)];
    (prop_oneof![Just(0_u32), 0_u32..5, Just(20_000)], 0.0..=1.0_f64, age, value).prop_map(
        |(repeats, part, age, value)| {
            if repeats == 0 { bought(0, 0.0, age, 0.0) } else { bought(repeats, part * age, age, value) }
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn no_customers_whatever_make_it_panic_or_lie(
        customers in prop::collection::vec(any_customer(), 0..30), horizon in 0.1..500.0_f64, discount in -0.5..1.0_f64
    ) {
        let options = Options { horizon, step: horizon / 3.0, discount, holdout: None };
        if let Ok(found) = value_of(&customers, &options) {
            prop_assert!(is_whole(&found));
            for customer in &found.customers {
                prop_assert!((0.0..=1.0).contains(&customer.p_alive) && customer.expected_purchases >= 0.0);
                prop_assert!(customer.value.is_none_or(|value| value.is_finite() && value >= 0.0));
            }
            for estimate in &found.estimates {
                prop_assert!(estimate.standard_error.is_none_or(|error| error.is_finite() && error >= 0.0));
            }
            prop_assert!(picture(&found).ends_with("</svg>\n"));
        }
    }
}
