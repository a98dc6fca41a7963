//! Receivers that lie, lure or never end, and addresses that nobody may reach.

use std::{sync::Arc, sync::atomic::Ordering, time::Duration};

use chrono::TimeDelta;
use ting_proto::recovery::v1::{CreateEndpointRequest, EndpointKind, NotificationState};
use ting_recovery::Recovery;
use ting_testkit::eventually;
use tokio::{net::TcpListener, sync::Notify};
use tonic::Code;

use crate::support::{Answer, LOCAL, Receiver, Scene, count_connections, refusal, spawn};

const STRICT: &str = "[service]\npoll_ms = 20\n";

#[tokio::test(flavor = "multi_thread")]
async fn private_targets_are_refused_when_saved_and_nobody_connects() {
    let (scene, (address, connections)) = (Scene::start(STRICT).await, count_connections().await);
    let port = address.port();
    for host in ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "0x7f.1"] {
        let target = format!("https://{host}:{port}/");
        let request =
            CreateEndpointRequest { kind: EndpointKind::Webhook.into(), target, ..Default::default() };
        assert_eq!(refusal(scene.api().create_endpoint(request).await).0, Code::InvalidArgument, "{host}");
    }
    assert_eq!(connections.load(Ordering::SeqCst), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn private_targets_are_refused_when_connecting_whatever_was_saved() {
    let (mut scene, (address, connections)) = (Scene::start(LOCAL).await, count_connections().await);
    // Saved while the operator allowed it; a name whose address changes later looks the same.
    scene.webhook(&format!("http://{address}/")).await;
    scene.webhook(&format!("http://127.1:{}/", address.port())).await;
    let named = scene.webhook("https://example.com/").await.endpoint.unwrap().endpoint_id;
    let mut owner = scene.service.owner().await;
    sqlx::query("UPDATE endpoint SET target = $1 WHERE endpoint_id = $2::uuid")
        .bind(format!("http://localhost:{}/", address.port()))
        .bind(named)
        .execute(&mut owner)
        .await
        .unwrap();
    let strict = scene.bed.service_on::<Recovery>(STRICT, &scene.service.owner_url).await;
    std::mem::replace(&mut scene.service, strict).stop().await;
    scene.complaint().await;
    let list = eventually(async || {
        let list = scene.notifications().await.notifications;
        if list.iter().filter(|one| one.attempts.len() == 1).count() == 3 { Ok(list) } else { Err(list) }
    })
    .await;
    for notification in list {
        let attempt = &notification.attempts[0];
        assert_eq!((attempt.reason.as_str(), attempt.code, attempt.succeeded), ("BLOCKED_IP", 0, false));
        assert_eq!(notification.state(), NotificationState::Pending);
    }
    assert_eq!(connections.load(Ordering::SeqCst), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn redirects_are_failures_and_are_not_followed() {
    let (address, connections) = count_connections().await;
    let inside = "http://169.254.169.254/latest/meta-data".to_owned();
    let script = [
        Answer::With(302, "location", format!("http://{address}/")),
        Answer::With(307, "location", format!("http://{address}/")),
        Answer::With(301, "location", inside),
    ];
    let (mut scene, receiver) = (Scene::start(LOCAL).await, Receiver::start(script).await);
    scene.webhook(&receiver.url()).await;
    scene.complaint().await;
    for made in 1..=3 {
        scene.notification(|only| only.attempts.len() == made).await;
        scene.advance(TimeDelta::hours(1));
    }
    let notification = scene.notification(|only| only.state() == NotificationState::Delivered).await;
    let reasons: Vec<_> =
        notification.attempts.iter().map(|attempt| (attempt.code, attempt.reason.as_str())).collect();
    assert_eq!(reasons, [(302, "REDIRECT"), (307, "REDIRECT"), (301, "REDIRECT"), (200, "")]);
    assert_eq!(connections.load(Ordering::SeqCst), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn silence_refusal_and_garbage_are_failures_with_their_reasons() {
    let hangs = Receiver::start([Answer::Held(Arc::new(Notify::new()))]).await;
    let garbage = speak(b"220 I am a mail server\r\n").await;
    let flood = speak(format!("HTTP/1.1 200 OK\r\n{}\r\n", "x: y\r\n".repeat(2000)).as_bytes()).await;
    let nobody = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let rows = [
        (hangs.url(), "TIMEOUT"),
        (format!("http://{garbage}/"), "CONNECT"),
        (format!("http://{flood}/"), "CONNECT"),
        (format!("http://{nobody}/"), "CONNECT"),
        (format!("https://{}/", hangs.address), "CONNECT"),
    ];
    let mut scene = Scene::start(&format!("{LOCAL}attempt_timeout_ms = 1000\n")).await;
    for (url, expected) in rows {
        let endpoint_id = scene.webhook(&url).await.endpoint.unwrap().endpoint_id;
        scene.complaint().await;
        eventually(async || {
            let list = scene.notifications().await.notifications;
            let own: Vec<_> = list.into_iter().filter(|one| one.endpoint_id == endpoint_id).collect();
            let attempt = own.first().and_then(|one| one.attempts.first());
            match attempt {
                Some(attempt) if (attempt.reason.as_str(), attempt.code) == (expected, 0) => Ok(()),
                other => Err(format!("{url}: {other:?}, not {expected}")),
            }
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endless_answer_is_an_answer_and_ends() {
    let script = [Answer::Long(50_000_000), Answer::Endless];
    let (mut scene, receiver) =
        (Scene::start(&format!("{LOCAL}attempt_timeout_ms = 1000\n")).await, Receiver::start(script).await);
    scene.webhook(&receiver.url()).await;
    for made in 1..=2 {
        scene.complaint().await;
        eventually(async || {
            let list = scene.notifications().await;
            if list.delivered == made { Ok(()) } else { Err(list) }
        })
        .await;
    }
    let took: Vec<_> =
        scene.notifications().await.notifications.iter().map(|one| one.attempts[0].took_ms).collect();
    assert!(took.iter().all(|took| *took < 5000), "{took:?}");
}

/// A server that says the same to everybody.
async fn speak(words: &[u8]) -> std::net::SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (address, words) = (listener.local_addr().unwrap(), words.to_vec());
    spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            use tokio::io::AsyncWriteExt as _;
            let _ = stream.write_all(&words).await;
            // Stays until the other side has had enough.
            let _ = tokio::time::timeout(Duration::from_secs(5), stream.readable()).await;
        }
    });
    address
}
