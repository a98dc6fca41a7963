//! The laws of customer value, and recovery of known parameters.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod customers;

use customers::{HALF_YEAR, bought, model, sample, simulated, value_of};
use proptest::prelude::*;
use ting_methods::clv::{Behaviour, BgNbd, Clv, GammaGamma, Options, Retention};

#[test]
fn known_parameters_are_found_again() {
    for (seed, purchases, money) in [
        (1, BgNbd::new(0.8, 6.0, 0.6, 3.0), GammaGamma::new(4.0, 3.0, 20.0)),
        (2, BgNbd::new(2.5, 10.0, 1.5, 6.0), GammaGamma::new(2.0, 5.0, 900.0)),
        (3, BgNbd::new(0.3, 2.0, 0.9, 1.4), GammaGamma::new(8.0, 2.5, 0.3)),
    ] {
        let (purchases, money) = (purchases.unwrap(), money.unwrap());
        let found = value_of(&simulated(seed, 6000, purchases, money), &HALF_YEAR).unwrap();
        assert!(found.converged && found.warnings.is_empty(), "{seed}: {:?}", found.warnings);
        let BgNbd { r, alpha, a, b } = purchases;
        let truths = [r, alpha, a, b, money.p, money.q, money.v];
        for (estimate, truth) in found.estimates.iter().zip(truths) {
            let error = estimate.standard_error.unwrap();
            let off = (estimate.value.ln() - truth.ln()).abs() / (error / estimate.value);
            assert!(off < 3.5, "{seed}: {estimate:?}, not {truth}");
        }
    }
}

#[track_caller]
fn near(a: f64, b: f64, relative: f64) {
    assert!((a - b).abs() <= relative * b.abs().max(1e-9), "{a} instead of {b}");
}

#[test]
fn the_order_of_customers_changes_nothing() {
    let (customers, mut turned) = (sample(), sample());
    turned.reverse();
    let (found, other) = (value_of(&customers, &HALF_YEAR).unwrap(), value_of(&turned, &HALF_YEAR).unwrap());
    assert_eq!(found.parameters, other.parameters);
    assert_eq!(found.estimates, other.estimates);
    let values = |found: &Clv| found.customers.iter().map(|customer| customer.value).collect::<Vec<_>>();
    assert!(values(&found).into_iter().eq(values(&other).into_iter().rev()));
}

#[test]
fn units_of_time_and_money_change_their_parameters_only() {
    let customers = sample();
    let scaled: Vec<Behaviour> = customers
        .iter()
        .map(|c| bought(c.repeats, 7.0 * c.recency, 7.0 * c.age, 1e-3 * c.mean_value))
        .collect();
    let weeks = value_of(&customers, &HALF_YEAR).unwrap();
    let days = value_of(&scaled, &Options { horizon: 7.0 * 26.0, step: 7.0, ..HALF_YEAR }).unwrap();
    let (a, b) = (weeks.parameters, days.parameters);
    for (a, b) in [(a.bgnbd.r, b.bgnbd.r), (7.0 * a.bgnbd.alpha, b.bgnbd.alpha), (a.bgnbd.a, b.bgnbd.a)] {
        near(b, a, 1e-4);
    }
    for (a, b) in [(a.p, b.p), (a.q, b.q), (a.v.map(|v| 1e-3 * v), b.v)] {
        near(b.unwrap(), a.unwrap(), 1e-4);
    }
    for (a, b) in weeks.customers.iter().zip(&days.customers) {
        near(b.p_alive, a.p_alive, 1e-4);
        near(b.value.unwrap(), 1e-3 * a.value.unwrap(), 1e-4);
    }
}

#[test]
fn values_add_up_and_discounting_lowers_them() {
    let customers = sample();
    let found = value_of(&customers, &HALF_YEAR).unwrap();
    let equity = found.equity.unwrap();
    near(equity.value, found.customers.iter().filter_map(|customer| customer.value).sum(), 1e-10);
    assert!(equity.interval.unwrap().contains(equity.value));
    near(found.expected_purchases.value, found.customers.iter().map(|c| c.expected_purchases).sum(), 1e-10);
    let free = value_of(&customers, &Options { discount: 0.0, ..HALF_YEAR }).unwrap();
    let dear = value_of(&customers, &Options { discount: 0.05, ..HALF_YEAR }).unwrap();
    for ((free, found), dear) in free.customers.iter().zip(&found.customers).zip(&dear.customers) {
        near(free.value.unwrap(), free.expected_value.unwrap() * free.expected_purchases, 1e-9);
        assert!(free.value >= found.value && found.value >= dear.value);
    }
    // A step that does not divide the horizon still ends with it.
    let steps = value_of(&customers, &Options { step: 4.0, discount: 0.0, ..HALF_YEAR }).unwrap();
    near(steps.equity.unwrap().value, free.equity.unwrap().value, 1e-9);
}

