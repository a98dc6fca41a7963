//! Customer value against published figures, SciPy and `lifetimes`.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod cdnow;

use serde_json::Value;
use ting_methods::clv::{
    Behaviour, BgNbd, Clv, Customer, GammaGamma, Holdout, Options, Retention, RetentionError, Warning, clv,
    picture,
};

const WEEK: f64 = 7.0;
/// Twelve months of 4.345 weeks at 1 % a month, as `lifetimes` reckons.
const YEAR: Options = Options { horizon: 12.0 * 4.345, step: 4.345, discount: 0.01, holdout: None };

fn golden() -> Value {
    serde_json::from_str(include_str!("golden/clv_cdnow.json")).unwrap()
}

fn number(value: &Value, key: &str) -> f64 {
    value[key].as_f64().unwrap()
}

#[track_caller]
fn near(found: f64, expected: f64, relative: f64) {
    assert!((found - expected).abs() <= relative * expected.abs().max(1e-3), "{found} instead of {expected}");
}

/// The published summary, in which times are rounded to a hundredth of a week.
fn summary() -> Vec<(String, Behaviour)> {
    let mut reader = csv::Reader::from_reader(include_str!("golden/cdnow_summary.csv").as_bytes());
    let row = |record: csv::StringRecord| {
        let number = |at: usize| record[at].parse::<f64>().unwrap();
        let repeats = record[1].parse().unwrap();
        let behaviour = Behaviour { repeats, recency: number(2), age: number(3), mean_value: number(4) };
        (record[0].to_owned(), behaviour)
    };
    reader.records().map(|record| row(record.unwrap())).collect()
}

fn fitted(options: &Options) -> Clv {
    let rows = summary();
    let customers: Vec<Customer<'_>> =
        rows.iter().map(|(name, behaviour)| Customer { name, behaviour: *behaviour, later: 0 }).collect();
    clv(&customers, options).unwrap()
}

fn published() -> (BgNbd, GammaGamma) {
    (BgNbd::new(0.243, 4.414, 0.793, 2.426).unwrap(), GammaGamma::new(6.25, 3.74, 15.44).unwrap())
}

#[test]
fn formulas_hold_at_the_published_parameters() {
    let golden = golden();
    let (purchases, money) = published();
    for (time, expected) in golden["expected_purchases_population"].as_object().unwrap() {
        let time: f64 = time[1..].parse().unwrap();
        near(purchases.expected_of_new(time), expected.as_f64().unwrap(), 1e-8);
    }
    for row in golden["customers_at_published_parameters"].as_array().unwrap() {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small count")]
        let repeats = number(row, "x") as u32;
        let customer = Behaviour {
            repeats,
            recency: number(row, "t_x"),
            age: number(row, "T"),
            mean_value: number(row, "zbar"),
        };
        near(purchases.expected(&customer, 39.0), number(row, "exp_purchases_t39"), 1e-8);
        near(purchases.p_alive(&customer), number(row, "p_alive"), 1e-8);
        near(money.expected_value(&customer).unwrap(), number(row, "exp_avg_value"), 1e-8);
    }
    let behaviours: Vec<Behaviour> = summary().into_iter().map(|(_, behaviour)| behaviour).collect();
    let total: f64 = behaviours.iter().map(|behaviour| purchases.expected(behaviour, 39.0)).sum();
    near(total, number(&golden, "total_expected_next39_at_published"), 1e-8);
    let fit = purchases.log_likelihood(&behaviours).unwrap();
    near(fit, number(&golden, "bgnbd_loglik_at_published"), 1e-11);
    near(
        money.log_likelihood(&behaviours).unwrap(),
        number(&golden, "gamma_gamma_loglik_at_published"),
        1e-11,
    );
}

#[test]
fn the_published_customer_holds() {
    // Fader, Hardie and Lee (2005): a customer with x = 2, 30.43, 38.86 makes 1.226 purchases in 39 weeks.
    let customer = Behaviour { repeats: 2, recency: 30.43, age: 38.86, mean_value: 22.35 };
    assert_eq!(format!("{:.3}", published().0.expected(&customer, 39.0)), "1.226");
}

