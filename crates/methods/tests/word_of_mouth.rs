//! Word of mouth against worked numbers, and the laws it keeps.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use proptest::prelude::*;
use ting_methods::word_of_mouth::{
    Customers, Known, Parameter, Parameters, Range, WordOfMouth, WordOfMouthError, word_of_mouth,
};

fn estimate(dissatisfied: u64, satisfied: u64, highly_satisfied: u64) -> WordOfMouth {
    let customers = Customers { dissatisfied, satisfied, highly_satisfied };
    word_of_mouth(customers, &Known::default(), &Parameters::default()).unwrap()
}

fn exactly(value: f64) -> Range {
    Range { low: value, high: value }
}

/// 70 satisfied, 20 highly satisfied and 10 dissatisfied: +760, −220, net +540; 22 / (22 + 8) breaks even.
#[test]
fn worked_numbers_hold() {
    let found = estimate(10, 70, 20);
    assert_eq!((found.positive, found.negative, found.net), (exactly(760.0), exactly(220.0), exactly(540.0)));
    assert!((found.break_even.unwrap() - 22.0 / 30.0).abs() < 1e-12);
    assert_eq!((found.impressions_needed, found.repeat_purchases), (exactly(120.0), exactly(190.0)));
    assert_eq!(found.new_customers, Range { low: 13.5, high: 22.5 });
    assert_eq!((found.replacement_cost, found.loyalty_profit, found.repair_cost), (None, None, None));
}

#[test]
fn what_is_known_feeds_its_own_estimate() {
    let known = Known {
        complaints: Some(10),
        retention_cost: Some(30.0),
        first_contact_cost: Some(8.0),
        profit: Some(1e6),
    };
    let customers = Customers { dissatisfied: 10, satisfied: 70, highly_satisfied: 20 };
    let found = word_of_mouth(customers, &known, &Parameters::default()).unwrap();
    assert_eq!(found.dissatisfied_behind_complaints, Some(exactly(210.0)));
    assert_eq!(
        (found.keeping_cost, found.replacement_cost),
        (Some(300.0), Some(Range { low: 1500.0, high: 6000.0 }))
    );
    assert_eq!(found.repair_cost, Some(Range { low: 20.0, high: 40.0 }));
    assert_eq!(found.loyalty_profit, Some(Range { low: 250_000.0, high: 850_000.0 }));
}

#[test]
fn figures_that_mean_nothing_are_refused_by_name() {
    for (low, high) in
        [(-1.0, 1.0), (2.0, 1.0), (f64::NAN, 1.0), (1.0, f64::NAN), (0.0, f64::INFINITY), (0.0, 1e13)]
    {
        for (name, _) in Parameters::default().named() {
            let mut parameters = Parameters::default();
            *parameters.of_mut(name).unwrap() = Parameter { low, high, source: String::new() };
            let found = word_of_mouth(Customers::default(), &Known::default(), &parameters);
            assert_eq!(found, Err(WordOfMouthError::Parameter(name)), "{low} {high}");
        }
    }
    let known = Known { profit: Some(f64::NAN), ..Known::default() };
    assert!(word_of_mouth(Customers::default(), &known, &Parameters::default()).is_err());
    let customers = Customers { satisfied: u64::MAX, ..Customers::default() };
    assert!(word_of_mouth(customers, &Known::default(), &Parameters::default()).is_err());
    assert!(Parameters::default().of_mut("nothing").is_none());
}

#[test]
fn a_range_has_no_single_point_of_balance() {
    let mut parameters = Parameters::default();
    parameters.dissatisfied_tells.high = 30.0;
    let found = word_of_mouth(Customers::default(), &Known::default(), &parameters).unwrap();
    assert_eq!(found.break_even, None);
    let mut silent = Parameters::default();
    for name in ["dissatisfied_tells", "satisfied_tells"] {
        *silent.of_mut(name).unwrap() = Parameter { low: 0.0, high: 0.0, source: "nobody talks".to_owned() };
    }
    assert_eq!(word_of_mouth(Customers::default(), &Known::default(), &silent).unwrap().break_even, None);
}

proptest! {
    #[test]
    fn reach_is_linear_in_customers(d in 0_u64..1_000_000, s in 0_u64..1_000_000, h in 0_u64..1_000_000) {
        let (one, two) = (estimate(d, s, h), estimate(2 * d, 2 * s, 2 * h));
        prop_assert_eq!(two.net.low.to_bits(), (2.0 * one.net.low).to_bits());
        prop_assert!(one.net.low <= one.net.high && one.new_customers.low <= one.new_customers.high);
    }

    #[test]
    fn at_the_point_of_balance_good_and_bad_reach_are_equal(satisfied in 0_u64..=30) {
        let net = estimate(30 - satisfied, satisfied, 0).net.low;
        let share = estimate(0, 0, 0).break_even.unwrap() * 30.0;
        #[expect(clippy::cast_precision_loss, reason = "a small count")]
        let above = satisfied as f64 - share;
        prop_assert!(above.abs() < 1e-9 && net == 0.0 || net.signum() == above.signum(), "{net} {above}");
    }

    #[test]
    fn a_customer_lost_costs_more_than_kept(d in 1_u64..100_000, cost in 0.01..1e4_f64) {
        let known = Known { retention_cost: Some(cost), ..Known::default() };
        let customers = Customers { dissatisfied: d, ..Customers::default() };
        let found = word_of_mouth(customers, &known, &Parameters::default()).unwrap();
        prop_assert!(found.replacement_cost.unwrap().low > found.keeping_cost.unwrap());
    }
}
