//! The drill: a backup under load, then every disaster that it is for.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use serde_json::Value;
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};
use ting_events::Stream;
use ting_local::{database, services::NAMES};
use tokio::sync::Mutex;

use crate::{
    bed::SystemBed,
    check,
    load::{self, Accepted},
    operator::{ting_ok, ting_refused},
};

/// Comments, and as many answers, of each client, at least.
const EACH: usize = 160;

/// Numbers of clients that have not been used yet.
type Clients = std::ops::Range<usize>;

#[tokio::test(flavor = "multi_thread")]
async fn what_was_accepted_before_a_backup_survives_every_disaster_it_is_for() {
    let mut bed = SystemBed::start().await;
    let folder = tempfile::tempdir().unwrap();
    let accepted = Arc::new(Mutex::new(Accepted::default()));

    let (before, backup) = backup_under_load(&bed, folder.path(), &accepted).await;
    assert!(before.feedback.len() >= EACH / 4, "nothing was accepted before the backup");
    assert!(
        accepted.lock().await.feedback.len() > before.feedback.len(),
        "nothing was accepted after the backup"
    );

    stores_go_back_and_catch_up(&mut bed, &backup, &accepted).await;
    intake_goes_back_and_is_still_heard(&mut bed, &backup).await;

    let mut anew = SystemBed::start().await;
    kill(&mut anew);
    a_flipped_byte_is_named_and_nothing_is_restored(&anew, &backup, folder.path()).await;
    one_store_does_not_go_to_other_streams(&anew, &backup).await;
    everything_is_restored_elsewhere(&mut anew, &backup, &before).await;
    // Quicker than eight orderly ends.
    kill(&mut bed);
    kill(&mut anew);
}

/// Takes a backup while four clients submit; they go on for a while afterwards. Gives what had been accepted before it began.
async fn backup_under_load(
    bed: &SystemBed,
    folder: &Path,
    accepted: &Arc<Mutex<Accepted>>,
) -> (Accepted, PathBuf) {
    let enough = AtomicBool::new(false);
    let clients = submit(bed, 0..4, &enough, accepted);
    let saving = async {
        while accepted.lock().await.feedback.len() < EACH {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        let before = accepted.lock().await.clone();
        let to = folder.display().to_string();
        let report: Value =
            serde_json::from_str(&ting_ok(bed, &["ops", "backup", "--to", &to, "--format", "json"]).await)
                .unwrap();
        enough.store(true, Ordering::Release);
        (before, report)
    };
    let ((), (before, report)) = tokio::join!(clients, saving);
    bed.quiet().await;
    let stores = report["stores"].as_array().unwrap();
    let order: Vec<&str> = stores.iter().map(|store| store["service"].as_str().unwrap()).collect();
    assert_eq!(
        order,
        ["recovery", "satisfaction", "analysis", "intake"],
        "a consumer is saved before its source"
    );
    assert!(stores.iter().all(|store| store["tried"] == true), "{report}");
    no_scratch_database_is_left(bed).await;
    (before, report["backup"].as_str().unwrap().into())
}

async fn submit(bed: &SystemBed, clients: Clients, enough: &AtomicBool, accepted: &Arc<Mutex<Accepted>>) {
    let clients = clients.map(|number| {
        let (channel, accepted) = (bed.channel("intake"), Arc::clone(accepted));
        load::client(channel, bed.token(), number, EACH, enough, accepted, load::passes)
    });
    futures::future::join_all(clients).await;
}

async fn no_scratch_database_is_left(bed: &SystemBed) {
    let mut admin = PgConnection::connect(&bed.cluster.postgres.admin_url()).await.unwrap();
    let left: Vec<String> =
        sqlx::query_scalar("SELECT datname::text FROM pg_database WHERE datname LIKE 'ting_trial%'")
            .fetch_all(&mut admin)
            .await
            .unwrap();
    assert!(left.is_empty(), "{left:?}");
}

/// The others have gone on: stores that went back take from the streams what they miss, and are heard by those who follow them.
async fn stores_go_back_and_catch_up(bed: &mut SystemBed, backup: &Path, accepted: &Arc<Mutex<Accepted>>) {
    for service in ["satisfaction", "analysis"] {
        restore_one(bed, backup, service).await;
    }
    submit(bed, 4..5, &AtomicBool::new(true), accepted).await;
    bed.quiet().await;
    agree(bed, accepted).await;
}

/// What intake took in after the backup is gone there alone, and what it takes in from now on reaches everybody.
async fn intake_goes_back_and_is_still_heard(bed: &mut SystemBed, backup: &Path) {
    restore_one(bed, backup, "intake").await;
    let accepted = Arc::default();
    submit(bed, 6..7, &AtomicBool::new(true), &accepted).await;
    bed.quiet().await;
    check::sequences_have_no_gap(bed).await;
    let accepted = accepted.lock().await.clone();
    assert!(!accepted.feedback.is_empty() && !accepted.responses.is_empty());
    for (service, query, expected) in [
        ("analysis", "SELECT feedback_id::text FROM comment", accepted.feedback),
        ("satisfaction", "SELECT response_id::text FROM answer", accepted.responses),
    ] {
        let found = ids(bed, service, query).await;
        assert!(expected.iter().all(|id| found.contains(id)), "{service} has not heard of everything");
    }
}

async fn restore_one(bed: &mut SystemBed, backup: &Path, service: &str) {
    let from = backup.display().to_string();
    let arguments = ["ops", "restore", "--from", &from, "--only", service, "--format", "json"];
    let told = ting_refused(bed, &arguments).await;
    assert!(told.contains("is in use by") && told.contains(&format!("stop {service} first")), "{told}");
    bed.cluster.child(service).unwrap().stop();
    let told = ting_refused(bed, &arguments).await;
    assert!(told.contains("is not empty") && told.contains("--replace"), "{told}");
    let report: Value =
        serde_json::from_str(&ting_ok(bed, &[&arguments[..], &["--replace"]].concat()).await).unwrap();
    let adopted = report["stores"][0]["adopted"].as_u64().unwrap();
    assert!(adopted > 0, "{service} had published after the backup: {report}");
    let child = bed.cluster.child(service).unwrap();
    child.start().unwrap();
    child.wait_ready().unwrap();
}

async fn a_flipped_byte_is_named_and_nothing_is_restored(bed: &SystemBed, backup: &Path, folder: &Path) {
    for file in ["recovery.dump", "manifest.json"] {
        let damaged = folder.join("damaged");
        copy(backup, &damaged);
        let path = damaged.join(file);
        let mut bytes = std::fs::read(&path).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        std::fs::write(&path, bytes).unwrap();
        let before = rows_of_intake(bed).await;
        let from = damaged.display().to_string();
        let told = ting_refused(bed, &["ops", "restore", "--from", &from, "--replace"]).await;
        assert!(told.contains(&format!("{file} is damaged")), "{told}");
        assert_eq!(rows_of_intake(bed).await, before, "something was restored");
    }
}

/// They do not know what the service has told since the backup.
async fn one_store_does_not_go_to_other_streams(bed: &SystemBed, backup: &Path) {
    let from = backup.display().to_string();
    let told =
        ting_refused(bed, &["ops", "restore", "--from", &from, "--only", "analysis", "--replace"]).await;
    assert!(told.contains("TING_ANALYSIS was made anew") && told.contains("without --only"), "{told}");
}

async fn rows_of_intake(bed: &SystemBed) -> usize {
    ids(bed, "intake", "SELECT feedback_id::text FROM feedback").await.len()
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        std::fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
    }
}

