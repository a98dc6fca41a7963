//! The list of transactions: exact money, any order of rows, returns.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use proptest::prelude::*;
use ting_methods::purchases::{
    Amount, AmountError, History, Ledger, Purchase, PurchaseError, Purchases, Returns,
};

fn amount(text: &str) -> Amount {
    Amount::parse(text).unwrap()
}

fn closed(rows: &[(&str, i32, &str)], returns: Returns) -> Purchases {
    let mut ledger = Ledger::new(None, returns);
    for (customer, day, text) in rows {
        ledger.add(customer, *day, amount(text)).unwrap();
    }
    ledger.close()
}

fn days(purchases: &Purchases, customer: &str) -> Vec<(i32, i128)> {
    let history = purchases.histories.iter().find(|history| history.customer() == customer).unwrap();
    history.purchases().iter().map(|purchase| (purchase.day(), purchase.micros())).collect()
}

#[test]
fn amounts_are_exact_or_refused() {
    for (text, micros) in [
        ("14.96", 14_960_000),
        ("0", 0),
        ("-0.000001", -1),
        ("+.5", 500_000),
        ("7.", 7_000_000),
        ("0001.1000000000", 1_100_000),
        ("999999999999.999999", 999_999_999_999_999_999),
    ] {
        assert_eq!(amount(text).micros(), micros, "{text}");
        assert_eq!(Amount::from_micros(micros), Some(amount(text)));
    }
    for text in ["", ".", "-", "1,5", "1e3", "NaN", "inf", "１", "--1", "1.2.3", " 1", "0x1"] {
        assert_eq!(Amount::parse(text), Err(AmountError::Form(text.to_owned())), "{text}");
    }
    assert!(matches!(Amount::parse("0.0000001"), Err(AmountError::Decimals(_))));
    for text in ["1000000000000", "-99999999999999999999999999999999"] {
        assert!(matches!(Amount::parse(text), Err(AmountError::Size(_))), "{text}");
    }
    assert_eq!(Amount::from_micros(i64::MIN), None);
}

#[test]
fn purchases_of_a_day_are_one() {
    let done = closed(&[("b", 3, "1"), ("a", 9, "2.50"), ("b", 1, "0"), ("b", 3, "0.10")], Returns::Refuse);
    assert_eq!(days(&done, "b"), [(1, 0), (3, 1_100_000)]);
    assert_eq!(done.last_day, Some(9));
    let names: Vec<&str> = done.histories.iter().map(History::customer).collect();
    assert_eq!(names, ["a", "b"]);
}

#[test]
fn a_return_is_what_one_says_it_is() {
    let rows = [("a", 5, "-3"), ("a", 1, "10"), ("a", 7, "4"), ("a", 0, "-1"), ("b", 2, "-6")];
    let mut ledger = Ledger::new(None, Returns::Refuse);
    assert_eq!(ledger.add("a", 1, amount("-0.01")), Err(PurchaseError::Return));
    assert_eq!(ledger.close(), Purchases::default());
    let ignored = closed(&rows, Returns::Ignore);
    assert_eq!(days(&ignored, "a"), [(1, 10_000_000), (7, 4_000_000)]);
    assert_eq!((ignored.returns_left_out, ignored.histories.len()), (3, 1));
    // The return of day 5 lowers the purchase of day 1; what precedes every purchase has nothing to lower.
    let subtracted = closed(&rows, Returns::Subtract);
    assert_eq!(days(&subtracted, "a"), [(1, 7_000_000), (7, 4_000_000)]);
    assert_eq!((subtracted.returns_left_out, subtracted.histories.len()), (2, 1));
}

#[test]
fn rows_after_the_last_day_are_counted_and_left_out() {
    let mut ledger = Ledger::new(Some(10), Returns::Refuse);
    for day in [9, 10, 11, i32::MAX] {
        ledger.add("a", day, amount("1")).unwrap();
    }
    let done = ledger.close();
    assert_eq!((done.rows_left_out, done.last_day, days(&done, "a").len()), (2, Some(10), 2));
}

proptest! {
    #[test]
    fn the_order_of_rows_changes_nothing(
        mut rows in prop::collection::vec(("[abc]", -3_i32..4, -1_000_000_i64..3_000_000), 0..40).prop_shuffle(),
        subtract: bool
    ) {
        let returns = if subtract { Returns::Subtract } else { Returns::Ignore };
        let close = |rows: &[(String, i32, i64)]| {
            let mut ledger = Ledger::new(Some(2), returns);
            for (customer, day, micros) in rows {
                ledger.add(customer, *day, Amount::from_micros(*micros).unwrap()).unwrap();
            }
            ledger.close()
        };
        let shuffled = close(&rows);
        rows.sort();
        let sorted = close(&rows);
        prop_assert_eq!(&shuffled.histories, &sorted.histories);
        for history in &sorted.histories {
            prop_assert!(history.purchases().is_sorted_by(|a, b| a.day() < b.day()));
        }
        // All money of purchases is there; a return is in it or left out.
        if !subtract {
            let kept: i128 = sorted.histories.iter().flat_map(History::purchases).map(Purchase::micros).sum();
            let given: i128 = rows.iter().filter(|(_, day, micros)| *micros >= 0 && *day <= 2).map(|row| i128::from(row.2)).sum();
            prop_assert_eq!(kept, given);
        }
    }
}
