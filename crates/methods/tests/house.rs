//! The house of quality against numbers reckoned by R and NumPy, and the laws it keeps.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use proptest::prelude::*;
use ting_methods::house::{
    Answer, Column, House, HouseError, Relation, Roof, RoofValue, Row, Scale, Strength, house, picture,
};

fn built(weights: &[f64], strengths: &[&str], roof: &[(usize, usize, f64)], scale: Scale) -> House {
    let columns = strengths[0].len();
    let mut relations = Vec::new();
    for (row, line) in strengths.iter().enumerate() {
        for (column, sign) in line.chars().enumerate() {
            let strength = match sign {
                'S' => Strength::Strong,
                'M' => Strength::Medium,
                'W' => Strength::Weak,
                _ => continue,
            };
            relations.push(Relation { row: format!("r{row}"), column: format!("c{column}"), strength });
        }
    }
    let pair = |&(a, b, value): &(usize, usize, f64)| Roof {
        a: format!("c{a}"),
        b: format!("c{b}"),
        value: RoofValue::Number(value),
    };
    let rows = weights.iter().enumerate().map(|(at, weight)| Row { id: format!("r{at}"), weight: *weight });
    let columns = (0..columns).map(|at| Column { id: format!("c{at}"), ..Column::default() });
    House {
        title: None,
        rows: rows.collect(),
        columns: columns.collect(),
        relations,
        roof: roof.iter().map(pair).collect(),
        scale,
    }
}

const WEIGHTS: [f64; 4] = [10.8, 5.8, 6.4, 4.5];
const STRENGTHS: [&str; 4] = ["S-WS", "WS--", "SMM-", "--SW"];

fn worked(roof: &[(usize, usize, f64)], scale: Scale) -> Answer {
    house(&built(&WEIGHTS, &STRENGTHS, roof, scale)).unwrap()
}

fn check(found: impl Iterator<Item = f64>, expected: [f64; 4], tolerance: f64) {
    let found: Vec<f64> = found.collect();
    assert!(
        found.iter().zip(expected).all(|(a, b)| (a - b).abs() <= tolerance),
        "{found:?} not {expected:?}"
    );
}

#[test]
fn both_distributions_hold_on_both_scales() {
    let nine = worked(&[], Scale::NineThreeOne).characteristics;
    check(nine.iter().map(|c| c.independent), [160.6, 71.4, 70.5, 101.7], 1e-9);
    let shares = [39.732_806, 17.664_523, 17.441_860, 25.160_811];
    check(nine.iter().map(|c| c.independent_percent.unwrap()), shares, 5e-7);
    check(nine.iter().map(|c| c.proportional), [9.535_789, 6.5, 5.898_421, 5.565_789], 5e-7);
    let shares = [34.675_598, 23.636_364, 21.448_804, 20.239_234];
    check(nine.iter().map(|c| c.proportional_percent.unwrap()), shares, 5e-7);
    let five = worked(&[], Scale::FiveThreeOne).characteristics;
    check(five.iter().map(|c| c.independent), [91.8, 48.2, 52.5, 58.5], 1e-9);
    let shares = [36.573_705, 19.203_187, 20.916_335, 23.306_773];
    check(five.iter().map(|c| c.independent_percent.unwrap()), shares, 5e-7);
    check(five.iter().map(|c| c.proportional), [8.784_848, 6.578_788, 6.477_273, 5.659_091], 5e-7);
}

#[test]
fn the_roof_is_taken_in() {
    let helped = worked(&[(0, 2, 0.3), (1, 3, 0.1)], Scale::NineThreeOne);
    let values = helped.characteristics.iter().map(|c| c.wasserman.unwrap());
    check(values, [9.205_483, 6.136_198, 6.994_557, 5.163_763], 5e-7);
    assert_eq!(helped.trade_offs, []);
    let hindered = worked(&[(2, 0, 0.3), (1, 3, -0.1)], Scale::NineThreeOne);
    let values = hindered.characteristics.iter().map(|c| c.wasserman.unwrap());
    check(values, [9.803_792, 6.105_994, 7.286_674, 4.303_541], 5e-7);
    let pair = &hindered.trade_offs[0];
    assert_eq!((pair.a.as_str(), pair.b.as_str()), ("c1", "c3"));
    // The shares of T2 and T4 of the proportional distribution.
    assert!((pair.weight_percent.unwrap() - 23.636_364 - 20.239_234).abs() < 1e-6);
}

