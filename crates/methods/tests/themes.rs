//! Themes of made-up comments about known topics, and the laws every fit keeps.

mod comments;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use proptest::prelude::*;
use ting_methods::text::{
    Comment, Drift, FitOptions, Fitted, Level, Model, ModelError, Placement, fit, match_themes,
};

fn fit_made_up(options: &FitOptions) -> (Vec<(String, String, usize)>, Fitted) {
    let known = comments::comments();
    let list: Vec<Comment<'_>> = known.iter().map(|(id, text, _)| Comment { id: id.clone(), text }).collect();
    let fitted = fit(&list, options, &mut |_| {});
    (known, fitted)
}

fn by_id(fitted: &Fitted) -> BTreeMap<&str, Option<u32>> {
    fitted.assignments.iter().map(|assignment| (assignment.id.as_str(), assignment.theme)).collect()
}

#[test]
fn known_topics_are_found() {
    let (known, fitted) = fit_made_up(&FitOptions::default());
    let placed: Vec<(usize, usize)> = fitted
        .assignments
        .iter()
        .zip(&known)
        .filter_map(|(assignment, (_, _, topic))| Some((assignment.theme? as usize, *topic)))
        .collect();
    let (themes, topics): (Vec<usize>, Vec<usize>) = placed.into_iter().unzip();
    let agreement = leiden_rs::nmi(&themes, &topics);
    assert!(agreement > 0.8, "agreement {agreement}, themes {:#?}", fitted.themes);
    assert_eq!((fitted.languages.chinese, fitted.languages.english, fitted.languages.other), (240, 240, 0));
    assert!(fitted.parked < 60, "{} parked", fitted.parked);
}

#[test]
fn every_theme_is_of_one_topic() {
    let (known, fitted) = fit_made_up(&FitOptions::default());
    let topic_of: HashMap<&str, usize> = known.iter().map(|(id, _, topic)| (id.as_str(), *topic)).collect();
    let mut shares: BTreeMap<u32, BTreeMap<usize, usize>> = BTreeMap::new();
    for assignment in &fitted.assignments {
        if let Some(theme) = assignment.theme {
            *shares.entry(theme).or_default().entry(topic_of[assignment.id.as_str()]).or_default() += 1;
        }
    }
    for (theme, topics) in shares {
        let (all, most) = (topics.values().sum::<usize>(), topics.values().max().unwrap());
        assert!(most * 10 >= all * 9, "theme {theme} mixes {topics:?}");
    }
}

#[test]
fn a_theme_is_named_by_words_and_a_clause_its_customers_wrote() {
    let (known, fitted) = fit_made_up(&FitOptions::default());
    for theme in fitted.themes.iter().filter(|theme| theme.level == Level::Middle) {
        assert!((1..=6).contains(&theme.terms.len()), "{theme:?}");
        assert!(
            known.iter().any(|(_, text, _)| text.contains(&theme.label)),
            "nobody wrote {:?}",
            theme.label
        );
        for quote in &theme.quotes {
            assert!(known.iter().any(|(id, text, _)| *id == quote.id && *text == quote.text), "{quote:?}");
        }
    }
    let terms: BTreeSet<&str> =
        fitted.themes.iter().flat_map(|theme| &theme.terms).map(String::as_str).collect();
    for word in ["空调", "物流", "app", "room", "refund"] {
        assert!(terms.contains(word), "{word} is missing in {terms:?}");
    }
}

