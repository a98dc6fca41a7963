//! A new version is rolled out: two replicas of every service, one after the other asked to stop and started again, under load.

use std::{
    error::Error,
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use ting_local::{Child, services::NAMES};
use tokio::sync::Mutex;
use tonic::{
    Code, Status,
    transport::{Channel, Endpoint},
};

use crate::{
    bed::SystemBed,
    check,
    load::{self, Accepted},
};

/// Comments, and as many answers, of each of four clients, at least.
const EACH: usize = 160;

#[tokio::test(flavor = "multi_thread")]
async fn a_rolling_restart_fails_no_call_for_good_and_loses_or_doubles_nothing() {
    let mut bed = SystemBed::start().await;
    let mut replicas: Vec<Child> = NAMES.map(|name| bed.replica(name)).into();
    tokio::task::block_in_place(|| {
        for replica in &mut replicas {
            replica.start().unwrap();
        }
        for replica in &mut replicas {
            replica.wait_ready().unwrap();
        }
    });
    let accepted = Arc::new(Mutex::new(Accepted::default()));
    let rolled = AtomicBool::new(false);
    let intake = [bed.cluster.address("intake"), format!("http://127.0.0.1:{}", replicas[0].port)];
    let clients: Vec<_> = (0..4)
        .map(|number| {
            load::client(
                both(&intake),
                bed.token(),
                number,
                EACH,
                &rolled,
                Arc::clone(&accepted),
                unavailable,
            )
        })
        .collect();
    let rolling = async {
        for child in bed.cluster.children.iter_mut().chain(&mut replicas) {
            tokio::task::block_in_place(|| restart(child));
        }
        rolled.store(true, Ordering::Release);
    };
    tokio::join!(futures::future::join_all(clients), rolling);
    bed.quiet().await;

    let accepted = accepted.lock().await.clone();
    assert!(accepted.feedback.len() + accepted.responses.len() >= 4 * 2 * EACH);
    check::every_id_is_everywhere_once(&bed, &accepted).await;
    check::sequences_have_no_gap(&bed).await;
    check::scores_equal_a_recomputation(&bed).await;
    check::each_case_was_notified_once(&bed).await;
}

/// What a client may see while one of two replicas goes: that it should try again, or a connection that went under its call, which
/// tonic calls Unknown. Nothing that a service says.
fn unavailable(status: &Status) -> bool {
    let gone = status.source().is_some_and(<dyn Error>::is::<tonic::transport::Error>);
    status.code() == Code::Unavailable || (status.code() == Code::Unknown && gone)
}

/// A channel over both replicas.
fn both(addresses: &[String; 2]) -> Channel {
    let endpoint =
        |address: &String| Endpoint::from_shared(address.clone()).unwrap().timeout(Duration::from_secs(15));
    Channel::balance_list(addresses.iter().map(endpoint))
}

/// SIGTERM, then the end in good order, then a start.
fn restart(child: &mut Child) {
    let process = child.id().unwrap().to_string();
    assert!(Command::new("kill").args(["-TERM", &process]).status().unwrap().success());
    child.stop();
    child.start().unwrap();
    child.wait_ready().unwrap();
}
