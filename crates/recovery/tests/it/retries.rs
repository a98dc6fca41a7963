//! Notifications that do not arrive at once, or not at all. The clock is the test's.

use std::sync::Arc;

use chrono::TimeDelta;
use ting_proto::recovery::v1::{DeleteEndpointRequest, ListEndpointsRequest, NotificationState};
use ting_testkit::eventually;
use tokio::sync::Notify;

use crate::support::{Answer, LOCAL, Receiver, Scene, next_attempt};

/// The waits before attempts 2 to 10, in seconds.
const WAITS: [i64; 9] = [5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400];

#[tokio::test(flavor = "multi_thread")]
async fn retries_keep_the_id_and_wait_by_the_schedule() {
    let script = [
        Answer::Status(500),
        Answer::With(503, "retry-after", "400".to_owned()),
        Answer::With(429, "retry-after", "9999999".to_owned()),
        Answer::Status(400),
    ];
    let (mut scene, receiver) = (Scene::start(LOCAL).await, Receiver::start(script).await);
    let secret = scene.webhook(&receiver.url()).await.secret;
    scene.complaint().await;
    // By a fifth either way; what the receiver asks for, up to twice the schedule.
    let rows = [(4000, 6000), (400_000, 400_000), (3_600_000, 3_600_000), (5_760_000, 8_640_000)];
    for (attempt, (least, most)) in rows.into_iter().enumerate() {
        let notification = scene.notification(|only| only.attempts.len() == attempt + 1).await;
        assert_eq!(notification.state(), NotificationState::Pending);
        let wait = (next_attempt(&notification) - scene.bed.clock.now()).num_milliseconds();
        assert!((least..=most).contains(&wait), "attempt {attempt}: {wait}");
        scene.advance(TimeDelta::milliseconds(wait + 1));
    }
    let notification = scene.notification(|only| only.state() == NotificationState::Delivered).await;
    let codes: Vec<_> =
        notification.attempts.iter().map(|attempt| (attempt.code, attempt.reason.as_str())).collect();
    assert_eq!(codes, [(500, "STATUS"), (503, "STATUS"), (429, "STATUS"), (400, "STATUS"), (200, "")]);
    let requests = receiver.received();
    assert_eq!(requests.len(), 5);
    let mut timestamps = Vec::new();
    for request in &requests {
        assert_eq!(request.header("webhook-id"), notification.notification_id);
        assert_eq!(request.body, requests[0].body);
        let timestamp = request.header("webhook-timestamp").parse().unwrap();
        let other = standardwebhooks::Webhook::new(&secret).unwrap();
        let signature = other.sign(&notification.notification_id, timestamp, &request.body).unwrap();
        assert_eq!(request.header("webhook-signature"), signature);
        timestamps.push(timestamp);
    }
    assert!(timestamps.is_sorted() && timestamps[0] < timestamps[4], "{timestamps:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_tried_again_before_it_is_due() {
    let (mut scene, receiver) = (Scene::start(LOCAL).await, Receiver::start([Answer::Status(500)]).await);
    scene.webhook(&receiver.url()).await;
    let first = scene.complaint().await.case_id;
    let pending = scene.notification(|only| only.attempts.len() == 1).await;
    scene.advance(next_attempt(&pending) - scene.bed.clock.now() - TimeDelta::milliseconds(1));
    // Another one goes out meanwhile: the sender has looked, and left the first alone.
    let second = scene.complaint().await.case_id;
    let requests = receiver.wait(2).await;
    assert_eq!(requests[0].json()["data"]["case_id"], first.as_str());
    assert_eq!(requests[1].json()["data"]["case_id"], second.as_str());
    scene.advance(TimeDelta::milliseconds(1));
    let requests = receiver.wait(3).await;
    assert_eq!(requests[2].header("webhook-id"), requests[0].header("webhook-id"));
}

#[tokio::test(flavor = "multi_thread")]
async fn after_ten_failures_it_is_given_up_and_said() {
    let script = (0..10).map(|_| Answer::Status(500));
    let (mut scene, receiver) = (Scene::start(LOCAL).await, Receiver::start(script).await);
    scene.webhook(&receiver.url()).await;
    scene.complaint().await;
    for (made, wait) in (1..).zip(WAITS) {
        scene.notification(|only| only.attempts.len() == made).await;
        scene.advance(TimeDelta::seconds(wait) * 6 / 5);
    }
    let notification = scene.notification(|only| only.state() == NotificationState::Failed).await;
    assert_eq!((notification.attempts.len(), notification.next_attempt_at), (10, None));
    let (name, data) = scene.published().await.pop().unwrap();
    assert_eq!(
        (name.as_str(), &data["attempts"], data["reason"].as_str()),
        ("notification_failed", &10.into(), Some("STATUS"))
    );
    // Less than five days: the endpoint may be well again tomorrow.
    assert!(endpoint_enabled(&scene).await);
    assert_eq!(receiver.received().len(), 10);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endpoint_that_is_gone_gets_nothing_more() {
    let script = [Answer::Status(500), Answer::Status(410)];
    let (mut scene, receiver) = (Scene::start(LOCAL).await, Receiver::start(script).await);
    scene.webhook(&receiver.url()).await;
    scene.complaint().await;
    scene.notification(|only| only.attempts.len() == 1).await;
    scene.complaint().await;
    // The second is refused for good, and the first, which waits, with it.
    let list = eventually(async || {
        let list = scene.notifications().await;
        if list.failed == 2 { Ok(list) } else { Err(list) }
    })
    .await;
    assert!(!endpoint_enabled(&scene).await);
    assert!(list.notifications.iter().all(|notification| notification.attempts.len() == 1));
    scene.complaint().await;
    assert_eq!(scene.notifications().await.notifications.len(), 2);
    let reasons: Vec<_> = scene
        .published()
        .await
        .into_iter()
        .filter(|(name, _)| name == "notification_failed")
        .map(|(_, data)| data["reason"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(reasons, ["STATUS", "ENDPOINT_DISABLED"]);
    assert_eq!(receiver.received().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn five_days_of_nothing_but_failures_disable_an_endpoint_and_one_success_starts_them_anew() {
    let script = [500, 200, 500, 500].map(Answer::Status);
    let (mut scene, receiver) = (Scene::start(LOCAL).await, Receiver::start(script).await);
    scene.webhook(&receiver.url()).await;
    scene.complaint().await;
    scene.notification(|only| only.attempts.len() == 1).await;
    scene.advance(TimeDelta::seconds(6));
    receiver.wait(2).await;
    scene.notification(|only| only.state() == NotificationState::Delivered).await;
    scene.advance(TimeDelta::hours(120));
    scene.complaint().await;
    receiver.wait(3).await;
    eventually(async || {
        if scene.notifications().await.notifications[0].attempts.len() == 1 { Ok(()) } else { Err(()) }
    })
    .await;
    assert!(endpoint_enabled(&scene).await);
    scene.advance(TimeDelta::hours(120));
    receiver.wait(4).await;
    eventually(async || if endpoint_enabled(&scene).await { Err(()) } else { Ok(()) }).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_for_a_deleted_endpoint_is_given_up() {
    let (mut scene, receiver) = (Scene::start(LOCAL).await, Receiver::start([Answer::Status(500)]).await);
    let endpoint_id = scene.webhook(&receiver.url()).await.endpoint.unwrap().endpoint_id;
    scene.complaint().await;
    scene.notification(|only| only.attempts.len() == 1).await;
    scene.api().delete_endpoint(DeleteEndpointRequest { endpoint_id, ..Default::default() }).await.unwrap();
    let notification = scene.notification(|only| only.state() == NotificationState::Failed).await;
    assert_eq!((notification.attempts.len(), receiver.received().len()), (1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sender_that_dies_between_sending_and_writing_down_is_followed_by_one_with_the_same_id() {
    let gate = Arc::new(Notify::new());
    let (mut scene, receiver) =
        (Scene::start(LOCAL).await, Receiver::start([Answer::Held(gate.clone())]).await);
    scene.webhook(&receiver.url()).await;
    scene.complaint().await;
    // The request is out and its result will not be written before the lease is over: to the others its sender is dead.
    receiver.wait(1).await;
    scene.advance(TimeDelta::seconds(61));
    let requests = receiver.wait(2).await;
    assert_eq!(requests[0].header("webhook-id"), requests[1].header("webhook-id"));
    assert_eq!(requests[0].body, requests[1].body);
    scene.notification(|only| only.state() == NotificationState::Delivered && only.attempts.len() == 1).await;
    // When it comes to life again its attempt is kept, and nothing is told twice.
    gate.notify_one();
    scene.notification(|only| only.attempts.len() == 2).await;
    let told = scene.published().await;
    assert_eq!(told.iter().filter(|(name, _)| name == "notification_delivered").count(), 1);
    assert_eq!(told.last().unwrap().1["attempts"], 2);
}

async fn endpoint_enabled(scene: &Scene) -> bool {
    scene.api().list_endpoints(ListEndpointsRequest::default()).await.unwrap().into_inner().endpoints[0]
        .enabled
}
