//! Queues against golden numbers from elsewhere, and the laws they keep.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "small whole numbers"
)]

use proptest::prelude::*;
use serde_json::Value;
use ting_methods::queue::{
    Load, Model, QueueError, Target, erlang_b, erlang_c, evaluate, picture, sensitivity, staff,
};

fn golden() -> Value {
    serde_json::from_str(include_str!("golden/queue.json")).unwrap()
}

fn number(value: &Value, key: &str) -> f64 {
    value[key].as_f64().unwrap_or_else(|| panic!("{key} of {value}"))
}

fn whole(value: &Value, key: &str) -> u64 {
    value[key].as_u64().unwrap_or_else(|| panic!("{key} of {value}"))
}

#[track_caller]
fn close(found: f64, expected: f64, tolerance: f64, what: &str) {
    assert!(
        (found - expected).abs() <= tolerance * expected.abs().max(1.0),
        "{what}: {found}, not {expected}"
    );
}

/// A load of `rate` calls a second, `service` of them handled a second.
fn load(rate: f64, service: f64) -> Load {
    Load { calls: rate, interval: 1.0, handling: 1.0 / service }
}

#[test]
fn erlang_b_and_c_are_as_known() {
    for case in golden()["erlang_b"].as_array().unwrap() {
        close(erlang_b(whole(case, "c"), number(case, "a")), number(case, "b"), 1e-9, "B");
    }
    for (agents, erlangs, expected) in [(11, 10.0, 0.682_118_205), (2, 1.5, 0.642_857_143), (1, 0.8, 0.8)] {
        assert!((erlang_c(agents, erlangs) - expected).abs() < 5e-10);
    }
}

#[test]
fn queues_without_impatience_are_as_known() {
    for case in golden()["mmc"].as_array().unwrap() {
        let load = load(number(case, "lambda_"), number(case, "mu"));
        let found = evaluate(&load, Model::Waits, &Target::default(), whole(case, "c")).unwrap();
        let waits = found.wait_quantiles.unwrap();
        for (key, value) in [
            ("erlang_c", found.wait_probability),
            ("rho", found.occupancy),
            ("offered_load", found.offered_load),
            ("Wq", found.mean_wait),
            ("W", found.time_in_system),
            ("Lq", found.queue_length),
            ("L", found.in_system),
            ("wait_p50", waits.p50),
            ("wait_p90", waits.p90),
            ("wait_p95", waits.p95),
            ("wait_p99", waits.p99),
        ] {
            close(value, number(case, key), 1e-9, key);
        }
    }
    // M/M/1 with λ = 0.8 and μ = 1: ρ/(1−ρ), ρ²/(1−ρ), 1/(μ−λ), ρ/(μ−λ).
    let one = evaluate(&load(0.8, 1.0), Model::Waits, &Target::default(), 1).unwrap();
    for (found, expected) in
        [(one.in_system, 4.0), (one.queue_length, 3.2), (one.time_in_system, 5.0), (one.mean_wait, 4.0)]
    {
        close(found, expected, 1e-12, "M/M/1");
    }
}

#[test]
fn staffing_is_as_known() {
    for case in golden()["staffing_erlang_c"].as_array().unwrap() {
        let load = Load {
            calls: number(case, "calls"),
            interval: number(case, "interval_s"),
            handling: number(case, "aht_s"),
        };
        let target = Target {
            within: number(case, "sl_sec"),
            service_level: number(case, "sl_target"),
            max_occupancy: number(case, "max_occupancy"),
            shrinkage: number(case, "shrinkage"),
        };
        let found = staff(&load, Model::Waits, &target).unwrap();
        assert_eq!(found.agents, whole(case, "agents"));
        assert_eq!(found.positions, whole(case, "agents_scheduled"));
        close(found.service_level, number(case, "service_level"), 1e-9, "service level");
        close(found.wait_probability, number(case, "p_wait"), 1e-9, "wait");
        close(found.mean_wait, number(case, "asa_s"), 1e-9, "mean wait");
        close(found.occupancy, number(case, "occupancy"), 1e-9, "occupancy");
        let less = evaluate(&load, Model::Waits, &target, found.agents - 1).unwrap();
        close(less.service_level, number(case, "service_level_with_one_less"), 1e-9, "one less");
    }
}

#[test]
fn queues_with_impatience_are_as_known() {
    for case in golden()["erlang_a"].as_array().unwrap() {
        let (load, agents) = (load(number(case, "lambda_"), number(case, "mu")), whole(case, "c"));
        let model = Model::Leaves { patience: 1.0 / number(case, "theta") };
        for (within, expected) in case["by_t"].as_object().unwrap() {
            let target = Target { within: within.parse().unwrap(), ..Target::default() };
            let found = evaluate(&load, model, &target, agents).unwrap();
            close(found.wait_probability, number(case, "p_wait"), 1e-8, "wait");
            close(found.abandonment.unwrap(), number(case, "p_abandon"), 1e-8, "leave");
            close(found.mean_wait, number(case, "mean_wait_all_s"), 1e-8, "mean wait");
            close(found.queue_length, number(case, "mean_queue"), 1e-8, "queue");
            close(found.occupancy, number(case, "occupancy"), 1e-8, "occupancy");
            close(found.service_level, number(expected, "p_served_within"), 1e-8, "in time");
            let of_served = found.service_level_of_served.unwrap();
            close(of_served, number(expected, "p_served_within_given_served"), 1e-8, "in time of served");
        }
    }
}

