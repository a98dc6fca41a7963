use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use sqlx::{Connection as _, PgConnection};
use tokio::{sync::Mutex, time::sleep};

use crate::{
    bed::SystemBed,
    check,
    load::{self, Accepted},
};

/// Comments, and as many answers, of each of four clients, at least.
const EACH: usize = 640;

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_lost_or_doubled_while_everything_is_killed_in_turn() {
    let mut bed = SystemBed::start().await;
    let accepted = Arc::new(Mutex::new(Accepted::default()));
    let (struck, done) = (AtomicBool::new(false), AtomicBool::new(false));
    let clients: Vec<_> = (0..4)
        .map(|number| {
            let (channel, token, accepted) = (bed.channel("intake"), bed.token(), Arc::clone(&accepted));
            load::client(channel, token, number, EACH, &struck, accepted, load::passes)
        })
        .collect();
    let finished = async {
        futures::future::join_all(clients).await;
        done.store(true, Ordering::Release);
    };
    tokio::join!(finished, nemesis(&mut bed, &struck, &done));
    bed.quiet().await;

    let accepted = accepted.lock().await.clone();
    assert!(accepted.feedback.len() + accepted.responses.len() >= 4 * 2 * EACH);
    check::every_id_is_everywhere_once(&bed, &accepted).await;
    check::sequences_have_no_gap(&bed).await;
    check::scores_equal_a_recomputation(&bed).await;
    check::each_case_was_notified_once(&bed).await;
}

/// Kills each service and NATS, and ends all sessions in Postgres, one after the other, until the clients are done; they go on until
/// everything has been `struck` once.
async fn nemesis(bed: &mut SystemBed, struck: &AtomicBool, done: &AtomicBool) {
    // The pauses are part of the fault: each lets some work pass before the next blow.
    loop {
        for name in ["intake", "analysis", "satisfaction", "recovery"] {
            sleep(Duration::from_millis(400)).await;
            let child = bed.cluster.child(name).unwrap();
            child.kill().unwrap();
            sleep(Duration::from_millis(200)).await;
            child.start().unwrap();
        }
        sleep(Duration::from_millis(400)).await;
        bed.cluster.nats.kill().unwrap();
        sleep(Duration::from_millis(200)).await;
        tokio::task::block_in_place(|| bed.cluster.nats.restart()).unwrap();
        sleep(Duration::from_millis(400)).await;
        end_sessions(bed).await;
        struck.store(true, Ordering::Release);
        if done.load(Ordering::Acquire) {
            return;
        }
    }
}

async fn end_sessions(bed: &SystemBed) {
    let mut admin = PgConnection::connect(&bed.cluster.postgres.admin_url()).await.unwrap();
    let ended: Vec<bool> = sqlx::query_scalar(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'ting_service'",
    )
    .fetch_all(&mut admin)
    .await
    .unwrap();
    assert!(!ended.is_empty(), "no service was connected");
}
