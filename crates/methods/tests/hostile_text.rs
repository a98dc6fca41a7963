//! Texts nobody should send: nothing panics, nothing takes long, every comment gets an answer.

use std::time::{Duration, Instant};

use proptest::prelude::*;
use ting_methods::text::{Comment, FitOptions, Fitted, Language, Tone, duplicates, fit, judge, statements};

/// Generous for a loaded machine, far too short for anything quadratic.
const PATIENCE: Duration = Duration::from_secs(20);

fn texts() -> Vec<String> {
    let mut texts: Vec<String> = ["", " ", "a", "慢", "。", "\0", "😀", "👨‍👩‍👧‍👦👍🏽", "\u{200b}\u{200b}", "٣", "ก็"]
        .map(str::to_owned)
        .into();
    texts.push("慢".repeat(10_000));
    texts.push("价格太贵了服务态度也不好".repeat(850));
    texts.push("good ".repeat(2_000));
    texts.push("x".repeat(10_000));
    texts.push("😀".repeat(10_000));
    texts.push(format!("e{}", "\u{301}".repeat(5_000)));
    texts.push("a\u{200d}".repeat(5_000));
    texts.push("好bad很slow慢медленно遅い느려요بطيء".repeat(200));
    texts.push("<a".repeat(5_000));
    texts.push("&".repeat(10_000));
    texts.push("https://".repeat(1_250));
    texts.push("not ".repeat(2_500));
    texts.push("不".repeat(10_000));
    texts.push("!?".repeat(5_000));
    texts.push("\u{fdfa}".repeat(3_000));
    texts.push("(((((".repeat(2_000));
    texts.push("the best thing ever. ".repeat(500));
    texts.push("\n".repeat(10_000));
    texts
}

fn fit_texts(texts: &[String]) -> Fitted {
    let comments: Vec<Comment<'_>> =
        texts.iter().enumerate().map(|(at, text)| Comment { id: format!("{at:06}"), text }).collect();
    let fitted = fit(&comments, &FitOptions::default(), &mut |_| {});
    assert_eq!(fitted.assignments.len(), texts.len());
    fitted
}

#[test]
fn every_hostile_text_is_judged_within_bounds() {
    let started = Instant::now();
    for text in texts() {
        let judged = judge(&text);
        assert!(
            (-1.0..=1.0).contains(&judged.sentiment.score) && (0.0..=1.0).contains(&judged.urgency.score)
        );
        assert!(judged.sentiment.words.len() <= 5);
        statements(&text);
        assert!(duplicates::jaccard(&text, &text) >= 0.0);
    }
    assert!(started.elapsed() < PATIENCE, "{:?}", started.elapsed());
}

#[test]
fn texts_without_words_have_no_tone() {
    for text in ["", " ", "。", "😀😀😀", "\u{200b}", "12345"] {
        let judged = judge(text);
        assert_eq!((judged.language, judged.sentiment.tone), (Language::Other, Tone::Neutral), "{text:?}");
    }
}

#[test]
fn hostile_texts_are_fitted_together() {
    let started = Instant::now();
    let mut all = texts();
    all.extend(texts().into_iter().map(|text| format!("{text} again")));
    fit_texts(&all);
    assert!(started.elapsed() < PATIENCE, "{:?}", started.elapsed());
}

#[test]
fn no_comments_make_no_themes() {
    let fitted = fit_texts(&[]);
    assert!(fitted.themes.is_empty() && fitted.parked == 0);
    assert_eq!(fitted.model.assign("anything").theme(), None);
    assert!(!fitted.model.to_bytes().is_empty());
}

#[test]
fn one_comment_is_parked() {
    let fitted = fit_texts(&["配送太慢".to_owned()]);
    assert_eq!((fitted.themes.len(), fitted.parked), (0, 1));
}

#[test]
fn comments_without_words_are_parked() {
    let fitted = fit_texts(&vec!["😀".to_owned(); 50]);
    assert_eq!((fitted.themes.len(), fitted.parked), (0, 50));
}

#[test]
fn a_hundred_thousand_equal_comments_are_one_theme() {
    let started = Instant::now();
    let fitted = fit_texts(&vec!["配送太慢，包装也坏了".to_owned(); 100_000]);
    assert!(started.elapsed() < PATIENCE, "{:?}", started.elapsed());
    assert_eq!(fitted.parked, 0);
    assert_eq!(fitted.assignments.iter().filter(|a| a.duplicate_of.is_some()).count(), 99_999);
    assert!(fitted.themes.iter().any(|theme| theme.size == 100_000), "{:?}", fitted.themes);
}

#[test]
fn many_nearly_equal_comments_take_no_quadratic_time() {
    let started = Instant::now();
    let template =
        |number: u32| format!("您的订单{number}已经由快递员送达请及时查收如有问题联系客服热线祝您生活愉快");
    let fitted = fit_texts(&(0..20_000).map(template).collect::<Vec<_>>());
    assert!(started.elapsed() < PATIENCE, "{:?}", started.elapsed());
    assert_eq!(fitted.assignments.len(), 20_000);
}

#[test]
fn senseless_options_are_brought_to_sense() {
    let texts: Vec<String> =
        (0..40).map(|n| format!("空调 噪音 很大 {}", ["制冷", "漏水", "温度"][n % 3])).collect();
    let comments: Vec<Comment<'_>> =
        texts.iter().enumerate().map(|(at, text)| Comment { id: at.to_string(), text }).collect();
    let senseless = FitOptions {
        resolution: f64::NAN,
        large_resolution: -1.0,
        small_resolution: f64::INFINITY,
        neighbours: 0,
        dimensions: 0,
        least_theme_size: 0,
        parked_share: 7.0,
        sample: 0,
        ..FitOptions::default()
    };
    assert_eq!(fit(&comments, &senseless, &mut |_| {}).assignments.len(), 40);
    let huge = FitOptions { neighbours: usize::MAX, dimensions: usize::MAX, ..FitOptions::default() };
    assert_eq!(fit(&comments, &huge, &mut |_| {}).assignments.len(), 40);
}

proptest! {
    #[test]
    fn any_text_is_judged_the_same_twice(text in "(\\PC|[慢快好不坏]|[a-z ]|[\\n\\t]){0,200}") {
        prop_assert_eq!(judge(&text), judge(&text));
    }

    #[test]
    fn likeness_is_symmetric_and_between_nothing_and_all(a in "\\PC{0,60}", b in "\\PC{0,60}") {
        let likeness = duplicates::jaccard(&a, &b);
        prop_assert!((0.0..=1.0).contains(&likeness));
        prop_assert_eq!(likeness.to_bits(), duplicates::jaccard(&b, &a).to_bits());
    }

    #[test]
    fn any_few_texts_can_be_fitted(texts in proptest::collection::vec("(\\PC|[慢快好]|[a-c ]){0,12}", 0..30)) {
        fit_texts(&texts);
    }
}
