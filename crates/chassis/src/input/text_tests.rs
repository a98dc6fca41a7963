use std::collections::HashMap;

use super::{attributes, email, external_id, optional_text, request_id, text, token, token_or_unknown, uuid};

fn reason<T>(checked: Result<T, super::Violation>) -> &'static str {
    checked.err().map_or("ok", |violation| violation.reason)
}

#[test]
fn text_is_taken_or_refused_by_the_table() {
    let marks = |count| format!("a{}", "\u{301}".repeat(count));
    let rows = [
        ("hello", "ok"),
        ("", "EMPTY"),
        (" \t\r\n\u{a0}\u{3000} ", "EMPTY"),
        ("\u{200b}\u{200d}\u{2060}\u{feff}", "EMPTY"),
        ("\u{3164}\u{ad}", "EMPTY"),
        ("a\u{0}b", "CONTROL_CHAR"),
        ("a\u{1b}[31m", "CONTROL_CHAR"),
        ("a\u{7f}", "CONTROL_CHAR"),
        ("a\u{9b}b", "CONTROL_CHAR"),
        ("one\ttwo\r\nthree", "ok"),
        ("\u{202e}drawkcab", "ok"),
        ("👩‍👩‍👧 家人", "ok"),
        (&marks(32), "ok"),
        (&marks(33), "COMBINING"),
        (&"x".repeat(10_000), "ok"),
        (&"x".repeat(10_001), "TOO_LONG"),
        (&"😀".repeat(10_000), "ok"),
        (&format!("{}y", "😀".repeat(10_000)), "TOO_LONG"),
    ];
    for (raw, expected) in rows {
        assert_eq!(
            reason(text("text", raw, 10_000, 40_000)),
            expected,
            "{:?}",
            raw.chars().take(20).collect::<String>()
        );
    }
    assert_eq!(reason(text("text", &"😀".repeat(300), 10_000, 1_000)), "TOO_LONG", "bytes count too");
}

#[test]
fn text_is_trimmed_and_otherwise_kept_as_it_is() {
    assert_eq!(text("text", "  a \u{200d} b\n", 10, 40).unwrap(), "a \u{200d} b");
}

#[test]
fn optional_text_may_be_blank_but_not_bad() {
    assert_eq!(optional_text("text", " \u{200b}", 10, 40), Ok(None));
    assert_eq!(optional_text("text", " a ", 10, 40), Ok(Some("a".to_owned())));
    assert_eq!(reason(optional_text("text", "\u{0}", 10, 40)), "CONTROL_CHAR");
}

#[test]
fn a_violation_names_the_field_within_its_parents() {
    let violation = text("text", "", 10, 40).unwrap_err().within("feedback[17]");
    assert_eq!(violation.field, "feedback[17].text");
}

#[test]
fn tokens_are_lower_case_names() {
    for good in ["a", "web_shop-2", &"x".repeat(64)] {
        assert_eq!(token("channel", good).as_deref(), Ok(good));
    }
    for bad in ["", "A", "a b", "a.b", "ä", "a\n", &"x".repeat(65)] {
        assert_eq!(reason(token("channel", bad)), "BAD_TOKEN", "{bad:?}");
    }
    assert_eq!(token_or_unknown("channel", "").as_deref(), Ok("unknown"));
    assert_eq!(reason(token_or_unknown("channel", " ")), "BAD_TOKEN");
}

#[test]
fn external_ids_are_literal_and_bounded() {
    let rows = [
        ("C-1 / 客户", "ok"),
        ("", "EMPTY"),
        (" ", "EMPTY"),
        ("a\nb", "CONTROL_CHAR"),
        (&"客".repeat(128), "ok"),
        (&"x".repeat(129), "TOO_LONG"),
    ];
    for (raw, expected) in rows {
        assert_eq!(reason(external_id("external_id", raw)), expected, "{raw:?}");
    }
    assert_eq!(external_id("external_id", " a").as_deref(), Ok(" a"));
}

