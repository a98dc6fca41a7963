//! Notifications by e-mail.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use chrono::TimeDelta;
use ting_proto::recovery::v1::{CreateEndpointRequest, EndpointKind, Notification, NotificationState};

use crate::support::{Mailbox, Say, Scene};

async fn scene(mailbox: &Mailbox) -> Scene {
    let url = mailbox.url();
    let settings = format!(
        "[service]\npoll_ms = 20\nsmtp_url = \"{url}\"\nmail_from = \"ting <ting@example.com>\"\nmail_host = \"mail.example.com\"\n"
    );
    let scene = Scene::start(&settings).await;
    let target = "mei@example.com".to_owned();
    let request = CreateEndpointRequest { kind: EndpointKind::Email.into(), target, ..Default::default() };
    scene.api().create_endpoint(request).await.unwrap();
    scene
}

fn message_id(letter: &str) -> &str {
    letter.lines().find_map(|line| line.strip_prefix("Message-ID: ")).unwrap()
}

fn tries(notification: &Notification) -> Vec<(i32, &str)> {
    notification.attempts.iter().map(|attempt| (attempt.code, attempt.reason.as_str())).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_case_is_mailed_without_a_word_of_the_customer() {
    let mailbox = Mailbox::start([]).await;
    let mut scene = scene(&mailbox).await;
    let case = scene.complaint().await;
    let letter = mailbox.wait(1).await.remove(0);
    let notification = scene.notification(|only| only.state() == NotificationState::Delivered).await;
    assert_eq!(tries(&notification), [(250, "")]);
    assert_eq!(message_id(&letter), format!("<{}@mail.example.com>", notification.notification_id));
    let lines: Vec<&str> = letter.lines().collect();
    assert!(
        lines.contains(&"From: ting <ting@example.com>") && lines.contains(&"To: mei@example.com"),
        "{letter}"
    );
    let parts = parts(&letter);
    assert_eq!(parts.len(), 2);
    for part in parts {
        assert!(part.contains("[ting] New case · 新个案: complaint (medium)"), "{part}");
        for id in [&case.case_id, &case.customer_id, &case.feedback_id] {
            assert!(part.contains(id), "{part}");
        }
        assert!(!part.contains("the words of the customer"), "{part}");
    }
}

/// The texts of the parts of a letter, decoded.
fn parts(letter: &str) -> Vec<String> {
    let boundary = letter.split("boundary=\"").nth(1).unwrap().split('"').next().unwrap();
    let mut parts = Vec::new();
    for part in letter.split(&format!("--{boundary}\n")).skip(1) {
        let (head, body) = part.split_once("\n\n").unwrap();
        let body: Vec<&str> = body.lines().take_while(|line| !line.starts_with("--")).collect();
        let bytes =
            if head.contains("base64") { STANDARD.decode(body.concat()).unwrap() } else { unquote(&body) };
        parts.push(String::from_utf8(bytes).unwrap());
    }
    parts
}

/// Decodes quoted-printable.
fn unquote(lines: &[&str]) -> Vec<u8> {
    let text =
        lines.iter().map(|line| line.strip_suffix('=').map_or_else(|| format!("{line}\n"), str::to_owned));
    let text: String = text.collect();
    let mut pieces = text.split('=');
    let mut bytes = pieces.next().unwrap().as_bytes().to_vec();
    for piece in pieces {
        bytes.push(u8::from_str_radix(&piece[..2], 16).unwrap());
        bytes.extend(piece[2..].bytes());
    }
    bytes
}

#[tokio::test(flavor = "multi_thread")]
async fn a_busy_server_and_one_that_hangs_up_get_the_same_letter_again() {
    let mailbox = Mailbox::start([Say::Recipient("451 later"), Say::HangUp, Say::Text("452 full")]).await;
    let mut scene = scene(&mailbox).await;
    scene.complaint().await;
    for made in 1..=3 {
        let waiting = scene.notification(|only| only.attempts.len() == made).await;
        assert_eq!(waiting.state(), NotificationState::Pending);
        scene.advance(TimeDelta::hours(1));
    }
    let notification = scene.notification(|only| only.state() == NotificationState::Delivered).await;
    let tries = tries(&notification);
    assert_eq!((tries[0], tries[2], tries[3]), ((451, "SMTP"), (452, "SMTP"), (250, "")));
    assert_eq!(tries[1].0, 0);
    let letters = mailbox.wait(3).await;
    assert_eq!(letters.len(), 3);
    for letter in &letters {
        assert_eq!(message_id(letter), format!("<{}@mail.example.com>", notification.notification_id));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lasting_refusal_is_not_tried_again() {
    let mailbox = Mailbox::start([Say::Recipient("550 nobody here")]).await;
    let mut scene = scene(&mailbox).await;
    scene.complaint().await;
    let notification = scene.notification(|only| only.state() == NotificationState::Failed).await;
    assert_eq!(tries(&notification), [(550, "SMTP")]);
    let (name, data) = scene.published().await.pop().unwrap();
    assert_eq!((name.as_str(), data["reason"].as_str()), ("notification_failed", Some("SMTP")));
}