fn as_share(agents: u64) -> f64 {
    f64::from(u32::try_from(agents).unwrap())
}

#[test]
fn large_loads_do_not_overflow() {
    let load = Load { calls: 10_000.0, interval: 180.0, handling: 180.0 };
    let found = staff(&load, Model::Waits, &Target::default()).unwrap();
    assert!((10_001..10_200).contains(&found.agents) && found.service_level >= 0.8, "{found:?}");
    let less = evaluate(&load, Model::Waits, &Target::default(), found.agents - 1).unwrap();
    assert!(less.service_level < 0.8);
    let patient = staff(&load, Model::Leaves { patience: 120.0 }, &Target::default()).unwrap();
    // All agents are busy, so all that they cannot take leave.
    let left = 1.0 - as_share(patient.agents) / 10_000.0;
    assert!(patient.agents < found.agents && patient.occupancy > 0.999, "{patient:?}");
    close(patient.abandonment.unwrap(), left, 1e-3, "leave");
    // In hopeless overload about all who cannot be served leave.
    let few = evaluate(&load, Model::Leaves { patience: 3600.0 }, &Target::default(), 100).unwrap();
    close(few.abandonment.unwrap(), 0.99, 1e-6, "overload");
}

#[test]
fn what_cannot_be_is_refused() {
    let (load, target) = (Load { calls: 100.0, interval: 1800.0, handling: 180.0 }, Target::default());
    let unstable = evaluate(&load, Model::Waits, &target, 10).unwrap_err();
    assert_eq!(unstable, QueueError::Unstable { agents: 10, erlangs: 10.0, needed: 11 });
    assert_eq!(evaluate(&load, Model::Waits, &target, 0), Err(QueueError::NoAgents));
    for bad in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        for load in
            [Load { calls: bad, ..load }, Load { interval: bad, ..load }, Load { handling: bad, ..load }]
        {
            assert!(matches!(staff(&load, Model::Waits, &target), Err(QueueError::NotPositive { .. })));
        }
        let model = Model::Leaves { patience: bad };
        assert!(matches!(staff(&load, model, &target), Err(QueueError::NotPositive { .. })));
    }
    for bad in [f64::NAN, -0.1, 1.5] {
        for target in [
            Target { service_level: bad, ..target },
            Target { max_occupancy: bad, ..target },
            Target { shrinkage: bad, ..target },
        ] {
            assert!(matches!(staff(&load, Model::Waits, &target), Err(QueueError::NoShare { .. })));
        }
    }
    let endless = Load { calls: 1e300, ..load };
    assert_eq!(staff(&endless, Model::Waits, &target), Err(QueueError::TooLarge));
    let idle = Target { max_occupancy: 1e-9, ..target };
    assert_eq!(staff(&load, Model::Waits, &idle), Err(QueueError::TooLarge));
}

#[test]
fn pictures_are_whole() {
    for (model, agents) in [(Model::Waits, 11), (Model::Leaves { patience: 60.0 }, 1), (Model::Blocked, 1)] {
        let (load, target) = (Load { calls: 100.0, interval: 1800.0, handling: 180.0 }, Target::default());
        let found = evaluate(&load, model, &target, agents).unwrap();
        let svg = picture(&load, model, &target, &found).unwrap();
        assert!(svg.ends_with("</svg>\n") && !svg.contains("NaN") && !svg.contains("inf"), "{svg}");
    }
}

fn loads() -> impl Strategy<Value = Load> {
    (0.1..300.0_f64, 60.0..4000.0_f64, 5.0..900.0_f64).prop_map(|(calls, interval, handling)| Load {
        calls,
        interval,
        handling,
    })
}

fn models() -> impl Strategy<Value = Model> {
    prop_oneof![
        Just(Model::Waits),
        (1.0..5000.0_f64).prop_map(|patience| Model::Leaves { patience }),
        Just(Model::Blocked),
    ]
}