#[test]
fn more_customers_make_the_interval_narrower() {
    let (purchases, money) = model();
    let width = |n| {
        let equity = value_of(&simulated(5, n, purchases, money), &HALF_YEAR).unwrap().equity.unwrap();
        let interval = equity.interval.unwrap();
        (interval.upper - interval.lower) / equity.value
    };
    assert!(width(4000) < 0.5 * width(400));
}

fn purchases() -> impl Strategy<Value = BgNbd> {
    prop::array::uniform4(-2.5..2.5_f64).prop_map(|logs| {
        let [r, alpha, a, b] = logs.map(f64::exp);
        BgNbd::new(r, alpha, a, b).unwrap()
    })
}

proptest! {
    #[test]
    fn silence_makes_leaving_likelier(model in purchases(), repeats in 1_u32..30, recency in 0.0..40.0_f64, wait in 0.1..40.0_f64) {
        let alive = |age: f64| model.p_alive(&bought(repeats, recency, age, 1.0));
        let (now, later) = (alive(recency + wait), alive(recency + 2.0 * wait));
        prop_assert!((0.0..=1.0).contains(&now) && later <= now);
        prop_assert!(close(model.p_alive(&bought(0, 0.0, wait, 0.0)), 1.0));
    }

    #[test]
    fn expectations_grow_ever_more_slowly(model in purchases(), repeats in 0_u32..30, part in 0.0..1.0_f64, age in 0.1..60.0_f64, time in 0.1..50.0_f64) {
        let customer = bought(repeats, if repeats == 0 { 0.0 } else { part * age }, age, 1.0);
        let [one, two, three] = [1.0, 2.0, 3.0].map(|times| model.expected(&customer, times * time));
        prop_assert!(one > 0.0 && two > one && three > two);
        prop_assert!(two - one <= one * (1.0 + 1e-9) && three - two <= (two - one) * (1.0 + 1e-7));
        // Never more than a customer who stays: the mean rate times the time.
        let rate = (model.r + f64::from(repeats)) / (model.alpha + age);
        prop_assert!(one <= rate * time * (1.0 + 1e-9));
    }

    #[test]
    fn an_expected_value_lies_between_the_own_and_that_of_all(
        logs in prop::array::uniform3(0.1..2.5_f64), repeats in 1_u32..40, mean in 0.1..200.0_f64
    ) {
        let [p, q, v] = logs.map(f64::exp);
        let model = GammaGamma::new(p, q, v).unwrap();
        let all = model.expected_value(&bought(0, 0.0, 1.0, 0.0)).unwrap();
        let value = model.expected_value(&bought(repeats, 1.0, 1.0, mean)).unwrap();
        prop_assert!(value >= all.min(mean) * (1.0 - 1e-9) && value <= all.max(mean) * (1.0 + 1e-9));
        let surer = model.expected_value(&bought(repeats + 1, 1.0, 1.0, mean)).unwrap();
        prop_assert!((surer - mean).abs() <= (value - mean).abs() + 1e-9 * mean);
    }

    #[test]
    fn margin_and_retention_raise_value_and_costs_lower_it(
        margin in 0.1..1e4_f64, retention in 0.0..0.98_f64, discount in 0.0..0.5_f64, acquisition in 0.0..1e3_f64, periods in 1_u32..200
    ) {
        let customer = Retention { margin, retention, discount, acquisition };
        let all = |c: Retention| (c.infinite().unwrap(), c.over(periods).unwrap());
        let (endless, ended) = all(customer);
        let larger = all(Retention { margin: 2.0 * margin, ..customer });
        let longer = all(Retention { retention: retention + 0.01, ..customer });
        let dearer = all(Retention { discount: discount + 0.1, ..customer });
        prop_assert!(larger.0 >= endless && larger.1 >= ended && longer.0 > endless && longer.1 > ended);
        prop_assert!(dearer.0 <= endless && dearer.1 <= ended);
        let costlier = all(Retention { acquisition: acquisition + 1.0, ..customer });
        prop_assert!((endless - costlier.0 - 1.0).abs() < 1e-6 && (ended - costlier.1 - 1.0).abs() < 1e-6);
        prop_assert!(ended <= endless + 1e-9 * (1.0 + endless.abs()) && customer.over(periods + 1).unwrap() >= ended);
        // The geometric series in closed form.
        let q = retention / (1.0 + discount);
        let closed = margin * q * (1.0 - q.powf(f64::from(periods))) / (1.0 - q) - acquisition;
        prop_assert!((closed - ended).abs() <= 1e-9 * (1.0 + closed.abs() + acquisition));
    }
}

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-12
}
