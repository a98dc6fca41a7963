//! Notifications that arrive.

use std::collections::HashSet;

use ting_proto::{
    recovery::v1::{
        AcknowledgeCaseRequest, ListNotificationsRequest, NotificationState, ReopenCaseRequest,
        ResolveCaseRequest,
    },
    types::v1::FeedbackKind,
};
use ting_recovery::Recovery;
use ting_testkit::eventually;

use crate::support::{Answer, LOCAL, Receiver, Scene};

#[tokio::test(flavor = "multi_thread")]
async fn a_new_case_is_posted_signed_and_carries_ids_only() {
    let (mut scene, receiver) = (Scene::start(LOCAL).await, Receiver::start([]).await);
    let secret = scene.webhook(&receiver.url()).await.secret;
    let case = scene.complaint().await;
    let request = receiver.wait(1).await.remove(0);
    let verifier = standardwebhooks::Webhook::new(&secret).unwrap();
    verifier.verify(&request.body, &request.headers).unwrap();
    assert!(verifier.verify(b"{}", &request.headers).is_err());
    let notification = scene.notification(|only| only.state() == NotificationState::Delivered).await;
    assert_eq!(request.header("webhook-id"), notification.notification_id);
    assert_eq!(request.header("content-type"), "application/json");
    let expected = serde_json::json!({
        "type": "case.opened",
        "timestamp": request.json()["timestamp"],
        "data": {
            "case_id": case.case_id, "customer_id": case.customer_id, "cause": "complaint", "severity": "medium",
            "feedback_id": case.feedback_id,
        },
    });
    assert_eq!(request.json(), expected);
    assert_eq!((notification.kind.as_str(), notification.next_attempt_at), ("case_opened", None));
    assert_eq!(notification.attempts.len(), 1);
    let attempt = &notification.attempts[0];
    assert_eq!((attempt.succeeded, attempt.code, attempt.reason.as_str()), (true, 200, ""));
    let (name, data) = scene.published().await.pop().unwrap();
    assert_eq!((name.as_str(), &data["attempts"]), ("notification_delivered", &1.into()));
    assert_eq!(data["notificationId"], notification.notification_id.as_str());
}

#[tokio::test(flavor = "multi_thread")]
async fn every_endpoint_is_told_once_that_a_case_is_resolved_however_often_it_is() {
    let (mut scene, one, two) =
        (Scene::start(LOCAL).await, Receiver::start([]).await, Receiver::start([]).await);
    scene.webhook(&one.url()).await;
    scene.webhook(&two.url()).await;
    let case_id = scene.complaint().await.case_id;
    let mut api = scene.api();
    for _ in 0..2 {
        let case_id = || case_id.clone();
        api.acknowledge_case(AcknowledgeCaseRequest { case_id: case_id(), ..Default::default() })
            .await
            .unwrap();
        let resolution = "refunded".to_owned();
        api.resolve_case(ResolveCaseRequest { case_id: case_id(), resolution, ..Default::default() })
            .await
            .unwrap();
        let note = "not good enough".to_owned();
        api.reopen_case(ReopenCaseRequest { case_id: case_id(), note, ..Default::default() }).await.unwrap();
    }
    let list = eventually(async || {
        let list = scene.notifications().await;
        if list.delivered == 4 { Ok(list) } else { Err(list) }
    })
    .await;
    assert_eq!((list.notifications.len(), list.pending, list.failed), (4, 0, 0));
    for receiver in [one, two] {
        let types: HashSet<_> =
            receiver.received().iter().map(|request| request.json()["type"].to_string()).collect();
        assert_eq!((receiver.received().len(), types.len()), (2, 2));
    }
    let request = ListNotificationsRequest { case_id, page_size: 3, ..Default::default() };
    let page = scene.api().list_notifications(request.clone()).await.unwrap().into_inner();
    assert!(page.notifications.iter().all(|notification| notification.attempts.len() == 1));
    let rest = ListNotificationsRequest { page_token: page.next_page_token, ..request };
    assert_eq!(scene.api().list_notifications(rest).await.unwrap().into_inner().notifications.len(), 1);
    let request = ListNotificationsRequest { state: NotificationState::Failed.into(), ..Default::default() };
    assert_eq!(scene.api().list_notifications(request).await.unwrap().into_inner().notifications, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_replicas_send_each_notification_once() {
    let (mut scene, receiver) = (Scene::start(LOCAL).await, Receiver::start([]).await);
    let replica = scene.bed.service_on::<Recovery>(LOCAL, &scene.service.owner_url).await;
    for path in ["a", "b", "c"] {
        scene.webhook(&format!("{}/{path}", receiver.url())).await;
    }
    let complaints: Vec<_> = (0..40).map(|_| (None, scene.new_id())).collect();
    scene.feed.all_feedback(FeedbackKind::Complaint, &complaints).await;
    eventually(async || {
        let list = scene.notifications().await;
        if list.delivered == 120 { Ok(()) } else { Err((list.delivered, list.pending, list.failed)) }
    })
    .await;
    let requests = receiver.received();
    let ids: HashSet<_> = requests.iter().map(|request| request.header("webhook-id").to_owned()).collect();
    assert_eq!((requests.len(), ids.len()), (120, 120));
    replica.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_receiver_does_not_hold_up_the_others() {
    let (mut scene, quick) =
        (Scene::start(&format!("{LOCAL}senders = 6\n")).await, Receiver::start([]).await);
    let gate = std::sync::Arc::new(tokio::sync::Notify::new());
    let slow = Receiver::start((0..20).map(|_| Answer::Held(gate.clone()))).await;
    scene.webhook(&slow.url()).await;
    scene.webhook(&quick.url()).await;
    let complaints: Vec<_> = (0..20).map(|_| (None, scene.new_id())).collect();
    scene.feed.all_feedback(FeedbackKind::Complaint, &complaints).await;
    quick.wait(20).await;
    // As many as one endpoint may have on the way, and no more.
    assert_eq!(slow.received().len(), 4);
    gate.notify_waiters();
    slow.wait(8).await;
    gate.notify_waiters();
}