#[test]
fn the_fit_of_cdnow_is_that_of_scipy_and_lifetimes() {
    let golden = golden();
    let found = fitted(&YEAR);
    let [bgnbd, money] = [&golden["bgnbd_mle"], &golden["gamma_gamma_mle"]];
    for (value, name) in [
        (found.parameters.bgnbd.r, "r"),
        (found.parameters.bgnbd.alpha, "alpha"),
        (found.parameters.bgnbd.a, "a"),
        (found.parameters.bgnbd.b, "b"),
    ] {
        near(value, number(bgnbd, name), 1e-5);
        near(value, number(&golden["peer_lifetimes"]["bgnbd"], name), 1e-5);
    }
    let parameters = &found.parameters;
    for (value, name) in [(parameters.p, "p"), (parameters.q, "q"), (parameters.v, "v")] {
        near(value.unwrap(), number(money, name), 1e-5);
        near(value.unwrap(), number(&golden["peer_lifetimes"]["gg"], name), 1e-5);
    }
    assert!((found.log_likelihood - number(&golden, "bgnbd_loglik")).abs() < 1e-6);
    let values = found.gamma_gamma_log_likelihood.unwrap();
    assert!((values - number(&golden, "gamma_gamma_loglik")).abs() < 1e-6, "{values}");
    assert_eq!(found.gamma_gamma_n, golden["gamma_gamma_n"]);
    assert!(found.converged && found.warnings.is_empty(), "{:?}", found.warnings);
    let weeks = Options { horizon: 39.0, step: 39.0, ..YEAR };
    near(fitted(&weeks).expected_purchases.value, number(&golden, "total_expected_next39_at_mle"), 1e-5);
    for row in golden["customers_at_mle"].as_array().unwrap() {
        let name = row["ID"].to_string();
        let customer = found.customers.iter().find(|customer| customer.customer == name).unwrap();
        near(customer.p_alive, number(row, "p_alive"), 1e-5);
        near(customer.expected_value.unwrap(), number(row, "exp_avg_value"), 1e-5);
        near(customer.value.unwrap(), number(row, "clv_12m_d1pct_weeks4345"), 1e-5);
    }
}

fn backtest() -> Clv {
    let purchases = cdnow::histories(None);
    let rows: Vec<(&str, Behaviour, u32)> = purchases
        .histories
        .iter()
        .map(|history| {
            let later = history.purchases().len() - history.until(cdnow::END).len();
            let behaviour = Behaviour::of(history, cdnow::END, WEEK).unwrap();
            (history.customer(), behaviour, u32::try_from(later).unwrap())
        })
        .collect();
    let customers: Vec<Customer<'_>> = rows
        .iter()
        .map(|(name, behaviour, later)| Customer { name, behaviour: *behaviour, later: *later })
        .collect();
    clv(&customers, &Options { holdout: Some(Holdout { time: 39.0 }), ..YEAR }).unwrap()
}

#[test]
fn what_transactions_say_is_the_published_summary() {
    let found = backtest();
    for (customer, (name, behaviour)) in found.customers.iter().zip(sorted_summary()) {
        assert_eq!(customer.customer, name);
        let own = customer.behaviour;
        assert_eq!(own.repeats, behaviour.repeats, "{name}");
        let times = (own.recency - behaviour.recency).abs().max((own.age - behaviour.age).abs());
        assert!(times < 0.0051 && (own.mean_value - behaviour.mean_value).abs() < 0.0051, "{name}");
    }
}

fn sorted_summary() -> Vec<(String, Behaviour)> {
    let mut rows = summary();
    rows.sort_by(|a, b| a.0.cmp(&b.0));
    rows
}

#[test]
fn the_time_kept_apart_is_told_as_scipy_tells_it() {
    // SciPy's fit to the same transactions in exact weeks, and pandas' count of the days with a purchase afterwards.
    let found = backtest();
    for (estimate, (name, value, error)) in found.estimates.iter().zip(SCIPY) {
        assert_eq!(estimate.name, name);
        near(estimate.value, value, 1e-5);
        near(estimate.standard_error.unwrap(), error, 1e-3);
        assert!(estimate.interval.unwrap().contains(value));
    }
    let backtest = found.holdout.as_ref().unwrap();
    assert_eq!(backtest.actual, ACTUAL);
    near(backtest.expected, EXPECTED, 1e-5);
    near(backtest.mean_absolute_error, ERROR, 1e-5);
    for (line, (customers, actual, expected)) in backtest.by_frequency.iter().zip(BY_FREQUENCY) {
        assert_eq!(line.customers, customers);
        near(line.actual, actual, 1e-6);
        near(line.expected, expected, 1e-5);
    }
    assert!(picture(&found).ends_with("</svg>\n"));
}

