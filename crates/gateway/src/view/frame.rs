//! What stands around the sections, and the pages without any.

use chrono::{DateTime, Utc};
use maud::{DOCTYPE, Markup, html};

use super::Section;
use crate::{
    board::Board,
    i18n::{Language, Text},
};

/// Who looks at the page.
pub struct Visitor<'a> {
    pub workspace: &'a str,
    pub subject: &'a str,
    /// Proves that a form came from this page.
    pub form_key: &'a str,
}

/// The page.
pub fn dashboard(language: Language, visitor: &Visitor<'_>, board: &Board, now: DateTime<Utc>) -> Markup {
    let header = html! {
        p .workspace { (language.text(Text::Workspace)) " " b { bdi { (visitor.workspace) } } }
        (status(language))
        (languages(language))
        form .sign-out method="post" action=(format!("/session/end?lang={}", language.code())) {
            input type="hidden" name="form_key" value=(visitor.form_key);
            button type="submit" { (language.text(Text::SignOut)) " " bdi { (visitor.subject) } }
        }
    };
    let main = html! {
        @for section in Section::ALL {
            @let heading = format!("{}-heading", section.id());
            section id=(section.id()) aria-labelledby=(heading) {
                h2 id=(heading) { (language.text(section.heading())) }
                // Only the counters are read out when they change: the lists move too often.
                div data-section=(section.id()) aria-live=[(section == Section::Counts).then_some("polite")] {
                    (section.render(language, board, now))
                }
            }
        }
    };
    let footer = html! { p { (language.text(Text::Footnote)) } };
    document(language, "dashboard", &header, &main, &footer)
}

/// The form for somebody who has no session. `note` says why it is shown again.
pub fn sign_in(language: Language, note: Option<Text>) -> Markup {
    let main = html! {
        section .sign-in aria-labelledby="sign-in-heading" {
            h2 id="sign-in-heading" { (language.text(Text::SignIn)) }
            p #refused .trouble role="alert" hidden[note.is_none()] { (language.text(note.unwrap_or(Text::TokenRefused))) }
            form #sign-in method="post" action=(format!("/session?lang={}", language.code())) {
                label for="token" { (language.text(Text::Token)) }
                textarea #token name="token" rows="4" required autofocus autocomplete="off" spellcheck="false" aria-describedby="token-hint" {}
                p #token-hint .hint { (language.text(Text::TokenHint)) }
                button type="submit" { (language.text(Text::SignIn)) }
            }
        }
    };
    document(language, "sign-in", &languages(language), &main, &html! {})
}

/// A page that says one thing.
pub fn message(language: Language, text: Text) -> Markup {
    let main = html! {
        section .sign-in {
            h2 { (language.text(text)) }
            p { a href="/" { (language.text(Text::Home)) } }
        }
    };
    document(language, "message", &html! {}, &main, &html! {})
}

fn document(language: Language, kind: &str, header: &Markup, main: &Markup, footer: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang=(language.tag()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { "ting 听 · " (language.text(Text::Title)) }
                link rel="icon" href="/assets/icon.svg" type="image/svg+xml";
                link rel="stylesheet" href="/assets/app.css";
                script src="/assets/app.js" defer {}
                // Without a script the page is not live, but it does not grow old either.
                @if kind == "dashboard" { noscript { meta http-equiv="refresh" content="30"; } }
            }
            body data-page=(kind) {
                a .skip href="#main" { (language.text(Text::SkipToContent)) }
                header {
                    h1 { a href="/" { span lang="zh" { "听" } " ting" } span .tagline { (language.text(Text::Title)) } }
                    (header)
                }
                main #main tabindex="-1" { (main) }
                footer { (footer) }
            }
        }
    }
}

/// Whether the page is live; the script chooses which of the texts shows.
fn status(language: Language) -> Markup {
    html! {
        p #status role="status" data-state="connecting" {
            span .when-connecting { (language.text(Text::Connecting)) }
            span .when-live { (language.text(Text::Live)) }
            span .when-lost { (language.text(Text::Lost)) }
            span .when-stale { (language.text(Text::Stale)) " " time #stale-since data-clock {} }
        }
    }
}

fn languages(current: Language) -> Markup {
    html! {
        nav .languages aria-label=(current.text(Text::Language)) {
            @for language in Language::ALL {
                a href=(format!("/?lang={}", language.code())) lang=(language.tag()) hreflang=(language.tag())
                    aria-current=[(language == current).then_some("true")] { (language.name()) }
            }
        }
    }
}
