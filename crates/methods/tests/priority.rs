//! Priorities against worked numbers, and the laws they keep.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::cmp::Ordering;

use proptest::prelude::*;
use ting_methods::interval::wilson;
use ting_methods::kano::Category;
use ting_methods::priority::{
    Evidence, Factor, Gate, Kind, Ladder, Need, Options, ParetoError, Priority, PriorityError, pareto,
    priority,
};

fn need(name: &str, internal: u64, external: u64) -> Need {
    Need { name: name.to_owned(), internal, external, ..Need::default() }
}

fn of(needs: &[Need]) -> Priority {
    priority(needs, &Options::default()).unwrap()
}

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() < 1e-12
}

/// Worked by hand: 0.7 × 12/25 + 0.3 × 5/50 = 0.366, and so on.
#[test]
fn what_the_firm_hears_itself_counts_more() {
    let found =
        of(&[need("on time", 12, 5), need("tracking", 8, 0), need("price", 5, 30), need("brand", 0, 15)]);
    let scores: Vec<(&str, f64)> =
        found.needs.iter().map(|need| (need.need.as_str(), need.score.unwrap())).collect();
    for (found, expected) in
        scores.iter().zip([("on time", 0.366), ("price", 0.32), ("tracking", 0.224), ("brand", 0.09)])
    {
        assert!(found.0 == expected.0 && close(found.1, expected.1), "{found:?} instead of {expected:?}");
    }
    // 0.366 + 0.32 is below 0.8, with 0.224 it is above.
    assert_eq!(found.needs.iter().map(|need| need.pareto).collect::<Vec<_>>(), [true, true, true, false]);
    assert!(found.pareto.needs == 3 && close(found.pareto.share.unwrap(), 0.91));
    assert!(close(found.needs[3].cumulative.unwrap(), 1.0));
    assert_eq!(found.needs[3].kind, Kind::Virtual);
}

#[test]
fn a_side_without_mentions_leaves_all_to_the_other() {
    let found = of(&[need("a", 3, 0), need("b", 1, 0)]);
    assert_eq!((found.weights.internal, found.weights.external), (1.0, 0.0));
    assert_eq!(found.needs[0].score, Some(0.75));
    assert_eq!(found.needs[0].shares.external, None);
    // With one side alone the interval is that side's.
    let interval = found.needs[0].interval.unwrap();
    let expected = wilson(3, 4).unwrap();
    assert!(close(interval.lower, expected.lower) && close(interval.upper, expected.upper));
    assert_eq!(of(&[need("a", 0, 3), need("b", 0, 1)]).needs[0].score, Some(0.75));
}

#[test]
fn without_mentions_nothing_has_a_score() {
    let found = of(&[need("b", 0, 0), need("a", 0, 0)]);
    assert_eq!(found.needs[0].need, "a");
    assert_eq!(
        (found.needs[0].score, found.needs[0].interval, found.needs[0].cumulative),
        (None, None, None)
    );
    assert_eq!((found.pareto.needs, found.pareto.share), (0, None));
    assert_eq!(of(&[]).needs, []);
}

#[test]
fn higher_levels_wait_for_lower_ones() {
    let level = |name: &str, level, met| Need { level: Some(level), met, ..need(name, 1, 1) };
    let needs = [
        level("food", 1, true),
        level("safety", 2, false),
        level("esteem", 4, false),
        level("friends", 3, true),
        need("free", 1, 1),
    ];
    let gate = |found: &Priority, name: &str| {
        let need = found.needs.iter().find(|need| need.need == name).unwrap();
        (need.gate, need.waits_for_level)
    };
    let found = of(&needs);
    assert_eq!(gate(&found, "food"), (Gate::Met, None));
    assert_eq!(gate(&found, "safety"), (Gate::Open, None));
    assert_eq!(gate(&found, "friends"), (Gate::Met, None));
    assert_eq!(gate(&found, "esteem"), (Gate::Closed, Some(2)));
    assert_eq!(gate(&found, "free"), (Gate::Open, None));
    let open = priority(&needs, &Options { gate: false, ..Options::default() }).unwrap();
    assert_eq!(gate(&open, "esteem"), (Gate::Open, None));
}

#[test]
fn a_survey_overrides_the_guess_by_factor() {
    let needs = [
        Need { factor: Some(Factor::Price), ..need("a", 3, 0) },
        Need { factor: Some(Factor::Price), category: Some(Category::Attractive), ..need("b", 2, 0) },
        need("c", 1, 0),
    ];
    let seen: Vec<_> = of(&needs).needs.iter().map(|need| (need.category, need.category_from)).collect();
    let expected = [
        (Some(Category::MustBe), Some(Evidence::Factor)),
        (Some(Category::Attractive), Some(Evidence::Survey)),
        (None, None),
    ];
    assert_eq!(seen, expected);
}

