//! What a configurator owes, checked against enumeration of small random bundles.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod small;

use std::collections::BTreeSet;

use proptest::prelude::*;
use small::{Assignment, NAMES, POINTS, Small, rule, set, small};
use ting_methods::bundle::{Answer, Configuration, Held, Model, Origin, Questions, Value, configure};

fn model(small: &Small) -> Model {
    Model::parse(&small.toml()).unwrap_or_else(|fault| panic!("{fault}\n{}", small.toml()))
}

fn ask(small: &Small, model: &Model, list: usize) -> Answer {
    let choices = small.choices();
    let choices = model.choose(choices.iter().map(|(id, value)| (*id, value.as_str()))).unwrap();
    configure(model, &choices, &Questions { list, count_work: 1_000_000, ..Questions::default() })
}

/// All four are asked about; those without a wish are passed over.
const ALL: [usize; 4] = [0, 1, 2, 3];

fn numbers(held: &[Held]) -> BTreeSet<i32> {
    #[expect(clippy::cast_possible_truncation, reason = "small whole numbers")]
    let number = |held: &Held| match held {
        Held::Value(Value::Number(number)) => *number as i32,
        other => panic!("{other:?}"),
    };
    held.iter().map(number).collect()
}

/// The places of x that lie in what is held of it.
fn points(held: &[Held]) -> Vec<f64> {
    let inside =
        |point: &f64| held.iter().any(|held| matches!(held, Held::Span(span) if span.contains(*point)));
    POINTS.into_iter().filter(inside).collect()
}

fn assignment(found: &Configuration) -> Assignment {
    NAMES.map(|name| found.values.get(name).map(|held| *numbers(held).first().unwrap()))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn counts_and_domains_agree_with_enumeration(small in small()) {
        let expected = small.enumerate(&small.all_rules(), &ALL);
        let answer = ask(&small, &model(&small), 0);
        prop_assert_eq!(answer.configurations, Some(expected.len() as u64));
        prop_assert_eq!(answer.feasible, Some(!expected.is_empty()));
        prop_assert!(answer.domains_exact);
        for (at, name) in NAMES.into_iter().enumerate() {
            let values: BTreeSet<i32> = expected.iter().filter_map(|(assignment, _)| assignment[at]).collect();
            prop_assert_eq!(numbers(&answer.domains[name]), values);
        }
        let possible = |point: &f64| expected.iter().any(|(_, points)| points.contains(point));
        let left: Vec<f64> = POINTS.into_iter().filter(possible).collect();
        prop_assert_eq!(points(&answer.domains["x"]), left);
    }

    #[test]
    fn every_configuration_listed_is_one_and_none_is_missing(small in small()) {
        let expected = small.enumerate(&small.all_rules(), &ALL);
        let model = model(&small);
        let listed = ask(&small, &model, 1000).listed;
        for found in &listed {
            let same = expected.iter().find(|(other, _)| *other == assignment(found));
            prop_assert_eq!(same.map(|(_, points)| points.clone()), Some(points(&found.values["x"])));
            prop_assert_eq!(found.modules.contains(&"extra".to_owned()), found.values.contains_key("c"));
        }
        prop_assert_eq!(listed.iter().map(assignment).collect::<BTreeSet<_>>(), set(&expected));
        prop_assert_eq!(listed.len(), expected.len());
        let one = ask(&small, &model, 1).listed;
        prop_assert_eq!(one.len(), usize::from(!expected.is_empty()));
        prop_assert!(one.iter().all(|found| set(&expected).contains(&assignment(found))));
    }

    #[test]
    fn sampling_counts_the_samples(small in small()) {
        let expected = small.enumerate(&small.all_rules(), &ALL);
        let answer = ask(&small, &model(&small).sampled("x", &POINTS).unwrap(), 0);
        let pairs: usize = expected.iter().map(|(_, points)| points.len()).sum();
        prop_assert_eq!(answer.configurations, Some(pairs as u64));
    }

    #[test]
    fn another_rule_never_adds_a_configuration(small in small(), another in rule()) {
        let mut more = small.clone();
        more.rules.push(another);
        let (before, after) = (ask(&small, &model(&small), 1000), ask(&more, &model(&more), 1000));
        let set = |answer: &Answer| answer.listed.iter().map(assignment).collect::<BTreeSet<_>>();
        prop_assert!(set(&after).is_subset(&set(&before)));
    }

    #[test]
    fn the_order_of_rules_changes_nothing(small in small(), seed in any::<u64>()) {
        let mut turned = small.clone();
        let by = usize::try_from(seed % 7).unwrap_or_default().min(turned.rules.len());
        turned.rules.rotate_left(by);
        turned.rules.reverse();
        let (mut a, mut b) = (ask(&small, &model(&small), 1000), ask(&turned, &model(&turned), 1000));
        // Which of several minimal conflicts is told may differ, not whether there is one.
        prop_assert_eq!(a.conflict.is_empty(), b.conflict.is_empty());
        (a.conflict, b.conflict) = (Vec::new(), Vec::new());
        prop_assert_eq!(a, b);
    }

    #[test]
    fn a_conflict_is_minimal(small in small()) {
        let answer = ask(&small, &model(&small), 0);
        prop_assert_eq!(answer.conflict.is_empty(), answer.feasible == Some(true));
        let of = |kind| answer.conflict.iter().filter(move |reason| reason.kind == kind);
        let rules: Vec<usize> = of(Origin::Constraint).map(|rule| rule.id[1..].parse::<usize>().unwrap() - 1).collect();
        let asked: Vec<usize> =
            of(Origin::Choice).map(|choice| NAMES.iter().position(|name| *name == choice.id).unwrap()).collect();
        // Here each choice has its mapping, and goes with it.
        prop_assert_eq!(of(Origin::Mapping).count(), asked.len());
        let without = |list: &[usize], at: usize| -> Vec<usize> { list.iter().copied().filter(|x| *x != at).collect() };
        if answer.feasible == Some(false) {
            prop_assert!(small.enumerate(&rules, &asked).is_empty());
            for rule in &rules {
                prop_assert!(!small.enumerate(&without(&rules, *rule), &asked).is_empty());
            }
            for choice in &asked {
                prop_assert!(!small.enumerate(&rules, &without(&asked, *choice)).is_empty());
            }
        }
    }

    #[test]
    fn coverage_is_the_best_there_is(small in small()) {
        let answer = ask(&small, &model(&small), 0);
        let wished: Vec<usize> = ALL.into_iter().filter(|at| small.asked[*at].is_some()).collect();
        let weight = |some: &[usize]| some.iter().map(|at| f64::from(u8::try_from(at + 1).unwrap())).sum::<f64>();
        let best = small.enumerate(&small.all_rules(), &[]).iter().map(|(found, _)| {
            let met: Vec<usize> = wished.iter().copied().filter(|at| found[*at] == small.asked[*at]).collect();
            weight(&met)
        }).fold(0.0, f64::max);
        match answer.coverage {
            None => prop_assert!(wished.is_empty()),
            Some(coverage) => prop_assert!((coverage - best / weight(&wished)).abs() < 1e-12),
        }
        prop_assert_eq!(answer.met.len() + answer.given_up.len(), wished.len());
    }

    #[test]
    fn no_text_makes_it_panic(text in ".{0,200}", expression in "[a-dx0-9 .<>=!(){}\\[\\],*+'-]{0,40}") {
        let _ = Model::parse(&text);
        let head = Small { rules: Vec::new(), asked: [None; 4] }.toml();
        let _ = Model::parse(&format!("{head}[[constraint]]\nforbid = '''{expression}'''\n"));
    }
}