proptest! {
    #[test]
    fn turned_away_are_fewer_with_more_lines_and_more_with_more_load(lines in 1_u64..300, erlangs in 0.01..300.0_f64) {
        let b = erlang_b(lines, erlangs);
        prop_assert!(b > 0.0 || erlangs < 50.0);
        prop_assert!(b < 1.0 && erlang_b(lines + 1, erlangs) <= b && erlang_b(lines, erlangs * 1.1) >= b);
        // Who may wait is in the way of others: C is at least B.
        prop_assert!(erlang_c(lines, erlangs) >= b);
    }

    #[test]
    fn more_agents_are_never_worse(load in loads(), model in models(), more in 0_u64..40) {
        let target = Target::default();
        let agents = load.erlangs().floor() as u64 + 1 + more;
        let (a, b) = (evaluate(&load, model, &target, agents).unwrap(), evaluate(&load, model, &target, agents + 1).unwrap());
        let tiny = 1e-11;
        prop_assert!(b.service_level >= a.service_level - tiny && b.wait_probability <= a.wait_probability + tiny);
        prop_assert!(b.mean_wait <= a.mean_wait * (1.0 + 1e-9) + 1e-9 && b.occupancy <= a.occupancy + tiny);
        for share in [a.service_level, a.wait_probability, a.occupancy, a.abandonment.unwrap_or(0.0), a.blocking.unwrap_or(0.0)] {
            prop_assert!((0.0..=1.0).contains(&share));
        }
        // Little's law.
        let admitted = load.rate() * (1.0 - a.blocking.unwrap_or(0.0));
        prop_assert!((a.in_system - admitted * a.time_in_system).abs() <= 1e-9 * a.in_system.max(1.0));
        prop_assert!((a.queue_length - admitted * a.mean_wait).abs() <= 1e-9 * a.queue_length.max(1.0));
    }

    #[test]
    fn it_is_stable_exactly_below_full_load(load in loads(), agents in 1_u64..100) {
        let found = evaluate(&load, Model::Waits, &Target::default(), agents);
        prop_assert_eq!(found.is_ok(), load.erlangs() < agents as f64);
    }

    #[test]
    fn the_number_found_is_the_least(load in loads(), model in models(), level in 0.05..0.99_f64, highest in 0.3..1.0_f64, within in 0.0..120.0_f64) {
        let target = Target { within, service_level: level, max_occupancy: highest, shrinkage: 0.25 };
        let found = staff(&load, model, &target).unwrap();
        prop_assert!(found.meets_target);
        prop_assert!(found.positions as f64 * 0.75 >= found.agents as f64 - 1e-6);
        prop_assert!((found.positions - 1) as f64 * 0.75 < found.agents as f64);
        if found.agents > 1 {
            prop_assert!(evaluate(&load, model, &target, found.agents - 1).map_or(true, |less| !less.meets_target));
        }
        let steps = sensitivity(&load, model, &target, found.agents, -2..=3, 1).unwrap();
        prop_assert!(steps.iter().any(|step| step.agents == found.agents && step.service_level == Some(found.service_level)));
    }

    #[test]
    fn impatience_lies_between_turning_away_and_waiting_for_ever(load in loads(), more in 1_u64..20) {
        let agents = load.erlangs().floor() as u64 + more;
        let (target, leaves) = (Target::default(), |patience| Model::Leaves { patience });
        let found = |model| evaluate(&load, model, &target, agents).unwrap();
        let (waits, patient) = (found(Model::Waits), found(leaves(1e9)));
        if load.erlangs() < 0.95 * agents as f64 {
            prop_assert!((waits.wait_probability - patient.wait_probability).abs() < 1e-5);
            prop_assert!((waits.service_level - patient.service_level).abs() < 1e-5);
        }
        let (hasty, blocked) = (found(leaves(1e-4)), found(Model::Blocked));
        prop_assert!((hasty.abandonment.unwrap() - blocked.blocking.unwrap()).abs() < 1e-3);
    }

    #[test]
    fn it_agrees_with_the_chain_of_births_and_deaths(load in loads(), patience in 5.0..600.0_f64, agents in 1_u64..60) {
        let found = evaluate(&load, Model::Leaves { patience }, &Target::default(), agents).unwrap();
        // p(n) / p(n−1) = λ / (min(n, c) μ + max(n − c, 0) θ), from the empty system on, scaled by its largest.
        let mut logs = vec![0.0_f64];
        for n in 1..6000_u64 {
            let out = n.min(agents) as f64 / load.handling + n.saturating_sub(agents) as f64 / patience;
            logs.push(logs[logs.len() - 1] + (load.rate() / out).ln());
        }
        let top = logs.iter().copied().fold(f64::MIN, f64::max);
        let weights: Vec<f64> = logs.iter().map(|log| (log - top).exp()).collect();
        let all: f64 = weights.iter().sum();
        let c = usize::try_from(agents).unwrap();
        let waiting = weights[c..].iter().sum::<f64>() / all;
        let queue = weights[c..].iter().enumerate().map(|(n, p)| n as f64 * p).sum::<f64>() / all;
        prop_assert!((found.wait_probability - waiting).abs() < 1e-9, "{} {waiting}", found.wait_probability);
        prop_assert!((found.queue_length - queue).abs() < 1e-8 * queue.max(1.0), "{} {queue}", found.queue_length);
    }
}