/// Basic: function, quality, price, service; satisfying: speed, time, convenience, delivery on time; attractive: brand,
/// relationship, total solution.
#[test]
fn factors_have_the_published_classes_and_names_in_two_languages() {
    let priors: String = Factor::ALL.into_iter().map(|factor| factor.prior().letter()).collect();
    assert_eq!(priors, "MMMMOOOOAAA");
    for factor in Factor::ALL {
        let (english, chinese) = factor.names();
        assert_eq!(Factor::of_name(&english.to_uppercase()), Some(factor));
        assert_eq!(Factor::of_name(chinese), Some(factor));
    }
    assert_eq!(Factor::of_name("luck"), None);
}

#[test]
fn ladders_name_their_levels_both_ways() {
    for (ladder, levels) in [
        (Ladder::Freight, 4),
        (Ladder::Telephone, 4),
        (Ladder::Maslow, 5),
        (Ladder::Demand, 4),
        (Ladder::Goods, 3),
    ] {
        assert_eq!(ladder.steps().len(), levels);
        for (level, (english, chinese)) in (1..).zip(ladder.steps()) {
            assert_eq!((ladder.level(english), ladder.level(chinese)), (Some(level), Some(level)));
            assert_eq!(ladder.name(level), Some(*english));
        }
        assert_eq!((ladder.name(0), ladder.name(6), ladder.level("")), (None, None, None));
    }
    assert_eq!(Ladder::Maslow.level("安全"), Some(2));
}

#[test]
fn many_small_orders_are_a_fragmented_demand() {
    let sold =
        |name: &str, orders, volume| Need { orders: Some(orders), volume: Some(volume), ..need(name, 1, 0) };
    let found =
        of(&[sold("a", 40.0, 100.0), sold("b", 2.0, 300.0), Need { orders: Some(9.0), ..need("c", 1, 0) }]);
    let each: Vec<_> = found.needs.iter().map(|need| need.fragmentation).collect();
    assert_eq!(each, [Some(0.4), Some(2.0 / 300.0), None]);
    assert!(close(found.fragmentation.unwrap(), 42.0 / 400.0));
    let huge = of(&[sold("a", 1e308, 1e308), sold("b", 1e308, 1e308)]);
    assert_eq!(huge.fragmentation, None);
    assert_eq!(of(&[sold("a", 1e308, 1e-308)]).needs[0].fragmentation, None);
}

#[test]
fn what_cannot_be_is_refused() {
    let options = Options::default();
    for weight in [0.5, 0.3, 1.1, f64::NAN] {
        let refused = priority(&[need("a", 1, 1)], &Options { internal_weight: weight, ..options });
        assert_eq!(refused, Err(PriorityError::Weight));
    }
    for share in [0.0, 1.5, f64::NAN] {
        assert_eq!(priority(&[], &Options { pareto: share, ..options }), Err(PriorityError::Pareto));
    }
    assert_eq!(
        priority(&[need("a", 1, 1), need("a", 2, 1)], &options),
        Err(PriorityError::Duplicate("a".to_owned()))
    );
    for bad in [-1.0, f64::NAN, f64::INFINITY] {
        let orders = Need { orders: Some(bad), ..need("a", 1, 1) };
        assert_eq!(priority(&[orders], &options), Err(PriorityError::Orders("a".to_owned())));
        let volume = Need { volume: Some(bad), ..need("a", 1, 1) };
        assert_eq!(priority(&[volume], &options), Err(PriorityError::Volume("a".to_owned())));
    }
    let huge = of(&[need("a", u64::MAX, u64::MAX), need("b", u64::MAX, 1)]);
    assert!(huge.needs.iter().all(|need| need.score.unwrap().is_finite()));
}

#[test]
fn key_customers_are_the_fewest_with_four_fifths_of_revenue() {
    assert_eq!(pareto(&[10.0, 50.0, 30.0, 10.0], 0.8), Ok(vec![1, 2]));
    assert_eq!(pareto(&[1.0, 1.0, 1.0], 0.5), Ok(vec![0, 1]));
    assert_eq!(pareto(&[5.0, 0.0], 1.0), Ok(vec![0]));
    assert_eq!(pareto(&[], 0.8), Ok(vec![]));
    assert_eq!(pareto(&[0.0, 0.0], 0.8), Ok(vec![]));
    // 0.1 + 0.7 is a little less than 0.8 in a computer.
    assert_eq!(pareto(&[0.7, 0.1, 0.1, 0.1], 0.8), Ok(vec![0, 1]));
    assert_eq!(pareto(&[1.0, -1.0], 0.8), Err(ParetoError::Value { at: 1 }));
    assert_eq!(pareto(&[f64::NAN], 0.8), Err(ParetoError::Value { at: 0 }));
    assert_eq!(pareto(&[1.0], 0.0), Err(ParetoError::Share));
    assert_eq!(pareto(&[1e308, 1e308], 0.8), Err(ParetoError::Sum));
}