#[test]
fn a_lesson_adds_up_one_characteristic() {
    // Importances 5, 3 and 4, strengths 9, 3 and 3: the lesson at learndesk.us has 66.
    let answer = house(&built(&[5.0, 3.0, 4.0], &["S", "M", "M"], &[], Scale::NineThreeOne)).unwrap();
    assert!((answer.characteristics[0].independent - 66.0).abs() < 1e-12);
}

#[test]
fn what_serves_nothing_and_what_nothing_serves_is_told() {
    let answer = house(&built(&[3.0, 2.0], &["S-", "--"], &[], Scale::NineThreeOne)).unwrap();
    assert_eq!(
        (answer.uncovered.as_slice(), answer.redundant.as_slice()),
        (&["r1".to_owned()][..], &["c1".to_owned()][..])
    );
    assert!((answer.characteristics[0].proportional - 3.0).abs() < 1e-12);
    let nothing = house(&built(&[3.0], &["--"], &[(0, 1, -0.9)], Scale::NineThreeOne)).unwrap();
    assert!(
        nothing
            .characteristics
            .iter()
            .all(|c| c.independent_percent.is_none() && c.proportional_percent.is_none())
    );
    assert_eq!(nothing.trade_offs[0].weight_percent, None);
}

#[test]
fn a_roof_that_leaves_nothing_to_share_gives_no_distribution() {
    let answer = house(&built(&[3.0, 1.0], &["S-", "-S"], &[(0, 1, -1.0)], Scale::NineThreeOne)).unwrap();
    assert!(answer.characteristics.iter().all(|c| c.wasserman.is_none()));
    assert_eq!(answer.undefined_with_roof, ["r0", "r1"]);
}

#[test]
fn what_is_wrong_is_named_by_its_place() {
    let good = || built(&[3.0, 2.0], &["S-", "-M"], &[(0, 1, 0.3)], Scale::NineThreeOne);
    let told = |change: &dyn Fn(&mut House)| {
        let mut bad = good();
        change(&mut bad);
        house(&bad).unwrap_err().to_string()
    };
    for (change, expected) in [
        ((|h| h.rows.clear()) as fn(&mut House), "rows: there are none"),
        (|h| h.columns.clear(), "columns: there are none"),
        (|h| h.rows[1].id = "r0".into(), "rows[1].id: r0 is there twice"),
        (|h| h.columns[1].id = " ".into(), "columns[1].id: it is empty"),
        (|h| h.rows[0].weight = f64::NAN, "rows[0].weight: NaN is no weight"),
        (|h| h.rows[1].weight = -1.0, "rows[1].weight: -1 is no weight"),
        (|h| h.relations[1].row = "x".into(), "relations[1].row: there is no row x"),
        (|h| h.relations[0].column = "x".into(), "relations[0].column: there is no column x"),
        (|h| h.relations.push(h.relations[0].clone()), "relations[2]: r0 and c0 stand here a second time"),
        (|h| h.roof[0].b = "x".into(), "roof[0].b: there is no column x"),
        (|h| h.roof[0].b = "c0".into(), "roof[0]: c0 cannot help or hinder itself"),
        (
            |h| h.roof.push(Roof { a: "c1".into(), b: "c0".into(), value: RoofValue::Number(0.1) }),
            "roof[1]: c1 and c0",
        ),
        (|h| h.roof[0].value = RoofValue::Number(0.0), "roof[0].value: it must be"),
        (|h| h.roof[0].value = RoofValue::Number(f64::NAN), "roof[0].value: it must be"),
        (|h| h.roof[0].value = RoofValue::Symbol("+-".into()), "roof[0].value: it must be"),
    ] {
        let told = told(&change);
        assert!(told.starts_with(expected), "{told}");
    }
    let huge = built(&[1e308, 1e308], &["S", "S"], &[], Scale::NineThreeOne);
    assert_eq!(house(&huge), Err(HouseError::Range));
}

