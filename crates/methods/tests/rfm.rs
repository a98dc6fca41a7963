//! RFM against the CDNOW sample as NumPy and pandas score it, a table done by hand, and the laws it keeps.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod cdnow;

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::Value;
use ting_methods::{
    purchases::{Amount, History, Ledger, Returns},
    rfm::{Customer, Rfm, RfmError, Weights, picture, rfm},
};

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-9 * b.abs().max(1.0)
}

fn all_close(found: &[f64], expected: &Value) -> bool {
    let expected: Vec<f64> = serde_json::from_value(expected.clone()).unwrap();
    found.len() == expected.len() && found.iter().zip(expected).all(|(a, b)| close(*a, b))
}

fn counts(customers: &[Customer], of: impl Fn(&Customer) -> String) -> Value {
    let mut counts = BTreeMap::new();
    for customer in customers {
        *counts.entry(of(customer)).or_insert(0) += 1;
    }
    serde_json::to_value(counts).unwrap()
}

fn class(customer: &Customer) -> String {
    customer.value_class.name().replace('_', " ")
}

#[test]
fn cdnow_is_scored_as_numpy_and_pandas_score_it() {
    let golden: Value = serde_json::from_str(include_str!("golden/rfm_cdnow.json")).unwrap();
    let histories = cdnow::histories(Some(cdnow::END)).histories;
    let found = rfm(&histories, cdnow::END, Weights::default()).unwrap();
    assert_eq!(found.n, golden["customers"]);
    let means = [found.means.recency_days, found.means.frequency, found.means.monetary];
    for (name, mean) in ["recency_days", "frequency", "monetary"].into_iter().zip(means) {
        assert!(close(mean, golden["mean"][name].as_f64().unwrap()), "{name}: {mean}");
    }
    assert!(all_close(&found.cuts.recency, &golden["cuts"]["recency_days"]));
    assert!(all_close(&found.cuts.frequency, &golden["cuts"]["frequency"]));
    assert!(all_close(&found.cuts.monetary, &golden["cuts"]["monetary"]));
    let customers = &found.customers;
    assert_eq!(counts(customers, |customer| customer.r.to_string()), golden["score_counts"]["R"]);
    assert_eq!(counts(customers, |customer| customer.f.to_string()), golden["score_counts"]["F"]);
    assert_eq!(counts(customers, |customer| customer.m.to_string()), golden["score_counts"]["M"]);
    assert_eq!(counts(customers, |customer| customer.code.clone()), golden["rfm_cell_counts"]);
    assert_eq!(counts(customers, class), golden["seg8_counts"]);
    for expected in golden["first"].as_array().unwrap() {
        let name = expected["id"].to_string();
        let found = customers.iter().find(|customer| customer.customer == name).unwrap();
        let number = |key: &str| expected[key].as_f64().unwrap();
        assert!(close(f64::from(found.r), number("R")) && close(f64::from(found.f), number("F")), "{name}");
        assert!(
            close(f64::from(found.m), number("M")) && close(found.monetary, number("monetary")),
            "{name}"
        );
        assert_eq!(class(found), expected["seg8"], "{name}");
    }
    assert_eq!(found.segments.iter().map(|size| size.customers).sum::<u64>(), found.n);
}

/// Customers with days since the last purchase, days with a purchase, and money.
fn customers(rows: &[(&str, i32, i32, i64)]) -> Vec<History> {
    let mut ledger = Ledger::new(None, Returns::Refuse);
    for (customer, recency, frequency, micros) in rows {
        for back in 0..*frequency {
            let amount = Amount::from_micros(if back == 0 { *micros } else { 0 }).unwrap();
            ledger.add(customer, 1000 - recency - back, amount).unwrap();
        }
    }
    ledger.close().histories
}

const TABLE: [(&str, i32, i32, i64); 10] = [
    ("A", 3, 12, 2400),
    ("B", 45, 3, 310),
    ("C", 12, 8, 1500),
    ("D", 90, 1, 80),
    ("E", 7, 15, 5200),
    ("F", 30, 5, 720),
    ("G", 60, 2, 150),
    ("H", 1, 20, 9800),
    ("I", 150, 1, 60),
    ("J", 20, 6, 990),
];

fn table(rows: &[(&str, i32, i32, i64)], million: i64) -> Rfm {
    let rows: Vec<_> = rows.iter().map(|(name, r, f, m)| (*name, *r, *f, m * million)).collect();
    rfm(&customers(&rows), 1000, Weights::default()).unwrap()
}