#[test]
fn sizes_add_up_and_levels_nest() {
    let (known, fitted) = fit_made_up(&FitOptions::default());
    let of = |level| fitted.themes.iter().filter(move |theme| theme.level == level);
    let size = |level| of(level).map(|theme| theme.size).sum::<usize>();
    assert_eq!(size(Level::Middle) + fitted.parked, known.len());
    assert_eq!(size(Level::Large), size(Level::Middle));
    let keys: BTreeSet<u32> = fitted.themes.iter().map(|theme| theme.key).collect();
    assert_eq!(keys.len(), fitted.themes.len());
    let level: BTreeMap<u32, Level> = fitted.themes.iter().map(|theme| (theme.key, theme.level)).collect();
    for theme in &fitted.themes {
        match theme.level {
            Level::Large => assert_eq!(theme.parent, None),
            Level::Middle => assert_eq!(level[&theme.parent.unwrap()], Level::Large),
            Level::Small => assert_eq!(level[&theme.parent.unwrap()], Level::Middle),
        }
    }
    assert!(fitted.assignments.iter().filter_map(|a| a.theme).all(|theme| level[&theme] == Level::Middle));
}

#[test]
fn placing_a_fitted_comment_again_gives_its_theme() {
    let (known, fitted) = fit_made_up(&FitOptions::default());
    for (assignment, (_, text, _)) in fitted.assignments.iter().zip(&known) {
        if assignment.duplicate_of.is_none() {
            assert_eq!(fitted.model.assign(text).theme(), assignment.theme, "{text}");
        }
    }
}

#[test]
fn new_comments_join_the_theme_of_their_topic_and_strange_ones_are_parked() {
    let (known, fitted) = fit_made_up(&FitOptions::default());
    let theme_of = |text: &str| fitted.model.assign(text).theme();
    let topic_of = |theme: Option<u32>| {
        let members =
            fitted.assignments.iter().zip(&known).filter(|(assignment, _)| assignment.theme == theme);
        let mut counts = [0; 6];
        members.for_each(|(_, (_, _, topic))| counts[*topic] += 1);
        (0..6).max_by_key(|topic| counts[*topic])
    };
    assert_eq!(topic_of(Some(theme_of("空调开了一晚上还是不制冷").unwrap())), Some(1));
    assert_eq!(topic_of(Some(theme_of("app crashes and I cannot log in").unwrap())), Some(3));
    for strange in ["", "？？？", "wonderful violin concert tonight", "ありがとう"] {
        assert_eq!(fitted.model.assign(strange), Placement::Parked, "{strange}");
    }
}

#[test]
fn the_order_of_comments_does_not_matter() {
    let known = comments::comments();
    let mut list: Vec<Comment<'_>> =
        known.iter().map(|(id, text, _)| Comment { id: id.clone(), text }).collect();
    let straight = fit(&list, &FitOptions::default(), &mut |_| {});
    list.sort_by_key(|comment| comment.id.bytes().rev().collect::<Vec<_>>());
    let mixed = fit(&list, &FitOptions::default(), &mut |_| {});
    assert_eq!(by_id(&straight), by_id(&mixed));
    assert_eq!(straight.themes, mixed.themes);
    assert_eq!(straight.model, mixed.model);
}

#[test]
fn the_number_of_threads_does_not_matter() {
    let run = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| fit_made_up(&FitOptions::default()).1.model.to_bytes())
    };
    assert_eq!(run(1), run(3));
}

#[test]
fn repeated_comments_are_folded_onto_the_first_and_counted() {
    let mut known = comments::comments();
    let (first, text) = (known[7].0.clone(), known[7].1.clone());
    for number in 0..40 {
        known.push((format!("z{number:02}"), format!("  {text}！ "), 0));
    }
    let list: Vec<Comment<'_>> = known.iter().map(|(id, text, _)| Comment { id: id.clone(), text }).collect();
    let fitted = fit(&list, &FitOptions { parked_share: 0.0, ..FitOptions::default() }, &mut |_| {});
    let repeated = &fitted.assignments[480..];
    assert!(repeated.iter().all(|assignment| assignment.duplicate_of.as_deref() == Some(first.as_str())));
    assert!(repeated.iter().all(|assignment| assignment.theme == fitted.assignments[7].theme));
    assert_eq!(fitted.assignments[7].duplicate_of, None);
    assert_eq!(fitted.themes.iter().filter(|t| t.level == Level::Middle).map(|t| t.size).sum::<usize>(), 520);
}

