//! Sentiment, urgency and near-duplicates of comments a person can judge at a glance.

use ting_methods::text::{Language, Tone, duplicates, judge};

#[track_caller]
fn tone(text: &str, expected: Tone) {
    let judged = judge(text);
    assert_eq!(judged.sentiment.tone, expected, "{text}: {:?}", judged.sentiment);
}

#[test]
fn plain_praise_and_complaint_are_told_apart_in_chinese() {
    for praise in ["非常满意，服务态度很好", "性价比高，值得推荐", "房间干净，早餐丰富，下次还会来"]
    {
        tone(praise, Tone::Positive);
    }
    for complaint in [
        "太差了，再也不会来",
        "质量很差，刚用两天就坏了",
        "服务员态度恶劣，非常失望",
        "一点都不好用，后悔买了",
    ] {
        tone(complaint, Tone::Negative);
    }
}

#[test]
fn plain_praise_and_complaint_are_told_apart_in_english() {
    for praise in ["I love this phone, it works great", "Excellent service and very friendly staff!"] {
        tone(praise, Tone::Positive);
    }
    for complaint in
        ["Terrible experience, I am very disappointed", "The screen isn’t good and the support was awful"]
    {
        tone(complaint, Tone::Negative);
    }
}

#[test]
fn questions_and_facts_are_neutral() {
    for plain in [
        "The parcel has a blue label",
        "Please tell me the opening hours",
        "我昨天买了一台空调",
        "还可以吧",
        "油耗8个左右",
        "希望增加夜间模式",
    ] {
        tone(plain, Tone::Neutral);
    }
}

#[test]
fn a_negation_turns_a_chinese_word_round() {
    let score = |text: &str| judge(text).sentiment.score;
    assert!(score("服务很好") > score("服务不好"));
    assert!(score("推荐购买") > score("不推荐购买"));
}

#[test]
fn a_score_names_the_words_it_came_from() {
    let words =
        |text: &str| judge(text).sentiment.words.into_iter().map(|word| word.word).collect::<Vec<_>>();
    assert!(words("The food was awful").contains(&"awful".to_owned()));
    assert!(words("酒店很干净").iter().any(|word| word.contains("干净")), "{:?}", words("酒店很干净"));
}

#[test]
fn a_language_nobody_taught_gets_no_score() {
    let judged = judge("Это ужасный сервис");
    assert_eq!((judged.language, judged.sentiment.tone), (Language::Other, Tone::Neutral));
    assert!(judged.sentiment.words.is_empty());
}

#[track_caller]
fn urgent(text: &str, category: &str) {
    let urgency = judge(text).urgency;
    assert!(urgency.hits.iter().any(|hit| hit.category == category), "{text}: {urgency:?}");
    assert!(urgency.score > 0.0);
}

#[test]
fn urgent_matters_are_named() {
    urgent("充电时突然起火，孩子受伤了", "safety");
    urgent("再不处理我就打12315", "authority");
    urgent("这已经是第三次报修了", "repeat");
    urgent("请马上给我回电话", "deadline");
    urgent("钱被盗刷了", "money");
    urgent("我要销户", "leaving");
    urgent("The charger caught fire last night", "safety");
    urgent("My lawyer will be in touch", "authority");
    urgent("I have called several times and it is still not fixed", "repeat");
    urgent("I need an answer by Friday", "deadline");
    urgent("I was charged twice", "money");
    urgent("I want to close my account", "leaving");
    urgent("WHERE IS MY ORDER", "emphasis");
    urgent("快点！！！", "emphasis");
}

#[test]
fn calm_comments_and_negated_dangers_are_not_urgent() {
    for calm in [
        "外观漂亮",
        "Thank you for the quick delivery",
        "幸好没有受伤",
        "nobody was hurt and it was not dangerous",
        "an issue with the pursuit of smoked salmon",
    ] {
        assert!(judge(calm).urgency.hits.is_empty(), "{calm}: {:?}", judge(calm).urgency);
    }
}

#[test]
fn more_reasons_are_more_urgent_and_one_category_counts_once() {
    let score = |text: &str| judge(text).urgency.score;
    assert!(score("起火了，我要找律师") > score("起火了"));
    assert_eq!(score("起火，爆炸，漏电").to_bits(), score("起火").to_bits());
}

#[test]
fn near_duplicates_are_found_again() {
    let mut index: duplicates::Index = duplicates::Index::default();
    let first = index.insert("快递太慢了，等了整整一个星期才送到");
    index.insert("The app crashes whenever I open the settings page");
    let found = index.find("快递太慢了！等了整整一个星期才送到。。", duplicates::FOLD);
    assert_eq!(found.iter().map(|hit| hit.entry).collect::<Vec<_>>(), [first]);
    assert!(index.find("退款没有到账", duplicates::SIMILAR).is_empty());
    assert!(index.find("", duplicates::SIMILAR).is_empty());
}

#[test]
fn likeness_is_the_share_of_common_shingles() {
    // 快递 递很 很慢 against 快递 递太 太慢: one of five.
    assert!((duplicates::jaccard("快递很慢", "快递太慢") - 0.2).abs() < 1e-12);
    assert!((duplicates::jaccard("Slow delivery!", "slow  DELIVERY") - 1.0).abs() < 1e-12);
    assert_eq!(duplicates::jaccard("", "").to_bits(), 0_f64.to_bits());
}

#[test]
fn bands_find_almost_every_pair_above_the_threshold() {
    // Texts of 60 digits, and copies with a few of them changed.
    let mut state = 7_u64;
    let mut digit = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        char::from_digit(u32::try_from(state >> 33).unwrap() % 10, 10).unwrap()
    };
    let (mut similar, mut found) = (0, 0);
    for number in 0..2_000 {
        let original: String = (0..60).map(|_| digit()).collect();
        let at = number % 40;
        let copy = format!("{}{}{}", &original[..at], digit(), &original[at + number % 12..]);
        if duplicates::jaccard(&original, &copy) >= duplicates::SIMILAR {
            similar += 1;
            let (a, b) = (duplicates::bands(&original).unwrap(), duplicates::bands(&copy).unwrap());
            found += usize::from(a.iter().zip(&b).any(|(a, b)| a == b));
        }
    }
    assert!(similar > 500 && found * 1000 >= similar * 995, "{found} of {similar}");
}