#[test]
fn a_picture_names_everything_and_escapes_it() {
    let mut drawn = built(&WEIGHTS, &STRENGTHS, &[(0, 2, 0.9), (1, 3, -0.3)], Scale::NineThreeOne);
    drawn.rows[0].id = "<b>火焰稳定</b>".to_owned();
    drawn.relations.iter_mut().filter(|r| r.row == "r0").for_each(|r| r.row = "<b>火焰稳定</b>".to_owned());
    let svg = picture(&drawn, &house(&drawn).unwrap());
    assert!(svg.starts_with("<svg") && svg.contains("&lt;b&gt;火焰稳定") && !svg.contains("<b>"), "{svg}");
    assert!(svg.contains(">++<") && svg.contains(">−<"));
    for name in ["r1", "r2", "r3", "c0", "c1", "c2", "c3"] {
        assert!(svg.contains(&format!(">{name}<")), "{name}");
    }
}

fn houses() -> impl Strategy<Value = House> {
    (1_usize..8, 1_usize..7).prop_flat_map(|(rows, columns)| {
        let line = prop::collection::vec(prop::sample::select(vec!['S', 'M', 'W', '-', '-']), columns);
        let line = line.prop_map(|line| line.into_iter().collect::<String>());
        let roof = prop::collection::vec((0..columns, 0..columns, -0.9..0.9_f64), 0..4);
        (prop::collection::vec(0.1..20.0_f64, rows), prop::collection::vec(line, rows), roof, any::<bool>())
            .prop_map(|(weights, lines, roof, five)| {
                let mut pairs: Vec<(usize, usize, f64)> = Vec::new();
                for (a, b, value) in roof {
                    if a < b && !pairs.iter().any(|pair| (pair.0, pair.1) == (a, b)) {
                        pairs.push((a, b, value));
                    }
                }
                let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
                built(&weights, &lines, &pairs, if five { Scale::FiveThreeOne } else { Scale::NineThreeOne })
            })
    })
}

proptest! {
    #[test]
    fn proportional_shares_keep_the_weight_of_what_is_served(given in houses()) {
        let answer = house(&given).unwrap();
        let served = given.rows.iter().filter(|row| !answer.uncovered.contains(&row.id));
        let weight: f64 = served.map(|row| row.weight).sum();
        let sum: f64 = answer.characteristics.iter().map(|c| c.proportional).sum();
        prop_assert!((sum - weight).abs() <= 1e-9 * weight.max(1.0));
        if answer.characteristics.iter().all(|c| c.wasserman.is_some()) {
            let sum: f64 = answer.characteristics.iter().map(|c| c.wasserman.unwrap()).sum();
            prop_assert!((sum - weight).abs() <= 1e-6 * weight.max(1.0));
        }
        for percent in [
            answer.characteristics.iter().filter_map(|c| c.independent_percent).sum::<f64>(),
            answer.characteristics.iter().filter_map(|c| c.proportional_percent).sum::<f64>(),
        ] {
            prop_assert!(weight <= 0.0 || (percent - 100.0).abs() < 1e-9);
        }
    }

    #[test]
    fn without_a_roof_wasserman_is_proportional(mut given in houses()) {
        given.roof.clear();
        for c in house(&given).unwrap().characteristics {
            prop_assert!((c.wasserman.unwrap() - c.proportional).abs() < 1e-9);
        }
    }

    #[test]
    fn the_order_of_rows_and_relations_changes_no_value(given in houses(), by in 0_usize..50) {
        let mut turned = given.clone();
        turned.rows.rotate_left(by % given.rows.len());
        turned.relations.reverse();
        turned.roof.iter_mut().for_each(|pair| std::mem::swap(&mut pair.a, &mut pair.b));
        let (a, b) = (house(&given).unwrap(), house(&turned).unwrap());
        prop_assert_eq!(a.characteristics, b.characteristics);
        prop_assert_eq!(a.redundant, b.redundant);
    }

    #[test]
    fn every_house_can_be_drawn(given in houses()) {
        let svg = picture(&given, &house(&given).unwrap());
        prop_assert!(svg.ends_with("</svg>\n") && !svg.contains("NaN") && !svg.contains("inf"));
    }
}
