//! What people decided outlasts every fit.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod comments;

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use ting_methods::text::{
    Action, Comment, Correction, Diff, FitOptions, Fitted, Guidance, Level, Previous, fit, fit_guided,
};

type Known = Vec<(String, String, usize)>;

fn list(known: &Known) -> Vec<Comment<'_>> {
    known.iter().map(|(id, text, _)| Comment { id: id.clone(), text }).collect()
}

fn refit(known: &Known, previous: &Previous, actions: &[Action], seed: u64) -> Fitted {
    let corrections: Vec<Correction> = actions.iter().cloned().map(decided).collect();
    let guidance = Guidance { corrections: &corrections, previous: Some(previous), encoded: None };
    let options = FitOptions { seed, ..FitOptions::default() };
    fit_guided(&list(known), &options, &guidance, &mut |_| {}).unwrap()
}

fn decided(action: Action) -> Correction {
    Correction { action, who: Some("Li".to_owned()), when: None, why: None }
}

fn outcome(fitted: &Fitted) -> Previous {
    Previous { themes: fitted.themes.clone(), assignments: fitted.assignments.clone(), corrections: 0 }
}

fn first(known: &Known) -> Previous {
    outcome(&fit(&list(known), &FitOptions::default(), &mut |_| {}))
}

fn theme_of(fitted: &Fitted, id: &str) -> Option<u32> {
    fitted.assignments.iter().find(|assignment| assignment.id == id).unwrap().theme
}

fn was(previous: &Previous, id: &str) -> Option<u32> {
    previous.assignments.iter().find(|assignment| assignment.id == id).unwrap().theme
}

/// A theme of another topic than that of the first comment.
fn another(previous: &Previous, known: &Known, id: &str) -> u32 {
    let topic = known.iter().find(|(other, _, _)| other == id).unwrap().2;
    let stranger = |(other, _, other_topic): &&(String, String, usize)| {
        *other_topic != topic && was(previous, other).is_some()
    };
    was(previous, &known.iter().find(stranger).unwrap().0).unwrap()
}

#[test]
fn a_pinned_card_is_where_it_was_pinned_whatever_the_seed() {
    let known = comments::comments();
    let previous = first(&known);
    let theme = another(&previous, &known, "c0000");
    let pins: Vec<Action> =
        ["c0000", "c0001", "c0002"].map(|card| Action::Pin { card: card.to_owned(), theme }).into();
    for seed in 1..=3 {
        let fitted = refit(&known, &previous, &pins, seed);
        for card in ["c0000", "c0001", "c0002"] {
            assert_eq!(theme_of(&fitted, card), Some(theme), "seed {seed}");
        }
    }
}

#[test]
fn barred_and_parked_cards_are_not_where_they_must_not_be() {
    let known = comments::comments();
    let previous = first(&known);
    let theme = was(&previous, "c0000").unwrap();
    let actions =
        [Action::Bar { card: "c0000".to_owned(), theme }, Action::Park { card: "c0100".to_owned() }];
    let fitted = refit(&known, &previous, &actions, 1);
    assert_ne!(theme_of(&fitted, "c0000"), Some(theme));
    assert_eq!(theme_of(&fitted, "c0100"), None);
    assert_eq!(fitted.parked, fitted.assignments.iter().filter(|a| a.theme.is_none()).count());
}

#[test]
fn cards_are_kept_together_and_apart() {
    let known = comments::comments();
    let previous = first(&known);
    // Of two topics, and of one topic in one theme.
    let same = known
        .iter()
        .map(|(id, _, _)| id)
        .find(|id| *id != "c0000" && was(&previous, id) == was(&previous, "c0000"));
    let pair = |a: &str, b: &str| vec![a.to_owned(), b.to_owned()];
    let actions = [
        Action::Together { cards: pair("c0020", "c0300") },
        Action::Apart { cards: pair("c0000", same.unwrap()) },
    ];
    let fitted = refit(&known, &previous, &actions, 1);
    assert!(theme_of(&fitted, "c0020").is_some());
    assert_eq!(theme_of(&fitted, "c0020"), theme_of(&fitted, "c0300"));
    let (one, other) = (theme_of(&fitted, "c0000"), theme_of(&fitted, same.unwrap()));
    assert!(one.is_none() || one != other, "{one:?} {other:?}");
}