#[test]
fn comments_beyond_the_sample_are_placed_too() {
    let (known, fitted) = fit_made_up(&FitOptions { sample: 300, ..FitOptions::default() });
    assert_eq!(fitted.assignments.len(), known.len());
    assert!(fitted.parked < 120, "{} parked", fitted.parked);
}

#[test]
fn progress_rises_from_zero_to_one() {
    let known = comments::comments();
    let list: Vec<Comment<'_>> = known.iter().map(|(id, text, _)| Comment { id: id.clone(), text }).collect();
    let mut heard = vec![0.0];
    fit(&list, &FitOptions::default(), &mut |part| heard.push(part));
    assert!(heard.windows(2).all(|pair| pair[0] <= pair[1]) && heard.last() == Some(&1.0), "{heard:?}");
}

#[test]
fn a_stored_model_places_like_the_original() {
    let (known, fitted) = fit_made_up(&FitOptions::default());
    let bytes = fitted.model.to_bytes();
    let read = Model::from_bytes(&bytes).unwrap();
    assert_eq!(read, fitted.model);
    for (_, text, _) in known.iter().step_by(17) {
        assert_eq!(read.assign(text), fitted.model.assign(text));
    }
}

#[test]
fn bytes_that_are_no_model_of_this_version_are_refused() {
    let mut bytes = fit_made_up(&FitOptions::default()).1.model.to_bytes();
    assert_eq!(Model::from_bytes(b""), Err(ModelError::Malformed));
    assert_eq!(Model::from_bytes(b"tmod"), Err(ModelError::Malformed));
    assert_eq!(Model::from_bytes(&bytes[..bytes.len() / 2]), Err(ModelError::Malformed));
    bytes[4] = 99;
    assert_eq!(Model::from_bytes(&bytes), Err(ModelError::Version { found: 99 }));
}

#[test]
fn a_refit_keeps_the_keys_of_themes_that_stay_together() {
    let before = fit_made_up(&FitOptions::default()).1;
    let after = fit_made_up(&FitOptions { seed: 2, ..FitOptions::default() }).1;
    let placed = |fitted: &Fitted| -> Vec<(String, u32)> {
        fitted.assignments.iter().filter_map(|a| Some((a.id.clone(), a.theme?))).collect()
    };
    let (old, new) = (placed(&before), placed(&after));
    let pairs = |list: &'static [(String, u32)]| list.iter().map(|(id, theme)| (id.as_str(), *theme));
    let matched = match_themes(pairs(old.clone().leak()), pairs(new.leak()));
    assert!(!matched.is_empty());
    assert_eq!(
        matched.values().collect::<BTreeSet<_>>().len(),
        matched.len(),
        "one old key went to two themes"
    );
    let same = match_themes(pairs(old.clone().leak()), pairs(old.leak()));
    assert!(same.iter().all(|(new, old)| new == old));
}

#[test]
fn drift_asks_for_a_refit_when_customers_speak_of_something_new() {
    let fitted = fit_made_up(&FitOptions::default()).1;
    let mut drift = Drift::default();
    for _ in 0..60 {
        drift.record(&fitted.model.assign("空调噪音很大"));
    }
    assert!(!drift.needs_refit(&fitted.model), "{drift:?}");
    for _ in 0..30 {
        drift.record(&fitted.model.assign("the violin concert was wonderful"));
    }
    assert!(drift.needs_refit(&fitted.model), "{drift:?}");
    assert_eq!((drift.seen, drift.parked), (90, 30));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn a_model_from_damaged_bytes_is_refused_or_harmless(at in any::<prop::sample::Index>(), bits in 1_u8..=255) {
        static BYTES: std::sync::LazyLock<Vec<u8>> =
            std::sync::LazyLock::new(|| fit_made_up(&FitOptions::default()).1.model.to_bytes());
        let mut bytes = BYTES.clone();
        let place = at.index(bytes.len());
        bytes[place] ^= bits;
        if let Ok(model) = Model::from_bytes(&bytes) {
            model.assign("空调噪音很大 app crashes");
        }
    }
}
