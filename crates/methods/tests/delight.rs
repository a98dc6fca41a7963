//! Delight and outrage: every row of the rule table, and the laws it keeps.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use proptest::prelude::*;
use ting_methods::delight::{
    DelightError, Needs, Occasion, Rule, Settings, State, Total, Verdict, judge, judge_all, shares,
};
use ting_methods::ratio::Rating;

fn verdict(needs: Needs) -> Option<(State, Rule)> {
    judge(&needs, false, &Settings::default()).unwrap().map(|Verdict { state, rule }| (state, rule))
}

const HAPPY: Needs = Needs {
    safety_violated: false,
    justice_violated: false,
    promise_broken: false,
    esteem: Some(5.0),
    ratio: Some(1.2),
};

#[test]
fn every_rule_decides_in_its_turn() {
    for (needs, expected) in [
        (
            Needs { safety_violated: true, justice_violated: true, ..HAPPY },
            Some((State::Outraged, Rule::SafetyViolated)),
        ),
        (
            Needs { justice_violated: true, promise_broken: true, ..HAPPY },
            Some((State::Outraged, Rule::JusticeViolated)),
        ),
        (Needs { promise_broken: true, ..HAPPY }, Some((State::Delighted, Rule::EsteemMet))),
        (Needs { esteem: Some(4.0), ratio: Some(0.95), ..HAPPY }, Some((State::Delighted, Rule::EsteemMet))),
        (
            Needs { esteem: Some(3.9), promise_broken: true, ..HAPPY },
            Some((State::Annoyed, Rule::PromiseBroken)),
        ),
        (
            Needs { ratio: Some(0.94), promise_broken: true, ..HAPPY },
            Some((State::Annoyed, Rule::PromiseBroken)),
        ),
        (Needs { ratio: Some(0.94), ..HAPPY }, Some((State::Dissatisfied, Rule::Ratio))),
        (Needs { esteem: None, ratio: Some(1.0), ..HAPPY }, Some((State::Satisfied, Rule::Ratio))),
        (Needs { esteem: Some(1.0), ratio: Some(1.06), ..HAPPY }, Some((State::Delighted, Rule::Ratio))),
        (Needs { ratio: None, ..HAPPY }, None),
        (Needs { ratio: None, promise_broken: true, ..HAPPY }, Some((State::Annoyed, Rule::PromiseBroken))),
        (Needs::default(), None),
    ] {
        assert_eq!(verdict(needs), expected, "{needs:?}");
    }
    let annoyed = Needs { promise_broken: true, ..Needs::default() };
    let again = judge(&annoyed, true, &Settings::default()).unwrap();
    assert_eq!(again, Some(Verdict { state: State::Outraged, rule: Rule::RepeatedAnnoyance }));
}

fn annoyance(customer: &str, day: i64) -> Occasion {
    let needs = Needs { promise_broken: true, ..Needs::default() };
    Occasion { customer: Some(customer.to_owned()), day: Some(day), needs }
}

fn rules(occasions: &[Occasion]) -> Vec<Rule> {
    let verdicts = judge_all(occasions, &Settings::default()).unwrap();
    verdicts.into_iter().map(|verdict| verdict.unwrap().rule).collect()
}

#[test]
fn the_third_annoyance_within_ninety_days_outrages() {
    use Rule::{PromiseBroken, RepeatedAnnoyance};
    let days = |days: [i64; 3]| rules(&days.map(|day| annoyance("老李", day)));
    assert_eq!(days([0, 40, 89]), [PromiseBroken, PromiseBroken, RepeatedAnnoyance]);
    assert_eq!(days([0, 40, 90]), [PromiseBroken; 3]);
    // The order of rows does not matter, and of one day all count.
    assert_eq!(days([89, 0, 40]), [RepeatedAnnoyance, PromiseBroken, PromiseBroken]);
    assert_eq!(days([7, 7, 7]), [RepeatedAnnoyance; 3]);
    assert_eq!(days([i64::MIN, 0, i64::MAX]), [PromiseBroken; 3]);
    // Others' annoyances, undated ones, and those of nobody repeat nothing.
    let mut others = vec![annoyance("a", 1), annoyance("b", 2), annoyance("c", 3)];
    assert_eq!(rules(&others), [PromiseBroken; 3]);
    for occasion in &mut others {
        occasion.customer = None;
    }
    assert_eq!(rules(&others), [PromiseBroken; 3]);
    let undated = Occasion { day: None, ..annoyance("a", 0) };
    assert_eq!(rules(&vec![undated; 5]), [PromiseBroken; 5]);
}

