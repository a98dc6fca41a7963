//! The writer when the store is slow, full or refuses.

use futures::future::join_all;
use sqlx::{Connection as _, PgConnection};
use ting_chassis::auth::Role;
use ting_proto::intake::v1::{BatchSubmitFeedbackRequest, FeedbackInput};
use ting_testkit::eventually;
use tokio_util::task::TaskTracker;
use tonic::Code;
use tonic_types::StatusExt as _;

use crate::stage::{Stage, assert_refused, feedback, refusal, submit};

/// Waits until somebody waits for a lock.
async fn somebody_waits(owner: &mut PgConnection) {
    let owner = tokio::sync::Mutex::new(owner);
    eventually(async || {
        let mut owner = owner.lock().await;
        let sql = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'feedback'::regclass";
        let waiting: i64 =
            sqlx::query_scalar(sql).fetch_one(&mut **owner).await.map_err(|error| error.to_string())?;
        if waiting > 0 { Ok(()) } else { Err("nobody waits".to_owned()) }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_queue_refuses_at_once_and_what_is_in_it_is_still_taken() {
    let stage = Stage::start_with("service = { queue_items = 1000 }").await;
    let mut owner = stage.intake.owner().await;
    let mut blocker = owner.begin().await.unwrap();
    sqlx::raw_sql("LOCK TABLE feedback").execute(&mut *blocker).await.unwrap();
    let mut client = stage.client("acme", Role::Integration);
    let items = (0..1000).map(|index| feedback(&index.to_string())).collect();
    let full = TaskTracker::new().spawn(async move {
        client
            .batch_submit_feedback(BatchSubmitFeedbackRequest { request_id: String::new(), feedback: items })
            .await
    });
    somebody_waits(&mut blocker).await;
    let refused = stage
        .client("acme", Role::Integration)
        .submit_feedback(submit("", feedback("late")))
        .await
        .unwrap_err();
    let (code, reason, _) = refusal(&refused);
    assert_eq!((code, reason.as_str()), (Code::ResourceExhausted, "OVERLOADED"));
    assert!(refused.get_details_retry_info().unwrap().retry_delay.is_some());
    blocker.rollback().await.unwrap();
    assert_eq!(full.await.unwrap().unwrap().into_inner().results.len(), 1000);
    assert!(
        stage.client("acme", Role::Integration).submit_feedback(submit("", feedback("late"))).await.is_ok()
    );
    assert_eq!(stage.count("feedback").await, 1001);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_does_not_answer_fails_the_group_and_a_retry_succeeds() {
    let stage = Stage::start_with("database = { lock_timeout_ms = 200 }").await;
    let mut owner = stage.intake.owner().await;
    let mut blocker = owner.begin().await.unwrap();
    sqlx::raw_sql("LOCK TABLE feedback").execute(&mut *blocker).await.unwrap();
    let submit_all = || {
        join_all((0..8).map(|index| {
            let mut client = stage.client("acme", Role::Integration);
            let id = index.to_string();
            async move { client.submit_feedback(submit(&id, feedback(&id))).await }
        }))
    };
    for result in submit_all().await {
        assert_refused("locked", result, Code::Unavailable, "STORE", "");
    }
    blocker.rollback().await.unwrap();
    assert_eq!(stage.count("idempotency").await, 0);
    assert!(submit_all().await.into_iter().all(|result| result.unwrap().into_inner().created));
    assert_eq!(stage.count("feedback").await, 8);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_store_cannot_take_fails_alone() {
    let stage = Stage::start().await;
    stage.execute("ALTER TABLE feedback ADD CONSTRAINT no_poison CHECK (text <> 'poison')").await;
    let calls = (0..40).map(|index| {
        let mut client = stage.client("acme", Role::Integration);
        let text = if index == 20 { "poison" } else { "good" };
        let input = FeedbackInput { text: text.to_owned(), ..feedback(&index.to_string()) };
        async move { client.submit_feedback(submit(&format!("r-{index}"), input)).await }
    });
    for (index, result) in join_all(calls).await.into_iter().enumerate() {
        match index {
            20 => assert_refused("poison", result, Code::Internal, "INTERNAL", ""),
            _ => assert!(result.is_ok(), "{index}: {result:?}"),
        }
    }
    assert_eq!(stage.count("feedback").await, 39);
}

#[tokio::test(flavor = "multi_thread")]
async fn workspaces_in_one_group_do_not_mix() {
    let stage = Stage::start_with("service = { writer_tasks = 1 }").await;
    let calls = (0..60).map(|index| {
        let workspace = format!("w{}", index % 6);
        let mut client = stage.client(&workspace, Role::Integration);
        async move { client.submit_feedback(submit("r", feedback("same"))).await.unwrap().into_inner() }
    });
    let answers = join_all(calls).await;
    for (index, answer) in answers.iter().enumerate() {
        assert_eq!(*answer, answers[index % 6]);
    }
    assert_eq!(stage.count("feedback").await, 6);
    assert_eq!(stage.count("customer").await, 6);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_stops_answers_what_it_has_taken_on() {
    let stage = Stage::start().await;
    let calls: Vec<_> = (0..20)
        .map(|index| {
            let mut client = stage.client("acme", Role::Integration);
            TaskTracker::new()
                .spawn(async move { client.submit_feedback(submit("", feedback(&index.to_string()))).await })
        })
        .collect();
    let mut owner = stage.intake.owner().await;
    stage.intake.stop().await;
    let mut taken: i64 = 0;
    for call in calls {
        taken += i64::from(call.await.unwrap().is_ok());
    }
    let stored: i64 =
        sqlx::query_scalar("SELECT count(*) FROM feedback").fetch_one(&mut owner).await.unwrap();
    assert_eq!(stored, taken, "every answer was true");
}