fn needs() -> impl Strategy<Value = Vec<Need>> {
    let one = (0_u64..50, 0_u64..50, prop::option::of(1_u32..5), any::<bool>());
    prop::collection::vec(one, 1..12).prop_map(|needs| {
        let named = |(at, (internal, external, level, met)): (usize, (u64, u64, Option<u32>, bool))| Need {
            level,
            met,
            ..need(&format!("需求{at}"), internal, external)
        };
        needs.into_iter().enumerate().map(named).collect()
    })
}

proptest! {
    #[test]
    fn scores_make_one_and_fall(needs in needs()) {
        let found = of(&needs);
        let scores: Vec<f64> = found.needs.iter().filter_map(|need| need.score).collect();
        if needs.iter().any(|need| need.internal + need.external > 0) {
            prop_assert!((scores.iter().sum::<f64>() - 1.0).abs() < 1e-9);
        }
        prop_assert!(scores.is_sorted_by(|a, b| a >= b));
        for (at, need) in found.needs.iter().enumerate() {
            prop_assert_eq!(need.rank, at + 1);
            prop_assert!(need.score.zip(need.interval).is_none_or(|(score, interval)| interval.contains(score)));
            prop_assert_eq!(need.pareto, at < found.pareto.needs);
        }
    }

    #[test]
    fn the_order_of_needs_changes_nothing(needs in needs(), seed in any::<u64>()) {
        let mut shuffled = needs.clone();
        let mut random = ting_methods::random::Random::new(seed);
        for at in (1..shuffled.len()).rev() {
            shuffled.swap(at, random.below(at + 1));
        }
        prop_assert_eq!(of(&needs), of(&shuffled));
    }

    #[test]
    fn one_more_mention_never_costs_a_need_its_score(needs in needs(), at in 0_usize..12, inside in any::<bool>()) {
        let at = at % needs.len();
        let score = |needs: &[Need]| of(needs).needs.iter().find(|found| found.need == needs[at].name).unwrap().score;
        let mut more = needs.clone();
        if inside { more[at].internal += 1 } else { more[at].external += 1 }
        // A first mention of a side shifts the weights; only within the same weights is it a law.
        if of(&needs).weights == of(&more).weights {
            prop_assert!(score(&more).unwrap() >= score(&needs).unwrap() - 1e-12);
        }
    }

    #[test]
    fn a_need_is_closed_exactly_when_a_lower_level_is_unmet(needs in needs()) {
        for found in of(&needs).needs {
            let own = needs.iter().find(|need| need.name == found.need).unwrap();
            let below = needs.iter().filter(|other| !other.met && other.level.is_some() && other.level < own.level);
            let lowest = below.filter_map(|other| other.level).min();
            prop_assert_eq!(found.gate == Gate::Met, own.met);
            prop_assert_eq!(found.gate == Gate::Closed, !own.met && lowest.is_some());
            prop_assert_eq!(found.waits_for_level, lowest.filter(|_| !own.met));
        }
    }

    #[test]
    fn a_pareto_set_reaches_its_share_and_none_smaller_does(values in prop::collection::vec(0_u32..1000, 1..30), percent in 1_u32..=100) {
        let values: Vec<f64> = values.into_iter().map(f64::from).collect();
        let set = pareto(&values, f64::from(percent) / 100.0).unwrap();
        // In whole numbers, exactly.
        let sum: f64 = values.iter().sum();
        let mut sorted = values.clone();
        sorted.sort_by(|a, b| b.total_cmp(a));
        let largest = |count: usize| 100.0 * sorted[..count].iter().sum::<f64>();
        let wanted = f64::from(percent) * sum;
        prop_assert!(largest(set.len()) >= wanted);
        prop_assert!(set.is_empty() || largest(set.len() - 1) < wanted);
        let in_order = |pair: &[usize]| match values[pair[0]].total_cmp(&values[pair[1]]) {
            Ordering::Greater => true,
            Ordering::Equal => pair[0] < pair[1],
            Ordering::Less => false,
        };
        prop_assert!(set.windows(2).all(in_order));
    }
}