#[test]
fn merged_themes_are_one_and_a_split_theme_is_several() {
    let known = comments::comments();
    let previous = first(&known);
    let (one, other) = (was(&previous, "c0000").unwrap(), another(&previous, &known, "c0000"));
    let merged = refit(&known, &previous, &[Action::Merge { themes: vec![one, other] }], 1);
    let keys: BTreeSet<u32> = merged.themes.iter().map(|theme| theme.key).collect();
    assert!(keys.contains(&one) && !keys.contains(&other));
    let members = |theme| previous.assignments.iter().filter(move |a| a.theme == Some(theme));
    let moved = members(other).filter(|a| theme_of(&merged, &a.id) == Some(one)).count();
    assert!(moved * 10 >= members(other).count() * 8, "{moved} of {}", members(other).count());

    let largest = previous.themes.iter().find(|theme| theme.level == Level::Middle).unwrap();
    let split = refit(&known, &previous, &[Action::Split { theme: largest.key }], 1);
    let parts: BTreeSet<u32> = members(largest.key).filter_map(|a| theme_of(&split, &a.id)).collect();
    assert!(parts.len() >= 2 && parts.contains(&largest.key), "{parts:?}");
    // The split has been made: a later fit with the same list does not make it again.
    let again = Previous { corrections: 1, ..outcome(&split) };
    let quiet = refit(&known, &again, &[Action::Split { theme: largest.key }], 1);
    let diff = quiet.diff.unwrap();
    assert!(diff.moved.len() * 10 < known.len(), "{} moved", diff.moved.len());
}

#[test]
fn a_name_and_a_lock_stay_even_when_nobody_speaks_of_the_theme() {
    let known = comments::comments();
    let previous = first(&known);
    let theme = was(&previous, "c0000").unwrap();
    let actions = [Action::Rename { theme, label: "送货太慢".to_owned() }, Action::Lock { theme }];
    let named = refit(&known, &previous, &actions, 2);
    let kept = named.themes.iter().find(|found| found.key == theme).unwrap();
    assert_eq!((kept.label.as_str(), kept.named, kept.locked), ("送货太慢", true, true));
    for assignment in previous.assignments.iter().filter(|assignment| assignment.theme == Some(theme)) {
        assert_eq!(theme_of(&named, &assignment.id), Some(theme), "a locked card moved");
    }
    // Without the list, and without any of its cards: the earlier outcome remembers.
    let others: Known =
        known.into_iter().filter(|(id, _, _)| was(&outcome(&named), id) != Some(theme)).collect();
    let later = refit(&others, &outcome(&named), &[], 1);
    let kept = later.themes.iter().find(|found| found.key == theme).unwrap();
    assert_eq!((kept.label.as_str(), kept.size, kept.named, kept.locked), ("送货太慢", 0, true, true));
}

#[test]
fn a_refit_of_the_same_comments_changes_nothing() {
    let known = comments::comments();
    let previous = first(&known);
    let again = refit(&known, &previous, &[], 1);
    let stayed = Diff { stayed: known.len(), ..Diff::default() };
    assert_eq!(again.diff, Some(stayed));
    assert_eq!(again.themes, previous.themes);
}

/// 95 % of the cards keep their theme when 30 % more arrive.
#[test]
fn cards_keep_their_theme_when_more_arrive() {
    let known = comments::comments();
    let early: Known =
        known.iter().enumerate().filter(|(at, _)| at % 10 < 7).map(|(_, row)| row.clone()).collect();
    let fitted = fit(&list(&early), &FitOptions::default(), &mut |_| {});
    let kept = |theme_of: &dyn Fn(&str, &str) -> Option<u32>| {
        let same = early
            .iter()
            .zip(&fitted.assignments)
            .filter(|((id, text, _), a)| theme_of(id, text) == a.theme)
            .count();
        same * 100 >= early.len() * 95
    };
    // Without a refit: the model places them where they were.
    assert!(kept(&|_, text| fitted.model.assign(text).theme()));
    let new: Vec<_> = known.iter().enumerate().filter(|(at, _)| at % 10 >= 7).map(|(_, row)| row).collect();
    let placed: Vec<(u32, usize)> = new
        .iter()
        .filter_map(|(_, text, topic)| Some((fitted.model.assign(text).theme()?, *topic)))
        .collect();
    let mut topics: BTreeMap<u32, BTreeMap<usize, usize>> = BTreeMap::new();
    for (assignment, (_, _, topic)) in fitted.assignments.iter().zip(&early) {
        if let Some(theme) = assignment.theme {
            *topics.entry(theme).or_default().entry(*topic).or_default() += 1;
        }
    }
    let right = placed
        .iter()
        .filter(|(theme, topic)| topics[theme].iter().max_by_key(|(_, n)| **n).unwrap().0 == topic);
    assert!(right.count() * 100 >= placed.len() * 95);
}