#[test]
fn ten_customers_done_by_hand_hold() {
    // NumPy and R agree on the cut points.
    let found = table(&TABLE, 1_000_000);
    assert!(all_close(&found.cuts.recency, &serde_json::json!([6.2, 16.8, 36.0, 66.0])));
    assert!(all_close(&found.cuts.frequency, &serde_json::json!([1.8, 4.2, 6.8, 12.6])));
    assert!(all_close(&found.cuts.monetary, &serde_json::json!([136.0, 556.0, 1194.0, 2960.0])));
    let codes: Vec<&str> = found.customers.iter().map(|customer| customer.code.as_str()).collect();
    assert_eq!(codes, ["544", "222", "444", "111", "455", "333", "222", "555", "111", "333"]);
    let segments: Vec<&str> = found.customers.iter().map(|customer| customer.segment.name()).collect();
    assert_eq!(
        segments,
        ["key", "dormant", "key", "dormant", "key", "regular", "dormant", "key", "dormant", "regular"]
    );
    assert!(close(found.customers[0].sum, 13.0));
}

#[test]
fn what_has_no_fifths_is_refused() {
    for n in 0..5 {
        let histories = customers(&TABLE[..n]);
        assert_eq!(rfm(&histories, 1000, Weights::default()), Err(RfmError::TooFew { n }));
    }
    let histories = customers(&TABLE);
    assert_eq!(
        rfm(&histories, 998, Weights::default()),
        Err(RfmError::AfterReference { customer: "H".to_owned() })
    );
    for weights in [[0.0; 3], [1.0, -1.0, 1.0], [f64::NAN, 1.0, 1.0], [f64::INFINITY, 1.0, 1.0]] {
        assert_eq!(rfm(&histories, 1000, Weights(weights)), Err(RfmError::Weights));
    }
}

#[test]
fn customers_who_are_all_alike_are_all_first() {
    let rows = ["a", "b", "c", "d", "e"].map(|name| (name, 3, 2, 7));
    let found = table(&rows, 1_000_000);
    assert!(found.customers.iter().all(|customer| customer.code == "511"), "{:?}", found.customers);
    let extremes = rfm(&customers(&rows), i32::MAX, Weights([2.0, 0.0, 0.5])).unwrap();
    assert!(extremes.customers.iter().all(|customer| close(customer.sum, 10.5)));
    assert!(picture(&extremes).ends_with("</svg>\n"));
}

fn rows() -> impl Strategy<Value = Vec<(i32, i32, i64)>> {
    prop::collection::vec((0_i32..60, 1_i32..6, 0_i64..9_000_000), 5..40)
}

fn scored(rows: &[(i32, i32, i64)], days: i32, factor: i64) -> Rfm {
    let mut ledger = Ledger::new(None, Returns::Refuse);
    for (at, (recency, frequency, micros)) in rows.iter().enumerate() {
        for back in 0..*frequency {
            let amount = Amount::from_micros(if back == 0 { *micros * factor } else { 0 }).unwrap();
            ledger.add(&format!("{at:03}"), days - recency - back, amount).unwrap();
        }
    }
    rfm(&ledger.close().histories, days, Weights::default()).unwrap()
}

proptest! {
    #[test]
    fn better_values_never_score_lower_and_equal_ones_score_alike(rows in rows()) {
        let found = scored(&rows, 500, 1);
        for a in &found.customers {
            prop_assert!((1..=5).contains(&a.r) && (1..=5).contains(&a.f) && (1..=5).contains(&a.m));
            for b in &found.customers {
                prop_assert!(a.recency_days > b.recency_days || a.r >= b.r);
                prop_assert!(a.frequency < b.frequency || a.f >= b.f);
                prop_assert!(a.monetary < b.monetary || a.m >= b.m);
            }
        }
        prop_assert!(found.cuts.recency.is_sorted() && found.cuts.frequency.is_sorted() && found.cuts.monetary.is_sorted());
        prop_assert_eq!(found.segments.iter().map(|size| size.customers).sum::<u64>(), found.n);
        prop_assert_eq!(found.value_classes.iter().map(|size| size.customers).sum::<u64>(), found.n);
    }

    #[test]
    fn neither_the_currency_nor_the_calendar_matters(rows in rows(), shift in -5000_i32..5000, factor in 1_i64..100) {
        let (here, there) = (scored(&rows, 500, 1), scored(&rows, 500 + shift, factor));
        for (a, b) in here.customers.iter().zip(&there.customers) {
            prop_assert_eq!((&a.code, a.segment, a.value_class), (&b.code, b.segment, b.value_class));
        }
    }
}