/// Servers that know nothing, and databases without a table.
async fn everything_is_restored_elsewhere(bed: &mut SystemBed, backup: &Path, before: &Accepted) {
    let mut admin = PgConnection::connect(&bed.cluster.postgres.admin_url()).await.unwrap();
    for name in NAMES.map(database) {
        for sql in [format!("DROP DATABASE {name} WITH (FORCE)"), format!("CREATE DATABASE {name}")] {
            sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut admin).await.unwrap();
        }
    }
    ting_ok(bed, &["ops", "restore", "--from", &backup.display().to_string()]).await;
    for child in &mut bed.cluster.children {
        child.start().unwrap();
    }
    for child in &mut bed.cluster.children {
        child.wait_ready().unwrap();
    }
    bed.quiet().await;
    streams_are_filled_again(bed).await;
    let restored = stored(bed).await;
    for (saved, found) in [(&before.feedback, &restored.feedback), (&before.responses, &restored.responses)] {
        let found: BTreeSet<&String> = found.iter().collect();
        let lost: Vec<_> = saved.iter().filter(|id| !found.contains(id)).take(5).collect();
        assert!(lost.is_empty(), "accepted before the backup and lost: {lost:?}");
    }
    let accepted = Arc::new(Mutex::new(restored));
    agree(bed, &accepted).await;
    submit(bed, 7..8, &AtomicBool::new(true), &accepted).await;
    bed.quiet().await;
    agree(bed, &accepted).await;
}

/// Every event of every outbox is in its stream.
async fn streams_are_filled_again(bed: &SystemBed) {
    let jetstream = async_nats::jetstream::new(async_nats::connect(bed.cluster.nats.url()).await.unwrap());
    for stream in Stream::ALL {
        let mut store = PgConnection::connect(&bed.store(stream.service())).await.unwrap();
        let (told, waiting): (i64, i64) =
            sqlx::query_as("SELECT count(*), count(*) FILTER (WHERE published_at IS NULL) FROM outbox")
                .fetch_one(&mut store)
                .await
                .unwrap();
        let messages = jetstream.get_stream(stream.name()).await.unwrap().cached_info().state.messages;
        assert!(told > 0 && waiting == 0, "{}: {waiting} of {told} events wait", stream.name());
        assert!(messages >= u64::try_from(told).unwrap(), "{} has {messages} of {told}", stream.name());
    }
}

/// What intake has.
async fn stored(bed: &SystemBed) -> Accepted {
    let feedback = ids(bed, "intake", "SELECT feedback_id::text FROM feedback").await;
    let responses = ids(bed, "intake", "SELECT response_id::text FROM response").await;
    Accepted { feedback: feedback.into_iter().collect(), responses: responses.into_iter().collect() }
}

async fn agree(bed: &SystemBed, accepted: &Mutex<Accepted>) {
    check::every_id_is_everywhere_once(bed, &accepted.lock().await.clone()).await;
    check::sequences_have_no_gap(bed).await;
    check::scores_equal_a_recomputation(bed).await;
    nothing_to_rebuild(bed).await;
}

/// Every projection equals the facts it stands on.
async fn nothing_to_rebuild(bed: &SystemBed) {
    for (service, projection) in [("satisfaction", "scores"), ("analysis", "themes")] {
        let told = ting_ok(bed, &["ops", "rebuild", "--service", service, projection]).await;
        assert!(told.contains(", 0 of them changed"), "{service} {projection}: {told}");
    }
}

async fn ids(bed: &SystemBed, service: &str, query: &'static str) -> BTreeSet<String> {
    let mut store = PgConnection::connect(&bed.store(service)).await.unwrap();
    sqlx::query_scalar(query).fetch_all(&mut store).await.unwrap().into_iter().collect()
}

fn kill(bed: &mut SystemBed) {
    for child in &mut bed.cluster.children {
        child.kill().unwrap();
    }
}