#[test]
fn the_order_of_comments_changes_no_correction() {
    let known = comments::comments();
    let previous = first(&known);
    let theme = another(&previous, &known, "c0000");
    let actions = [
        Action::Pin { card: "c0000".to_owned(), theme },
        Action::Together { cards: vec!["c0030".to_owned(), "c0100".to_owned(), "c0200".to_owned()] },
    ];
    let straight = refit(&known, &previous, &actions, 1);
    let mut turned = known.clone();
    turned.reverse();
    let mut mixed = refit(&turned, &previous, &actions, 1);
    mixed.assignments.reverse();
    assert_eq!(straight.themes, mixed.themes);
    assert_eq!(straight.assignments, mixed.assignments);
}

#[test]
fn a_card_of_a_comment_follows_what_is_decided_on_the_comment() {
    let mut known = comments::comments();
    let previous = first(&known);
    let theme = another(&previous, &known, "c0000");
    known[0].0 = "c0000#1".to_owned();
    known[1].0 = "c0000#2".to_owned();
    let fitted = refit(&known, &previous, &[Action::Pin { card: "c0000".to_owned(), theme }], 1);
    assert_eq!((theme_of(&fitted, "c0000#1"), theme_of(&fitted, "c0000#2")), (Some(theme), Some(theme)));
}

fn any_action() -> impl Strategy<Value = Action> {
    let card = || (0_usize..490).prop_map(|at| format!("c{at:04}"));
    let theme = || 0_u32..14;
    prop_oneof![
        (card(), theme()).prop_map(|(card, theme)| Action::Pin { card, theme }),
        (card(), theme()).prop_map(|(card, theme)| Action::Bar { card, theme }),
        prop::collection::vec(card(), 0..4).prop_map(|cards| Action::Together { cards }),
        prop::collection::vec(card(), 0..4).prop_map(|cards| Action::Apart { cards }),
        prop::collection::vec(theme(), 0..4).prop_map(|themes| Action::Merge { themes }),
        theme().prop_map(|theme| Action::Split { theme }),
        theme().prop_map(|theme| Action::Rename { theme, label: "named".to_owned() }),
        theme().prop_map(|theme| Action::Lock { theme }),
        card().prop_map(|card| Action::Park { card }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// The last word on a card holds, whatever else is decided; sizes add up.
    #[test]
    fn any_list_of_corrections_is_kept_to(actions in prop::collection::vec(any_action(), 0..12)) {
        static FIRST: std::sync::LazyLock<(Known, Previous)> = std::sync::LazyLock::new(|| {
            let known = comments::comments();
            let previous = first(&known);
            (known, previous)
        });
        let (known, previous) = &*FIRST;
        let fitted = refit(known, previous, &actions, 1);
        let placed: usize = fitted.themes.iter().filter(|t| t.level == Level::Middle).map(|t| t.size).sum();
        prop_assert_eq!(placed + fitted.parked, known.len());
        if let Some(Action::Park { card }) = actions.last()
            && known.iter().any(|(id, _, _)| id == card)
        {
            prop_assert_eq!(theme_of(&fitted, card), None);
        }
        let middle = |key: &u32| previous.themes.iter().any(|t| t.key == *key && t.level == Level::Middle);
        if let Some(Action::Pin { card, theme }) = actions.last()
            && middle(theme)
            && !actions.iter().any(|action| matches!(action, Action::Merge { .. }))
            && known.iter().any(|(id, _, _)| id == card)
        {
            prop_assert_eq!(theme_of(&fitted, card), Some(*theme));
        }
    }
}
