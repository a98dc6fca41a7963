use proptest::prelude::*;
use ting_methods::drivers::{Drivers, Options, Quadrant, draw};

use crate::weigh;

const NAMES: [&str; 4] = ["a", "b", "c", "d"];

fn survey() -> impl Strategy<Value = Vec<Vec<f64>>> {
    let row = (0.0..10.0_f64, prop::collection::vec(-4.0..4.0_f64, 5));
    prop::collection::vec(row, 12..40).prop_map(|rows| {
        rows.iter().map(|(common, noise)| noise.iter().map(|noise| common + noise).collect()).collect()
    })
}

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-9 * (1.0 + b.abs())
}

fn importance(found: &Drivers, name: &str) -> f64 {
    found.drivers.iter().find(|driver| driver.name == name).unwrap().importance
}

/// R² of some columns, by Gauss elimination on centred sums: nothing of the library is in it.
fn r_squared(rows: &[Vec<f64>], chosen: &[usize]) -> f64 {
    let n = f64::from(u32::try_from(rows.len()).unwrap());
    let mean = |at: usize| rows.iter().map(|row| row[at]).sum::<f64>() / n;
    let product = |a: usize, b: usize| {
        let (ma, mb) = (mean(a), mean(b));
        rows.iter().map(|row| (row[a] - ma) * (row[b] - mb)).sum::<f64>()
    };
    let outcome = rows[0].len() - 1;
    let k = chosen.len();
    let mut system: Vec<Vec<f64>> = chosen
        .iter()
        .map(|a| chosen.iter().map(|b| product(*a, *b)).chain([product(*a, outcome)]).collect())
        .collect();
    for pivot in 0..k {
        for row in (0..k).filter(|row| *row != pivot) {
            let factor = system[row][pivot] / system[pivot][pivot];
            let upper = system[pivot].clone();
            system[row].iter_mut().zip(upper).for_each(|(cell, above)| *cell -= factor * above);
        }
    }
    let explained =
        chosen.iter().enumerate().map(|(at, a)| system[at][k] / system[at][at] * product(*a, outcome));
    explained.sum::<f64>() / product(outcome, outcome)
}

/// The mean of what each driver adds, over all orders one by one.
fn by_all_orders(rows: &[Vec<f64>]) -> Vec<f64> {
    let drivers = rows[0].len() - 1;
    let mut orders = vec![vec![]];
    for _ in 0..drivers {
        orders = orders
            .into_iter()
            .flat_map(|order: Vec<usize>| {
                let more = move |at: usize| [order.clone(), vec![at]].concat();
                (0..drivers).map(more).collect::<Vec<_>>()
            })
            .filter(|order| (1..order.len()).all(|at| !order[..at].contains(&order[at])))
            .collect();
    }
    let mut sums = vec![0.0; drivers];
    for order in &orders {
        for at in 0..drivers {
            let before = if at == 0 { 0.0 } else { r_squared(rows, &order[..at]) };
            sums[order[at]] += r_squared(rows, &order[..=at]) - before;
        }
    }
    let count = f64::from(u32::try_from(orders.len()).unwrap());
    sums.iter().map(|sum| sum / count).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn shares_are_the_mean_over_all_orders(rows in survey()) {
        let found = weigh(&NAMES, &rows, &Options::default()).unwrap();
        for (name, expected) in NAMES.iter().zip(by_all_orders(&rows)) {
            prop_assert!(close(importance(&found, name), expected), "{} {expected}", importance(&found, name));
        }
    }

    #[test]
    fn shares_add_up_and_none_is_below_zero(rows in survey()) {
        let found = weigh(&NAMES, &rows, &Options::default()).unwrap();
        prop_assert!(close(found.drivers.iter().map(|driver| driver.importance).sum(), found.r_squared));
        prop_assert!(close(found.drivers.iter().map(|driver| driver.share.unwrap()).sum(), 1.0));
        prop_assert!(close(found.drivers.iter().map(|driver| driver.johnson.unwrap()).sum(), found.r_squared));
        prop_assert!(close(found.drivers.iter().map(|driver| driver.pratt).sum(), found.r_squared));
        prop_assert!(found.drivers.iter().all(|driver| driver.importance >= -1e-12));
        prop_assert!(found.drivers.is_sorted_by(|a, b| a.importance >= b.importance));
    }

    #[test]
    fn neither_order_nor_unit_matters(rows in survey(), factor in 0.1..50.0_f64, shift in -9.0..9.0_f64) {
        let found = weigh(&NAMES, &rows, &Options::default()).unwrap();
        let mut moved: Vec<Vec<f64>> =
            rows.iter().map(|row| vec![row[2], row[0] * factor + shift, row[3], row[1], row[4] * -factor]).collect();
        moved.reverse();
        let again = weigh(&["c", "a", "d", "b"], &moved, &Options::default()).unwrap();
        prop_assert!(NAMES.iter().all(|name| close(importance(&found, name), importance(&again, name))));
    }

    #[test]
    fn quadrants_follow_from_the_means(rows in survey()) {
        let found = weigh(&NAMES, &rows, &Options::default()).unwrap();
        for driver in &found.drivers {
            let important = matches!(driver.quadrant, Quadrant::Strength | Quadrant::Weakness);
            let well = matches!(driver.quadrant, Quadrant::Strength | Quadrant::OverServed);
            prop_assert_eq!(important, driver.importance >= found.importance_mean);
            prop_assert_eq!(well, driver.performance >= found.performance_mean);
        }
    }
}

#[test]
fn drivers_that_do_not_go_together_keep_what_they_explain_alone() {
    // A full plan of three factors; y = 3a + 2b + c has shares 9, 4 and 1 of 14.
    let row = |bits: u8| {
        let bit = |at: u8| f64::from(bits >> at & 1);
        vec![bit(0), bit(1), bit(2), 3.0 * bit(0) + 2.0 * bit(1) + bit(2)]
    };
    let rows: Vec<Vec<f64>> = (0..8).map(row).collect();
    let found = weigh(&["a", "b", "c"], &rows, &Options::default()).unwrap();
    for (name, expected) in [("a", 9.0), ("b", 4.0), ("c", 1.0)] {
        assert!(close(importance(&found, name), expected / 14.0));
    }
    assert!(close(found.r_squared, 1.0));
    assert!(found.drivers.iter().all(|driver| driver.t.is_none() && close(driver.vif, 1.0)));
}

#[test]
fn one_driver_has_it_all() {
    let rows: Vec<Vec<f64>> =
        [1.0, 2.0, 4.0, 3.0, 7.0].iter().zip([2.0, 1.0, 5.0, 4.0, 6.0]).map(|(x, y)| vec![*x, y]).collect();
    let found = weigh(&["a"], &rows, &Options::default()).unwrap();
    assert!(close(found.drivers[0].share.unwrap(), 1.0));
    assert!(close(found.r_squared, found.drivers[0].correlation.powi(2)));
    assert!(close(found.r_squared, r_squared(&rows, &[0])));
}

#[test]
fn a_picture_shows_each_driver_once() {
    let rows: Vec<Vec<f64>> = (0..20_u8)
        .map(|at| {
            let x = f64::from(at);
            vec![x, (x * 7.0) % 5.0, (x * 3.0) % 11.0, x + (x * 5.0) % 7.0]
        })
        .collect();
    let svg = draw(&weigh(&["价格 <b>", "speed", "care"], &rows, &Options::default()).unwrap());
    assert!(
        svg.contains(">价格 &lt;b&gt;</text>") && svg.contains(">speed</text>") && !svg.contains("<b>"),
        "{svg}"
    );
}
