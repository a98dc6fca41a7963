//! The page and NATS: it says when changes cannot reach it, and when they can again.

use async_nats::jetstream;
use ting_chassis::auth::Role;
use ting_events::Stream;
use ting_servers::{Finder, Nats, NatsOptions};

use crate::browser::{Door, Open};

async fn nats() -> Nats {
    let options = NatsOptions { finder: Finder::from_environment().private(), ..NatsOptions::default() };
    tokio::task::spawn_blocking(|| Nats::start(options)).await.expect("no panic").expect("NATS starts")
}

async fn make_streams(nats: &Nats) {
    let jetstream = jetstream::new(async_nats::connect(nats.url()).await.expect("NATS answers"));
    for stream in Stream::ALL {
        jetstream.get_or_create_stream(stream.config(1, 64 << 20)).await.expect("the stream is made");
    }
}

/// Reads until the page is told whether changes are heard of.
async fn until_heard(page: &mut Open, heard: bool) {
    loop {
        let event = page.event().await;
        if event.name == "status" && (event.data == r#"{"stale_since":null}"#) == heard {
            return;
        }
    }
}

#[tokio::test]
async fn the_page_is_told_when_nats_goes_away_and_when_it_is_back() {
    let mut nats = nats().await;
    let door = Door::open(&format!("nats = {{ url = '{}' }}", nats.url())).await;
    let cookie = door.sign_in("ann", Role::Viewer).await;
    let mut page = door.listen(&cookie).await;
    // The services have not made their streams yet.
    until_heard(&mut page, false).await;
    make_streams(&nats).await;
    until_heard(&mut page, true).await;
    door.until_admin("/readyz", 200).await;
    let nats = tokio::task::spawn_blocking(move || {
        nats.kill().expect("it is killed");
        nats
    });
    let mut nats = nats.await.expect("no panic");
    until_heard(&mut page, false).await;
    door.until_admin("/readyz", 503).await;
    let restarted = tokio::task::spawn_blocking(move || {
        nats.restart().expect("it starts again");
        nats
    });
    let _nats = restarted.await.expect("no panic");
    until_heard(&mut page, true).await;
}