/// Name, value and standard error.
const SCIPY: [(&str, f64, f64); 4] = [
    ("r", 0.242_594_53, 0.012_557_38),
    ("alpha", 4.413_602_21, 0.378_224_04),
    ("a", 0.792_922_11, 0.185_733_82),
    ("b", 2.425_907_08, 0.705_414_35),
];
const ACTUAL: u64 = 1882;
const EXPECTED: f64 = 1_653.408_672;
const ERROR: f64 = 0.785_454_236;
const BY_FREQUENCY: [(u64, f64, f64); 8] = [
    (1411, 0.236_711_552, 0.225_087_331),
    (439, 0.697_038_724, 0.523_131_176),
    (214, 1.392_523_364, 1.044_134_104),
    (100, 1.56, 1.520_279_472),
    (62, 2.532_258_065, 2.163_865_731),
    (38, 2.947_368_421, 2.653_845_795),
    (29, 3.862_068_966, 3.504_042_168),
    (64, 6.359_375, 6.157_190_276),
];

#[test]
fn simple_formulas_hold() {
    let customer =
        |margin, retention, discount, acquisition| Retention { margin, retention, discount, acquisition };
    near(customer(1.0, 0.8, 0.1, 0.0).multiple().unwrap(), 8.0 / 3.0, 1e-12);
    near(customer(100.0, 0.9, 0.1, 0.0).infinite().unwrap(), 450.0, 1e-12);
    near(customer(150.0, 0.55, 0.1, 100.0).infinite().unwrap(), 50.0, 1e-12);
    near(customer(100.0, 0.0, 0.1, 30.0).infinite().unwrap(), -30.0, 1e-12);
    near(customer(100.0, 1.0, 0.05, 30.0).infinite().unwrap(), 1970.0, 1e-12);
    let expected = [
        (1, 72.727_273),
        (2, 125.619_835),
        (3, 164.087_153),
        (5, 212.409_734),
        (10, 255.627_361),
        (5000, 266.666_667),
    ];
    for (periods, value) in expected {
        near(customer(100.0, 0.8, 0.1, 0.0).over(periods).unwrap(), value, 1e-8);
    }
    for (wrong, error) in [
        (customer(f64::NAN, 0.8, 0.1, 0.0), RetentionError::Margin),
        (customer(1.0, 1.1, 0.1, 0.0), RetentionError::Retention),
        (customer(1.0, f64::NAN, 0.1, 0.0), RetentionError::Retention),
        (customer(1.0, 0.5, -1.0, 0.0), RetentionError::Discount),
        (customer(1.0, 0.5, 0.1, -1.0), RetentionError::Acquisition),
        (customer(1.0, 1.0, 0.0, 0.0), RetentionError::Endless),
        (customer(1.0, 0.5, -0.6, 0.0), RetentionError::Endless),
        (customer(1e308, 1.0, 0.01, 0.0), RetentionError::Range),
    ] {
        assert_eq!(wrong.infinite(), Err(error), "{wrong:?}");
    }
    assert_eq!(customer(1.0, 0.5, 0.1, 0.0).over(0), Err(RetentionError::Periods));
    assert_eq!(customer(1.0, 0.5, 0.1, 0.0).over(u32::MAX), Err(RetentionError::Periods));
    assert_eq!(customer(1e300, 1.0, -0.9, 0.0).over(1000), Err(RetentionError::Range));
}

#[test]
fn money_that_follows_frequency_is_warned_of() {
    let rows: Vec<(String, Behaviour)> = summary()
        .into_iter()
        .map(|(name, behaviour)| {
            let mean_value = behaviour.mean_value * f64::from(behaviour.repeats);
            (name, Behaviour { mean_value, ..behaviour })
        })
        .collect();
    let customers: Vec<Customer<'_>> =
        rows.iter().map(|(name, behaviour)| Customer { name, behaviour: *behaviour, later: 0 }).collect();
    let found = clv(&customers, &YEAR).unwrap();
    assert!(found.warnings.contains(&Warning::ValueDependsOnFrequency), "{:?}", found.value_correlation);
}
