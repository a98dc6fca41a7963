//! What an e-mail about a case looks like, in English and Chinese. It carries ids and words of ours only.

use chrono::{DateTime, Utc};
use lettre::{
    Message as Letter,
    message::{Mailbox, MultiPart, SinglePart},
};
use maud::html;

use crate::domain::{
    message::{Data, Message, NotificationKind},
    rule::{Cause, Severity},
};

/// What it takes to write to somebody.
pub struct Address<'a> {
    pub from: &'a Mailbox,
    pub to: Mailbox,
    /// The same in every attempt: mail systems and readers know a repetition by it.
    pub message_id: String,
}

/// Writes the letter.
pub fn letter(
    address: Address<'_>,
    kind: NotificationKind,
    message: &Message,
    now: DateTime<Utc>,
) -> Result<Letter, lettre::error::Error> {
    let subject = subject(kind, &message.data);
    Letter::builder()
        .from(address.from.clone())
        .to(address.to)
        .date(now.into())
        .message_id(Some(address.message_id))
        .subject(&subject)
        .multipart(
            MultiPart::alternative()
                .singlepart(SinglePart::plain(plain(&subject, message)))
                .singlepart(SinglePart::html(page(&subject, message))),
        )
}

fn subject(kind: NotificationKind, data: &Data) -> String {
    let (english, chinese) = match kind {
        NotificationKind::CaseOpened => ("New case", "新个案"),
        NotificationKind::CaseResolved => ("Case resolved", "个案已解决"),
    };
    format!("[ting] {english} · {chinese}: {} ({})", data.cause, data.severity)
}

fn rows(message: &Message) -> [(&'static str, String); 6] {
    let data = &message.data;
    [
        ("Cause · 原因", format!("{} · {}", data.cause, chinese_cause(data.cause))),
        ("Severity · 严重程度", format!("{} · {}", data.severity, chinese_severity(data.severity))),
        ("Case · 个案", data.case_id.to_string()),
        ("Customer · 客户", or_dash(&data.customer_id)),
        ("Feedback · 反馈", or_dash(&data.feedback_id)),
        ("At · 时间", message.timestamp.clone()),
    ]
}

fn plain(subject: &str, message: &Message) -> String {
    let mut text = format!("{subject}\n\n");
    for (name, value) in rows(message) {
        text = format!("{text}{name}: {value}\n");
    }
    text
}

fn page(subject: &str, message: &Message) -> String {
    html! {
        p { (subject) }
        table {
            @for (name, value) in rows(message) {
                tr { th align="left" { (name) } td { (value) } }
            }
        }
    }
    .into_string()
}

fn or_dash(id: &str) -> String {
    if id.is_empty() { "–".to_owned() } else { id.to_owned() }
}

fn chinese_cause(cause: Cause) -> &'static str {
    match cause {
        Cause::Complaint => "投诉",
        Cause::UrgentComment => "紧急的负面评论",
        Cause::Dissatisfied => "感知低于期望",
    }
}

fn chinese_severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Low => "低",
        Severity::Medium => "中",
        Severity::High => "高",
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::{Address, letter};
    use crate::domain::{
        message::{Data, Message, NotificationKind},
        rule::{Cause, Severity},
    };

    fn message(customer_id: &str) -> Message {
        Message {
            r#type: "case.opened".to_owned(),
            timestamp: "2026-03-01T12:00:00Z".to_owned(),
            data: Data {
                case_id: Uuid::from_u128(7),
                customer_id: customer_id.to_owned(),
                cause: Cause::Complaint,
                severity: Severity::Medium,
                feedback_id: String::new(),
            },
        }
    }

    fn written(message: &Message) -> String {
        let from = "ting <ting@example.com>".parse().unwrap();
        let address = Address {
            from: &from,
            to: "mei@example.com".parse().unwrap(),
            message_id: "<id@ting>".to_owned(),
        };
        let now = "2026-03-01T12:00:05Z".parse().unwrap();
        let letter = letter(address, NotificationKind::CaseOpened, message, now).unwrap();
        String::from_utf8(letter.formatted()).unwrap()
    }

    #[test]
    fn a_letter_has_a_fixed_sender_a_stable_id_and_two_forms() {
        let text = written(&message(""));
        for line in [
            "From: ting <ting@example.com>\r\n",
            "To: mei@example.com\r\n",
            "Message-ID: <id@ting>\r\n",
            "Date: Sun, 01 Mar 2026 12:00:05 +0000\r\n",
            "Content-Type: multipart/alternative",
            "Content-Type: text/plain; charset=utf-8",
            "Content-Type: text/html; charset=utf-8",
        ] {
            assert!(text.contains(line), "{line:?} is not in {text}");
        }
    }

    #[test]
    fn the_subject_says_what_and_how_bad_in_two_languages() {
        let subject = super::subject(NotificationKind::CaseOpened, &message("").data);
        assert_eq!(subject, "[ting] New case · 新个案: complaint (medium)");
        let subject = super::subject(NotificationKind::CaseResolved, &message("").data);
        assert_eq!(subject, "[ting] Case resolved · 个案已解决: complaint (medium)");
    }

    #[test]
    fn what_stands_in_the_page_is_escaped() {
        let page = super::page("a <b> & c", &message("<script>"));
        assert!(page.contains("a &lt;b&gt; &amp; c") && page.contains("&lt;script&gt;"), "{page}");
        assert!(!page.contains("<script>"), "{page}");
    }
}