#[test]
fn only_hyphenated_uuids_are_ids() {
    let id = "0190b6a0-1c3e-7cc0-8000-0123456789ab";
    assert_eq!(uuid("id", id).unwrap().to_string(), id);
    let braced = format!("{{{id}}}");
    for bad in [
        "",
        "1",
        &id.replace('-', ""),
        &braced,
        &format!("urn:uuid:{id}"),
        "0190b6a0-1c3e-7cc0-8000-0123456789ag",
    ] {
        assert_eq!(reason(uuid("id", bad)), "BAD_ID", "{bad}");
    }
}

#[test]
fn request_ids_are_up_to_36_visible_characters() {
    assert_eq!(request_id(""), Ok(None));
    assert_eq!(request_id(&"~".repeat(36)), Ok(Some("~".repeat(36))));
    for bad in ["a b", "a\n", "é", &"x".repeat(37), &"x".repeat(257)] {
        assert_eq!(reason(request_id(bad)), "BAD_REQUEST_ID", "{bad:?}");
    }
}

#[test]
fn attributes_are_bounded_in_number_key_and_value() {
    let one = |key: &str, value: &str| HashMap::from([(key.to_owned(), value.to_owned())]);
    let many = |count: usize| {
        (0..count).map(|index| (format!("k{index}"), String::new())).collect::<HashMap<_, _>>()
    };
    let rows = [
        (one("plan", "gold"), "ok"),
        (one("plan", ""), "ok"),
        (one("", "x"), "BAD_ATTRIBUTE_KEY"),
        (one("a.b", "x"), "BAD_ATTRIBUTE_KEY"),
        (one("$a", "x"), "BAD_ATTRIBUTE_KEY"),
        (one("a b", "x"), "BAD_ATTRIBUTE_KEY"),
        (one("__proto__", "x"), "BAD_ATTRIBUTE_KEY"),
        (one(&"k".repeat(128), "x"), "ok"),
        (one(&"k".repeat(129), "x"), "BAD_ATTRIBUTE_KEY"),
        (one("k", &"v".repeat(1024)), "ok"),
        (one("k", &"v".repeat(1025)), "TOO_LONG"),
        (one("k", "a\u{0}"), "CONTROL_CHAR"),
        (many(64), "ok"),
        (many(65), "TOO_MANY_ATTRIBUTES"),
    ];
    for (raw, expected) in rows {
        assert_eq!(reason(attributes("attributes", raw.clone())), expected, "{raw:?}");
    }
}

#[test]
fn addresses_that_mail_systems_agree_on_are_taken() {
    let long_local = format!("{}@example.com", "a".repeat(64));
    for good in
        ["a@b.com", "first.last+tag@sub.example.co.uk", "x!#$%&'*/=?^_`{|}~-@xn--fsq.com", &long_local]
    {
        assert_eq!(email("email", good).as_deref(), Ok(good));
    }
    assert_eq!(email("email", "Ann@EXAMPLE.com").as_deref(), Ok("Ann@example.com"));
}

#[test]
fn addresses_that_smuggle_or_do_not_deliver_are_refused() {
    let long_local = format!("{}@example.com", "a".repeat(65));
    let long_label = format!("a@{}.com", "b".repeat(64));
    let long = format!("a@{}com", "bcd.".repeat(63));
    let rows = [
        "",
        "a",
        "@b.com",
        "a@",
        "a@b.com\r\nBcc: x@y",
        "\"n\r\nBcc: q\" <a@b>",
        "a@b, c@d",
        "a@b..com",
        "a..b@c.com",
        ".a@b.com",
        "a.@b.com",
        "a@localhost",
        "a@[127.0.0.1]",
        "a@127.0.0.1",
        "用户@example.com",
        "a@例.com",
        "a b@c.com",
        "\"a\"@b.com",
        "a@-b.com",
        "a@b-.com",
        "a@b.com.",
        "a@b_c.com",
        " a@b.com",
        "a@b.com ",
        "Ann <a@b.com>",
        "a@b@c.com",
        &long_local,
        &long_label,
        &long,
    ];
    for raw in rows {
        assert_eq!(reason(email("email", raw)), "BAD_EMAIL", "{raw:?}");
    }
}
