//! The quality plan against a published planning table, and the laws it keeps.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use proptest::prelude::*;
use ting_methods::kano::Category;
use ting_methods::quality_plan::{Field, Options, Plan, PlanError, Requirement, RowWarning, quality_plan};

/// The planning table of a gas water heater from a training deck on customer requirements: seventeen rows whose printed
/// values come from unrounded survey means; the last three columns are reckoned exactly from the printed inputs. The labels
/// of the last seven rows are lost. Figures only, facts of a published table.
const TABLE: &str = include_str!("golden/quality_plan.csv");

fn table() -> (Vec<Requirement>, Vec<[f64; 6]>) {
    let mut reader = csv::Reader::from_reader(TABLE.as_bytes());
    let read = |record: csv::StringRecord| {
        let number = |at: usize| record[at].parse::<f64>().unwrap();
        let requirement = Requirement {
            requirement: record[0].to_owned(),
            importance: number(1),
            own: number(2),
            planned: number(6),
            sales_point: number(7),
            competitors: vec![Some(number(3)), Some(number(4)), Some(number(5))],
            kano: None,
            confirmed: false,
        };
        (requirement, std::array::from_fn(|at| number(8 + at)))
    };
    reader.records().map(|record| read(record.unwrap())).unzip()
}

fn plan(requirements: &[Requirement]) -> Plan {
    quality_plan(requirements, &Options::default()).unwrap()
}

fn simple(name: &str, importance: f64, own: f64, planned: f64, sales_point: f64) -> Requirement {
    Requirement {
        requirement: name.to_owned(),
        importance,
        own,
        planned,
        sales_point,
        competitors: Vec::new(),
        kano: None,
        confirmed: false,
    }
}

#[test]
fn the_published_table_is_reproduced() {
    let (requirements, expected) = table();
    let plan = plan(&requirements);
    assert_eq!(plan.rows.len(), 17);
    for (row, [printed_u, printed_w, printed_percent, u, w, percent]) in plan.rows.iter().zip(expected) {
        let share = row.weight_percent.unwrap();
        let name = &row.requirement;
        assert!((row.level_up - u).abs() <= 5e-5, "{name}: {}", row.level_up);
        assert!((row.absolute_weight - w).abs() <= 5e-5, "{name}: {}", row.absolute_weight);
        assert!((share - percent).abs() <= 5e-5, "{name}: {share}");
        assert!((row.level_up - printed_u).abs() <= 0.06, "{name}");
        assert!((row.absolute_weight - printed_w).abs() <= 0.12, "{name}");
        assert!((share - printed_percent).abs() <= 0.13, "{name}");
    }
    assert!((plan.absolute_weight_sum - 87.890_346).abs() < 5e-7);
}

#[test]
fn equal_weights_share_a_rank() {
    let plan = plan(&table().0);
    let mut ranks = [0; 17];
    for (rank, rows) in [
        (1, &[8][..]),
        (2, &[1]),
        (3, &[7]),
        (4, &[10]),
        (5, &[3]),
        (6, &[5]),
        (7, &[6]),
        (8, &[2]),
        (9, &[14]),
        (10, &[17]),
        (11, &[4, 12, 13, 16]),
        (15, &[9, 15]),
        (17, &[11]),
    ] {
        for row in rows {
            ranks[row - 1] = rank;
        }
    }
    let found: Vec<usize> = plan.rows.iter().map(|row| row.rank.unwrap()).collect();
    assert_eq!(found, ranks);
}

#[test]
fn reductions_and_rivals_ahead_are_told_and_a_third_of_sales_points_is_sensible() {
    let (requirements, _) = table();
    let plan = plan(&requirements);
    let reduced = |row: &&ting_methods::quality_plan::Planned| row.warnings.contains(&RowWarning::Reduction);
    let reduced: Vec<&str> = plan.rows.iter().filter(reduced).map(|row| row.requirement.as_str()).collect();
    assert_eq!(reduced, ["11"]);
    assert!(plan.rows[5].warnings.contains(&RowWarning::BehindBest));
    let gap = plan.rows[0].gaps[0].unwrap();
    assert!((gap.own + 0.4).abs() < 1e-12 && (gap.planned - 1.0).abs() < 1e-12);
    assert_eq!((plan.sales_points.used, plan.sales_points.too_many), (6, false));
    let many: Vec<Requirement> = (0..4).map(|at| simple(&at.to_string(), 3.0, 3.0, 3.0, 1.2)).collect();
    assert!(quality_plan(&many, &Options::default()).unwrap().sales_points.too_many);
}

#[test]
fn kano_classes_bend_the_level_up_ratio() {
    let options = Options { kano: true, ..Options::default() };
    let of = |kano, confirmed| {
        let row = Requirement { kano, confirmed, ..simple("a", 4.0, 2.0, 3.0, 1.0) };
        quality_plan(&[row, simple("b", 1.0, 1.0, 1.0, 1.0)], &options).unwrap().rows.remove(0)
    };
    for (class, ratio) in
        [(Category::MustBe, 2.25), (Category::OneDimensional, 1.5), (Category::Attractive, 1.224_744_871)]
    {
        assert!((of(Some(class), false).level_up - ratio).abs() < 1e-9);
    }
    for class in [Category::Indifferent, Category::Reverse] {
        let asked = of(Some(class), false);
        assert!((asked.absolute_weight - 6.0).abs() < 1e-12);
        assert!(asked.warnings.contains(&RowWarning::KanoUnconfirmed));
        let confirmed = of(Some(class), true);
        assert_eq!((confirmed.absolute_weight, confirmed.weight_percent), (0.0, Some(0.0)));
        assert_eq!(confirmed.warnings, [RowWarning::KanoZero]);
    }
    assert_eq!(of(None, false).warnings, [RowWarning::KanoMissing]);
    let off = Requirement { kano: Some(Category::MustBe), ..simple("a", 4.0, 2.0, 3.0, 1.0) };
    assert!((plan(&[off]).rows[0].level_up - 1.5).abs() < 1e-12);
}

