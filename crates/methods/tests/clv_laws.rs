//! The laws of customer value, recovery of known parameters, and data that tell nothing.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use proptest::prelude::*;
use ting_methods::{
    clv::{Behaviour, BgNbd, Clv, ClvError, Customer, GammaGamma, NoValue, Options, Retention, clv, picture},
    random::Random,
};

const HALF_YEAR: Options = Options { horizon: 26.0, step: 1.0, discount: 0.002, holdout: None };

fn value_of(behaviours: &[Behaviour], options: &Options) -> Result<Clv, ClvError> {
    let names: Vec<String> = (0..behaviours.len()).map(|at| format!("{at}")).collect();
    let customers: Vec<Customer<'_>> = names
        .iter()
        .zip(behaviours)
        .map(|(name, behaviour)| Customer { name, behaviour: *behaviour, later: 0 })
        .collect();
    clv(&customers, options)
}

fn bought(repeats: u32, recency: f64, age: f64, mean_value: f64) -> Behaviour {
    Behaviour { repeats, recency, age, mean_value }
}

/// Gamma numbers by the method of Marsaglia and Tsang, lifted by one for small shapes.
fn gamma(random: &mut Random, shape: f64) -> f64 {
    let (d, lift) = (shape + 1.0 - 1.0 / 3.0, random.unit().powf(1.0 / shape));
    loop {
        let x = f64::from(random.normal());
        let v = (1.0 + x / (9.0 * d).sqrt()).powi(3);
        if v > 0.0 && random.unit().ln() < 0.5 * x * x + d - d * v + d * v.ln() {
            return d * v * lift;
        }
    }
}

/// Customers who behave as the models say.
fn simulated(seed: u64, n: usize, purchases: BgNbd, money: GammaGamma) -> Vec<Behaviour> {
    let mut random = Random::new(seed);
    let mut customer = || {
        let rate = gamma(&mut random, purchases.r) / purchases.alpha;
        let (left, right) = (gamma(&mut random, purchases.a), gamma(&mut random, purchases.b));
        let leave = left / (left + right);
        let age = 20.0 + 32.0 * random.unit();
        let (mut repeats, mut recency, mut time) = (0, 0.0, 0.0);
        loop {
            time -= random.unit().ln() / rate;
            if time > age {
                break;
            }
            (repeats, recency) = (repeats + 1, time);
            if random.unit() < leave {
                break;
            }
        }
        let own = gamma(&mut random, money.q) / money.v;
        let spent: f64 = (0..repeats).map(|_| gamma(&mut random, money.p) / own).sum();
        bought(repeats, recency, age, if repeats == 0 { 0.0 } else { spent / f64::from(repeats) })
    };
    (0..n).map(|_| customer()).collect()
}

#[test]
fn known_parameters_are_found_again() {
    for (seed, purchases, money) in [
        (1, [0.8, 6.0, 0.6, 3.0], [4.0, 3.0, 20.0]),
        (2, [2.5, 10.0, 1.5, 6.0], [2.0, 5.0, 900.0]),
        (3, [0.3, 2.0, 0.9, 1.4], [8.0, 2.5, 0.3]),
    ] {
        let [r, alpha, a, b] = purchases;
        let [p, q, v] = money;
        let customers =
            simulated(seed, 6000, BgNbd::new(r, alpha, a, b).unwrap(), GammaGamma::new(p, q, v).unwrap());
        let found = value_of(&customers, &HALF_YEAR).unwrap();
        assert!(found.converged && found.warnings.is_empty(), "{seed}: {:?}", found.warnings);
        for (estimate, truth) in found.estimates.iter().zip([r, alpha, a, b, p, q, v]) {
            let error = estimate.standard_error.unwrap();
            let off = (estimate.value.ln() - truth.ln()).abs() / (error / estimate.value);
            assert!(off < 3.5, "{seed}: {estimate:?}, not {truth}");
        }
    }
}

fn model() -> (BgNbd, GammaGamma) {
    (BgNbd::new(0.8, 6.0, 0.6, 3.0).unwrap(), GammaGamma::new(4.0, 3.0, 20.0).unwrap())
}

fn sample() -> Vec<Behaviour> {
    let (purchases, money) = model();
    simulated(9, 300, purchases, money)
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