#[test]
fn a_customer_is_judged_by_all_occasions_together() {
    let settings = Settings::default();
    let total = |occasions: &[(Needs, Option<Rating>)]| {
        let mut total = Total::default();
        for (needs, rating) in occasions {
            let found = judge(needs, false, &settings).unwrap();
            total.add(needs, found, rating.as_ref()).unwrap();
        }
        (total.needs(&settings), total.verdict(&settings).unwrap().map(|found| (found.state, found.rule)))
    };
    let of = |esteem: f64| Needs { esteem: Some(esteem), ..Needs::default() };
    let rating = |perceived: f64, weight: f64| Some(Rating { weight, ..Rating::new(perceived, 5.0) });
    // Esteem (5 + 3) / 2 = 4, ratio (3 · 4 + 1 · 8) / (4 · 5) = 1.
    let (needs, found) = total(&[(of(5.0), rating(4.0, 3.0)), (of(3.0), rating(8.0, 1.0))]);
    assert_eq!((needs.esteem, needs.ratio), (Some(4.0), Some(1.0)));
    assert_eq!(found, Some((State::Delighted, Rule::EsteemMet)));
    let violated = Needs { safety_violated: true, ..Needs::default() };
    assert_eq!(
        total(&[(HAPPY, rating(9.0, 1.0)), (violated, None)]).1,
        Some((State::Outraged, Rule::SafetyViolated))
    );
    assert_eq!(total(&[]).1, None);
    let repeated = Verdict { state: State::Outraged, rule: Rule::RepeatedAnnoyance };
    let mut customer = Total::default();
    customer.add(&annoyance("a", 1).needs, Some(repeated), None).unwrap();
    assert_eq!((customer.n(), customer.verdict(&settings).unwrap()), (1, Some(repeated)));
    assert!(customer.add(&HAPPY, None, Some(&Rating::new(f64::NAN, 5.0))).is_err());
}

#[test]
fn what_means_nothing_is_refused() {
    let settings = Settings::default();
    for wrong in [0.9, 5.1, f64::NAN, f64::INFINITY] {
        let needs = Needs { esteem: Some(wrong), ..HAPPY };
        assert!(matches!(judge(&needs, false, &settings), Err(DelightError::Esteem(_))), "{wrong}");
        let settings = Settings { esteem: wrong, ..settings };
        assert_eq!(judge(&HAPPY, false, &settings), Err(DelightError::Threshold), "{wrong}");
    }
    for wrong in [-0.1, f64::NAN, f64::INFINITY] {
        let needs = Needs { ratio: Some(wrong), ..HAPPY };
        assert!(matches!(judge(&needs, false, &settings), Err(DelightError::Ratio(_))), "{wrong}");
    }
    assert_eq!(judge(&HAPPY, false, &Settings { days: 0, ..settings }), Err(DelightError::Repeats));
    assert_eq!(judge(&HAPPY, false, &Settings { annoyances: 0, ..settings }), Err(DelightError::Repeats));
    assert_eq!(
        judge(&HAPPY, false, &Settings { tolerance_permille: 1000, ..settings }),
        Err(DelightError::Tolerance)
    );
}

#[test]
fn shares_of_nothing_are_none_and_others_add_up() {
    assert_eq!(shares([]), []);
    let found = shares([State::Outraged, State::Delighted, State::Delighted]);
    assert_eq!(found.iter().map(|share| share.share.count).collect::<Vec<_>>(), [1, 0, 0, 0, 2]);
    assert!(
        found
            .iter()
            .all(|share| share.share.low <= share.share.share && share.share.share <= share.share.high)
    );
}

fn needs() -> impl Strategy<Value = Needs> {
    (any::<[bool; 3]>(), prop::option::of(1.0..=5.0_f64), prop::option::of(0.0..2.0_f64)).prop_map(
        |([safety_violated, justice_violated, promise_broken], esteem, ratio)| Needs {
            safety_violated,
            justice_violated,
            promise_broken,
            esteem,
            ratio,
        },
    )
}

fn occasions() -> impl Strategy<Value = Vec<Occasion>> {
    let occasion = (prop::option::of("[ab]"), prop::option::of(0_i64..200), needs())
        .prop_map(|(customer, day, needs)| Occasion { customer, day, needs });
    prop::collection::vec(occasion, 0..40)
}

proptest! {
    #[test]
    fn no_esteem_makes_up_for_a_violation(needs in needs(), esteem in 1.0..=5.0_f64, ratio in 0.0..9.0_f64) {
        let violated = Needs { safety_violated: !needs.justice_violated, esteem: Some(esteem), ratio: Some(ratio), ..needs };
        prop_assert_eq!(verdict(violated).unwrap().0, State::Outraged);
    }

    #[test]
    fn without_a_violation_or_a_repetition_nobody_is_outraged(needs in needs()) {
        let needs = Needs { safety_violated: false, justice_violated: false, ..needs };
        prop_assert!(verdict(needs).is_none_or(|(state, _)| state != State::Outraged));
    }

    #[test]
    fn more_esteem_never_makes_it_worse(needs in needs(), more in 0.0..4.0_f64) {
        let raised = Needs { esteem: needs.esteem.map(|esteem| (esteem + more).min(5.0)), ..needs };
        prop_assert!(verdict(raised).map(|found| found.0) >= verdict(needs).map(|found| found.0));
    }

    #[test]
    fn verdicts_go_with_their_occasions(occasions in occasions(), by in 0_usize..40) {
        let verdicts = judge_all(&occasions, &Settings::default()).unwrap();
        let mut turned = occasions.clone();
        let by = by % occasions.len().max(1);
        turned.rotate_left(by);
        let mut expected = verdicts.clone();
        expected.rotate_left(by);
        prop_assert_eq!(judge_all(&turned, &Settings::default()).unwrap(), expected);
    }

    #[test]
    fn repetition_turns_annoyance_into_outrage_and_nothing_else(occasions in occasions()) {
        let together = judge_all(&occasions, &Settings::default()).unwrap();
        for (occasion, found) in occasions.iter().zip(together) {
            let alone = judge(&occasion.needs, false, &Settings::default()).unwrap();
            if found != alone {
                prop_assert_eq!(alone.map(|verdict| verdict.rule), Some(Rule::PromiseBroken));
                prop_assert_eq!(found.map(|verdict| verdict.rule), Some(Rule::RepeatedAnnoyance));
            }
        }
    }
}