#[test]
fn what_cannot_be_weighed_is_refused() {
    let good = simple("a", 3.0, 3.0, 4.0, 1.0);
    let refused = |change: &dyn Fn(&mut Requirement)| {
        let mut bad = Requirement { requirement: "b".to_owned(), ..good.clone() };
        change(&mut bad);
        quality_plan(&[good.clone(), bad], &Options::default()).unwrap_err()
    };
    for value in [0.0, -1.0, 5.5, f64::NAN, f64::INFINITY] {
        for (field, set) in [
            (Field::Own, (|row, value| row.own = value) as fn(&mut Requirement, f64)),
            (Field::Planned, |row, value| row.planned = value),
            (Field::Competitor(0), |row, value| row.competitors = vec![Some(value)]),
            (Field::SalesPoint, |row, value| row.sales_point = value),
        ] {
            let error = refused(&|row| set(row, value));
            assert!(matches!(error, PlanError::Value { row: 1, field: at, .. } if at == field), "{error:?}");
        }
    }
    let error = refused(&|row| row.importance = f64::NAN);
    assert!(matches!(error, PlanError::Value { field: Field::Importance, .. }));
    assert!(matches!(
        refused(&|row| row.requirement = "a ".to_owned()),
        PlanError::Duplicate { row: 1, earlier: 0, .. }
    ));
    assert!(matches!(refused(&|row| row.requirement = " ".to_owned()), PlanError::Unnamed { row: 1 }));
    assert!(matches!(refused(&|row| row.own = 5e-324), PlanError::Range { row: 1 }));
    assert_eq!(quality_plan(&[], &Options::default()), Err(PlanError::Empty));
    let bad = Options { scale: f64::NAN, ..Options::default() };
    assert_eq!(quality_plan(&[good], &bad), Err(PlanError::Options));
}

#[test]
fn without_any_weight_there_are_no_shares() {
    let plan = plan(&[simple("a", 0.0, 3.0, 4.0, 1.0)]);
    assert_eq!((plan.absolute_weight_sum, plan.rows[0].weight_percent, plan.rows[0].rank), (0.0, None, None));
}

fn requirements() -> impl Strategy<Value = Vec<Requirement>> {
    let row = (0.1..5.0_f64, 0.5..5.0_f64, 0.5..5.0_f64, prop::sample::select(vec![1.0, 1.2, 1.5]));
    prop::collection::vec(row, 2..25).prop_map(|rows| {
        let named = rows.into_iter().enumerate();
        named.map(|(at, (g, s, p, t))| simple(&format!("r{at}"), g, s, p, t)).collect()
    })
}

proptest! {
    #[test]
    fn shares_add_up_to_a_hundred_and_do_not_hang_on_the_unit_of_importance(
        rows in requirements(), factor in 0.001..1000.0_f64
    ) {
        let before = plan(&rows);
        let sum: f64 = before.rows.iter().map(|row| row.weight_percent.unwrap()).sum();
        prop_assert!((sum - 100.0).abs() < 1e-9);
        let mut scaled = rows.clone();
        for row in &mut scaled {
            row.importance *= factor;
        }
        let after = quality_plan(&scaled, &Options { scale: 1e4, ..Options::default() }).unwrap();
        for (a, b) in before.rows.iter().zip(&after.rows) {
            prop_assert!((a.weight_percent.unwrap() - b.weight_percent.unwrap()).abs() < 1e-9);
            prop_assert_eq!(a.rank, b.rank);
        }
    }

    #[test]
    fn planning_more_for_one_takes_from_all_others(rows in requirements(), at in any::<prop::sample::Index>()) {
        let at = at.index(rows.len());
        let before = plan(&rows);
        let mut raised = rows.clone();
        raised[at].planned = (raised[at].planned * 1.1).min(5.0);
        prop_assume!(raised[at].planned > rows[at].planned * 1.001);
        let after = plan(&raised);
        for (other, (a, b)) in before.rows.iter().zip(&after.rows).enumerate() {
            let (a, b) = (a.weight_percent.unwrap(), b.weight_percent.unwrap());
            let as_it_should = if other == at { b > a } else { b < a };
            prop_assert!(as_it_should, "{other}: {a} to {b}");
        }
    }

    #[test]
    fn the_order_of_rows_changes_nothing(rows in requirements(), shift in 0_usize..25) {
        let mut turned = rows.clone();
        let by = shift % rows.len();
        turned.rotate_left(by);
        let (mut a, b) = (plan(&rows), plan(&turned));
        a.rows.rotate_left(by);
        prop_assert_eq!(a, b);
    }
}
