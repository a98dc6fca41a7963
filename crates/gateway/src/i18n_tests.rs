use super::{Language, Text};

#[test]
fn the_browser_chooses_and_falls_back_to_english() {
    for (accept, language) in [
        ("zh-CN,zh;q=0.9,en;q=0.8", Language::Chinese),
        ("en-GB,en;q=0.9,zh;q=0.2", Language::English),
        ("de,zh-TW;q=0.5,en;q=0.4", Language::Chinese),
        ("ZH", Language::Chinese),
        ("de-DE", Language::English),
        ("zh;q=0", Language::English),
        ("zh;q=NaN", Language::English),
        ("", Language::English),
        (";;,,q=", Language::English),
    ] {
        assert_eq!(Language::negotiate(accept), language, "{accept:?}");
    }
}

#[test]
fn every_text_is_there_in_both_languages_and_they_differ() {
    let han = |text: &str| text.chars().any(|char| ('\u{4e00}'..='\u{9fff}').contains(&char));
    for key in Text::ALL {
        let (chinese, english) = (Language::Chinese.text(*key), Language::English.text(*key));
        let punctuation = *key == Text::Stop;
        assert!(
            (han(chinese) || punctuation) && !han(english) && !english.is_empty() && chinese != english,
            "{key:?}"
        );
    }
}

#[test]
fn ages_are_told_in_the_largest_unit_that_fits() {
    for (seconds, chinese, english) in [
        (-5, "0秒钟前", "0 seconds ago"),
        (1, "1秒钟前", "1 second ago"),
        (119, "1分钟前", "1 minute ago"),
        (7200, "2小时前", "2 hours ago"),
        (86_400 * 400, "400天前", "400 days ago"),
    ] {
        assert_eq!(Language::Chinese.ago(seconds), chinese);
        assert_eq!(Language::English.ago(seconds), english);
    }
}
